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
import type { ObsFace } from '../face.ts'
import { decoded, encodesNames, pageSize, queryText, type Encoder, type ObsRequest } from '../obs-request.ts'
import { commonPrefixes, listedFields, MAX_LISTED } from './list-objects.ts'

type SpelledVersions = ListObjectVersions & { readonly encodesNames: boolean }

export function decodeListObjectVersions(request: ObsRequest, bucket: BucketName): Decoded {
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

function markerOf(request: ObsRequest, keyMarker: string): VersionId | undefined {
  const text = queryText(request, 'version-id-marker')
  if (text === undefined) return undefined
  if (keyMarker === '') refuseArgument('version-id-marker', text, 'A version id marker needs a key marker.')
  return parseVersionId(text) ?? refuseArgument('version-id-marker', text, 'Invalid version id specified')
}

export const encodeListObjectVersions: Encoder<'list-object-versions'> = ({ operation, result }, context) => {
  const encodes = 'encodesNames' in operation && operation.encodesNames === true
  const show = nameWriter(encodes)
  const owner = ownerElement('Owner', context)
  const { nextKeyMarker } = result
  return respondXml(context, 'ListVersionsResult', [
    element('Name', operation.bucket),
    element('Prefix', show(operation.prefix)),
    element('KeyMarker', show(operation.keyMarker)),
    element('VersionIdMarker', operation.versionIdMarker ?? ''),
    nextKeyMarker === undefined ? '' : element('NextKeyMarker', show(nextKeyMarker)),
    element('NextVersionIdMarker', result.nextVersionIdMarker),
    element('MaxKeys', operation.maxKeys),
    operation.delimiter === '' ? '' : element('Delimiter', show(operation.delimiter)),
    encodes ? element('EncodingType', 'url') : '',
    element('IsTruncated', result.truncated),
    ...result.versions.map((version) => versionElement(version, show, owner, context.face)),
    ...commonPrefixes(result.groups, show),
  ])
}

function versionElement(version: ListedVersion, show: ShowName, owner: string, face: ObsFace): string {
  const ids = element('VersionId', version.versionId) + element('IsLatest', version.isLatest)
  if (!version.deleteMarker) return parent('Version', listedFields(version, show, face), ids, owner)
  const times = element('LastModified', isoTime(version.lastModifiedMs))
  return parent('DeleteMarker', element('Key', show(version.key)), times, ids, owner)
}
