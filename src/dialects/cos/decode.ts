import { lowerCaseAscii, type HttpMethod, type RequestView } from '../../http/index.ts'
import { refuse, type BucketName, type ObjectTarget } from '../../operations/index.ts'
import type { Decoded } from '../dialect.ts'
import type { Address, Addressing } from './address.ts'
import { COPY_SOURCE } from './copy-source.ts'
import type { CosRequest } from './cos-request.ts'
import { refuseForeignEncryption } from './encryption-headers.ts'
import { OVERRIDE_PARAMETERS } from './headers.ts'
import { decodeGetBucketAcl, decodeGetObjectAcl, decodePutBucketAcl, decodePutObjectAcl } from './operations/acl.ts'
import { decodeGetBucketAccelerate, decodePutBucketAccelerate } from './operations/bucket-accelerate.ts'
import { decodeGetBucketCors, decodePutBucketCors, decodeDeleteBucketCors } from './operations/bucket-cors.ts'
import {
  decodeGetBucketLifecycle,
  decodePutBucketLifecycle,
  decodeDeleteBucketLifecycle,
} from './operations/bucket-lifecycle.ts'
import { decodeGetBucketLogging, decodePutBucketLogging } from './operations/bucket-logging.ts'
import { decodeGetBucketReferer, decodePutBucketReferer } from './operations/bucket-referer.ts'
import {
  decodeGetBucketWebsite,
  decodePutBucketWebsite,
  decodeDeleteBucketWebsite,
} from './operations/bucket-website.ts'
import { decodeAppendObject } from './operations/append-object.ts'
import {
  decodeDeleteBucketEncryption,
  decodeGetBucketEncryption,
  decodePutBucketEncryption,
} from './operations/bucket-encryption.ts'
import { decodeDeleteBucketPolicy, decodeGetBucketPolicy, decodePutBucketPolicy } from './operations/bucket-policy.ts'
import {
  decodeDeleteBucketTagging,
  decodeGetBucketTagging,
  decodePutBucketTagging,
} from './operations/bucket-tagging.ts'
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
import { decodeListBuckets } from './operations/list-buckets.ts'
import { decodeListObjectVersions } from './operations/list-object-versions.ts'
import { decodeListObjects } from './operations/list-objects.ts'
import { decodeListParts } from './operations/list-parts.ts'
import { decodeListUploads } from './operations/list-uploads.ts'
import {
  decodeDeleteObjectTagging,
  decodeGetObjectTagging,
  decodePutObjectTagging,
} from './operations/object-tagging.ts'
import { decodePostObject } from './operations/post-object.ts'
import { decodePutObject } from './operations/put-object.ts'
import { decodeGetObject, decodeHeadObject } from './operations/read-object.ts'
import { decodeRestoreObject } from './operations/restore-object.ts'
import { decodeUploadPart } from './operations/upload-part.ts'
import type { CosDialectOptions } from './options.ts'
import { DONE, isDataProcessing, isDone, isSubResource, UNDONE, type DoneSubResource } from './sub-resources.ts'

type BucketDecoder = (request: CosRequest, bucket: BucketName) => Decoded
type ObjectDecoder = (request: CosRequest, at: ObjectTarget) => Decoded
/** A method that is missing is 405. */
type Methods<Decoder> = Partial<Readonly<Record<HttpMethod, Decoder>>>
/** `plain`: no sub-resource. Total: every implemented sub-resource says what it is at each level. */
type Level<Decoder> = Readonly<Record<DoneSubResource | 'plain', Methods<Decoder>>>

const notHere = {}

const BUCKET: Level<BucketDecoder> = {
  plain: {
    GET: decodeListObjects,
    HEAD: decodeHeadBucket,
    PUT: decodeCreateBucket,
    DELETE: decodeDeleteBucket,
    POST: decodePostObject,
  },
  acl: { GET: decodeGetBucketAcl, PUT: decodePutBucketAcl },
  append: notHere,
  delete: { POST: decodeDeleteObjects },
  encryption: {
    GET: decodeGetBucketEncryption,
    PUT: decodePutBucketEncryption,
    DELETE: decodeDeleteBucketEncryption,
  },
  location: { GET: decodeGetBucketLocation },
  policy: { GET: decodeGetBucketPolicy, PUT: decodePutBucketPolicy, DELETE: decodeDeleteBucketPolicy },
  restore: notHere,
  tagging: { GET: decodeGetBucketTagging, PUT: decodePutBucketTagging, DELETE: decodeDeleteBucketTagging },
  uploadid: notHere,
  uploads: { GET: decodeListUploads },
  versioning: { GET: decodeGetBucketVersioning, PUT: decodePutBucketVersioning },
  versions: { GET: decodeListObjectVersions },
  accelerate: { GET: decodeGetBucketAccelerate, PUT: decodePutBucketAccelerate },
  cors: { GET: decodeGetBucketCors, PUT: decodePutBucketCors, DELETE: decodeDeleteBucketCors },
  lifecycle: { GET: decodeGetBucketLifecycle, PUT: decodePutBucketLifecycle, DELETE: decodeDeleteBucketLifecycle },
  logging: { GET: decodeGetBucketLogging, PUT: decodePutBucketLogging },
  referer: { GET: decodeGetBucketReferer, PUT: decodePutBucketReferer },
  website: { GET: decodeGetBucketWebsite, PUT: decodePutBucketWebsite, DELETE: decodeDeleteBucketWebsite },
}

