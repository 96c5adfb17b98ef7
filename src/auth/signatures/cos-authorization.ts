/** What a COS signature says of itself: seven fields, in the Authorization header or in the query. Nothing is verified here. */
import { lowerCaseAscii, type QueryParameter } from '../../http/index.ts'
import { refuse } from '../../operations/index.ts'
import { MAX_AUTHORIZATION_CHARS, MAX_SIGNED_HEADERS } from '../limits.ts'

/** Tencent COS, "Request signature": in whichever order a client writes them. */
export const COS_SIGNATURE_PARAMETERS = [
  'q-sign-algorithm',
  'q-ak',
  'q-sign-time',
  'q-key-time',
  'q-header-list',
  'q-url-param-list',
  'q-signature',
] as const

type CosField = (typeof COS_SIGNATURE_PARAMETERS)[number]

export interface CosClaim {
  readonly form: 'header' | 'query'
  readonly accessKeyId: string
  /** As sent: both go into what is signed. */
  readonly signTime: string
  readonly keyTime: string
  /** Names as they are signed: percent-encoded, in lower case. */
  readonly headerNames: ReadonlySet<string>
  readonly parameterNames: ReadonlySet<string>
  /** As sent: 40 hexadecimal digits in lower case, compared as text. */
  readonly signature: string
}

const FIELDS: ReadonlySet<string> = new Set(COS_SIGNATURE_PARAMETERS)
/** Encoded names hold nothing else; upper case only in escapes, which are lower-cased too. */
const NAME = /^[a-z0-9\-_.~%]+$/

function isField(name: string): name is CosField {
  return FIELDS.has(name)
}

/** `q-sign-algorithm=sha1&q-ak=...`: raw pairs, not form-encoded. Another field, one twice or one missing is refused. */
export function parseCosHeader(authorization: string): CosClaim {
  const malformed = (detail: string): never => refuse({ kind: 'malformed-authorization', detail })
  if (authorization.length > MAX_AUTHORIZATION_CHARS) malformed('the Authorization header is too long')
  const fields = new Map<CosField, string>()
  for (const pair of authorization.trim().split('&')) {
    const equals = pair.indexOf('=')
    const name = pair.slice(0, Math.max(0, equals))
    if (!isField(name) || fields.has(name)) return malformed('the Authorization header holds each q- field once')
    fields.set(name, pair.slice(equals + 1))
  }
  return claimOf('header', (name) => fields.get(name) ?? malformed(`the Authorization header needs ${name}`), malformed)
}

/** The same seven as parameters of the query, decoded by the one reader of queries. */
export function parseCosQuery(parameters: readonly QueryParameter[]): CosClaim {
  const malformed = (detail: string): never => refuse({ kind: 'malformed-query-authorization', detail })
  for (const { name } of parameters) {
    const folded = lowerCaseAscii(name)
    if (isField(folded) && folded !== name) malformed(`${folded} must be spelled so`)
  }
  const text = (wanted: CosField): string =>
    parameters.find(({ name }) => name === wanted)?.value ?? malformed(`a signed URL needs ${wanted}`)
  return claimOf('query', text, malformed)
}

function claimOf(
  form: CosClaim['form'],
  text: (name: CosField) => string,
  malformed: (detail: string) => never,
): CosClaim {
  // From a closed list of one: the request never chooses a hash (T-038).
  if (text('q-sign-algorithm') !== 'sha1') malformed('q-sign-algorithm is sha1')
  return {
    form,
    accessKeyId: text('q-ak'),
    signTime: text('q-sign-time'),
    keyTime: text('q-key-time'),
    headerNames: namesOf(text('q-header-list'), malformed),
    parameterNames: namesOf(text('q-url-param-list'), malformed),
    signature: text('q-signature'),
  }
}

function namesOf(list: string, malformed: (detail: string) => never): ReadonlySet<string> {
  if (list === '') return new Set()
  const names = list.split(';', MAX_SIGNED_HEADERS + 1)
  const unique = new Set(names)
  if (names.length > MAX_SIGNED_HEADERS || unique.size !== names.length)
    malformed('a list of names is too long, or repeats')
  if (names.some((name) => !NAME.test(name))) malformed('signed names are encoded, in lower case, between semicolons')
  if (unique.has('authorization')) malformed('Authorization cannot sign itself')
  return unique
}
