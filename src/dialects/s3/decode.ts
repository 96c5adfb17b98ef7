import { lowerCaseAscii, type HttpMethod, type QueryParameter, type RequestView } from '../../http/index.ts'
import { refuse, zoneOf, type BucketName, type ObjectTarget } from '../../operations/index.ts'
import type { Decoded } from '../dialect.ts'
import type { Address, Addressing } from './address.ts'
import { BUCKET_CONFIGURATIONS, BUCKET_TAGGING, OBJECT_CONFIGURATIONS } from './configuration-table.ts'
import { COPY_SOURCE } from './copy-source.ts'
import { decodeDirectory } from './directory.ts'
import { refuseForeignEncryption } from './encryption-headers.ts'
import { OVERRIDE_PARAMETERS } from './headers.ts'
import {
  decodeDeleteBucketEncryption,
  decodeGetBucketEncryption,
  decodePutBucketEncryption,
} from './operations/bucket-encryption.ts'
import {
  decodeDeleteBucketLifecycle,
  decodeGetBucketLifecycle,
  decodePutBucketLifecycle,
} from './operations/bucket-lifecycle.ts'
import { decodeGetBucketLogging, decodePutBucketLogging } from './operations/bucket-logging.ts'
import { decodeGetBucketNotification, decodePutBucketNotification } from './operations/bucket-notification.ts'
import {
  decodeDeleteBucketPolicy,
  decodeGetBucketPolicy,
  decodeGetBucketPolicyStatus,
  decodePutBucketPolicy,
} from './operations/bucket-policy.ts'
import { decodeGetBucketVersioning, decodePutBucketVersioning } from './operations/bucket-versioning.ts'
import {
  decodeCreateBucket,
  decodeDeleteBucket,
  decodeGetBucketLocation,
  decodeHeadBucket,
} from './operations/buckets.ts'
import { decodeAbortUpload, decodeCompleteUpload } from './operations/complete-upload.ts'
import { decodeCopyObject } from './operations/copy-object.ts'
import { decodeCreateUpload } from './operations/create-upload.ts'
import { decodeDeleteObject } from './operations/delete-object.ts'
import { decodeDeleteObjects } from './operations/delete-objects.ts'
import { decodeListDirectoryBuckets } from './operations/directory-buckets.ts'
import { decodeListBuckets } from './operations/list-buckets.ts'
import { decodeListObjectVersions } from './operations/list-object-versions.ts'
import { decodeListObjects } from './operations/list-objects.ts'
import { decodeListParts } from './operations/list-parts.ts'
import { decodeListUploads } from './operations/list-uploads.ts'
import { decodeGetObjectAttributes } from './operations/object-attributes.ts'
import { decodeGetObjectLockConfiguration, decodePutObjectLockConfiguration } from './operations/object-lock.ts'
import {
  decodeDeleteObjectTagging,
  decodeGetObjectTagging,
  decodePutObjectTagging,
} from './operations/object-tagging.ts'
import {
  decodeDeletePublicAccessBlock,
  decodeGetPublicAccessBlock,
  decodePutPublicAccessBlock,
} from './operations/public-access-block.ts'
import { decodePostObject } from './operations/post-object.ts'
import { decodePutObject } from './operations/put-object.ts'
import { decodeGetObject, decodeHeadObject } from './operations/read-object.ts'
import { decodeRestoreObject } from './operations/restore-object.ts'
import { decodeUpdateObjectEncryption } from './operations/update-object-encryption.ts'
import { decodeUploadPart } from './operations/upload-part.ts'
import {
  decodeGetObjectLegalHold,
  decodeGetObjectRetention,
  decodePutObjectLegalHold,
  decodePutObjectRetention,
} from './operations/version-lock.ts'
import type { S3DialectOptions } from './options.ts'
import type { S3Request } from './s3-request.ts'
import {
  isDone,
  SUB_RESOURCES,
  subResourceNamed,
  undoneLevel,
  type DoneSubResource,
  type SubResource,
} from './sub-resources.ts'

type BucketDecoder = (request: S3Request, bucket: BucketName) => Decoded
type ObjectDecoder = (request: S3Request, at: ObjectTarget) => Decoded
/** A method that is missing is 405. */
type Methods<Decoder> = Partial<Readonly<Record<HttpMethod, Decoder>>>

/** `plain`: no sub-resource. Total: every implemented sub-resource says what it is at each level. */
type Level<Decoder> = Readonly<Record<DoneSubResource | 'plain', Methods<Decoder>>>

