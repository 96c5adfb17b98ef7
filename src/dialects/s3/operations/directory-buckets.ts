/** CreateBucket and ListDirectoryBuckets of directory buckets. */
import { refuse, zoneOf, type BucketName, type DirectoryPlace } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { element, parent } from '../../xml-writer.ts'
import { expectOnly, readXml, requireOne, settingOf, type XmlElement } from '../../xml.ts'
import { respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, queryNumber, queryText, type Encoder, type S3Request } from '../s3-request.ts'

const MAX_CREATE_BYTES = 16 * 1024
const MAX_BUCKETS_LISTED = 1_000
const ZONES: ReadonlyMap<string, { readonly zoneKind: DirectoryPlace['zoneKind']; readonly redundancy: string }> =
  new Map([
    ['AvailabilityZone', { zoneKind: 'availability-zone', redundancy: 'SingleAvailabilityZone' }],
    ['LocalZone', { zoneKind: 'local-zone', redundancy: 'SingleLocalZone' }],
  ])

/** The zone stands in the name and in the body, and both have to agree (S3-31). */
export function decodeCreateDirectoryBucket(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'create-bucket'
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_CREATE_BYTES, required: true })
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, directory: readPlace(bytes, bucket) })
  return decoded(request, { kind, bucket }, build, { document })
}

function readPlace(document: Uint8Array, bucket: BucketName): DirectoryPlace {
  const root = readXml(document, { root: 'CreateBucketConfiguration', namespace: S3_NAMESPACE })
  expectOnly(root, ['Location', 'Bucket'])
  const location = textsOf(requireOne(root, 'Location'), ['Type', 'Name'])
  const about = textsOf(requireOne(root, 'Bucket'), ['Type', 'DataRedundancy'])
  const zone = ZONES.get(location['Type'] ?? '')
  if (zone === undefined || about['Type'] !== 'Directory' || about['DataRedundancy'] !== zone.redundancy) {
    return refuse({ kind: 'invalid-request', detail: 'The location, the type and the redundancy do not go together.' })
  }
  const name = location['Name']
  if (name === undefined || name !== zoneOf(bucket)) {
    return refuse({ kind: 'invalid-request', detail: 'The zone of the location is not the zone in the name.' })
  }
  return { zone: name, zoneKind: zone.zoneKind }
}

function textsOf(parentElement: XmlElement, names: readonly string[]): Readonly<Record<string, string>> {
  expectOnly(parentElement, names)
  return Object.fromEntries(names.map((name) => [name, settingOf(requireOne(parentElement, name))]))
}

export function decodeListDirectoryBuckets(request: S3Request): Decoded {
  const kind = 'list-directory-buckets'
  return decoded(request, { kind }, () => {
    const after = queryText(request, 'continuation-token')
    const maxBuckets = queryNumber(request, 'max-directory-buckets', { min: 0, max: MAX_BUCKETS_LISTED })
    return {
      kind,
      maxBuckets: maxBuckets === undefined || maxBuckets === 0 ? MAX_BUCKETS_LISTED : maxBuckets,
      ...(after === undefined ? {} : { after }),
    }
  })
}

export const encodeListDirectoryBuckets: Encoder<'list-directory-buckets'> = ({ result }, context) =>
  respondXml(context, 'ListAllMyDirectoryBucketsResult', [
    parent(
      'Buckets',
      ...result.buckets.map(({ name, createdMs, region }) =>
        parent(
          'Bucket',
          element('Name', name),
          element('BucketRegion', region),
          element('CreationDate', isoTime(createdMs)),
        ),
      ),
    ),
    element('ContinuationToken', result.next),
  ])
