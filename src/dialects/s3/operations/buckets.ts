/** CreateBucket, HeadBucket, DeleteBucket, GetBucketLocation. */
import { refuse, type BucketName, type ObjectOwnership } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { expectOnly, atMostOne, readXml, settingOf } from '../../xml.ts'
import { xmlDocument } from '../../xml-writer.ts'
import { aclWish } from '../acl.ts'
import { respond, XML_TYPE } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { refuseUndoneWishes } from '../headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { ownershipNamed } from './access-lists.ts'
import { decoded, OWNERSHIP_HEADER, type Encoder, type S3Request } from '../s3-request.ts'

const MAX_CREATE_BYTES = 16 * 1024
const UNDONE = ['Location', 'Bucket', 'Tags']

export function decodeCreateBucket(request: S3Request, bucket: BucketName): Decoded {
  const build: Decoded['build'] = (document) => {
    refuseBucketWishes(request)
    const location = document.length === 0 ? undefined : readLocation(document)
    return {
      kind: 'create-bucket',
      bucket,
      ...(location === undefined ? {} : { location }),
      ...(locks(request) ? { objectLock: true } : {}),
      ...aclWish(request.view.headers),
      ...ownershipWish(request),
    }
  }
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_CREATE_BYTES, required: false })
  const target = { kind: 'create-bucket', bucket } as const
  return decoded(request, locks(request) ? { ...target, also: LOCK_RIGHTS } : target, build, { document })
}

/** Absent: `BucketOwnerEnforced`, S3's default since April 2023. */
function ownershipWish(request: S3Request): { readonly ownership?: ObjectOwnership } {
  const text = request.view.headers.get(OWNERSHIP_HEADER)
  if (text === undefined) return {}
  return { ownership: ownershipNamed(text) ?? refuseArgument(OWNERSHIP_HEADER, text, 'No such ownership.') }
}

const LOCK_ENABLED = 'x-amz-bucket-object-lock-enabled'

/** A bucket that locks is versioned, too: both are rights of their own (S3 CreateBucket). */
const LOCK_RIGHTS = ['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning']

function locks(request: S3Request): boolean {
  const text = request.view.headers.get(LOCK_ENABLED)?.toLowerCase()
  if (text === undefined || text === 'false') return false
  return text === 'true' ? true : refuseArgument(LOCK_ENABLED, text, 'true or false')
}

/** What a bucket could be created with, and is not here: refused, never ignored. */
function refuseBucketWishes(request: S3Request): void {
  const { headers } = request.view
  refuseUndoneWishes(headers)
  const undone = (header: string): never =>
    refuse({ kind: 'not-implemented', detail: `The header ${header} is not implemented.`, header })
  const namespace = headers.get('x-amz-bucket-namespace')
  if (namespace !== undefined && namespace !== 'global') undone('x-amz-bucket-namespace')
}

function readLocation(document: Uint8Array): string | undefined {
  const root = readXml(document, { root: 'CreateBucketConfiguration', namespace: S3_NAMESPACE })
  for (const child of root.children) {
    if (UNDONE.includes(child.name)) {
      refuse({ kind: 'not-implemented', detail: `${child.name} of CreateBucketConfiguration is not implemented.` })
    }
  }
  expectOnly(root, ['LocationConstraint'])
  const constraint = atMostOne(root, 'LocationConstraint')
  const text = constraint === undefined ? '' : settingOf(constraint)
  return text === '' ? undefined : text
}

export const encodeCreateBucket: Encoder<'create-bucket'> = ({ result }, context) =>
  respond(context, 200, [['Location', result.location]])

export function decodeHeadBucket(request: S3Request, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'head-bucket', bucket }, () => ({ kind: 'head-bucket', bucket }))
}

export const encodeHeadBucket: Encoder<'head-bucket'> = ({ result }, context) =>
  respond(context, 200, [
    ['x-amz-bucket-region', result.region],
    ['x-amz-access-point-alias', 'false'],
  ])

export function decodeDeleteBucket(request: S3Request, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'delete-bucket', bucket }, () => ({ kind: 'delete-bucket', bucket }))
}

export const encodeDeleteBucket: Encoder<'delete-bucket'> = (_answer, context) => respond(context, 204)

export function decodeGetBucketLocation(request: S3Request, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'get-bucket-location', bucket }, () => ({ kind: 'get-bucket-location', bucket }))
}

/** The oldest region has no name here. The root element holds the text itself. */
export const encodeGetBucketLocation: Encoder<'get-bucket-location'> = ({ result }, context) =>
  respond(
    context,
    200,
    [XML_TYPE],
    xmlDocument('LocationConstraint', S3_NAMESPACE, result.region === 'us-east-1' ? '' : result.region),
  )
