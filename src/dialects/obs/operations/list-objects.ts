import type { BucketName, ListedObject, ListObjects } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { nameWriter, type ShowName } from '../../listed-names.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element, escapeXml, parent } from '../../xml-writer.ts'
import { ownerElement, respondXml } from '../answers.ts'
import { classOutward, type ObsFace } from '../face.ts'
import { decoded, encodesNames, pageSize, queryText, type Encoder, type ObsRequest } from '../obs-request.ts'
import { shownClass } from '../storage-class.ts'

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

export function decodeListObjects(request: ObsRequest, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'list-objects', bucket }, (): SpelledListing => {
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
    const continuation = queryText(request, 'continuation-token')
    return {
      ...{ ...common, version: 2, after: startAfter ?? '', fetchOwner: queryText(request, 'fetch-owner') === 'true' },
      ...(startAfter === undefined ? {} : { startAfter }),
      ...(continuation === undefined ? {} : { continuation }),
    }
  })
}

export const encodeListObjects: Encoder<'list-objects'> = ({ operation, result }, context) => {
  const encodes = isSpelled(operation) && operation.encodesNames
  const show = nameWriter(encodes)
  const owner = operation.fetchOwner ? ownerElement('Owner', context) : ''
  const startAfter = isSpelled(operation) ? operation.startAfter : undefined
  const page =
    isSpelled(operation) && operation.version === 1
      ? [
          element('Marker', show(operation.after)),
          // Unlike S3's, whenever there is more.
          result.truncated && result.last !== undefined ? element('NextMarker', show(result.last)) : '',
        ]
      : [
          element('KeyCount', result.objects.length + result.groups.length),
          element('ContinuationToken', operation.continuation),
          element('NextContinuationToken', result.nextContinuation),
          startAfter === undefined ? '' : element('StartAfter', show(startAfter)),
        ]
  return respondXml(context, 'ListBucketResult', [
    element('Name', operation.bucket),
    element('Prefix', show(operation.prefix)),
    ...page,
    element('MaxKeys', operation.maxKeys),
    operation.delimiter === '' ? '' : element('Delimiter', show(operation.delimiter)),
    encodes ? element('EncodingType', 'url') : '',
    element('IsTruncated', result.truncated),
    ...result.objects.map((object) => parent('Contents', listedFields(object, show, context.face), owner)),
    ...commonPrefixes(result.groups, show),
  ])
}

/** The elements that an object and a version have alike. One text: a page has a thousand of these. */
export function listedFields(object: ListedObject, show: ShowName, face: ObsFace): string {
  const { key, lastModifiedMs, etag, size, storageClass } = object
  return (
    `<Key>${escapeXml(show(key))}</Key><LastModified>${isoTime(lastModifiedMs)}</LastModified>` +
    `<ETag>&quot;${escapeXml(etag)}&quot;</ETag><Size>${size}</Size>` +
    `<StorageClass>${escapeXml(classOutward(face, shownClass(storageClass)))}</StorageClass>` +
    (object.type === 'appendable' ? '<Type>APPENDABLE</Type>' : '')
  )
}

export function commonPrefixes(groups: readonly string[], show: ShowName): readonly string[] {
  return groups.map((group) => parent('CommonPrefixes', element('Prefix', show(group))))
}
