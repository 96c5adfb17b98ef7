import * as s3 from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import type { OperationOf } from '../../src/operations/index.ts'
import { checksumsOf, defined, customerInput, targetInput } from './wire-fields.ts'

export async function sendChange(
  client: s3.S3Client,
  operation: OperationOf<
    | 'delete-object'
    | 'delete-objects'
    | 'get-object-tagging'
    | 'put-object-tagging'
    | 'delete-object-tagging'
    | 'get-object-attributes'
    | 'update-object-encryption'
  >,
): Promise<unknown> {
  switch (operation.kind) {
    case 'delete-object': {
      const output = await client.send(new s3.DeleteObjectCommand(targetInput(operation)))
      return defined({ versionId: output.VersionId, deleteMarker: output.DeleteMarker ?? false })
    }
    case 'delete-objects': {
      const Objects = operation.entries.map(({ key, versionId }) => defined({ Key: key, VersionId: versionId }))
      const output = await client.send(new s3.DeleteObjectsCommand({ Bucket: operation.bucket, Delete: { Objects } }))
      assert.deepEqual(output.Errors ?? [], [])
      const outcomes = (output.Deleted ?? []).map(({ Key, VersionId, DeleteMarker, DeleteMarkerVersionId }) => ({
        kind: 'deleted',
        ...defined({ key: Key, versionId: VersionId }),
        result: defined({ deleteMarker: DeleteMarker ?? false, versionId: VersionId ?? DeleteMarkerVersionId }),
      }))
      return { outcomes }
    }
    case 'get-object-tagging': {
      const output = await client.send(new s3.GetObjectTaggingCommand(targetInput(operation)))
      return defined({ tags: (output.TagSet ?? []).map(({ Key, Value }) => [Key, Value]), versionId: output.VersionId })
    }
    case 'put-object-tagging': {
      const Tagging = { TagSet: operation.tags.map(([Key, Value]) => ({ Key, Value })) }
      const output = await client.send(new s3.PutObjectTaggingCommand({ ...targetInput(operation), Tagging }))
      return defined({ versionId: output.VersionId })
    }
    case 'delete-object-tagging': {
      const output = await client.send(new s3.DeleteObjectTaggingCommand(targetInput(operation)))
      return defined({ versionId: output.VersionId })
    }
    case 'get-object-attributes':
      return sendAttributes(client, operation)
    case 'update-object-encryption': {
      const SSEKMS = { KMSKeyArn: operation.keyArn, BucketKeyEnabled: operation.bucketKey }
      await client.send(
        new s3.UpdateObjectEncryptionCommand({ ...targetInput(operation), ObjectEncryption: { SSEKMS } }),
      )
      return undefined
    }
  }
}

async function sendAttributes(client: s3.S3Client, operation: OperationOf<'get-object-attributes'>): Promise<unknown> {
  const { customer, partNumberMarker, maxParts: MaxParts } = operation
  const output = await client.send(
    new s3.GetObjectAttributesCommand({
      ...targetInput(operation),
      ...customerInput(customer),
      MaxParts,
      PartNumberMarker: `${partNumberMarker}`,
      ObjectAttributes: ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'],
    }),
  )
  const parts = output.ObjectParts
  const object = defined({
    versionId: output.VersionId,
    size: output.ObjectSize,
    lastModifiedMs: output.LastModified?.getTime(),
    etag: output.ETag,
    storageClass: output.StorageClass,
    checksums: checksumsOf(output.Checksum ?? {}),
    encryption: { mode: 'none', cipher: 'aes-256' },
  })
  if (parts === undefined) return { object }
  const listed = (parts.Parts ?? []).map((part) => ({
    partNumber: part.PartNumber,
    size: part.Size,
    checksums: checksumsOf(part),
  }))
  const next = parts.IsTruncated === true ? Number(parts.NextPartNumberMarker) : undefined
  return { object, parts: defined({ total: parts.TotalPartsCount, listed, next }) }
}