const notHere = {}

const BUCKET: Level<BucketDecoder> = {
  ...BUCKET_CONFIGURATIONS,
  plain: {
    GET: decodeListObjects,
    HEAD: decodeHeadBucket,
    PUT: decodeCreateBucket,
    DELETE: decodeDeleteBucket,
    POST: decodePostObject,
  },
  attributes: notHere,
  delete: { POST: decodeDeleteObjects },
  encryption: {
    GET: decodeGetBucketEncryption,
    PUT: decodePutBucketEncryption,
    DELETE: decodeDeleteBucketEncryption,
  },
  'legal-hold': notHere,
  lifecycle: { GET: decodeGetBucketLifecycle, PUT: decodePutBucketLifecycle, DELETE: decodeDeleteBucketLifecycle },
  location: { GET: decodeGetBucketLocation },
  logging: { GET: decodeGetBucketLogging, PUT: decodePutBucketLogging },
  notification: { GET: decodeGetBucketNotification, PUT: decodePutBucketNotification },
  'object-lock': { GET: decodeGetObjectLockConfiguration, PUT: decodePutObjectLockConfiguration },
  policy: { GET: decodeGetBucketPolicy, PUT: decodePutBucketPolicy, DELETE: decodeDeleteBucketPolicy },
  policyStatus: { GET: decodeGetBucketPolicyStatus },
  publicAccessBlock: {
    GET: decodeGetPublicAccessBlock,
    PUT: decodePutPublicAccessBlock,
    DELETE: decodeDeletePublicAccessBlock,
  },
  restore: notHere,
  retention: notHere,
  tagging: BUCKET_TAGGING,
  uploadId: notHere,
  uploads: { GET: decodeListUploads },
  versioning: { GET: decodeGetBucketVersioning, PUT: decodePutBucketVersioning },
  versions: { GET: decodeListObjectVersions },
}

const OBJECT: Level<ObjectDecoder> = {
  ...OBJECT_CONFIGURATIONS,
  plain: {
    GET: decodeGetObject,
    HEAD: decodeHeadObject,
    PUT: (request, at) =>
      request.view.headers.has(COPY_SOURCE) ? decodeCopyObject(request, at) : decodePutObject(request, at),
    DELETE: decodeDeleteObject,
  },
  attributes: { GET: decodeGetObjectAttributes },
  delete: notHere,
  encryption: { PUT: decodeUpdateObjectEncryption },
  'legal-hold': { GET: decodeGetObjectLegalHold, PUT: decodePutObjectLegalHold },
  lifecycle: notHere,
  location: notHere,
  logging: notHere,
  notification: notHere,
  'object-lock': notHere,
  policy: notHere,
  policyStatus: notHere,
  publicAccessBlock: notHere,
  restore: { POST: decodeRestoreObject },
  retention: { GET: decodeGetObjectRetention, PUT: decodePutObjectRetention },
  tagging: { GET: decodeGetObjectTagging, PUT: decodePutObjectTagging, DELETE: decodeDeleteObjectTagging },
  uploadId: {
    GET: decodeListParts,
    PUT: decodeUploadPart,
    POST: decodeCompleteUpload,
    DELETE: decodeAbortUpload,
  },
  uploads: { POST: decodeCreateUpload },
  versioning: notHere,
  versions: notHere,
}

/** Parameters that qualify an operation that another one picked. */
const QUALIFIERS = ['partNumber', 'versionId', 'select-type'] as const

/**
 * Every query parameter on which the decoder's choice, its target, or the shape of an answer depends. A scheme that signs
 * listed parameters only has to sign all of these (T-043).
 */
export const S3_DISPATCH_PARAMETERS: readonly string[] = [...SUB_RESOURCES, ...QUALIFIERS, ...OVERRIDE_PARAMETERS]

const DECIDING: ReadonlyMap<string, string> = new Map(
  S3_DISPATCH_PARAMETERS.map((name) => [lowerCaseAscii(name), name]),
)

const NO_QUERY: ReadonlyMap<string, QueryParameter> = new Map()

function byName(query: readonly QueryParameter[]): ReadonlyMap<string, QueryParameter> {
  return new Map(query.map((parameter) => [parameter.name, parameter]))
}

