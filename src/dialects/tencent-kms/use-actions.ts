import { refuse } from '../../operations/index.ts'
import { asked, type AskedOperation } from '../asked-operation.ts'
import { keyIdOf } from '../key-arns.ts'
import { MAX_CIPHERTEXT_BYTES, MAX_PLAINTEXT_BYTES, type KeyMembers } from '../key-members.ts'
import { base64, secretBase64 } from '../secret-text.ts'

const CONTEXT = 'EncryptionContext'
const DATA_KEY_BYTES = { AES_256: 32, AES_128: 16 } as const
const MAX_DATA_KEY_BYTES = 1_024

/** Where both say how long it is to be, the number does. */
function sizeOf(members: KeyMembers): number {
  const spec = members.word('KeySpec', ['AES_256', 'AES_128'])
  const bytes = members.optionalWhole('NumberOfBytes', 1, MAX_DATA_KEY_BYTES)
  if (bytes !== undefined) return bytes
  return spec === undefined ? refuse({ kind: 'missing-argument', argument: 'KeySpec' }) : DATA_KEY_BYTES[spec]
}

/** Answers to a client's public key alone are not built. */
function demandOpenAnswer(members: KeyMembers): void {
  members.undone('EncryptionPublicKey', 'EncryptionAlgorithm')
}

export const USE_ACTIONS: Readonly<Record<string, (members: KeyMembers) => AskedOperation>> = {
  GenerateDataKey: (members) => {
    demandOpenAnswer(members)
    const wanted = { key: members.key('KeyId'), sizeBytes: sizeOf(members), context: members.context(CONTEXT) }
    return asked<'generate-data-key'>({ kind: 'generate-data-key', ...wanted }, (result) => ({
      KeyId: keyIdOf(result.keyArn),
      Plaintext: secretBase64(result.plaintext),
      CiphertextBlob: base64(result.ciphertext),
    }))
  },
  Encrypt: (members) => {
    const plaintext = members.secretBase64('Plaintext', MAX_PLAINTEXT_BYTES)
    return asked<'encrypt'>(
      { kind: 'encrypt', key: members.key('KeyId'), plaintext, context: members.context(CONTEXT) },
      ({ ciphertext, keyArn }) => ({ CiphertextBlob: base64(ciphertext), KeyId: keyIdOf(keyArn) }),
    )
  },
  Decrypt: (members) => {
    demandOpenAnswer(members)
    const ciphertext = members.base64('CiphertextBlob', MAX_CIPHERTEXT_BYTES)
    return asked<'decrypt'>({ kind: 'decrypt', ciphertext, context: members.context(CONTEXT) }, (result) => ({
      KeyId: keyIdOf(result.keyArn),
      Plaintext: secretBase64(result.plaintext),
    }))
  },
  ReEncrypt: (members) => {
    const ciphertext = members.base64('CiphertextBlob', MAX_CIPHERTEXT_BYTES)
    const key = members.optionalText('DestinationKeyId', MAX_KEY_TEXT)
    if (key === undefined) return refuse({ kind: 'not-implemented', detail: 'ReEncrypt needs DestinationKeyId here.' })
    const sourceContext = members.context('SourceEncryptionContext')
    const context = members.context('DestinationEncryptionContext')
    return asked<'re-encrypt'>({ kind: 're-encrypt', ciphertext, sourceContext, key, context }, (result) => ({
      CiphertextBlob: base64(result.ciphertext),
      KeyId: keyIdOf(result.keyArn),
      SourceKeyId: keyIdOf(result.sourceKeyArn),
      ReEncrypted: true,
    }))
  },
}

const MAX_KEY_TEXT = 2_048
