/** PUT Bucket, HEAD Bucket, DELETE Bucket, GET Bucket location. */
import { refuse, type BucketName, type OperationOf } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, expectOnly, readXml, settingOf } from '../../xml.ts'
import { xmlDocument } from '../../xml-writer.ts'
import { aclOfHeaders } from '../acl.ts'
import { respond, XML_TYPE } from '../answers.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { configurationDocument } from '../documents.ts'
import { refuseUndoneWishes } from '../headers.ts'

/**
 * A bucket begins unencrypted, as the vendor's do, and with lists of rights that count. Its region is the host's; hosts
 * without one mean the home region.
 */
export function decodeCreateBucket(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'create-bucket'
  const { headers } = request.view
  const acl = aclOfHeaders(headers, 'bucket')
  const also = [...ALSO, ...(acl === undefined ? [] : ['s3:PutBucketAcl'])]
  const build = (document: Uint8Array): OperationOf<'create-bucket'> => {
    refuseUndoneWishes(request)
    if (headers.has('x-cos-tagging')) {
      const detail = 'Tags of a bucket are put by PUT Bucket tagging.'
      refuse({ kind: 'not-implemented', detail, header: 'x-cos-tagging' })
    }
    if (document.length > 0) refuseOtherKinds(document)
    return {
      kind,
      bucket,
      encryption: { mode: 'none', cipher: 'aes-256', bucketKey: false },
      ownership: 'bucket-owner',
      ...(request.region === undefined ? {} : { location: request.region }),
      ...(acl === undefined ? {} : { acl }),
    }
  }
  return decoded(request, { kind, bucket, also }, build, configurationDocument(headers, { required: false }))
}

const ALSO = ['s3:PutBucketOwnershipControls'] as const

/** Every bucket is of one kind here: several zones, and the file system OFS, are what this server does not do. */
function refuseOtherKinds(document: Uint8Array): void {
  const root = readXml(document, { root: 'CreateBucketConfiguration', namespace: '' })
  expectOnly(root, ['BucketAZConfig', 'BucketArchConfig', 'BucketStorageClass'])
  for (const { name } of root.children) {
    const found = atMostOne(root, name)
    if (found !== undefined && settingOf(found) !== '') {
      refuse({ kind: 'not-implemented', detail: `${name} of CreateBucketConfiguration is not implemented.` })
    }
  }
}

export const encodeCreateBucket: Encoder<'create-bucket'> = ({ result }, context) =>
  respond(context, 200, [['Location', result.location]])

export function decodeHeadBucket(request: CosRequest, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'head-bucket', bucket }, () => ({ kind: 'head-bucket', bucket }))
}

export const encodeHeadBucket: Encoder<'head-bucket'> = ({ result }, context) =>
  respond(context, 200, [['x-cos-bucket-region', result.region]])

export function decodeDeleteBucket(request: CosRequest, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'delete-bucket', bucket }, () => ({ kind: 'delete-bucket', bucket }))
}

export const encodeDeleteBucket: Encoder<'delete-bucket'> = (_answer, context) => respond(context, 204)

export function decodeGetBucketLocation(request: CosRequest, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'get-bucket-location', bucket }, () => ({ kind: 'get-bucket-location', bucket }))
}

/** The root element holds the text itself. */
export const encodeGetBucketLocation: Encoder<'get-bucket-location'> = ({ result }, context) =>
  respond(context, 200, [XML_TYPE], xmlDocument('LocationConstraint', undefined, result.region))
