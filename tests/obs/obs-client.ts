/** The official client of Huawei OBS, unmodified, against a server of the test; and the server. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { createRequire } from 'node:module'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LookupFunction } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { selfSignedFrom } from '../../src/http/index.ts'
import type { RunningCoffer, StartOptions } from '../../src/start-coffer.ts'
import { ACCESS_KEY, memoryServer, SECRET_KEY } from '../servers.ts'

/** Names below it resolve in the clients of these tests alone. */
export const OBS_DOMAIN = 'obs.coffer.test'
export const OBS_REGION = 'cn-north-4'

/** A server that takes buckets in front of `OBS_DOMAIN`. With `tls`, by HTTPS under a certificate of its own. */
export async function obsServer({
  tls = false,
  ...options
}: StartOptions & { tls?: boolean } = {}): Promise<RunningCoffer> {
  const folder = tls ? await mkdtemp(join(tmpdir(), 'coffer-obs-')) : undefined
  const own: Readonly<Record<string, string>> = folder === undefined ? {} : await certificateIn(folder)
  const server = await memoryServer({
    ...{ region: OBS_REGION, domains: [OBS_DOMAIN], allowInsecureSseC: !tls },
    ...options,
    settings: { ...own, ...options.settings },
  })
  const close = async (): Promise<void> => {
    await server.close()
    if (folder !== undefined) await rm(folder, { recursive: true })
  }
  return { ...server, close }
}

async function certificateIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const { tls } = await selfSignedFrom({ file: join(folder, 'tls.pem'), names: [OBS_DOMAIN], nowMs: Date.now() })
  const cert = join(folder, 'cert.pem')
  const key = join(folder, 'key.pem')
  await writeFile(cert, tls.cert)
  await writeFile(key, tls.key, { mode: 0o600 })
  return { COFFER_TLS_CERT: cert, COFFER_TLS_KEY: key }
}

/** What the client says of an answer. */
export interface ObsAnswer {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly requestId: string
  /** Headers and elements by the names of the client's own tables; empty where there was none. */
  readonly result: Readonly<Record<string, unknown>>
}

export interface ObsClientOptions {
  /** `host`: buckets in the name of the host, OBS's signature. `path`: by address, which makes the client fall back to Amazon's. */
  readonly style?: 'host' | 'path'
  /** Asks the server first which signature it takes. */
  readonly negotiates?: boolean
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly token?: string
}

export type Parameters = Readonly<Record<string, unknown>>

/** A client of the vendor, with promises for its calls. */
export class ObsClient {
  readonly #client: Readonly<Record<string, unknown>>

  constructor(server: Pick<RunningCoffer, 'endpoint'>, options: ObsClientOptions = {}) {
    const url = new URL(server.endpoint)
    const secure = url.protocol === 'https:'
    const host = (options.style ?? 'host') === 'host' ? OBS_DOMAIN : url.hostname
    this.#client = new Sdk({
      access_key_id: options.accessKeyId ?? ACCESS_KEY,
      secret_access_key: options.secretAccessKey ?? SECRET_KEY,
      ...(options.token === undefined ? {} : { security_token: options.token }),
      server: `${url.protocol}//${host}:${url.port}`,
      signature: 'obs',
      is_signature_negotiation: options.negotiates ?? false,
      max_retry_count: 0,
      ssl_verify: false,
      http_agent: new HttpAgent({ lookup }),
      https_agent: new HttpsAgent({ lookup, rejectUnauthorized: false }),
      ...(secure ? { verify_host_name: false } : {}),
    })
  }

  async call(method: string, parameters: Parameters = {}): Promise<ObsAnswer> {
    const call = this.#client[method]
    assert.ok(typeof call === 'function', `the client has no ${method}`)
    // The client is ready a turn after it was made.
    await nextTurn()
    const said: unknown = await Reflect.apply(call, this.#client, [parameters])
    const common = field(said, 'CommonMsg')
    const result = field(said, 'InterfaceResult')
    const text = (name: string): string => (typeof common[name] === 'string' ? common[name] : '')
    return {
      status: Number(common['Status']),
      code: text('Code'),
      message: text('Message'),
      requestId: text('RequestId'),
      result,
    }
  }

  /** As `call`; everything but a success fails the test. */
  async done(method: string, parameters: Parameters = {}): Promise<Readonly<Record<string, unknown>>> {
    const { status, code, message, result } = await this.call(method, parameters)
    assert.ok(status < 300, `${method}: ${status} ${code} ${message}`)
    return result
  }

  /** A URL that the client signed, with the headers that have to go with it. */
  signedUrl(parameters: Parameters): { readonly url: string; readonly headers: Readonly<Record<string, string>> } {
    const sign = this.#client['createSignedUrlSync']
    assert.ok(typeof sign === 'function')
    const signed: unknown = Reflect.apply(sign, this.#client, [parameters])
    const headers = field(signed, 'ActualSignedRequestHeaders')
    return {
      url: String(record(signed)['SignedUrl']),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    }
  }
}

const Sdk = ((): new (options: Parameters) => Readonly<Record<string, unknown>> => {
  const loaded: unknown = createRequire(import.meta.url)('esdk-obs-nodejs')
  assert.ok(typeof loaded === 'function')
  return loaded as new (options: Parameters) => Readonly<Record<string, unknown>>
})()

/** Every name of the tests is this machine. */
const lookup: LookupFunction = (_hostName, options, callback) => {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }])
  else callback(null, '127.0.0.1', 4)
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

function field(value: unknown, name: string): Readonly<Record<string, unknown>> {
  return record(record(value)[name])
}
