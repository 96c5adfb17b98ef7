/** Directory buckets (S3 User Guide, "Working with directory buckets"): what they take, and in which form. */
import type { HttpMethod } from '../../http/index.ts'
import { refuse, type BucketName, type ObjectTarget, type Operation } from '../../operations/index.ts'
import type { Decoded } from '../dialect.ts'
import type { Address } from './address.ts'
import { COPY_SOURCE } from './copy-source.ts'
import {
  decodeDeleteBucketEncryption,
  decodeGetBucketEncryption,
  decodePutDirectoryEncryption,
} from './operations/bucket-encryption.ts'
import { decodeDeleteBucketPolicy, decodeGetBucketPolicy, decodePutBucketPolicy } from './operations/bucket-policy.ts'
import { decodeDeleteBucket, decodeHeadBucket } from './operations/buckets.ts'
import { decodeAbortUpload, decodeCompleteUpload } from './operations/complete-upload.ts'
import { decodeCopyObject } from './operations/copy-object.ts'
import { decodeCreateSession } from './operations/create-session.ts'
import { decodeCreateUpload } from './operations/create-upload.ts'
import { decodeDeleteObject } from './operations/delete-object.ts'
import { decodeDeleteObjects } from './operations/delete-objects.ts'
import { decodeCreateDirectoryBucket } from './operations/directory-buckets.ts'
import { decodeListObjects } from './operations/list-objects.ts'
import { decodeListParts } from './operations/list-parts.ts'
import { decodeListUploads } from './operations/list-uploads.ts'
import { decodeGetObjectAttributes } from './operations/object-attributes.ts'
import { decodePutObject } from './operations/put-object.ts'
import { decodeGetObject, decodeHeadObject } from './operations/read-object.ts'
import { decodeRenameObject } from './operations/rename-object.ts'
import { decodeUploadPart } from './operations/upload-part.ts'
import { queryText, type S3Request } from './s3-request.ts'
import type { SubResource } from './sub-resources.ts'

type BucketDecoder = (request: S3Request, bucket: BucketName) => Decoded
type ObjectDecoder = (request: S3Request, at: ObjectTarget) => Decoded
type Methods<Decoder> = Partial<Readonly<Record<HttpMethod, Decoder>>>
type Level<Decoder> = Partial<Readonly<Record<SubResource | 'plain', Methods<Decoder>>>>

/** Of the Regional endpoint, which takes the bucket in the path alone (S3-26 to S3-28). */
const CONTROL: Level<BucketDecoder> = {
  plain: { PUT: decodeCreateDirectoryBucket, DELETE: decodeDeleteBucket },
  encryption: {
    GET: decodeGetBucketEncryption,
    PUT: decodePutDirectoryEncryption,
    DELETE: decodeDeleteBucketEncryption,
  },
  policy: { GET: decodeGetBucketPolicy, PUT: decodePutBucketPolicy, DELETE: decodeDeleteBucketPolicy },
}

/** Of the zonal endpoint, and of the objects in the bucket. */
const ZONAL: Level<BucketDecoder> = {
  plain: { GET: decodeDirectoryListing, HEAD: decodeHeadBucket },
  delete: { POST: decodeDeleteObjects },
  session: { GET: decodeCreateSession },
  uploads: { GET: decodeListUploads },
}

const OBJECT: Level<ObjectDecoder> = {
  plain: {
    GET: decodeGetObject,
    HEAD: decodeHeadObject,
    PUT: (request, at) =>
      request.view.headers.has(COPY_SOURCE) ? decodeCopyObject(request, at) : decodePutObject(request, at),
    DELETE: decodeDeleteObject,
  },
  attributes: { GET: decodeGetObjectAttributes },
  renameObject: { PUT: decodeRenameObject },
  uploadId: {
    GET: decodeListParts,
    PUT: decodeUploadPart,
    POST: decodeDirectoryCompletion,
    DELETE: decodeAbortUpload,
  },
  uploads: { POST: decodeCreateUpload },
}

type InDirectory = Exclude<Address, { readonly kind: 'service' }>

