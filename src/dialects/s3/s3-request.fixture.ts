import assert from 'node:assert/strict'
import { headersOf, parseQuery, type HttpMethod, type RequestView } from '../../http/index.ts'
import { StoreFailure, type Failure } from '../../operations/index.ts'
import type { S3DialectOptions } from './options.ts'
import type { S3Request } from './s3-request.ts'

export const OPTIONS: S3DialectOptions = {
  domains: ['localhost', 'store.example'],
  region: 'us-east-1',
  allowInsecureSseC: false,
}

export interface FixtureRequest {
  readonly method?: HttpMethod
  readonly path?: string
  readonly query?: string
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly secure?: boolean
  readonly bodyLength?: number
  readonly options?: Partial<S3DialectOptions>
}

/** What `auth` hands on of such a request. */
export function viewOf(request: FixtureRequest): RequestView {
  const parsed = parseQuery(request.query ?? '', { plusIsSpace: true })
  assert.equal(parsed.kind, 'parameters')
  const raw = request.host ?? '127.0.0.1:9000'
  const name = raw.toLowerCase().replace(/:[0-9]+$/, '')
  return {
    requestId: 'REQUEST1',
    method: request.method ?? 'GET',
    rawPath: request.path ?? '/bucket/key',
    query: parsed.parameters,
    host: { name, raw },
    headers: headersOf(Object.entries(request.headers ?? {})),
    secure: request.secure ?? true,
    arrivedMs: 1_700_000_000_000,
    ...(request.bodyLength === undefined ? {} : { bodyLength: request.bodyLength }),
  }
}

export function requestOf(request: FixtureRequest): S3Request {
  const view = viewOf(request)
  const query = new Map(view.query.map((parameter) => [parameter.name, parameter]))
  return { view, options: { ...OPTIONS, ...request.options }, query }
}

/** The failure that `act` is refused with. */
export function refusalOf(act: () => unknown): Failure {
  try {
    act()
  } catch (error) {
    if (error instanceof StoreFailure) return error.failure
    throw error
  }
  throw new assert.AssertionError({ message: 'was not refused' })
}