/** What a request asks, from what its signature covers. */
export function decode(view: RequestView, addressing: Addressing, options: S3DialectOptions): Decoded {
  const query = view.query.length === 0 ? NO_QUERY : byName(view.query)
  const request: S3Request = { view, options, query }
  refuseControl(view)
  const address = addressing.addressOf(view.host, view.rawPath)
  refuseForeignEncryption(view.headers)
  const subResource = chooseSubResource(request)
  if (view.method === 'OPTIONS') {
    refuse({ kind: 'not-implemented', detail: 'Cross-origin requests are not implemented.' })
  }
  return dispatch(request, address, subResource)
}

/** Where S3 Control answers (its reference, API version 2018-08-20): batch jobs, imports, access points. None of them is there. */
const CONTROL_PATH = '/v20180820/'

function refuseControl({ headers, rawPath }: RequestView): void {
  if (headers.has('x-amz-account-id') && rawPath.startsWith(CONTROL_PATH)) {
    refuse({ kind: 'not-implemented', detail: 'S3 Control is not implemented: no batch jobs, no imports.' })
  }
}

/** The one sub-resource of the request. Two are a contradiction (T-031); another spelling of one is no way around a rule. */
function chooseSubResource(request: S3Request): SubResource | undefined {
  let chosen: SubResource | undefined
  for (const name of request.query.keys()) {
    const exact = DECIDING.get(lowerCaseAscii(name))
    if (exact !== undefined && exact !== name) {
      refuse({ kind: 'invalid-request', detail: `The parameter ${exact} has to be spelled exactly so.` })
    }
    const subResource = subResourceNamed(name)
    if (subResource === undefined) continue
    if (chosen !== undefined) {
      refuse({ kind: 'invalid-request', detail: `The parameters ${chosen} and ${subResource} exclude each other.` })
    }
    chosen = subResource
  }
  refuseLoosePartNumber(request, chosen)
  return chosen
}

/** A part number belongs to an upload, or to a read. */
function refuseLoosePartNumber(request: S3Request, chosen: SubResource | undefined): void {
  const { method } = request.view
  if (!request.query.has('partNumber') || chosen === 'uploadId') return
  if (chosen !== undefined || method === 'PUT' || method === 'POST' || method === 'DELETE') {
    refuse({ kind: 'invalid-request', detail: 'partNumber does not belong to this operation.' })
  }
}

function dispatch(request: S3Request, address: Address, subResource: SubResource | undefined): Decoded {
  if (request.view.signedFor !== undefined && address.kind !== 'service' && zoneOf(address.bucket) === undefined) {
    const detail = `The credential is for the service '${request.view.signedFor}'; this bucket is of the service 's3'.`
    refuse({ kind: 'malformed-authorization', detail })
  }
  switch (address.kind) {
    case 'service':
      // Without a bucket there is nothing that a sub-resource could belong to (S3-35).
      if (subResource !== undefined || request.view.method !== 'GET') return refuseMethod(['GET'])
      if (asksForDirectories(request)) return decodeListDirectoryBuckets(request)
      return decodeListBuckets(request)
    case 'bucket':
      if (zoneOf(address.bucket) !== undefined) return decodeDirectory(request, address, subResource)
      return pick(BUCKET, 'bucket', subResource, request.view.method)(request, address.bucket)
    case 'object': {
      if (zoneOf(address.bucket) !== undefined) return decodeDirectory(request, address, subResource)
      const { bucket, key } = address
      return pick(OBJECT, 'object', subResource, request.view.method)(request, { bucket, key })
    }
  }
}

const LIST_DIRECTORIES = 'ListDirectoryBuckets'

/** The list of directory buckets has the path of the other one: it is told by the service that was signed for, or by its name. */
function asksForDirectories({ view, query }: S3Request): boolean {
  if (view.signedFor === 's3express' || view.host.name.startsWith('s3express-control')) return true
  return query.get('x-id')?.value === LIST_DIRECTORIES
}

function pick<Decoder>(
  level: Level<Decoder>,
  name: 'bucket' | 'object',
  subResource: SubResource | undefined,
  method: HttpMethod,
): Decoder {
  if (subResource !== undefined && !isDone(subResource)) {
    const where = undoneLevel(subResource)
    return where === 'both' || where === name ? undone(subResource) : refuseMethod(undefined)
  }
  const methods = level[subResource ?? 'plain']
  return methods[method] ?? refuseMethod(Object.keys(methods))
}

function undone(subResource: SubResource): never {
  return refuse({ kind: 'not-implemented', detail: `The sub-resource ${subResource} is not implemented.` })
}

function refuseMethod(allowed: readonly string[] | undefined): never {
  return refuse({ kind: 'method-not-allowed', ...(allowed === undefined ? {} : { allowed }) })
}
