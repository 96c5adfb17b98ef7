import type { KeyUseOperation, Results } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import { base64, secretBase64 } from '../../secret-text.ts'
import type { Answers } from './answer.ts'
import { algorithmsOf } from './key-metadata.ts'

interface Used {
  readonly keyArn: string
  readonly materialId?: string
}

function used({ keyArn, materialId }: Used): object {
  return { KeyId: keyArn, ...present({ KeyMaterialId: materialId }) }
}

function pair(result: Results['generate-data-key-pair-without-plaintext']): object {
  return {
    PrivateKeyCiphertextBlob: base64(result.privateCiphertext),
    PublicKey: base64(result.publicKey),
    KeyPairSpec: result.pairSpec,
    ...used(result),
  }
}

/** Members in the order in which KMS has them; each key is named by its full ARN. */
export const USE_ANSWERS: Answers<KeyUseOperation['kind']> = {
  encrypt: ({ ciphertext, keyArn, algorithm }) => ({
    CiphertextBlob: base64(ciphertext),
    KeyId: keyArn,
    EncryptionAlgorithm: algorithm,
  }),
  decrypt: (result) => ({
    Plaintext: secretBase64(result.plaintext),
    EncryptionAlgorithm: result.algorithm,
    ...used(result),
  }),
  're-encrypt': (result) => ({
    CiphertextBlob: base64(result.ciphertext),
    SourceKeyId: result.sourceKeyArn,
    KeyId: result.keyArn,
    SourceEncryptionAlgorithm: result.sourceAlgorithm,
    DestinationEncryptionAlgorithm: result.algorithm,
    ...present({ SourceKeyMaterialId: result.sourceMaterialId, DestinationKeyMaterialId: result.materialId }),
  }),
  'generate-data-key': (result) => ({
    CiphertextBlob: base64(result.ciphertext),
    Plaintext: secretBase64(result.plaintext),
    ...used(result),
  }),
  'generate-data-key-without-plaintext': (result) => ({ CiphertextBlob: base64(result.ciphertext), ...used(result) }),
  'generate-data-key-pair': (result) => ({
    PrivateKeyPlaintext: secretBase64(result.privatePlaintext),
    ...pair(result),
  }),
  'generate-data-key-pair-without-plaintext': pair,
  'generate-random': ({ bytes }) => ({ Plaintext: secretBase64(bytes) }),
  'generate-mac': ({ mac, algorithm, keyArn }) => ({ Mac: base64(mac), MacAlgorithm: algorithm, KeyId: keyArn }),
  'verify-mac': ({ algorithm, keyArn }) => ({ KeyId: keyArn, MacValid: true, MacAlgorithm: algorithm }),
  'get-public-key': ({ keyArn, publicKey, spec, usage }) => ({
    KeyId: keyArn,
    PublicKey: base64(publicKey),
    CustomerMasterKeySpec: spec,
    KeySpec: spec,
    KeyUsage: usage,
    ...algorithmsOf(spec),
  }),
  sign: ({ keyArn, signature, algorithm }) => ({
    KeyId: keyArn,
    Signature: base64(signature),
    SigningAlgorithm: algorithm,
  }),
  verify: ({ keyArn, algorithm }) => ({ KeyId: keyArn, SignatureValid: true, SigningAlgorithm: algorithm }),
}
