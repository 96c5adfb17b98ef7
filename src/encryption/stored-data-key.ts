import type { KeyRequest, KeyService, KeyUse } from '../kms/index.ts'
import { refuse, StoreFailure, type EncryptionContext } from '../operations/index.ts'
import type { SecretBytes } from '../secrets/index.ts'

/** A `CKB1` as a record holds it. */
interface StoredBlob {
  /** Base64. */
  readonly blob: string
  readonly context: EncryptionContext
  readonly keyArn: string
  /** A bucket key that is fetched to write under it. */
  readonly forWriting?: boolean
}

/**
 * Opens a data key that lies in a record, as the caller; who gets it wipes it. No client sent this blob: one that does not
 * open, or belongs to another key than the record says, is damage, `integrity`.
 */
export async function openStoredBlob(
  kms: Pick<KeyService, 'decrypt'>,
  request: KeyRequest,
  { blob, context, keyArn, forWriting = false }: StoredBlob,
): Promise<{ readonly plaintext: SecretBytes; readonly use: KeyUse }> {
  try {
    return await kms.decrypt(request, {
      ...{ blob: Buffer.from(blob, 'base64'), context, expectKeyArn: keyArn, forWriting },
    })
  } catch (error) {
    const kind = error instanceof StoreFailure ? error.failure.kind : undefined
    if (kind === 'invalid-ciphertext' || kind === 'incorrect-key')
      refuse({ kind: 'integrity', what: 'wrapped data key' })
    throw error
  }
}
