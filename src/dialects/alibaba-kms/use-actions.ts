import { asked, type AskedOperation } from '../asked-operation.ts'
import { fromVendorArn, keyIdOf } from '../key-arns.ts'
import { MAX_CIPHERTEXT_BYTES, MAX_PLAINTEXT_BYTES, type KeyMembers } from '../key-members.ts'
import { present } from '../present.ts'
import { base64, secretBase64 } from '../secret-text.ts'
import { ACS } from './key-metadata.ts'

const CONTEXT = 'EncryptionContext'
const DATA_KEY_BYTES = { AES_256: 32, AES_128: 16 } as const
const MAX_DATA_KEY_BYTES = 1_024

interface Used {
  readonly keyArn: string
  readonly materialId?: string
}

/** The key's own id, whichever name it was asked by. */
function used({ keyArn, materialId }: Used): object {
  return { KeyId: keyIdOf(keyArn), ...present({ KeyVersionId: materialId }) }
}

/** Where both say how long it is to be, the number does. */
function dataKeyOf(members: KeyMembers) {
  const spec = members.word('KeySpec', ['AES_256', 'AES_128']) ?? 'AES_256'
  return {
    key: fromVendorArn(ACS, members.key('KeyId')),
    sizeBytes: members.optionalWhole('NumberOfBytes', 1, MAX_DATA_KEY_BYTES) ?? DATA_KEY_BYTES[spec],
    context: members.context(CONTEXT),
    ...present({ dryRun: members.flag('DryRun') }),
  }
}

export const USE_ACTIONS = {
  GenerateDataKey: (members: KeyMembers): AskedOperation =>
    asked<'generate-data-key'>({ kind: 'generate-data-key', ...dataKeyOf(members) }, (result) => ({
      CiphertextBlob: base64(result.ciphertext),
      Plaintext: secretBase64(result.plaintext),
      ...used(result),
    })),
  GenerateDataKeyWithoutPlaintext: (members: KeyMembers): AskedOperation =>
    asked<'generate-data-key-without-plaintext'>(
      { kind: 'generate-data-key-without-plaintext', ...dataKeyOf(members) },
      (result) => ({ CiphertextBlob: base64(result.ciphertext), ...used(result) }),
    ),
  Encrypt: (members: KeyMembers): AskedOperation =>
    asked<'encrypt'>(
      {
        kind: 'encrypt',
        key: fromVendorArn(ACS, members.key('KeyId')),
        plaintext: members.secretBase64('Plaintext', MAX_PLAINTEXT_BYTES),
        context: members.context(CONTEXT),
        ...present({ dryRun: members.flag('DryRun') }),
      },
      (result) => ({ CiphertextBlob: base64(result.ciphertext), ...used(result) }),
    ),
  Decrypt: (members: KeyMembers): AskedOperation =>
    asked<'decrypt'>(
      {
        kind: 'decrypt',
        ciphertext: members.base64('CiphertextBlob', MAX_CIPHERTEXT_BYTES),
        context: members.context(CONTEXT),
        ...present({ dryRun: members.flag('DryRun') }),
      },
      (result) => ({ Plaintext: secretBase64(result.plaintext), ...used(result) }),
    ),
  ReEncrypt: (members: KeyMembers): AskedOperation => {
    members.undone('SourceKeyId', 'SourceKeyVersionId', 'SourceEncryptionAlgorithm')
    return asked<'re-encrypt'>(
      {
        kind: 're-encrypt',
        ciphertext: members.base64('CiphertextBlob', MAX_CIPHERTEXT_BYTES),
        sourceContext: members.context('SourceEncryptionContext'),
        key: fromVendorArn(ACS, members.key('DestinationKeyId')),
        context: members.context('DestinationEncryptionContext'),
        ...present({ dryRun: members.flag('DryRun') }),
      },
      (result) => ({ CiphertextBlob: base64(result.ciphertext), ...used(result) }),
    )
  },
} as const
