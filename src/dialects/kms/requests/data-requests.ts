import { PAIR_SPECS, ENCRYPTION_ALGORITHMS } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import { secretBlob, text, whole, word } from '../scalars.ts'
import { notSupported, optional, required, type Shape } from '../shape.ts'
import { texts } from '../structures.ts'
import { CIPHERTEXT, CONTEXT, invalid, KEY_ID, request, USE, useOf } from './request.ts'

const ALGORITHM = word(ENCRYPTION_ALGORITHMS, ['SM2PKE'])
const DATA_KEY_BYTES = { AES_256: 32, AES_128: 16 } as const
const MODIFIERS = texts(word(['IGNORE_CIPHERTEXT']), { max: 1, shown: true })

/** An enclave's attestation, for answers that only the enclave can open. */
const RECIPIENT: Shape<never> = { read: () => notSupported('Recipient') }

const DATA_KEY = {
  KeyId: required(KEY_ID),
  KeySpec: optional(word(['AES_256', 'AES_128'])),
  NumberOfBytes: optional(whole(1, 1024)),
  EncryptionContext: optional(CONTEXT),
  ...USE,
} as const

interface DataKeyInput {
  readonly KeyId: string
  readonly KeySpec?: keyof typeof DATA_KEY_BYTES
  readonly NumberOfBytes?: number
  readonly EncryptionContext?: Readonly<Record<string, string>>
  readonly GrantTokens?: readonly string[]
  readonly DryRun?: boolean
}

function dataKeyOf(input: DataKeyInput) {
  const { KeySpec, NumberOfBytes } = input
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    invalid('Please specify either number of bytes or key spec.')
  }
  const sizeBytes = NumberOfBytes ?? (KeySpec === undefined ? 0 : DATA_KEY_BYTES[KeySpec])
  return { key: input.KeyId, sizeBytes, context: input.EncryptionContext ?? {}, ...useOf(input) }
}

const PAIR = {
  KeyId: required(KEY_ID),
  KeyPairSpec: required(word(PAIR_SPECS, ['SM2'])),
  EncryptionContext: optional(CONTEXT),
  ...USE,
} as const

export const DATA_REQUESTS = {
  Encrypt: request(
    {
      KeyId: required(KEY_ID),
      Plaintext: required(secretBlob(1, 4096)),
      EncryptionContext: optional(CONTEXT),
      EncryptionAlgorithm: optional(ALGORITHM),
      ...USE,
    },
    (input) => ({
      kind: 'encrypt',
      key: input.KeyId,
      plaintext: input.Plaintext,
      context: input.EncryptionContext ?? {},
      ...present({ algorithm: input.EncryptionAlgorithm }),
      ...useOf(input),
    }),
  ),
  Decrypt: request(
    {
      CiphertextBlob: optional(CIPHERTEXT),
      EncryptionContext: optional(CONTEXT),
      KeyId: optional(KEY_ID),
      EncryptionAlgorithm: optional(ALGORITHM),
      Recipient: optional(RECIPIENT),
      DryRunModifiers: optional(MODIFIERS),
      ...USE,
    },
    (input) => ({
      kind: 'decrypt',
      ciphertext: ciphertextOf(input),
      context: input.EncryptionContext ?? {},
      ...present({ key: input.KeyId, algorithm: input.EncryptionAlgorithm }),
      ...useOf(input),
    }),
  ),
  ReEncrypt: request(
    {
      CiphertextBlob: optional(CIPHERTEXT),
      SourceEncryptionContext: optional(CONTEXT),
      SourceKeyId: optional(KEY_ID),
      SourceEncryptionAlgorithm: optional(ALGORITHM),
      DestinationKeyId: required(KEY_ID),
      DestinationEncryptionContext: optional(CONTEXT),
      DestinationEncryptionAlgorithm: optional(ALGORITHM),
      DryRunModifiers: optional(MODIFIERS),
      ...USE,
    },
    (input) => ({
      kind: 're-encrypt',
      ciphertext: ciphertextOf(input),
      sourceContext: input.SourceEncryptionContext ?? {},
      key: input.DestinationKeyId,
      context: input.DestinationEncryptionContext ?? {},
      ...present({
        sourceKey: input.SourceKeyId,
        sourceAlgorithm: input.SourceEncryptionAlgorithm,
        algorithm: input.DestinationEncryptionAlgorithm,
      }),
      ...useOf(input),
    }),
  ),
  GenerateDataKey: request({ ...DATA_KEY, Recipient: optional(RECIPIENT) }, (input) => ({
    kind: 'generate-data-key',
    ...dataKeyOf(input),
  })),
  GenerateDataKeyWithoutPlaintext: request(DATA_KEY, (input) => ({
    kind: 'generate-data-key-without-plaintext',
    ...dataKeyOf(input),
  })),
  GenerateDataKeyPair: request({ ...PAIR, Recipient: optional(RECIPIENT) }, (input) => ({
    kind: 'generate-data-key-pair',
    ...{ key: input.KeyId, pairSpec: input.KeyPairSpec, context: input.EncryptionContext ?? {} },
    ...useOf(input),
  })),
  GenerateDataKeyPairWithoutPlaintext: request(PAIR, (input) => ({
    kind: 'generate-data-key-pair-without-plaintext',
    ...{ key: input.KeyId, pairSpec: input.KeyPairSpec, context: input.EncryptionContext ?? {} },
    ...useOf(input),
  })),
  GenerateRandom: request(
    {
      NumberOfBytes: optional(whole(1, 1024)),
      CustomKeyStoreId: optional(text({ min: 1, max: 64 })),
      Recipient: optional(RECIPIENT),
    },
    ({ NumberOfBytes, CustomKeyStoreId }) => {
      if (CustomKeyStoreId !== undefined) notSupported('A custom key store')
      return { kind: 'generate-random', sizeBytes: NumberOfBytes ?? invalid('NumberOfBytes is required.') }
    },
  ),
} as const

/** Optional on the wire only for a dry run that ignores it, which is not built. */
function ciphertextOf(input: {
  readonly CiphertextBlob?: Uint8Array
  readonly DryRunModifiers?: readonly string[]
}): Uint8Array {
  if (input.DryRunModifiers !== undefined && input.DryRunModifiers.length > 0) notSupported('DryRunModifiers')
  return (
    input.CiphertextBlob ??
    invalid(
      "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null",
    )
  )
}
