import type { BucketName, ListedObject, ListObjects } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { nameWriter, type ShowName } from '../../listed-names.ts'
import { element, escapeXml, parent } from '../../xml-writer.ts'
import { ownerElement, respondXml } from '../answers.ts'
import { decoded, encodesNames, pageSize, queryText, type CosRequest, type Encoder } from '../cos-request.ts'
import { refuseServerSideHeaders } from '../encryption-headers.ts'
import { shownStorageClass } from '../storage-classes.ts'

export const MAX_LISTED = 1_000

type SpelledListing = ListObjects & { readonly encodesNames: boolean }

/** GET Bucket: the one listing there is, by marker. */
export function decodeListObjects(request: CosRequest, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'list-objects', bucket }, (): SpelledListing => {
    refuseServerSideHeaders(request)
    return {
      kind: 'list-objects',
      bucket,
      prefix: queryText(request, 'prefix') ?? '',
      delimiter: queryText(request, 'delimiter') ?? '',
      after: queryText(request, 'marker') ?? '',
      maxKeys: pageSize(request, 'max-keys', MAX_LISTED),
      fetchOwner: true,
      encodesNames: encodesNames(request),
    }
  })
}

export const encodeListObjects: Encoder<'list-objects'> = ({ operation, result }, context) => {
  const encodes = 'encodesNames' in operation && operation.encodesNames === true
  const show = nameWriter(encodes)
  const owner = ownerElement('Owner', context)
  const { last } = result
  return respondXml(context, 'ListBucketResult', [
    element('Name', operation.bucket),
    encodes ? element('EncodingType', 'url') : '',
    element('Prefix', show(operation.prefix)),
    element('Marker', show(operation.after)),
    element('MaxKeys', operation.maxKeys),
    operation.delimiter === '' ? '' : element('Delimiter', show(operation.delimiter)),
    element('IsTruncated', result.truncated),
    result.truncated && last !== undefined ? element('NextMarker', show(last)) : '',
    ...result.objects.map((object) => `<Contents>${listedFields(object, show)}${owner}</Contents>`),
    ...commonPrefixes(result.groups, show),
  ])
}

/** The elements that an object and a version have alike. */
export function listedFields(object: ListedObject, show: ShowName): string {
  const { key, lastModifiedMs, etag, size, storageClass } = object
  // One text instead of five elements: a page has a thousand of these.
  return (
    `<Key>${escapeXml(show(key))}</Key><LastModified>${isoTime(lastModifiedMs)}</LastModified>` +
    `<ETag>&quot;${escapeXml(etag)}&quot;</ETag><Size>${size}</Size>` +
    `<StorageClass>${escapeXml(shownStorageClass(storageClass))}</StorageClass>`
  )
}

export function commonPrefixes(
  groups: readonly string[],
  show: ShowName,
  name: 'CommonPrefixes' | 'CommonPrefixs' = 'CommonPrefixes',
): readonly string[] {
  return groups.map((group) => parent(name, element('Prefix', show(group))))
}
