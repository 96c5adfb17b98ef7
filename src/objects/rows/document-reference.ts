import type { BucketLifecycle, BucketNotification } from '../../operations/index.ts'

/** The settings of a bucket that lie in rows of their own. */
export interface Documents {
  readonly lifecycle: BucketLifecycle
  readonly notification: BucketNotification
}

export type DocumentKind = keyof Documents

/** Where a document lies. `id`: 32 hexadecimal digits. */
export interface DocumentReference {
  readonly id: string
  readonly pages: number
}
