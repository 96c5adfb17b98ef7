/** PutBucket, DeleteBucket, HeadBucket, GetBucketLocation. */
import { refuse, type BucketName, type CannedAcl } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { atMostOne, expectOnly, readXml, settingOf } from '../../xml.ts'
import { xmlDocument } from '../../xml-writer.ts'
import { respond, XML_TYPE } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { OSS_NAMESPACE, shownRegion } from '../options.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'
import { storageClassNamed } from '../storage-classes.ts'

const WORDS: readonly CannedAcl[] = ['private', 'public-read', 'public-read-write']

/** One of OSS's three words for a bucket's list: what it gives, objects without a list of their own give too. */
export function bucketAcl(word: string): CannedAcl {
  const canned = WORDS.find((one) => one === word)
  if (canned === 'public-read') return 'public-read-delivered'
  if (canned === 'public-read-write') return 'public-read-write-delivered'
  return canned ?? refuseArgument('x-oss-acl', word, 'The ACL is private, public-read or public-read-write.')
}

export function decodeCreateBucket(request: OssRequest, bucket: BucketName): Decoded {
  const build: Decoded['build'] = (document) => {
    if (document.length > 0) readConfiguration(document)
    const { headers } = request.view
    const word = headers.get('x-oss-acl')
    return {
      kind: 'create-bucket',
      bucket,
      encryption: { mode: 'none', cipher: 'aes-256', bucketKey: false },
      ownership: 'bucket-owner',
      ...(word === undefined ? {} : { acl: { kind: 'canned', canned: bucketAcl(word) } }),
    }
  }
  return decoded(
    request,
    { kind: 'create-bucket', bucket },
    build,
    documentOf(request.view.headers, { required: false }),
  )
}

/** Classes of buckets and their redundancy: Standard on this deployment's own storage is what there is. */
function readConfiguration(document: Uint8Array): void {
  const root = readXml(document, { root: 'CreateBucketConfiguration', namespace: OSS_NAMESPACE })
  expectOnly(root, ['StorageClass', 'DataRedundancyType', 'LocationConstraint'])
  const storage = atMostOne(root, 'StorageClass')
  if (storage !== undefined && storageClassNamed(settingOf(storage)) !== 'STANDARD') {
    refuse({ kind: 'not-implemented', detail: 'Buckets of a storage class of their own are not implemented.' })
  }
  const redundancy = atMostOne(root, 'DataRedundancyType')
  const text = redundancy === undefined ? 'LRS' : settingOf(redundancy)
  if (text !== 'LRS' && text !== 'ZRS') refuseArgument('DataRedundancyType', text, 'DataRedundancyType is LRS or ZRS.')
}

export const encodeCreateBucket: Encoder<'create-bucket'> = ({ result }, context) =>
  respond(context, 200, [['Location', result.location]])

export function decodeDeleteBucket(request: OssRequest, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'delete-bucket', bucket }, () => ({ kind: 'delete-bucket', bucket }))
}

export const encodeDeleteBucket: Encoder<'delete-bucket'> = (_answer, context) => respond(context, 204)

export function decodeHeadBucket(request: OssRequest, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'head-bucket', bucket }, () => ({ kind: 'head-bucket', bucket }))
}

export const encodeHeadBucket: Encoder<'head-bucket'> = ({ result }, context) =>
  respond(context, 200, [['x-oss-bucket-region', shownRegion(result.region)]])

export function decodeGetBucketLocation(request: OssRequest, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'get-bucket-location', bucket }, () => ({ kind: 'get-bucket-location', bucket }))
}

/** The root element holds the text itself. */
export const encodeGetBucketLocation: Encoder<'get-bucket-location'> = ({ result }, context) =>
  respond(context, 200, [XML_TYPE], xmlDocument('LocationConstraint', undefined, shownRegion(result.region)))
