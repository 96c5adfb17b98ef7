import type { Vocabulary } from '../words/vocabulary.ts'
import { ApiFailure } from './failure.ts'
import { probeWith, serverIsAway, serverIsSealed } from './reach.ts'

export { path } from './path.ts'

export const API = '/api/v1'
const SEALED = 423

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export interface CallOptions {
  readonly query?: Query
  readonly body?: unknown
  readonly signal?: AbortSignal
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
}

/** The token lives here and nowhere else: neither in storage nor in an address. */
let csrf = ''
let vocabulary: Vocabulary = 's3'
let language = 'en'
const sessionEnded = new Set<() => void>()

export function setCsrf(token: string): void {
  csrf = token
}

export function speak(spoken: Vocabulary, read: string): void {
  vocabulary = spoken
  language = read
}

/** Called when a request finds the session over. Returns how to stop listening. */
export function onSessionEnd(listener: () => void): () => void {
  sessionEnded.add(listener)
  return () => sessionEnded.delete(listener)
}

export function sessionIsOver(): void {
  for (const listener of sessionEnded) listener()
}

export function addressOf(route: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  const text = search.toString()
  return `${API}${route}${text === '' ? '' : `?${text}`}`
}

/** What every request to the API carries: reads too, because over plain HTTP the browser does not say who asks. */
export function pageHeaders(): Record<string, string> {
  const headers: Record<string, string> = { 'x-coffer-vocabulary': vocabulary, 'accept-language': language }
  if (csrf !== '') headers['x-coffer-csrf'] = csrf
  return headers
}

/** One call of the API. Throws `ApiFailure`; an aborted one throws the browser's `AbortError`. */
export async function call<Answer>(method: string, route: string, options: CallOptions = {}): Promise<Answer> {
  const headers = pageHeaders()
  if (options.body !== undefined) headers['content-type'] = 'application/json'
  if (options.ifMatch !== undefined) headers['if-match'] = options.ifMatch
  if (options.ifNoneMatch !== undefined) headers['if-none-match'] = options.ifNoneMatch
  let response: Response
  try {
    response = await fetch(addressOf(route, options.query), {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
  } catch (thrown) {
    if (options.signal?.aborted === true) throw thrown
    serverIsAway()
    throw new ApiFailure(0, {})
  }
  const text = await response.text()
  const value = parsed(text)
  if (!response.ok) {
    if (response.status === 401 && route !== '/session') sessionIsOver()
    if (response.status === SEALED) serverIsSealed()
    throw new ApiFailure(response.status, errorOf(value))
  }
  // The shapes of answers are the server's own types: both are built from one file.
  return value as Answer
}

export const get = <Answer>(route: string, query?: Query, signal?: AbortSignal): Promise<Answer> =>
  call<Answer>('GET', route, { ...(query && { query }), ...(signal && { signal }) })
export const post = <Answer>(route: string, body: unknown = {}): Promise<Answer> =>
  call<Answer>('POST', route, { body })
export const put = <Answer>(route: string, body: unknown, ifMatch?: string): Promise<Answer> =>
  call<Answer>('PUT', route, { body, ...(ifMatch !== undefined && { ifMatch }) })
export const remove = (route: string, query?: Query): Promise<unknown> =>
  call('DELETE', route, { ...(query && { query }) })

probeWith(async () => {
  try {
    await fetch(addressOf('/system'), { headers: pageHeaders(), credentials: 'same-origin', cache: 'no-store' })
    return true
  } catch {
    return false
  }
})

function parsed(text: string): unknown {
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** `{"error": {...}}`. */
export function errorOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || !('error' in value)) return {}
  const { error } = value
  return typeof error === 'object' && error !== null ? { ...error } : {}
}
