import {
  parseDecimal,
  type HttpHeaders,
  type HttpResponse,
  type NumberBounds,
  type QueryParameter,
  type RequestView,
} from '../../http/index.ts'
import {
  parseVersionId,
  refuse,
  type Answer,
  type OperationKind,
  type Target,
  type VersionId,
} from '../../operations/index.ts'
import type { AnswerContext, Decoded } from '../dialect.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { namesAcl } from './acl-header-names.ts'
import { conditionValues } from './condition-keys.ts'
import type { ObsFace } from './face.ts'
import type { ObsDialectOptions } from './options.ts'

/** A request on its way through the decoder: what the signature covers, in OBS's own spelling. */
export interface ObsRequest {
  readonly view: RequestView
  /** In OBS's spelling, whatever the client's was. */
  readonly headers: HttpHeaders
  readonly face: ObsFace
  readonly options: ObsDialectOptions
  /** By exact name; names are unique. */
  readonly query: ReadonlyMap<string, QueryParameter>
}

/** What an encoder knows besides its answer. */
export interface ObsContext extends AnswerContext {
  readonly face: ObsFace
}

export type AnswerOf<Kind extends OperationKind> = Extract<Answer, { readonly operation: { readonly kind: Kind } }>

/** Writes the answer of one operation, in OBS's spelling of headers. */
export type Encoder<Kind extends OperationKind> = (answer: AnswerOf<Kind>, context: ObsContext) => HttpResponse

/** What decoding yields, with the members that most operations leave at their usual values. */
export function decoded(
  request: ObsRequest,
  target: Target,
  build: Decoded['build'],
  document?: Decoded['document'],
): Decoded {
  const also = alsoAsked(request.headers, target)
  const whole: Target = {
    ...target,
    conditions: (key) => conditionValues(request, key),
    ...(also.length === 0 ? {} : { also }),
  }
  return { target: whole, requiresSigV4: false, build, ...(document === undefined ? {} : { document }) }
}

const WRITES: ReadonlySet<OperationKind> = new Set<OperationKind>([
  ...(['put-object', 'copy-object', 'create-upload', 'append-object'] as const),
])

/** Rights that a write needs besides its own: to set what comes with it (T-075). */
function alsoAsked(headers: HttpHeaders, { kind, also = [] }: Target): readonly string[] {
  const isWrite = WRITES.has(kind)
  const lists = namesAcl(headers)
  return [
    ...also,
    ...(isWrite && headers.has('x-obs-tagging') ? ['s3:PutObjectTagging'] : []),
    ...(isWrite && lists ? ['s3:PutObjectAcl'] : []),
    ...(kind === 'create-bucket' && lists ? ['s3:PutBucketAcl'] : []),
  ]
}

export function refuseUndone(what: string, header?: string): never {
  return refuse({
    kind: 'not-implemented',
    detail: `${what} is not implemented.`,
    ...(header === undefined ? {} : { header }),
  })
}

/** A query parameter's text; an empty one counts as absent. */
export function queryText(request: ObsRequest, name: string): string | undefined {
  const value = request.query.get(name)?.value
  return value === '' ? undefined : value
}

/** A whole number from the query. Outside of its bounds it is refused; an absent or empty parameter is undefined. */
export function queryNumber(request: ObsRequest, name: string, bounds: NumberBounds): number | undefined {
  const text = queryText(request, name)
  if (text === undefined) return undefined
  return parseDecimal(text, bounds) ?? refuseArgument(name, text, `${name} is not a number in its range`)
}

/** A page's size: more than `most` is as good as `most`. */
export function pageSize(request: ObsRequest, name: string, most: number): number {
  return Math.min(queryNumber(request, name, { min: 0, max: 0x7fff_ffff }) ?? most, most)
}

/** `versionId` of the query. Present and empty, or not an id of ours, is refused (T-022, T-032). */
export function queryVersionId(request: ObsRequest): VersionId | undefined {
  const parameter = request.query.get('versionId')
  if (parameter === undefined) return undefined
  return parseVersionId(parameter.value) ?? refuseArgument('versionId', parameter.value, 'Invalid version id specified')
}

/** A target with the version that the query names. */
export function versioned<At extends object>(request: ObsRequest, at: At): At & { readonly versionId?: VersionId } {
  const versionId = queryVersionId(request)
  return versionId === undefined ? at : { ...at, versionId }
}

/** `encoding-type=url` is the only one there is. */
export function encodesNames(request: ObsRequest): boolean {
  const text = queryText(request, 'encoding-type')
  if (text === undefined) return false
  return text === 'url' ? true : refuseArgument('encoding-type', text, 'Invalid Encoding Method specified in Request')
}
