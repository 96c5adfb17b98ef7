import {
  parseVersionId,
  type BucketName,
  type ListedVersion,
  type ListObjectVersions,
  type VersionId,
} from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { nameWriter, type ShowName } from '../../listed-names.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element, parent } from '../../xml-writer.ts'
import { ownerElement, respondXml } from '../answers.ts'
import { decoded, encodesNames, pageSize, queryText, type CosRequest, type Encoder } from '../cos-request.ts'
import { commonPrefixes, listedFields, MAX_LISTED } from './list-objects.ts'

type SpelledVersions = ListObjectVersions & { readonly encodesNames: boolean }

/** GET Bucket object versions. */
export function decodeListObjectVersions(request: CosRequest, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'list-object-versions', bucket }, (): SpelledVersions => {
    const keyMarker = queryText(request, 'key-marker') ?? ''
    const versionIdMarker = markerOf(request, keyMarker)
    return {
      kind: 'list-object-versions',
      bucket,
      prefix: queryText(request, 'prefix') ?? '',
      delimiter: queryText(request, 'delimiter') ?? '',
      keyMarker,
      maxKeys: pageSize(request, 'max-keys', MAX_LISTED),
      encodesNames: encodesNames(request),
      ...(versionIdMarker === undefined ? {} : { versionIdMarker }),
    }
  })
}

/** Clients send an empty one with the first page. */
function markerOf(request: CosRequest, keyMarker: string): VersionId | undefined {
  const name = 'version-id-marker'
  const text = queryText(request, name)
  if (text === undefined) return undefined
  if (keyMarker === '') refuseArgument(name, text, 'A version-id marker needs a key marker.')
  return parseVersionId(text) ?? refuseArgument(name, text, 'Invalid version id specified')
}

export const encodeListObjectVersions: Encoder<'list-object-versions'> = ({ operation, result }, context) => {
  const encodes = 'encodesNames' in operation && operation.encodesNames === true
  const show = nameWriter(encodes)
  const owner = ownerElement('Owner', context)
  const { nextKeyMarker } = result
  return respondXml(context, 'ListVersionsResult', [
    element('Name', operation.bucket),
    encodes ? element('EncodingType', 'url') : '',
    element('Prefix', show(operation.prefix)),
    element('KeyMarker', show(operation.keyMarker)),
    element('VersionIdMarker', operation.versionIdMarker ?? ''),
    element('MaxKeys', operation.maxKeys),
    operation.delimiter === '' ? '' : element('Delimiter', show(operation.delimiter)),
    element('IsTruncated', result.truncated),
    nextKeyMarker === undefined ? '' : element('NextKeyMarker', show(nextKeyMarker)),
    element('NextVersionIdMarker', result.nextVersionIdMarker),
    ...result.versions.map((version) => versionElement(version, show, owner)),
    ...commonPrefixes(result.groups, show),
  ])
}

function versionElement(version: ListedVersion, show: ShowName, owner: string): string {
  const ids = element('VersionId', version.versionId) + element('IsLatest', version.isLatest)
  if (!version.deleteMarker) return parent('Version', listedFields(version, show), ids, owner)
  const times = element('LastModified', isoTime(version.lastModifiedMs))
  return parent('DeleteMarker', element('Key', show(version.key)), times, ids, owner)
}
