import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
  type CompleteMultipartUploadCommandInput,
  type CompleteMultipartUploadCommandOutput,
  type CreateMultipartUploadCommandInput,
  type UploadPartCommandInput,
  type UploadPartCommandOutput,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import type { EncryptionMode } from './encryption-modes.ts'
import type { ObjectBench } from './object-bench.ts'

/** One upload of the bench's bucket, part by part. */
export interface Upload {
  readonly UploadId: string
  readonly Key: string
  part(number: number, body: Uint8Array, more?: Partial<UploadPartCommandInput>): Promise<UploadPartCommandOutput>
  /** Of all parts that lie there, unless `more` lists others. */
  complete(more?: Partial<CompleteMultipartUploadCommandInput>): Promise<CompleteMultipartUploadCommandOutput>
  /** The numbers of the parts that lie there. */
  numbers(): Promise<readonly (number | undefined)[]>
}

/** The least that a part may have which is not the last. */
export const MIN_PART_BYTES = 5 * 1024 * 1024

export async function startUpload(
  { s3, bucket }: Pick<ObjectBench, 's3' | 'bucket'>,
  Key: string,
  mode?: Pick<EncryptionMode, 'write' | 'read'>,
  more: Partial<CreateMultipartUploadCommandInput> = {},
): Promise<Upload> {
  const at = { Bucket: bucket, Key }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...at, ...mode?.write, ...more }))
  assert.ok(UploadId)
  const listed = async () => (await s3.send(new ListPartsCommand({ ...at, UploadId }))).Parts ?? []
  return {
    UploadId,
    Key,
    part: async (PartNumber, Body, extra = {}) =>
      s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body, ...mode?.read, ...extra })),
    complete: async (extra = {}) => {
      const MultipartUpload = extra.MultipartUpload ?? {
        Parts: (await listed()).map(({ PartNumber, ETag }) => ({ PartNumber, ETag })),
      }
      return s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, ...extra, MultipartUpload }))
    },
    numbers: async () => (await listed()).map(({ PartNumber }) => PartNumber),
  }
}
