import { isUtf8 } from 'node:buffer'
import { refuse, type SecretLike } from '../../operations/index.ts'
import { equalInConstantTime, SecretBytes, sha256 } from '../../secrets/index.ts'
import { asked, type AskedOperation } from '../asked-operation.ts'
import { keyIdOf } from '../key-arns.ts'
import { MAX_CIPHERTEXT_BYTES, MAX_PLAINTEXT_BYTES, type KeyMembers } from '../key-members.ts'
import { base64, secretText, upperHex } from '../secret-text.ts'

const CONTEXT = 'encryption_context'
const DIGEST_BYTES = 32
/** Of a data key: 8 to 8,192 bits. */
const DATA_KEY_BITS = { min: 8, max: 8_192 }
const MAX_DATA_KEY_BYTES = 1_024
const SPEC_BYTES = { AES_256: 32, AES_128: 16 } as const

/** Its bits or its spec; who says both has to mean one thing. */
function sizeOf(members: KeyMembers): number {
  const bits = members.optionalWhole('datakey_length', DATA_KEY_BITS.min, DATA_KEY_BITS.max)
  const spec = members.word('key_spec', ['AES_256', 'AES_128'])
  if (bits === undefined && spec === undefined) return refuse({ kind: 'missing-argument', argument: 'datakey_length' })
  if (bits !== undefined && bits % 8 !== 0) return badLength('is a multiple of 8')
  const named = spec === undefined ? undefined : SPEC_BYTES[spec]
  const told = bits === undefined ? named : bits / 8
  if (told === undefined || (named !== undefined && named !== told)) return badLength('differs from key_spec')
  return told
}

function badLength(detail: string): never {
  return refuse({ kind: 'invalid-argument', argument: 'datakey_length', detail })
}

function dataKeyOf(members: KeyMembers) {
  return { key: members.key('key_id'), sizeBytes: sizeOf(members), context: members.context(CONTEXT) }
}

/** The key, and its digest behind it, by which the vendor sees that it came whole. */
function checkedDataKey(members: KeyMembers): SecretBytes {
  const name = 'plain_text'
  const told = members.whole('datakey_plain_length', 1, MAX_DATA_KEY_BYTES)
  const bytes = members.hex(name, MAX_DATA_KEY_BYTES + DIGEST_BYTES)
  const [key, digest] = [bytes.subarray(0, -DIGEST_BYTES), bytes.subarray(-DIGEST_BYTES)]
  if (key.length !== told) {
    const detail = 'is the length in bytes of what stands before the digest'
    return refuse({ kind: 'invalid-argument', argument: 'datakey_plain_length', detail })
  }
  if (!equalInConstantTime(digest, sha256(key))) {
    return refuse({ kind: 'invalid-argument', argument: name, detail: 'ends in the SHA-256 of what stands before it' })
  }
  return new SecretBytes(Buffer.from(key))
}

function withDigest(secret: SecretLike): object {
  let [digest, length] = ['', 0]
  const key = secretText(secret, (bytes) => {
    digest = upperHex(sha256(bytes))
    length = bytes.length
    return upperHex(bytes)
  })
  return { data_key: key, datakey_length: String(length), datakey_dgst: digest }
}

/** Small data is text in this service. What was encrypted elsewhere may be none: it is told in base64 beside. */
function asText(secret: SecretLike): object {
  let encoded = ''
  const text = secretText(secret, (bytes) => {
    encoded = base64(bytes)
    return isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : ''
  })
  return { plain_text: text, plain_text_base64: encoded }
}

const ALGORITHM = 'encryption_algorithm'
const OTHER_ALGORITHMS = ['RSAES_OAEP_SHA_256', 'RSAES_OAEP_SHA_1', 'SM2_ENCRYPT']

export const DATA_PATHS: Readonly<Record<string, (members: KeyMembers) => AskedOperation>> = {
  'create-datakey': (members) =>
    asked<'generate-data-key'>({ kind: 'generate-data-key', ...dataKeyOf(members) }, (result) => ({
      key_id: keyIdOf(result.keyArn),
      plain_text: secretText(result.plaintext, upperHex),
      cipher_text: upperHex(result.ciphertext),
    })),
  'create-datakey-without-plaintext': (members) =>
    asked<'generate-data-key-without-plaintext'>(
      { kind: 'generate-data-key-without-plaintext', ...dataKeyOf(members) },
      ({ keyArn, ciphertext }) => ({ key_id: keyIdOf(keyArn), cipher_text: upperHex(ciphertext) }),
    ),
  'encrypt-datakey': (members) => {
    const plaintext = checkedDataKey(members)
    const { length } = plaintext
    const context = members.context(CONTEXT)
    return asked<'encrypt'>(
      { kind: 'encrypt', key: members.key('key_id'), plaintext, context, dataKey: true },
      ({ keyArn, ciphertext }) => ({
        key_id: keyIdOf(keyArn),
        cipher_text: upperHex(ciphertext),
        datakey_length: String(length),
      }),
    )
  },
  'decrypt-datakey': (members) => {
    members.whole('datakey_cipher_length', 1, MAX_DATA_KEY_BYTES)
    const ciphertext = members.hex('cipher_text', MAX_CIPHERTEXT_BYTES)
    const context = members.context(CONTEXT)
    return asked<'decrypt'>(
      { kind: 'decrypt', key: members.key('key_id'), ciphertext, context, dataKey: true },
      ({ plaintext }) => withDigest(plaintext),
    )
  },
  'encrypt-data': (members) => {
    members.word(ALGORITHM, ['SYMMETRIC_DEFAULT'], OTHER_ALGORITHMS)
    const plaintext = members.secretUtf8('plain_text', MAX_PLAINTEXT_BYTES)
    return asked<'encrypt'>(
      { kind: 'encrypt', key: members.key('key_id'), plaintext, context: members.context(CONTEXT) },
      ({ keyArn, ciphertext }) => ({ key_id: keyIdOf(keyArn), cipher_text: base64(ciphertext) }),
    )
  },
  'decrypt-data': (members) => {
    members.word(ALGORITHM, ['SYMMETRIC_DEFAULT'], OTHER_ALGORITHMS)
    const ciphertext = members.base64('cipher_text', MAX_CIPHERTEXT_BYTES)
    const key = members.optionalText('key_id', MAX_KEY_TEXT)
    const named = key === undefined ? {} : { key }
    return asked<'decrypt'>(
      { kind: 'decrypt', ciphertext, context: members.context(CONTEXT), ...named },
      ({ keyArn, plaintext }) => ({ key_id: keyIdOf(keyArn), ...asText(plaintext) }),
    )
  },
  'gen-random': (members) => {
    const bits =
      members.optionalWhole('random_data_length', DATA_KEY_BITS.min, DATA_KEY_BITS.max) ?? DEFAULT_RANDOM_BITS
    if (bits % 8 !== 0) {
      return refuse({ kind: 'invalid-argument', argument: 'random_data_length', detail: 'is a multiple of 8' })
    }
    return asked<'generate-random'>({ kind: 'generate-random', sizeBytes: bits / 8 }, ({ bytes }) => ({
      random_data: secretText(bytes, upperHex),
    }))
  },
}

const MAX_KEY_TEXT = 2_048
const DEFAULT_RANDOM_BITS = 512
