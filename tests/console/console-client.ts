import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import type { SessionJson } from '../../src/dialects/admin/wire.ts'
import { ACCESS_KEY, SECRET_KEY } from '../servers.ts'

export interface ConsoleAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly bytes: Buffer
  /** The body as JSON; undefined where there is none. */
  readonly json: unknown
}

export interface ConsoleCall {
  readonly method?: string
  readonly body?: unknown
  readonly bytes?: Uint8Array
  /** Absent ones are left as a browser would send them; `undefined` takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/** Sends one request as it is given: every header of a browser can be set or left out. */
export function send(url: string, path: string, call: ConsoleCall = {}): Promise<ConsoleAnswer> {
  const { hostname, port } = new URL(url)
  const { method = 'GET' } = call
  const body = call.bytes ?? (call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body)))
  const given: Record<string, string | undefined> = {
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(body === undefined ? {} : { 'content-length': String(body.length) }),
    ...call.headers,
  }
  const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, path, method, headers, agent: false }, (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.on('error', reject)
      answer.on('end', () => {
        const bytes = Buffer.concat(pieces)
        const type = String(answer.headers['content-type'])
        const json: unknown = type.startsWith('application/json') ? JSON.parse(bytes.toString('utf8')) : undefined
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes, json })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** What a browser adds to a request of the console's own page. */
export function pageHeaders(url: string, method: string): Record<string, string> {
  const origin = method === 'GET' || method === 'HEAD' ? {} : { origin: new URL(url).origin }
  return { ...origin, 'sec-fetch-site': 'same-origin' }
}

export function signIn(
  url: string,
  accessKeyId = ACCESS_KEY,
  secretAccessKey = SECRET_KEY,
  headers: Readonly<Record<string, string | undefined>> = {},
): Promise<ConsoleAnswer> {
  return send(url, '/api/v1/session', {
    method: 'POST',
    body: { accessKeyId, secretAccessKey },
    headers: { ...pageHeaders(url, 'POST'), ...headers },
  })
}

/** Name and value of the cookie that an answer sets. */
export function cookieOf(answer: ConsoleAnswer): string {
  const [line = ''] = answer.headers['set-cookie'] ?? []
  return line.split(';', 1)[0] ?? ''
}

/** A browser in which somebody is signed in. */
export interface SignedInPage {
  readonly cookie: string
  readonly csrf: string
  readonly session: SessionJson
  /** One call of the console's own page. */
  call(path: string, call?: ConsoleCall): Promise<ConsoleAnswer>
}

export async function openPage(url: string, accessKeyId?: string, secret?: string): Promise<SignedInPage> {
  const answer = await signIn(url, accessKeyId, secret)
  assert.equal(answer.status, 200, answer.bytes.toString('utf8'))
  return pageOf(url, cookieOf(answer), answer.json as SessionJson)
}

export function pageOf(url: string, cookie: string, session: SessionJson): SignedInPage {
  const { csrf } = session
  return {
    cookie,
    csrf,
    session,
    call: (path, call = {}) =>
      send(url, `/api/v1/${path}`, {
        ...call,
        headers: {
          ...{ ...pageHeaders(url, call.method ?? 'GET'), cookie, 'x-coffer-csrf': csrf },
          ...call.headers,
        },
      }),
  }
}

/** The code of a refusal in the console's form. */
export function codeOf({ json }: ConsoleAnswer): string | undefined {
  const error: unknown = typeof json === 'object' && json !== null && 'error' in json ? json.error : undefined
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined
}
