import type { BucketName, ListedObject, ListObjects } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element, escapeXml, parent } from '../../xml-writer.ts'
import { isoTime } from '../../iso-time.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { ownerElement, respondXml } from '../answers.ts'
import { refuseServerSideHeaders } from '../encryption-headers.ts'
import { nameWriter, type ShowName } from '../../listed-names.ts'
import { shownStorageClass } from '../headers.ts'
import { decoded, encodesNames, pageSize, queryText, type Encoder, type S3Request } from '../s3-request.ts'

export const MAX_LISTED = 1_000

/** A listing and how it was asked for: the two versions of the operation answer in different words. */
interface SpelledListing extends ListObjects {
  readonly version: 1 | 2
  readonly encodesNames: boolean
  readonly startAfter?: string
}

function isSpelled(operation: ListObjects): operation is SpelledListing {
  return 'version' in operation && 'encodesNames' in operation
}

/** ListObjects (version 1) and ListObjectsV2. */
export function decodeListObjects(request: S3Request, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'list-objects', bucket }, (): SpelledListing => {
    refuseServerSideHeaders(request)
    const common = {
      kind: 'list-objects',
      bucket,
      prefix: queryText(request, 'prefix') ?? '',
      delimiter: queryText(request, 'delimiter') ?? '',
      maxKeys: pageSize(request, 'max-keys', MAX_LISTED),
      encodesNames: encodesNames(request),
    } as const
    const type = queryText(request, 'list-type')
    if (type === undefined || type === '1') {
      return { ...common, version: 1, after: queryText(request, 'marker') ?? '', fetchOwner: true }
    }
    if (type !== '2') refuseArgument('list-type', type, 'list-type is 2')
    const startAfter = queryText(request, 'start-after')
    const continuation = continuationToken(request)
    return {
      ...common,
      version: 2,
      after: startAfter ?? '',
      fetchOwner: fetchOwner(request),
      ...(startAfter === undefined ? {} : { startAfter }),
      ...(continuation === undefined ? {} : { continuation }),
    }
  })
}

function continuationToken(request: S3Request): string | undefined {
  const token = request.query.get('continuation-token')?.value
  if (token === '') refuseArgument('continuation-token', '', 'The continuation token provided is incorrect')
  return token
}

function fetchOwner(request: S3Request): boolean {
  const text = queryText(request, 'fetch-owner')
  if (text === undefined || text === 'false') return false
  return text === 'true' ? true : refuseArgument('fetch-owner', text, 'fetch-owner is true or false')
}

export const encodeListObjects: Encoder<'list-objects'> = ({ operation, result }, context) => {
  const encodes = isSpelled(operation) && operation.encodesNames
  const show = nameWriter(encodes)
  const owner = operation.fetchOwner ? ownerElement('Owner', context) : ''
  const page =
    isSpelled(operation) && operation.version === 1
      ? [
          element('Marker', show(operation.after)),
          // Without a delimiter the last key is the next marker, and S3 does not repeat it.
          operation.delimiter !== '' && result.truncated && result.last !== undefined
            ? element('NextMarker', show(result.last))
            : '',
        ]
      : [
          element('KeyCount', result.objects.length + result.groups.length),
          element('ContinuationToken', operation.continuation),
          element('NextContinuationToken', result.nextContinuation),
          isSpelled(operation) && operation.startAfter !== undefined
            ? element('StartAfter', show(operation.startAfter))
            : '',
        ]
  return respondXml(context, 'ListBucketResult', [
    element('Name', operation.bucket),
    element('Prefix', show(operation.prefix)),
    ...page,
    element('MaxKeys', operation.maxKeys),
    operation.delimiter === '' ? '' : element('Delimiter', show(operation.delimiter)),
    encodes ? element('EncodingType', 'url') : '',
    element('IsTruncated', result.truncated),
    ...result.objects.map((object) => `<Contents>${listedFields(object, show)}${owner}</Contents>`),
    ...commonPrefixes(result.groups, show),
  ])
}

/** The elements that an object, a version and a delete marker have alike. */
export function listedFields(object: ListedObject, show: ShowName): string {
  const { key, lastModifiedMs, etag, size, storageClass, checksumAlgorithm } = object
  // One text instead of six elements: a page has a thousand of these. A class of storage is one of our own words.
  return (
    `<Key>${escapeXml(show(key))}</Key><LastModified>${isoTime(lastModifiedMs)}</LastModified>` +
    `<ETag>&quot;${escapeXml(etag)}&quot;</ETag>${element('ChecksumAlgorithm', checksumAlgorithm?.toUpperCase())}` +
    `<Size>${size}</Size><StorageClass>${escapeXml(shownStorageClass(storageClass))}</StorageClass>`
  )
}

export function commonPrefixes(groups: readonly string[], show: ShowName): readonly string[] {
  return groups.map((group) => parent('CommonPrefixes', element('Prefix', show(group))))
}
