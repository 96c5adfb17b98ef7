import { lowerCaseAscii, type HttpMethod, type QueryParameter, type RequestView } from '../../http/index.ts'
import { refuse, type BucketName, type ObjectTarget } from '../../operations/index.ts'
import type { Decoded } from '../dialect.ts'
import type { Address, Addressing } from './address.ts'
import { COPY_SOURCE } from './copy-source.ts'
import { refuseForeignEncryption } from './encryption-headers.ts'
import { OVERRIDE_PARAMETERS, refuseUndoneRequests } from './headers.ts'
import { BUCKET_SETTINGS } from './operations/bucket-settings.ts'
import {
  decodeCreateBucket,
  decodeDeleteBucket,
  decodeGetBucketLocation,
  decodeHeadBucket,
} from './operations/buckets.ts'
import {
  decodeAppendObject,
  decodeGetSymlink,
  decodePutSymlink,
  decodeRestoreObject,
} from './operations/change-object.ts'
import { decodeGetObjectAcl, decodePutObjectAcl } from './operations/access-control.ts'
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
import { decodeGetObject, decodeGetObjectMeta, decodeHeadObject } from './operations/read-object.ts'
import { decodeUploadPart } from './operations/upload-part.ts'
import type { OssDialectOptions } from './options.ts'
import type { OssRequest } from './oss-request.ts'
import { isDone, SUB_RESOURCES, subResourceNamed, type DoneSubResource, type SubResource } from './sub-resources.ts'

export type BucketDecoder = (request: OssRequest, bucket: BucketName) => Decoded
type ObjectDecoder = (request: OssRequest, at: ObjectTarget) => Decoded
/** A method that is missing is 405. */
export type Methods<Decoder> = Partial<Readonly<Record<HttpMethod, Decoder>>>

/** `plain`: no sub-resource. A sub-resource that is missing has no operation at that level. */
type Level<Decoder> = Partial<Readonly<Record<DoneSubResource | 'plain', Methods<Decoder>>>>

const BUCKET: Level<BucketDecoder> = {
  plain: {
    GET: decodeListObjects,
    HEAD: decodeHeadBucket,
    PUT: decodeCreateBucket,
    DELETE: decodeDeleteBucket,
    POST: decodePostObject,
  },
  delete: { POST: decodeDeleteObjects },
  location: { GET: decodeGetBucketLocation },
  uploads: { GET: decodeListUploads },
  versions: { GET: decodeListObjectVersions },
  ...BUCKET_SETTINGS,
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
  objectMeta: { HEAD: decodeGetObjectMeta },
  restore: { POST: decodeRestoreObject },
  symlink: { GET: decodeGetSymlink, PUT: decodePutSymlink },
  tagging: { GET: decodeGetObjectTagging, PUT: decodePutObjectTagging, DELETE: decodeDeleteObjectTagging },
  uploadId: {
    GET: decodeListParts,
    PUT: decodeUploadPart,
    POST: decodeCompleteUpload,
    DELETE: decodeAbortUpload,
  },
  uploads: { POST: decodeCreateUpload },
}

/** Parameters that qualify an operation that another one picked. */
const QUALIFIERS = ['partNumber', 'versionId', 'position', 'wormId', 'inventoryId', 'comp', 'callback', 'callback-var']

/**
 * Every query parameter on which the decoder's choice, its target, or the shape of an answer depends. A scheme that signs
 * listed parameters only has to sign all of these (T-043).
 */
export const OSS_DISPATCH_PARAMETERS: readonly string[] = [...SUB_RESOURCES, ...QUALIFIERS, ...OVERRIDE_PARAMETERS]

const DECIDING: ReadonlyMap<string, string> = new Map(
  OSS_DISPATCH_PARAMETERS.map((name) => [lowerCaseAscii(name), name]),
)

const NO_QUERY: ReadonlyMap<string, QueryParameter> = new Map()

/** What a request asks, from what its signature covers. */
export function decode(view: RequestView, addressing: Addressing, options: OssDialectOptions): Decoded {
  const query = view.query.length === 0 ? NO_QUERY : new Map(view.query.map((one) => [one.name, one]))
  const request: OssRequest = { view, options, query }
  const address = addressing.addressOf(view.host, view.rawPath)
  refuseForeignEncryption(view.headers)
  refuseUndoneRequests(view.headers)
  return dispatch(request, address, chooseSubResource(request))
}

/** The one sub-resource of the request. Two are a contradiction (T-031); another spelling of one is no way around a rule. */
function chooseSubResource(request: OssRequest): SubResource | undefined {
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
  // Completing a retention policy is told by its id alone.
  if (chosen === undefined && request.query.has('wormId')) return 'worm'
  if (request.query.has('partNumber') && chosen !== 'uploadId') {
    refuse({ kind: 'invalid-request', detail: 'partNumber does not belong to this operation.' })
  }
  return chosen
}

function dispatch(request: OssRequest, address: Address, subResource: SubResource | undefined): Decoded {
  const { method } = request.view
  if (method === 'OPTIONS') refuse({ kind: 'not-implemented', detail: 'Cross-origin requests are not implemented.' })
  switch (address.kind) {
    case 'service':
      if (subResource !== undefined) return undone(subResource)
      return method === 'GET' ? decodeListBuckets(request) : refuseMethod(['GET'])
    case 'bucket':
      return pick(BUCKET, subResource, method)(request, address.bucket)
    case 'object': {
      const { bucket, key } = address
      return pick(OBJECT, subResource, method)(request, { bucket, key })
    }
  }
}

function pick<Decoder>(level: Level<Decoder>, subResource: SubResource | undefined, method: HttpMethod): Decoder {
  if (subResource !== undefined && !isDone(subResource)) return undone(subResource)
  const methods = level[subResource ?? 'plain'] ?? {}
  return methods[method] ?? refuseMethod(Object.keys(methods))
}

function undone(subResource: SubResource): never {
  return refuse({ kind: 'not-implemented', detail: `The sub-resource ${subResource} is not implemented.` })
}

function refuseMethod(allowed: readonly string[]): never {
  return refuse({ kind: 'method-not-allowed', ...(allowed.length === 0 ? {} : { allowed }) })
}
