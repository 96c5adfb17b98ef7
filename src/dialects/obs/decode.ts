import { lowerCaseAscii, type HttpMethod, type QueryParameter, type RequestView } from '../../http/index.ts'
import { refuse } from '../../operations/index.ts'
import type { Decoded } from '../dialect.ts'
import type { Address, Addressing } from './address.ts'
import { BUCKET_LEVEL, type BucketDecoder } from './bucket-level.ts'
import { refuseForeignEncryption } from './encryption-headers.ts'
import { inward, type ObsFace } from './face.ts'
import { OVERRIDE_PARAMETERS } from './headers.ts'
import { OBJECT_LEVEL, type ObjectDecoder } from './object-level.ts'
import { refuseUndone, type ObsRequest } from './obs-request.ts'
import { decodeProbe } from './operations/buckets.ts'
import { decodeListBuckets } from './operations/list-buckets.ts'
import type { ObsDialectOptions } from './options.ts'
import {
  isDone,
  SUB_RESOURCES,
  subResourceNamed,
  undoneLevel,
  type DoneSubResource,
  type SubResource,
} from './sub-resources.ts'

/** Parameters that qualify an operation that another one picked. */
const QUALIFIERS = ['partNumber', 'versionId', 'position', 'length', 'name'] as const

/**
 * Every query parameter on which the decoder's choice, its target, or the shape of an answer depends. A scheme that signs
 * listed parameters only has to sign all of these (T-043), but for the probe, which nobody signs.
 */
export const OBS_DISPATCH_PARAMETERS: readonly string[] = [
  ...SUB_RESOURCES.filter((name) => name !== 'apiversion'),
  ...QUALIFIERS,
  ...OVERRIDE_PARAMETERS,
]

const DECIDING: ReadonlyMap<string, string> = new Map(
  [...OBS_DISPATCH_PARAMETERS, 'apiversion'].map((name) => [lowerCaseAscii(name), name]),
)

const NO_QUERY: ReadonlyMap<string, QueryParameter> = new Map()

/** What a request asks, from what its signature covers. */
export function decode(
  view: RequestView,
  face: ObsFace,
  addressing: Pick<Addressing, 'addressOf'>,
  options: ObsDialectOptions,
): Decoded {
  const query =
    view.query.length === 0 ? NO_QUERY : new Map(view.query.map((parameter) => [parameter.name, parameter] as const))
  const request: ObsRequest = { view, face, options, query, headers: inward(face, view.headers) }
  const address = addressing.addressOf(view.host, view.rawPath)
  refuseForeignEncryption(request.headers)
  const subResource = chooseSubResource(request)
  return dispatch(request, address, subResource)
}

/** The one sub-resource of the request. Two are a contradiction (T-031); another spelling of one is no way around a rule. */
function chooseSubResource(request: ObsRequest): SubResource | undefined {
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
  if (request.query.has('partNumber') && chosen !== 'uploadId') {
    refuse({ kind: 'invalid-request', detail: 'partNumber does not belong to this operation.' })
  }
  return chosen
}

function dispatch(request: ObsRequest, address: Address, subResource: SubResource | undefined): Decoded {
  const { method } = request.view
  switch (address.kind) {
    case 'service':
      if (subResource === 'apiversion' && method === 'HEAD') return decodeProbe(request, undefined)
      if (subResource !== undefined || method !== 'GET') return refuseMethod(['GET'])
      return decodeListBuckets(request)
    case 'bucket':
      return pickOfBucket(subResource, method)(request, address.bucket)
    case 'object':
      return pickOfObject(subResource, method)(request, { bucket: address.bucket, key: address.key })
  }
}

function pickOfBucket(subResource: SubResource | undefined, method: HttpMethod): BucketDecoder {
  const methods = BUCKET_LEVEL[levelName(subResource, 'bucket')]
  return methods[method] ?? refuseMethod(Object.keys(methods))
}

function pickOfObject(subResource: SubResource | undefined, method: HttpMethod): ObjectDecoder {
  const methods = OBJECT_LEVEL[levelName(subResource, 'object')]
  return methods[method] ?? refuseMethod(Object.keys(methods))
}

function levelName(subResource: SubResource | undefined, level: 'bucket' | 'object'): DoneSubResource | 'plain' {
  if (subResource === undefined) return 'plain'
  if (isDone(subResource)) return subResource
  const where = undoneLevel(subResource)
  return where === 'both' || where === level ? refuseUndone(`The sub-resource ${subResource}`) : refuseMethod([])
}

function refuseMethod(allowed: readonly string[]): never {
  return refuse({ kind: 'method-not-allowed', ...(allowed.length === 0 ? {} : { allowed }) })
}
