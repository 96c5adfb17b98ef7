import type { QueryParameter, RequestView } from '../../http/index.ts'
import {
  parseAccountId,
  parseVersionId,
  refuse,
  type AccountId,
  type Answer,
  type OperationKind,
  type Target,
  type VersionId,
} from '../../operations/index.ts'
import { parseDecimal, type HttpResponse, type NumberBounds } from '../../http/index.ts'
import type { AnswerContext, Decoded } from '../dialect.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { comparesBeforeDeleting } from './conditions.ts'
import { lockRights } from './lock-headers.ts'
import { namesAcl } from './acl-header-names.ts'
import { conditionValues } from './condition-keys.ts'
import type { S3DialectOptions } from './options.ts'

/** A request on its way through the decoder: what the signature covers, and the server's own options. */
export interface S3Request {
  readonly view: RequestView
  readonly options: S3DialectOptions
  /** Present: for a directory bucket. */
  readonly directory?: true
  /** By exact name; names are unique. */
  readonly query: ReadonlyMap<string, QueryParameter>
}

export type AnswerOf<Kind extends OperationKind> = Extract<Answer, { readonly operation: { readonly kind: Kind } }>

/** Writes the answer of one operation. */
export type Encoder<Kind extends OperationKind> = (answer: AnswerOf<Kind>, context: AnswerContext) => HttpResponse

/** What decoding yields, with the members that most operations leave at their usual values. */
export function decoded(
  request: S3Request,
  target: Target,
  build: Decoded['build'],
  more: Partial<Pick<Decoded, 'document' | 'requiresSigV4'>> = {},
): Decoded {
  const { headers } = request.view
  const owned: { -readonly [Field in keyof Target]: Target[Field] } = {
    ...target,
    conditions: (key) => conditionValues(request, key),
  }
  if (headers.has(EXPECTED_OWNER) || headers.has(EXPECTED_SOURCE_OWNER)) Object.assign(owned, expectedOwners(request))
  if (headers.get(REQUEST_PAYER) === 'requester') owned.requesterPays = true
  const also = alsoAsked(headers, target.kind)
  if (also.length > 0) owned.also = [...(target.also ?? []), ...also]
  const { document, requiresSigV4 = false } = more
  return document === undefined
    ? { target: owned, requiresSigV4, build }
    : { target: owned, requiresSigV4, document, build }
}

const WRITES: ReadonlySet<OperationKind> = new Set(['put-object', 'copy-object', 'create-upload', 'complete-upload'])

/**
 * Rights that a write needs besides its own: to set the tags that come with it (T-075), and to read what it compares
 * itself with (S3 User Guide, "How to enforce conditional writes": If-Match needs s3:GetObject).
 */
function alsoAsked(headers: RequestView['headers'], kind: OperationKind): readonly string[] {
  if (kind === 'delete-object') {
    return [...(comparesBeforeDeleting(headers) ? ['s3:GetObject'] : []), ...lockRights(headers, 'removal')]
  }
  if (kind === 'create-bucket') {
    return [
      ...(namesAcl(headers) ? ['s3:PutBucketAcl'] : []),
      ...(headers.has(OWNERSHIP_HEADER) ? ['s3:PutBucketOwnershipControls'] : []),
    ]
  }
  if (!WRITES.has(kind)) return []
  const also: string[] = [...lockRights(headers, 'write')]
  if (headers.has('x-amz-tagging')) also.push('s3:PutObjectTagging')
  if (namesAcl(headers)) also.push('s3:PutObjectAcl')
  if (headers.has('if-match')) also.push('s3:GetObject')
  return also
}

export const OWNERSHIP_HEADER = 'x-amz-object-ownership'
const REQUEST_PAYER = 'x-amz-request-payer'
const EXPECTED_OWNER = 'x-amz-expected-bucket-owner'
const EXPECTED_SOURCE_OWNER = 'x-amz-source-expected-bucket-owner'

/** `x-amz-expected-bucket-owner` and `x-amz-source-expected-bucket-owner`: twelve digits, else 400 (S3-84). */
function expectedOwners(request: S3Request): Pick<Target, 'expectedOwner' | 'expectedSourceOwner'> {
  const expectedOwner = ownerNamed(request, EXPECTED_OWNER)
  const expectedSourceOwner = ownerNamed(request, EXPECTED_SOURCE_OWNER)
  return {
    ...(expectedOwner === undefined ? {} : { expectedOwner }),
    ...(expectedSourceOwner === undefined ? {} : { expectedSourceOwner }),
  }
}

function ownerNamed(request: S3Request, header: string): AccountId | undefined {
  const text = request.view.headers.get(header)
  if (text === undefined) return undefined
  return parseAccountId(text) ?? refuse({ kind: 'invalid-expected-owner' })
}

/** A query parameter's text; an empty one counts as absent. */
export function queryText(request: S3Request, name: string): string | undefined {
  const value = request.query.get(name)?.value
  return value === '' ? undefined : value
}

/** A whole number from the query. Above `max` is refused; an absent or empty parameter is undefined. */
export function queryNumber(request: S3Request, name: string, bounds: NumberBounds): number | undefined {
  const text = queryText(request, name)
  if (text === undefined) return undefined
  return parseDecimal(text, bounds) ?? refuseArgument(name, text, `${name} is not a number in its range`)
}

/** A page's size: S3 takes any 32-bit number and gives at most `most`. */
export function pageSize(request: S3Request, name: string, most: number): number {
  return Math.min(queryNumber(request, name, { min: 0, max: 0x7fff_ffff }) ?? most, most)
}

/** `versionId` of the query. Present and empty, or not an id of ours, is refused (T-022, T-032). */
export function queryVersionId(request: S3Request): VersionId | undefined {
  const parameter = request.query.get('versionId')
  if (parameter === undefined) return undefined
  return parseVersionId(parameter.value) ?? refuseArgument('versionId', parameter.value, 'Invalid version id specified')
}

/** `encoding-type=url` is the only one there is. */
export function encodesNames(request: S3Request): boolean {
  const text = queryText(request, 'encoding-type')
  if (text === undefined) return false
  return text === 'url' ? true : refuseArgument('encoding-type', text, 'Invalid Encoding Method specified in Request')
}
