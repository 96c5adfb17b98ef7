import * as s3 from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import type { OperationOf } from '../../src/operations/index.ts'
import { elementText, rawRequest } from '../raw-request.ts'
import { checksumsOf, unquoted, defined, kindOf, targetInput } from './wire-fields.ts'

function listedChecksum(names: readonly string[] | undefined): string | undefined {
  return names?.[0]?.toLowerCase()
}

export async function sendListing(
  client: s3.S3Client,
  operation: OperationOf<'list-objects' | 'list-uploads' | 'list-parts' | 'list-buckets'>,
): Promise<unknown> {
  switch (operation.kind) {
    case 'list-objects': {
      const { bucket: Bucket, prefix: Prefix, delimiter: Delimiter, maxKeys: MaxKeys, after, continuation } = operation
      const input = { Bucket, Prefix, MaxKeys, ...(Delimiter === '' ? {} : { Delimiter }) }
      // Both ways to list, by turns.
      const isSecond = MaxKeys % 2 === 1
      const output: s3.ListObjectsV2CommandOutput | s3.ListObjectsCommandOutput = isSecond
        ? await client.send(
            new s3.ListObjectsV2Command({
              ...input,
              ...(continuation === undefined ? {} : { ContinuationToken: continuation }),
              ...(after === '' ? {} : { StartAfter: after }),
            }),
          )
        : await client.send(new s3.ListObjectsCommand({ ...input, ...(after === '' ? {} : { Marker: after }) }))
      return defined({
        objects: (output.Contents ?? []).map((one) => ({
          key: one.Key,
          size: one.Size,
          lastModifiedMs: one.LastModified?.getTime(),
          etag: unquoted(one.ETag),
          storageClass: one.StorageClass,
          checksumAlgorithm: listedChecksum(one.ChecksumAlgorithm),
        })),
        groups: (output.CommonPrefixes ?? []).map((group) => group.Prefix),
        truncated: output.IsTruncated,
        last: 'NextMarker' in output ? output.NextMarker : undefined,
        nextContinuation: 'NextContinuationToken' in output ? output.NextContinuationToken : undefined,
      })
    }
    case 'list-uploads': {
      const { bucket: Bucket, prefix: Prefix, delimiter, maxUploads: MaxUploads, keyMarker, uploadIdMarker } = operation
      const output = await client.send(
        new s3.ListMultipartUploadsCommand({
          ...{ Bucket, Prefix, MaxUploads },
          ...(delimiter === '' ? {} : { Delimiter: delimiter }),
          ...(keyMarker === '' ? {} : { KeyMarker: keyMarker }),
          ...(uploadIdMarker === undefined || keyMarker === '' ? {} : { UploadIdMarker: uploadIdMarker }),
        }),
      )
      const truncated = output.IsTruncated === true
      return defined({
        uploads: (output.Uploads ?? []).map((one) => ({
          key: one.Key,
          uploadId: one.UploadId,
          startedMs: one.Initiated?.getTime(),
          storageClass: one.StorageClass,
        })),
        groups: (output.CommonPrefixes ?? []).map((group) => group.Prefix),
        truncated,
        nextKeyMarker: truncated ? output.NextKeyMarker : undefined,
        nextUploadIdMarker: truncated && output.NextUploadIdMarker !== '' ? output.NextUploadIdMarker : undefined,
      })
    }
    case 'list-parts': {
      const { uploadId: UploadId, maxParts: MaxParts, partNumberMarker } = operation
      const input = { ...targetInput(operation), UploadId, MaxParts, PartNumberMarker: `${partNumberMarker}` }
      const output = await client.send(new s3.ListPartsCommand(input))
      const truncated = output.IsTruncated === true
      return defined({
        parts: (output.Parts ?? []).map((part) => ({
          partNumber: part.PartNumber,
          size: part.Size,
          etag: unquoted(part.ETag),
          lastModifiedMs: part.LastModified?.getTime(),
          checksums: checksumsOf(part),
        })),
        truncated,
        next: truncated ? Number(output.NextPartNumberMarker) : undefined,
        storageClass: output.StorageClass,
        checksum: kindOf(output),
      })
    }
    case 'list-buckets': {
      const { prefix: Prefix, maxBuckets: MaxBuckets, after } = operation
      assert.equal(after, undefined, 'over HTTP only a token says where to go on')
      const output = await client.send(new s3.ListBucketsCommand(defined({ Prefix, MaxBuckets })))
      const buckets = (output.Buckets ?? []).map(({ Name, CreationDate }) => ({
        name: Name,
        createdMs: CreationDate?.getTime(),
      }))
      return { buckets }
    }
  }
}

/** Versions and delete markers in their order, which the client's answer does not keep. */
export async function sendVersions(
  server: { readonly endpoint: string },
  operation: OperationOf<'list-object-versions'>,
  nowMs: number,
): Promise<unknown> {
  const { prefix, delimiter, maxKeys, keyMarker, versionIdMarker } = operation
  const fields: readonly (readonly [string, string])[] = [
    ['delimiter', delimiter],
    ['key-marker', keyMarker],
    ['max-keys', `${maxKeys}`],
    ['prefix', prefix],
    ['version-id-marker', keyMarker === '' ? '' : (versionIdMarker ?? '')],
  ]
  const given = fields
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  const query = [...given, 'versions='].join('&')
  const answer = await rawRequest(server, { method: 'GET', path: `/${operation.bucket}`, query, timeMs: nowMs })
  if (answer.status !== 200) {
    throw new s3.S3ServiceException({
      name: answer.code ?? '',
      $fault: 'client',
      $metadata: { httpStatusCode: answer.status },
      message: answer.text,
    })
  }
  const head = answer.text.replaceAll(/<(Version|DeleteMarker|CommonPrefixes)>.*?<\/\1>/gs, '')
  const texts = (one: string, name: string): string => elementText(one, name) ?? assert.fail(`no ${name}`)
  const versions = [...answer.text.matchAll(/<(Version|DeleteMarker)>.*?<\/\1>/gs)].map(([one, kind]) => ({
    key: texts(one, 'Key'),
    versionId: texts(one, 'VersionId'),
    isLatest: texts(one, 'IsLatest') === 'true',
    deleteMarker: kind === 'DeleteMarker',
    lastModifiedMs: Date.parse(texts(one, 'LastModified')),
    ...(kind === 'DeleteMarker'
      ? {}
      : {
          size: Number(texts(one, 'Size')),
          etag: texts(one, 'ETag').replaceAll('"', ''),
          storageClass: texts(one, 'StorageClass'),
          checksumAlgorithm: elementText(one, 'ChecksumAlgorithm')?.toLowerCase(),
        }),
  }))
  return defined({
    versions,
    groups: [...answer.text.matchAll(/<CommonPrefixes>.*?<\/CommonPrefixes>/gs)].map(([one]) => texts(one, 'Prefix')),
    truncated: texts(head, 'IsTruncated') === 'true',
    nextKeyMarker: elementText(head, 'NextKeyMarker'),
    nextVersionIdMarker: elementText(head, 'NextVersionIdMarker'),
  })
}
