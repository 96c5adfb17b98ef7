import { decodePercent, parseDecimal, type HttpMethod, type RequestView } from '../../../http/index.ts'
import {
  parseStrictJson,
  peopleTarget,
  refuse,
  type ObjectKey,
  type Operation,
  type PeopleOperation,
  type Target,
} from '../../../operations/index.ts'
import type { Decoded, DecodedByBody } from '../../dialect.ts'
import { fieldsOf, type Fields } from '../fields.ts'
import { badArgument, objectKey, parametersOf, versionId, type Parameters } from '../target.ts'
import { CONSOLE_VOCABULARY_HEADER, type VocabularyName } from './wire.ts'

export const MAX_CONSOLE_BODY_BYTES = 1024 * 1024
export const DEFAULT_LISTED = 100
export const MAX_LISTED = 1_000
/** A list of all parts of an upload is the longest body. */
const JSON_LIMITS = { maxDepth: 8, maxValues: 40_000 }
const EMPTY_BODY = Buffer.from('{}', 'latin1')
const JSON_TYPE = /^application\/json(?:[ \t]*;[ \t]*charset="?utf-8"?)?$/i
const VOCABULARIES: readonly VocabularyName[] = ['s3', 'oss', 'obs', 'cos']

/** A request of which it is known what it asks for. */
export interface RouteRequest {
  /** What stands in the path where its pattern has a colon, decoded, in order. */
  readonly names: readonly string[]
  readonly query: Parameters
  readonly view: RequestView
  readonly vocabulary: VocabularyName
}

export type RouteReader = (request: RouteRequest) => Decoded | DecodedByBody

/** One method of one path; a piece of a path that is `:` is a name. */
export interface Route {
  readonly method: HttpMethod
  readonly path: string
  readonly read: RouteReader
}

export function route(method: HttpMethod, path: string, read: RouteReader): Route {
  return { method, path, read }
}

/** What the head says all of. */
export function asked(target: Target, operation: Operation): Decoded {
  return { target, requiresSigV4: false, build: () => operation }
}

/** What is about something that the head names, and is said in a body. */
export function told(target: Target, view: RequestView, build: (body: Fields) => Operation): Decoded {
  demandJson(view)
  return {
    target,
    document: { maxBytes: MAX_CONSOLE_BODY_BYTES, expect: {}, required: false },
    requiresSigV4: false,
    build: (document) => read(document, build),
  }
}

/** What only the body says all of, target included. */
export function toldAll(
  view: RequestView,
  understand: (body: Fields) => { readonly target: Target; readonly operation: Operation },
): DecodedByBody {
  demandJson(view)
  return {
    document: { maxBytes: MAX_CONSOLE_BODY_BYTES, expect: {}, required: false },
    requiresSigV4: true,
    understand: (document) => read(document, understand),
  }
}

/**
 * An operation of the directory; `given`: what the path and the query say of it, as members of its body; `unsaid`: what
 * holds where the body says nothing.
 */
export function ofPeople(
  { view, query }: RouteRequest,
  given: Readonly<Record<string, string | undefined>>,
  reader: (body: Fields) => PeopleOperation,
  unsaid: Readonly<Record<string, string>> = {},
): DecodedByBody {
  const named = Object.entries(given).filter(([, value]) => value !== undefined)
  query.end()
  const bodiless = view.method === 'GET' || view.method === 'DELETE'
  if (!bodiless) demandJson(view)
  return {
    document: { maxBytes: MAX_CONSOLE_BODY_BYTES, expect: {}, required: false },
    requiresSigV4: true,
    understand: (document) => {
      const sent = parseStrictJson(document.length === 0 || bodiless ? EMPTY_BODY : document, JSON_LIMITS)
      if (!(sent instanceof Map)) return refuse({ kind: 'malformed-json', detail: 'the body must be an object' })
      for (const [name] of named) if (sent.has(name)) badArgument(name, 'stands in the path')
      const body = fieldsOf(new Map([...Object.entries(unsaid), ...sent, ...named]))
      const operation = reader(body)
      body.end()
      return { target: peopleTarget(operation), operation }
    },
  }
}

function read<Value>(document: Uint8Array, build: (body: Fields) => Value): Value {
  const body = fieldsOf(parseStrictJson(document.length === 0 ? EMPTY_BODY : document, JSON_LIMITS))
  const value = build(body)
  body.end()
  return value
}

function demandJson({ headers }: RequestView): void {
  // A form of another page cannot send this type (T-143).
  if (JSON_TYPE.test(headers.get('content-type') ?? '')) return
  refuse({ kind: 'invalid-request', detail: 'the content type must be application/json' })
}

/** The routes of the console, by their methods and paths. */
export function matchRoute(routes: readonly Route[], view: RequestView, rest: string): Decoded | DecodedByBody {
  const pieces = rest
    .split('/')
    .map((piece) => decodePercent(piece) ?? refuse({ kind: 'invalid-uri', detail: 'the path' }))
  const allowed: HttpMethod[] = []
  for (const one of routes) {
    const names = namesOf(one.path, pieces)
    if (names === undefined) continue
    if (one.method === view.method) {
      return one.read({ names, query: parametersOf(view), view, vocabulary: vocabularyOf(view) })
    }
    allowed.push(one.method)
  }
  if (allowed.length > 0) return refuse({ kind: 'method-not-allowed', allowed: [...new Set(allowed)] })
  return refuse({ kind: 'invalid-uri', detail: 'the console’s API has nothing here' })
}

function namesOf(pattern: string, pieces: readonly string[]): readonly string[] | undefined {
  const wanted = pattern.split('/')
  if (wanted.length !== pieces.length) return undefined
  const names: string[] = []
  for (const [at, piece] of pieces.entries()) {
    if (wanted[at] === ':') names.push(piece)
    else if (wanted[at] !== piece) return undefined
  }
  return names
}

export function vocabularyOf({ headers }: Pick<RequestView, 'headers'>): VocabularyName {
  const text = headers.get(CONSOLE_VOCABULARY_HEADER)
  if (text === undefined) return 's3'
  return (
    VOCABULARIES.find((one) => one === text) ?? badArgument(CONSOLE_VOCABULARY_HEADER, 'must be s3, oss, obs or cos')
  )
}

/** The name at a place of the path. */
export function nameAt({ names }: RouteRequest, at: number): string {
  const name = names[at]
  return name === undefined || name === '' ? badArgument('path', 'a name is missing') : name
}

/** `?limit=`, 1 to 1,000. */
export function limitOf(query: Parameters): number {
  return numberOf(query, 'limit', 1, MAX_LISTED) ?? DEFAULT_LISTED
}

export function numberOf(query: Parameters, name: string, min: number, max: number): number | undefined {
  const text = query.take(name)
  if (text === undefined) return undefined
  return parseDecimal(text, { min, max }) ?? badArgument(name, `must be a whole number from ${min} to ${max}`)
}

export function flagOf(query: Parameters, name: string): boolean {
  const text = query.take(name)
  if (text === undefined) return false
  if (text === 'true' || text === '1') return true
  return text === 'false' || text === '0' ? false : badArgument(name, 'must be true or false')
}

/** `?key=`: keys of objects are values of the query, never pieces of a path. */
export function keyOf(query: Parameters): ObjectKey {
  return objectKey(query.take('key') ?? badArgument('key', 'is missing in the query'))
}

export function versionOf(query: Parameters): ReturnType<typeof versionId> {
  return versionId(query.take('versionId'))
}
