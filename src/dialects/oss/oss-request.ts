import {
  parseDecimal,
  type HttpResponse,
  type NumberBounds,
  type QueryParameter,
  type RequestView,
} from '../../http/index.ts'
import { parseVersionId, type Answer, type OperationKind, type Target, type VersionId } from '../../operations/index.ts'
import type { AnswerContext, Decoded } from '../dialect.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { conditionValues } from './condition-keys.ts'
import type { OssDialectOptions } from './options.ts'

/** A request on its way through the decoder: what the signature covers, and the server's own options. */
export interface OssRequest {
  readonly view: RequestView
  readonly options: OssDialectOptions
  /** By exact name; names are unique. */
  readonly query: ReadonlyMap<string, QueryParameter>
}

export type AnswerOf<Kind extends OperationKind> = Extract<Answer, { readonly operation: { readonly kind: Kind } }>

/** Writes the answer of one operation. */
export type Encoder<Kind extends OperationKind> = (
  answer: AnswerOf<Kind>,
  context: AnswerContext,
  options: OssDialectOptions,
) => HttpResponse

/** What decoding yields. `also`: rights that the request asks for besides the operation's own. */
export function decoded(
  request: OssRequest,
  target: Target,
  build: Decoded['build'],
  document?: Decoded['document'],
): Decoded {
  const { headers } = request.view
  const also = alsoAsked(request, target.kind)
  const owned: Target = {
    ...target,
    conditions: (key) => conditionValues(request, key),
    ...(also.length === 0 ? {} : { also: [...(target.also ?? []), ...also] }),
    ...(headers.get('x-oss-request-payer') === 'requester' ? { requesterPays: true } : {}),
  }
  return document === undefined
    ? { target: owned, requiresSigV4: false, build }
    : { target: owned, requiresSigV4: false, document, build }
}

const WRITES: ReadonlySet<OperationKind> = new Set([
  ...(['put-object', 'copy-object', 'create-upload', 'append-object', 'put-symlink'] as const),
])

/** Rights that a write needs besides its own: to set the tags and the list that come with it (T-075). */
function alsoAsked({ view }: OssRequest, kind: OperationKind): readonly string[] {
  const { headers } = view
  if (kind === 'create-bucket') return headers.has('x-oss-acl') ? ['s3:PutBucketAcl'] : []
  if (!WRITES.has(kind)) return []
  return [
    ...(headers.has('x-oss-tagging') ? ['s3:PutObjectTagging'] : []),
    ...(headers.has('x-oss-object-acl') ? ['s3:PutObjectAcl'] : []),
  ]
}

/** A query parameter's text; an empty one counts as absent. */
export function queryText(request: OssRequest, name: string): string | undefined {
  const value = request.query.get(name)?.value
  return value === '' ? undefined : value
}

/** A whole number from the query. Above its bounds it is refused; an absent or empty parameter is undefined. */
export function queryNumber(request: OssRequest, name: string, bounds: NumberBounds): number | undefined {
  const text = queryText(request, name)
  if (text === undefined) return undefined
  return parseDecimal(text, bounds) ?? refuseArgument(name, text, `Argument ${name} is not a number in its range.`)
}

/** `versionId` of the query. Present and empty, or not an id of ours, is refused (T-022, T-032). */
export function queryVersionId(request: OssRequest): VersionId | undefined {
  const parameter = request.query.get('versionId')
  if (parameter === undefined) return undefined
  return parseVersionId(parameter.value) ?? refuseArgument('versionId', parameter.value, 'Invalid version id specified')
}

/** `encoding-type=url` is the only one there is. */
export function encodesNames(request: OssRequest): boolean {
  const text = queryText(request, 'encoding-type')
  if (text === undefined) return false
  return text === 'url' ? true : refuseArgument('encoding-type', text, 'Encoding-type is url.')
}