/** A request to a directory bucket. What these buckets do not have is `NotImplemented`, in S3 as here. */
export function decodeDirectory(
  general: S3Request,
  address: InDirectory,
  subResource: SubResource | undefined,
): Decoded {
  const request: S3Request = { ...general, directory: true }
  const { method } = request.view
  refuseWishes(request)
  const decoded =
    address.kind === 'object'
      ? pick(OBJECT, subResource, method)(request, { bucket: address.bucket, key: address.key })
      : ofBucket(request, address, subResource)
  return { ...decoded, requiresSigV4: true }
}

function ofBucket(request: S3Request, address: InDirectory, subResource: SubResource | undefined): Decoded {
  const { method } = request.view
  const control = CONTROL[subResource ?? 'plain']?.[method]
  if (control === undefined) return pick(ZONAL, subResource, method)(request, address.bucket)
  if (address.endpoint === 'zonal' || address.style === 'host') {
    const detail = 'Operations on a directory bucket itself go to the Regional endpoint, with the bucket in the path.'
    refuse({ kind: 'invalid-request', detail })
  }
  refuseHeaders(request, UNSUPPORTED_BY_CONTROL)
  return control(request, address.bucket)
}

function pick<Decoder>(level: Level<Decoder>, subResource: SubResource | undefined, method: HttpMethod): Decoder {
  const methods = level[subResource ?? 'plain']
  if (methods === undefined) {
    return refuse({ kind: 'not-implemented', detail: `Directory buckets have no ${subResource ?? 'such operation'}.` })
  }
  return methods[method] ?? refuse({ kind: 'method-not-allowed', allowed: Object.keys(methods) })
}

const UNSUPPORTED = [
  ...['x-amz-tagging', 'x-amz-website-redirect-location', 'x-amz-request-payer', 'x-amz-mfa'],
  ...['x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date', 'x-amz-object-lock-legal-hold'],
]

/** What operations on the bucket itself do not take (S3 PutBucketEncryption, "Request parameters"). */
const UNSUPPORTED_BY_CONTROL = ['content-md5', 'x-amz-expected-bucket-owner']

function refuseHeaders({ view }: S3Request, names: readonly string[]): void {
  const header = names.find((name) => view.headers.has(name))
  if (header !== undefined) {
    refuse({ kind: 'not-implemented', detail: `Directory buckets do not take ${header}.`, header })
  }
}

function refuseWishes(request: S3Request): void {
  refuseHeaders(request, UNSUPPORTED)
  const version = request.query.get('versionId')?.value
  if (version !== undefined && version !== 'null') {
    refuse({ kind: 'invalid-argument', argument: 'versionId', detail: 'Directory buckets have no versions.' })
  }
}

/** ListObjectsV2 alone; whole directories, and no place to begin after (S3 ListObjectsV2, "Directory buckets"). */
function decodeDirectoryListing(request: S3Request, bucket: BucketName): Decoded {
  if (queryText(request, 'list-type') !== '2') {
    refuse({ kind: 'not-implemented', detail: 'Directory buckets have ListObjectsV2 alone.' })
  }
  const [prefix, delimiter, after] = ['prefix', 'delimiter', 'start-after'].map((name) => queryText(request, name))
  const wrong = (argument: string, detail: string): never => refuse({ kind: 'invalid-argument', argument, detail })
  if (prefix !== undefined && !prefix.endsWith('/'))
    wrong('prefix', 'The prefix of a directory bucket ends in a slash.')
  if (delimiter !== undefined && delimiter !== '/')
    wrong('delimiter', 'The delimiter of a directory bucket is a slash.')
  if (after !== undefined) wrong('start-after', 'Directory buckets are listed in no order.')
  return decodeListObjects(request, bucket)
}

/** Parts are numbered one after the other, from one. */
function decodeDirectoryCompletion(request: S3Request, at: ObjectTarget): Decoded {
  const decoded = decodeCompleteUpload(request, at)
  const build: Decoded['build'] = async (document): Promise<Operation> => {
    const operation = await decoded.build(document)
    if (operation.kind === 'complete-upload' && operation.parts.some((part, index) => part.partNumber !== index + 1)) {
      refuse({ kind: 'invalid-request', detail: 'The parts of a directory bucket are numbered one after the other.' })
    }
    return operation
  }
  return { ...decoded, build }
}
