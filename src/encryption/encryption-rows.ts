import type { MetadataStore } from '../storage/index.ts'

/** The rows that this room keeps. Their values are sealed records; their keys hold no secret. */

/** All that this room asks of the metadata store. */
export type RowStore = Pick<MetadataStore, 'getMany' | 'commit'>

const BUCKET_KEY_ROW = Buffer.from('enc/bucket-key/', 'ascii')
const DEFAULT_ROW = Buffer.from('enc/default/', 'ascii')

/** The bucket key in use for a bucket and one version of one KMS key. */
export function bucketKeyRow(bucketUuid: Uint8Array, keyUid: string, version: number): Buffer {
  const number = Buffer.alloc(4)
  number.writeUInt32BE(version)
  return Buffer.concat([BUCKET_KEY_ROW, bucketUuid, Buffer.from(keyUid, 'hex'), number])
}

/** Which KMS key a bucket's default holds. */
export function defaultKeyRow(bucketUuid: Uint8Array): Buffer {
  return Buffer.concat([DEFAULT_ROW, bucketUuid])
}

/** The rows of a bucket's bucket keys, [start, end): who removes a bucket removes them. */
export function bucketKeyRange(bucketUuid: Uint8Array): { readonly start: Uint8Array; readonly end: Uint8Array } {
  return {
    start: Buffer.concat([BUCKET_KEY_ROW, bucketUuid]),
    // Longer than any key uid and version behind the uuid.
    end: Buffer.concat([BUCKET_KEY_ROW, bucketUuid, Buffer.alloc(32, 0xff)]),
  }
}
