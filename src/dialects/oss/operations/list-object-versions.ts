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
import { refuseMethodHeader } from '../encryption-headers.ts'
import { decoded, encodesNames, queryText, type Encoder, type OssRequest } from '../oss-request.ts'
import { maxKeys } from './list-buckets.ts'
import { commonPrefixes, listedFields, MAX_LISTED, USUALLY_LISTED } from './list-objects.ts'

type SpelledVersions = ListObjectVersions & { readonly encodesNames: boolean }

export function decodeListObjectVersions(request: OssRequest, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'list-object-versions', bucket }, (): SpelledVersions => {
    refuseMethodHeader(request.view.headers)
    const keyMarker = queryText(request, 'key-marker') ?? ''
    const versionIdMarker = markerOf(request, keyMarker)
    return {
      kind: 'list-object-versions',
      bucket,
      prefix: queryText(request, 'prefix') ?? '',
      delimiter: queryText(request, 'delimiter') ?? '',
      keyMarker,
      maxKeys: maxKeys(request, MAX_LISTED, USUALLY_LISTED),
      encodesNames: encodesNames(request),
      ...(versionIdMarker === undefined ? {} : { versionIdMarker }),
    }
  })
}

function markerOf(request: OssRequest, keyMarker: string): VersionId | undefined {
  const text = queryText(request, 'version-id-marker')
  if (text === undefined) return undefined
  if (keyMarker === '') {
    refuseArgument('version-id-marker', text, 'A version-id marker cannot be specified without a key marker.')
  }
  return parseVersionId(text) ?? refuseArgument('version-id-marker', text, 'Invalid version id specified')
}

export const encodeListObjectVersions: Encoder<'list-object-versions'> = ({ operation, result }, context) => {
  const encodes = 'encodesNames' in operation && operation.encodesNames === true
  const show = nameWriter(encodes)
  const owner = ownerElement(context.account)
  const { nextKeyMarker } = result
  return respondXml(context, 'ListVersionsResult', [
    element('Name', operation.bucket),
    element('Prefix', show(operation.prefix)),
    element('KeyMarker', show(operation.keyMarker)),
    element('VersionIdMarker', operation.versionIdMarker ?? ''),
    nextKeyMarker === undefined ? '' : element('NextKeyMarker', show(nextKeyMarker)),
    element('NextVersionIdMarker', result.nextVersionIdMarker),
    element('MaxKeys', operation.maxKeys),
    element('Delimiter', show(operation.delimiter)),
    encodes ? element('EncodingType', 'url') : '',
    element('IsTruncated', result.truncated),
    ...result.versions.map((version) => versionElement(version, show, owner)),
    ...commonPrefixes(result.groups, show),
  ])
}

function versionElement(version: ListedVersion, show: ShowName, owner: string): string {
  const ids = element('VersionId', version.versionId) + element('IsLatest', version.isLatest)
  if (!version.deleteMarker) return parent('Version', listedFields(version, show), ids, owner)
  const times = element('LastModified', isoTime(version.lastModifiedMs))
  return parent('DeleteMarker', element('Key', show(version.key)), ids, times, owner)
}
