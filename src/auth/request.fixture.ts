/** Requests as the edge hands them on, and an authenticator with one credential, for the tests of this room. */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { headersOf, type HttpMethod, type HttpRequest } from '../http/index.ts'
import {
  EVERY_SCHEME,
  parseAccountId,
  StoreFailure,
  type AccountId,
  type Failure,
  type Scheme,
} from '../operations/index.ts'
import { SecretBytes } from '../secrets/index.ts'
import { createAuthenticator, type Authenticator, type AuthenticatorOptions } from './authenticate.ts'
import type { Credential, PromisedBody, Verified } from './verified.ts'

export const KEY_ID = 'AKIDCOFFEREXAMPLE'
export const SECRET = 'coffer/example+secret0123456789ABCDEFGHIJ'
export const NOW_MS = Date.UTC(2026, 0, 24, 6, 15, 30)

export const ACCOUNT = accountOf('000000000001')

function accountOf(text: string): AccountId {
  return parseAccountId(text) ?? assert.fail()
}

export function secretOf(text: string): SecretBytes {
  return new SecretBytes(Buffer.from(text, 'utf8'))
}

export function credentialOf(id: string, secret: string, schemes: readonly Scheme[] = EVERY_SCHEME): Credential {
  const principal = { kind: 'account-root', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` } as const
  return { accessKeyId: id, principal, secret: secretOf(secret), generation: '1', schemes: new Set(schemes) }
}

export interface Fixture {
  readonly method?: HttpMethod
  readonly path?: string
  readonly query?: string
  readonly host?: string
  /** Without host. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: Uint8Array | string
  /** How many bytes come at a time. Default: all at once. */
  readonly pieceBytes?: number
  readonly secure?: boolean
}

export function requestOf(fixture: Fixture): HttpRequest {
  const host = fixture.host ?? 'localhost:9000'
  const [name = '', port] = host.split(':')
  const bytes = Buffer.from(fixture.body ?? '')
  const given = (fixture.headers ?? []).map(([header, value]) => [header.toLowerCase(), value] as const)
  const entries = [['host', host] as const, ...given.filter(([header]) => header !== 'host')]
  return {
    requestId: 'request',
    method: fixture.method ?? 'GET',
    rawPath: fixture.path ?? '/bucket/key',
    rawQuery: fixture.query ?? '',
    hasQuery: fixture.query !== undefined,
    host: { name, raw: host, ...(port === undefined ? {} : { port: Number(port) }) },
    headers: headersOf(entries),
    body: { declaredLength: bytes.length, read: () => pieces(bytes, fixture.pieceBytes ?? Math.max(1, bytes.length)) },
    secure: fixture.secure ?? false,
    remoteAddress: '127.0.0.1',
    arrivedMs: NOW_MS,
    signal: new AbortController().signal,
  }
}

export async function* pieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array, undefined> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
  return undefined
}

/** `buckets` are hosts of the form `<bucket>.localhost`. */
export function authenticatorOf(options: Partial<AuthenticatorOptions> = {}): Authenticator {
  const known = credentialOf(KEY_ID, SECRET)
  return createAuthenticator({
    credentials: async (id) => (id === KEY_ID ? known : undefined),
    now: () => NOW_MS,
    regions: ['us-east-1', 'eu-west-1'],
    hostBucket: (_service, host) => /^([a-z0-9.-]+)\.localhost$/.exec(host.name)?.[1],
    ...options,
  })
}

export async function readAll(body: PromisedBody): Promise<Buffer> {
  const read: Uint8Array[] = []
  for await (const piece of body.read(new AbortController().signal)) read.push(Uint8Array.from(piece))
  return Buffer.concat(read)
}

/** The failure that `work` ends in; that it does not end in one fails the test. */
export async function failureOf(work: () => Promise<unknown>): Promise<Failure> {
  try {
    await work()
  } catch (error) {
    assert.ok(error instanceof StoreFailure, String(error))
    return error.failure
  }
  assert.fail('it was not refused')
}

export async function refusal(fixture: Fixture, authenticator = authenticatorOf()): Promise<Failure> {
  return failureOf(() => authenticator.authenticate(requestOf(fixture)))
}

/** Verifies, and fails the test where nobody was found to ask. */
export async function verified(fixture: Fixture, authenticator = authenticatorOf()): Promise<Verified> {
  const result = await authenticator.authenticate(requestOf(fixture))
  assert.ok(result.kind === 'verified', 'nobody was found to ask')
  return result
}
