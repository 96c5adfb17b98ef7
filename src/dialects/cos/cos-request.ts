import { parseDecimal, type HttpResponse, type NumberBounds, type RequestView } from '../../http/index.ts'
import { parseVersionId, type Answer, type OperationKind, type Target, type VersionId } from '../../operations/index.ts'
import type { AnswerContext, Decoded } from '../dialect.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { conditionValues } from './condition-keys.ts'
import type { CosDialectOptions } from './options.ts'

/** A request on its way through the decoder: what the signature covers, and the server's own options. */
export interface CosRequest {
  readonly view: RequestView
  readonly options: CosDialectOptions
  /** The region that the host names. */
  readonly region: string | undefined
  /** By lower-case name: COS tells names of parameters apart without case, and each is unique. */
  readonly query: ReadonlyMap<string, string>
}

export type AnswerOf<Kind extends OperationKind> = Extract<Answer, { readonly operation: { readonly kind: Kind } }>

/** Writes the answer of one operation. */
export type Encoder<Kind extends OperationKind> = (answer: AnswerOf<Kind>, context: AnswerContext) => HttpResponse

/** What decoding yields, with the members that most operations leave at their usual values. */
export function decoded(
  request: CosRequest,
  target: Target,
  build: Decoded['build'],
  document?: NonNullable<Decoded['document']>,
): Decoded {
  const also = alsoAsked(request, target)
  const asked: Target = {
    ...target,
    conditions: (key) => conditionValues(request, key),
    ...(also.length === 0 ? {} : { also }),
  }
  return document === undefined
    ? { target: asked, requiresSigV4: false, build }
    : { target: asked, requiresSigV4: false, document, build }
}

const WRITES: ReadonlySet<OperationKind> = new Set(['put-object', 'copy-object', 'create-upload', 'append-object'])
const ACL_HEADERS = /^x-cos-(?:acl|grant-.+)$/

/** Rights that a write needs besides its own: to set the tags and the list of rights that come with it (T-075). */
function alsoAsked(request: CosRequest, { kind, also = [] }: Target): readonly string[] {
  if (!WRITES.has(kind)) return also
  const { headers } = request.view
  const more = [...also]
  if (headers.has('x-cos-tagging')) more.push('s3:PutObjectTagging')
  if (headers.names.some((name) => ACL_HEADERS.test(name))) more.push('s3:PutObjectAcl')
  return more
}

/** A query parameter's text; an empty one counts as absent. */
export function queryText(request: CosRequest, name: string): string | undefined {
  const value = request.query.get(name)
  return value === '' ? undefined : value
}

/** A whole number from the query; outside its bounds it is refused, absent or empty it is undefined. */
export function queryNumber(request: CosRequest, name: string, bounds: NumberBounds): number | undefined {
  const text = queryText(request, name)
  if (text === undefined) return undefined
  return parseDecimal(text, bounds) ?? refuseArgument(name, text, `${name} is not a number in its range`)
}

/** A page's size: any 32-bit number is taken, at most `most` are given. */
export function pageSize(request: CosRequest, name: string, most: number): number {
  return Math.min(queryNumber(request, name, { min: 0, max: 0x7fff_ffff }) ?? most, most)
}

/** `versionId` of the query. Present and empty, or not an id of ours, is refused (T-022, T-032). */
export function queryVersionId(request: CosRequest): VersionId | undefined {
  const text = request.query.get('versionid')
  if (text === undefined) return undefined
  return parseVersionId(text) ?? refuseArgument('versionId', text, 'Invalid version id specified')
}

/** `encoding-type=url` is the only one there is. */
export function encodesNames(request: CosRequest): boolean {
  const text = queryText(request, 'encoding-type')
  if (text === undefined) return false
  return text === 'url' ? true : refuseArgument('encoding-type', text, 'encoding-type is url')
}
