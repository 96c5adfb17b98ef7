import * as s3 from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import type { OperationOf } from '../../src/operations/index.ts'
import {
  WIRE_NAMES,
  base64,
  checksumField,
  checksumsOf,
  unquoted,
  defined,
  customerInput,
  encryptionInput,
  shownOf,
  conditionInput,
  tagsText,
  propertiesInput,
  targetInput,
  expectInput,
  kindOf,
  sourceInput,
} from './wire-fields.ts'

export async function sendWrite(
  client: s3.S3Client,
  operation: OperationOf<
    'put-object' | 'copy-object' | 'create-upload' | 'upload-part' | 'upload-part-copy' | 'complete-upload'
  >,
  body: Buffer | undefined,
): Promise<unknown> {
  switch (operation.kind) {
    case 'put-object': {
      const { properties } = operation
      const output = await client.send(
        new s3.PutObjectCommand({
          ...targetInput(operation),
          ...(body === undefined ? {} : { Body: body }),
          ...propertiesInput(properties),
          ...(properties.tags.length === 0 ? {} : { Tagging: tagsText(properties.tags) }),
          StorageClass: properties.storageClass as s3.StorageClass,
          ...encryptionInput(operation.encryption),
          ...expectInput(operation.expect),
          ...conditionInput(operation.condition),
        }),
      )
      const common = { etag: unquoted(output.ETag), encryption: shownOf(output), checksums: checksumsOf(output) }
      return defined({ ...common, versionId: output.VersionId })
    }
    case 'copy-object':
      return sendCopy(client, operation)
    case 'create-upload': {
      const { properties, checksum } = operation
      const output = await client.send(
        new s3.CreateMultipartUploadCommand({
          ...targetInput(operation),
          ...propertiesInput(properties),
          ...(properties.tags.length === 0 ? {} : { Tagging: tagsText(properties.tags) }),
          StorageClass: properties.storageClass as s3.StorageClass,
          ...encryptionInput(operation.encryption),
          ...(checksum === undefined
            ? {}
            : {
                ChecksumAlgorithm: WIRE_NAMES[checksum.algorithm],
                ChecksumType: checksum.type === 'composite' ? 'COMPOSITE' : 'FULL_OBJECT',
              }),
        }),
      )
      return defined({ uploadId: output.UploadId, encryption: shownOf(output), checksum: kindOf(output) })
    }
    case 'upload-part': {
      const { uploadId: UploadId, partNumber: PartNumber, customer, expect } = operation
      const input = {
        ...targetInput(operation),
        UploadId,
        PartNumber,
        ...customerInput(customer),
        ...expectInput(expect),
      }
      const output = await client.send(
        new s3.UploadPartCommand({ ...input, ...(body === undefined ? {} : { Body: body }) }),
      )
      return { etag: unquoted(output.ETag), encryption: shownOf(output), checksums: checksumsOf(output) }
    }
    case 'upload-part-copy': {
      const { uploadId: UploadId, partNumber: PartNumber, customer, range } = operation
      const CopySourceRange = range?.kind === 'from' ? `bytes=${range.first}-${range.last ?? ''}` : undefined
      const input = { ...targetInput(operation), UploadId, PartNumber, ...sourceInput(operation.source) }
      const output = await client.send(
        new s3.UploadPartCopyCommand({ ...input, ...defined({ CopySourceRange }), ...customerInput(customer) }),
      )
      const made = output.CopyPartResult ?? {}
      return defined({
        etag: unquoted(made.ETag),
        lastModifiedMs: wholeSeconds(made.LastModified),
        encryption: shownOf(output),
        checksums: checksumsOf(made),
        sourceVersionId: output.CopySourceVersionId,
      })
    }
    case 'complete-upload':
      return sendComplete(client, operation)
  }
}

function wholeSeconds(date: Date | undefined): number {
  return Math.floor((date?.getTime() ?? assert.fail('no time')) / 1000) * 1000
}

async function sendCopy(client: s3.S3Client, operation: OperationOf<'copy-object'>): Promise<unknown> {
  const { replaceProperties, replaceTags, storageClass, checksum, condition } = operation
  const output = await client.send(
    new s3.CopyObjectCommand({
      ...targetInput(operation),
      ...sourceInput(operation.source),
      ...(replaceProperties === undefined
        ? {}
        : { MetadataDirective: 'REPLACE', ...propertiesInput(replaceProperties) }),
      ...(replaceTags === undefined ? {} : { TaggingDirective: 'REPLACE', Tagging: tagsText(replaceTags) }),
      ...(storageClass === undefined ? {} : { StorageClass: storageClass as s3.StorageClass }),
      ...(checksum === undefined ? {} : { ChecksumAlgorithm: WIRE_NAMES[checksum] }),
      ...encryptionInput(operation.encryption),
      ...conditionInput(condition),
    }),
  )
  const made = output.CopyObjectResult ?? {}
  return defined({
    etag: unquoted(made.ETag),
    encryption: shownOf(output),
    checksums: checksumsOf(made),
    versionId: output.VersionId,
    sourceVersionId: output.CopySourceVersionId,
  })
}

async function sendComplete(client: s3.S3Client, operation: OperationOf<'complete-upload'>): Promise<unknown> {
  const { uploadId: UploadId, objectSize: MpuObjectSize, customer, condition } = operation
  const Parts = operation.parts.map(({ partNumber, etag, checksum }) => ({
    PartNumber: partNumber,
    ETag: `"${etag}"`,
    ...(checksum === undefined ? {} : checksumField(checksum.algorithm, base64(checksum.value))),
  }))
  const output = await client.send(
    new s3.CompleteMultipartUploadCommand({
      ...targetInput(operation),
      UploadId,
      MultipartUpload: { Parts },
      ...defined({ MpuObjectSize }),
      ...customerInput(customer),
      ...conditionInput(condition),
    }),
  )
  return defined({ etag: unquoted(output.ETag), checksums: checksumsOf(output), versionId: output.VersionId })
}
