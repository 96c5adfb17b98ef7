import type { BucketName, ListedObject, ListObjects } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { nameWriter, type ShowName } from '../../listed-names.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element, escapeXml, parent } from '../../xml-writer.ts'
import { ownerElement, respondXml } from '../answers.ts'
import { refuseMethodHeader } from '../encryption-headers.ts'
import { decoded, encodesNames, queryText, type Encoder, type OssRequest } from '../oss-request.ts'
import { shownStorageClass } from '../storage-classes.ts'
import { maxKeys } from './list-buckets.ts'

export const MAX_LISTED = 1_000
export const USUALLY_LISTED = 100

/** A listing and how it was asked for: the two versions of the operation answer in different words. */
interface SpelledListing extends ListObjects {
  readonly version: 1 | 2
  readonly encodesNames: boolean
  readonly startAfter?: string
}

function isSpelled(operation: ListObjects): operation is SpelledListing {
  return 'version' in operation && 'encodesNames' in operation
}

/** GetBucket (ListObjects) and ListObjectsV2. */
export function decodeListObjects(request: OssRequest, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'list-objects', bucket }, (): SpelledListing => {
    refuseMethodHeader(request.view.headers)
    const common = {
      kind: 'list-objects',
      bucket,
      prefix: queryText(request, 'prefix') ?? '',
      delimiter: queryText(request, 'delimiter') ?? '',
      maxKeys: maxKeys(request, MAX_LISTED, USUALLY_LISTED),
      encodesNames: encodesNames(request),
    } as const
    const type = queryText(request, 'list-type')
    if (type === undefined || type === '1') {
      return { ...common, version: 1, after: queryText(request, 'marker') ?? '', fetchOwner: true }
    }
    if (type !== '2') refuseArgument('list-type', type, 'list-type is 2.')
    const startAfter = queryText(request, 'start-after')
    const continuation = queryText(request, 'continuation-token')
    return {
      ...common,
      version: 2,
      after: startAfter ?? '',
      fetchOwner: queryText(request, 'fetch-owner')?.toLowerCase() === 'true',
      ...(startAfter === undefined ? {} : { startAfter }),
      ...(continuation === undefined ? {} : { continuation }),
    }
  })
}

export const encodeListObjects: Encoder<'list-objects'> = ({ operation, result }, context) => {
  const spelled = isSpelled(operation) ? operation : undefined
  const encodes = spelled?.encodesNames === true
  const show = nameWriter(encodes)
  const owner = operation.fetchOwner ? ownerElement(context.account) : ''
  const page =
    spelled?.version === 2
      ? [
          element('StartAfter', spelled.startAfter === undefined ? undefined : show(spelled.startAfter)),
          element('ContinuationToken', operation.continuation),
          element('NextContinuationToken', result.nextContinuation),
          element('KeyCount', result.objects.length + result.groups.length),
        ]
      : [
          element('Marker', show(operation.after)),
          result.truncated && result.last !== undefined ? element('NextMarker', show(result.last)) : '',
        ]
  return respondXml(context, 'ListBucketResult', [
    element('Name', operation.bucket),
    element('Prefix', show(operation.prefix)),
    ...page,
    element('MaxKeys', operation.maxKeys),
    element('Delimiter', show(operation.delimiter)),
    encodes ? element('EncodingType', 'url') : '',
    element('IsTruncated', result.truncated),
    ...result.objects.map((object) => `<Contents>${listedFields(object, show)}${owner}</Contents>`),
    ...commonPrefixes(result.groups, show),
  ])
}

/** The elements that an object and a version have alike. */
export function listedFields(object: ListedObject, show: ShowName): string {
  const { key, lastModifiedMs, etag, size, storageClass } = object
  // One text instead of many elements: a page has a thousand of these.
  return (
    `<Key>${escapeXml(show(key))}</Key><LastModified>${isoTime(lastModifiedMs)}</LastModified>` +
    `<ETag>&quot;${escapeXml(etag.toUpperCase())}&quot;</ETag><Type>${etag.includes('-') ? 'Multipart' : 'Normal'}</Type>` +
    `<Size>${size}</Size><StorageClass>${shownStorageClass(storageClass)}</StorageClass>`
  )
}

export function commonPrefixes(groups: readonly string[], show: ShowName): readonly string[] {
  return groups.map((group) => parent('CommonPrefixes', element('Prefix', show(group))))
}
