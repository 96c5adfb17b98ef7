import * as s3 from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { type ObjectDescription, type OperationOf, type Slice } from '../../src/operations/index.ts'
import { checksumsOf, unquoted, defined, customerInput, shownOf, conditionsInput, targetInput } from './wire-fields.ts'

/** What came of a request. */
export interface Sent {
  readonly result: unknown
  /** The body of a GET. */
  readonly bytes?: Buffer
}

type Output = s3.GetObjectCommandOutput | s3.HeadObjectCommandOutput

function readInput(operation: OperationOf<'get-object' | 'head-object'>): object {
  const { range, partNumber } = operation
  const rangeText =
    range === undefined
      ? undefined
      : range.kind === 'suffix'
        ? `bytes=-${range.length}`
        : `bytes=${range.first}-${range.last ?? ''}`
  return defined({
    Range: rangeText,
    PartNumber: partNumber,
    ...conditionsInput(operation.conditions, ''),
    ...customerInput(operation.customer),
    ChecksumMode: operation.withChecksums ? 'ENABLED' : undefined,
  })
}

function describe(output: Output, size: number): ObjectDescription {
  const { ContentType, CacheControl, ContentLanguage, Metadata, TagCount, LastModified, VersionId } = output
  return {
    ...(VersionId === undefined ? {} : { versionId: VersionId as NonNullable<ObjectDescription['versionId']> }),
    size,
    lastModifiedMs: LastModified?.getTime() ?? assert.fail('no Last-Modified'),
    etag: unquoted(output.ETag),
    system: defined({ contentType: ContentType, cacheControl: CacheControl, contentLanguage: ContentLanguage }),
    metadata: Object.entries(Metadata ?? {}).sort(([left], [right]) => (left < right ? -1 : 1)),
    tagCount: TagCount ?? 0,
    storageClass: output.StorageClass ?? 'STANDARD',
    encryption: shownOf(output),
    checksums: checksumsOf(output),
  }
}

function sliceOf(output: Output): Slice {
  const length = output.ContentLength ?? assert.fail('no Content-Length')
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(output.ContentRange ?? '')
  const partial = output.$metadata.httpStatusCode === 206
  if (match === null) return { first: 0, length, total: length, partial }
  const [first, last, total] = match.slice(1).map(Number)
  assert.equal(length, (last ?? 0) - (first ?? 0) + 1)
  return { first: first ?? 0, length, total: total ?? 0, partial }
}

export async function sendRead(
  client: s3.S3Client,
  operation: OperationOf<'get-object' | 'head-object'>,
): Promise<Sent> {
  const input = { ...targetInput(operation), ...readInput(operation) }
  if (operation.kind === 'head-object') {
    const output = await client.send(new s3.HeadObjectCommand(input))
    const slice = sliceOf(output)
    return { result: { object: describe(output, slice.total), slice } }
  }
  const output = await client.send(new s3.GetObjectCommand(input))
  const bytes = Buffer.from((await output.Body?.transformToByteArray()) ?? [])
  const slice = sliceOf(output)
  return { result: { object: describe(output, slice.total), slice }, bytes }
}