const OBJECT: Level<ObjectDecoder> = {
  plain: {
    GET: decodeGetObject,
    HEAD: decodeHeadObject,
    PUT: (request, at) =>
      request.view.headers.has(COPY_SOURCE) ? decodeCopyObject(request, at) : decodePutObject(request, at),
    DELETE: decodeDeleteObject,
  },
  acl: { GET: decodeGetObjectAcl, PUT: decodePutObjectAcl },
  append: { POST: decodeAppendObject },
  delete: notHere,
  encryption: notHere,
  location: notHere,
  policy: notHere,
  restore: { POST: decodeRestoreObject },
  tagging: { GET: decodeGetObjectTagging, PUT: decodePutObjectTagging, DELETE: decodeDeleteObjectTagging },
  uploadid: { GET: decodeListParts, PUT: decodeUploadPart, POST: decodeCompleteUpload, DELETE: decodeAbortUpload },
  uploads: { POST: decodeCreateUpload },
  versioning: notHere,
  versions: notHere,
  accelerate: notHere,
  cors: notHere,
  lifecycle: notHere,
  logging: notHere,
  referer: notHere,
  website: notHere,
}

/** Parameters that qualify an operation that another one picked. */
const QUALIFIERS = ['partnumber', 'position', 'versionid', 'select-type', 'id'] as const

/**
 * Every query parameter, in lower case, on which the decoder's choice, its target, or the shape of an answer depends. A
 * signature has to list all of these that came (T-046).
 */
export const COS_DISPATCH_PARAMETERS: readonly string[] = [
  ...DONE,
  ...UNDONE.keys(),
  ...QUALIFIERS,
  ...OVERRIDE_PARAMETERS,
]

/** What a request asks, from what its signature covers. */
export function decode(view: RequestView, addressing: Addressing, options: CosDialectOptions): Decoded {
  const query = new Map(view.query.map(({ name, value }) => [lowerCaseAscii(name), value] as const))
  const request: CosRequest = { view, options, region: addressing.named(view.host.name).region, query }
  const address = addressing.addressOf(view.host, view.rawPath)
  refuseForeignEncryption(view.headers)
  const subResource = chooseSubResource(request)
  if (view.method === 'OPTIONS') {
    refuse({ kind: 'not-implemented', detail: 'Cross-origin requests are not implemented.' })
  }
  return dispatch(request, address, subResource)
}

/** The one sub-resource of the request. Two are a contradiction (T-031). */
function chooseSubResource(request: CosRequest): string | undefined {
  let chosen: string | undefined
  for (const name of request.query.keys()) {
    if (isDataProcessing(name)) {
      refuse({ kind: 'not-implemented', detail: 'Processing of images, media and documents is not implemented.' })
    }
    if (!isSubResource(name)) continue
    if (chosen !== undefined) {
      refuse({ kind: 'invalid-request', detail: `The parameters ${chosen} and ${name} exclude each other.` })
    }
    chosen = name
  }
  refuseLoose(request, 'partnumber', chosen, 'uploadid')
  refuseLoose(request, 'position', chosen, 'append')
  return chosen
}

/** A qualifier without what it qualifies: ignoring it would be another operation. */
function refuseLoose(request: CosRequest, qualifier: string, chosen: string | undefined, of: string): void {
  if (!request.query.has(qualifier) || chosen === of) return
  refuse({ kind: 'invalid-request', detail: `${qualifier} does not belong to this operation.` })
}

function dispatch(request: CosRequest, address: Address, subResource: string | undefined): Decoded {
  switch (address.kind) {
    case 'service':
      if (subResource !== undefined || request.view.method !== 'GET') return refuseMethod(['GET'])
      return decodeListBuckets(request)
    case 'bucket':
      return pick(BUCKET, subResource, request.view.method)(request, address.bucket)
    case 'object': {
      const { bucket, key } = address
      return pick(OBJECT, subResource, request.view.method)(request, { bucket, key })
    }
  }
}

function pick<Decoder>(level: Level<Decoder>, subResource: string | undefined, method: HttpMethod): Decoder {
  if (subResource !== undefined && !isDone(subResource)) {
    return refuse({ kind: 'not-implemented', detail: `${UNDONE.get(subResource) ?? ''}: not implemented.` })
  }
  const methods = level[subResource ?? 'plain']
  return methods[method] ?? refuseMethod(Object.keys(methods))
}

function refuseMethod(allowed: readonly string[]): never {
  return refuse({ kind: 'method-not-allowed', allowed })
}
