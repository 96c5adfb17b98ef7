/** The vendors' own clients of their key services, unmodified, against a server of the test. */
import assert from 'node:assert/strict'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { createRequire } from 'node:module'
import { ACCESS_KEY, REGION, SECRET_KEY } from '../servers.ts'

/** What a client says of an answer. `code`: empty where it was none of an error. */
export interface KeyAnswer {
  readonly code: string
  readonly message: string
  readonly members: Members
}

export type Members = Readonly<Record<string, unknown>>

export interface KeyClientOptions {
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly token?: string
}

export interface KeyClient {
  call(action: string, input?: Members): Promise<KeyAnswer>
  /** As `call`; everything but a success fails the test. */
  done(action: string, input?: Members): Promise<Members>
}

type Server = { readonly endpoint: string }

const load = createRequire(import.meta.url)

export function recordOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {}
}

export function textOf(members: Members, name: string): string {
  const value = members[name]
  return typeof value === 'string' ? value : assert.fail(`${name} is no text: ${JSON.stringify(members)}`)
}

/** What a module has under a name, to be made or called; a default of a default where the bundler left one. */
function part(module: string, name: string): (...values: readonly unknown[]) => unknown {
  const found = recordOf(load(module))[name]
  assert.ok(typeof found === 'function', `${module} has no ${name}`)
  return found as (...values: readonly unknown[]) => unknown
}

function make(module: string, name: string, ...values: readonly unknown[]): Members {
  return recordOf(Reflect.construct(part(module, name), values))
}

function invoke(on: Members, name: string, ...values: readonly unknown[]): unknown {
  const method = on[name]
  assert.ok(typeof method === 'function', `there is no ${name}`)
  return Reflect.apply(method, on, values)
}

function clientOf(call: KeyClient['call']): KeyClient {
  return {
    call,
    done: async (action, input) => {
      const { code, message, members } = await call(action, input)
      assert.equal(code, '', `${action}: ${code} ${message}`)
      return members
    },
  }
}

function hostOf({ endpoint }: Server): string {
  return new URL(endpoint).host
}

/** Alibaba Cloud's client of KMS: RPC with HMAC-SHA1. Members by the names of the client's own models. */
export function alibabaRpc(server: Server, options: KeyClientOptions = {}): KeyClient {
  const kms = '@alicloud/kms20160120'
  const client = make(kms, 'default', {
    accessKeyId: options.accessKeyId ?? ACCESS_KEY,
    accessKeySecret: options.secretAccessKey ?? SECRET_KEY,
    ...(options.token === undefined ? {} : { securityToken: options.token }),
    ...{
      endpoint: hostOf(server),
      protocol: 'http',
      regionId: REGION,
      type: options.token === undefined ? 'access_key' : 'sts',
    },
  })
  return clientOf(async (action, input = {}) => {
    const name = action.charAt(0).toLowerCase() + action.slice(1)
    try {
      return answered(await invoke(client, name, make(kms, `${action}Request`, input)))
    } catch (error) {
      return refusedBy(error)
    }
  })
}

function answered(said: unknown): KeyAnswer {
  return { code: '', message: '', members: recordOf(said) }
}

function refusedBy(error: unknown): KeyAnswer {
  const data = recordOf(recordOf(error)['data'])
  if (typeof data['Code'] !== 'string') throw error
  return { code: data['Code'], message: String(data['Message']), members: data }
}

/** Alibaba Cloud's general client: the newer signature. Members by their names on the wire. */
export function alibabaAcs3(server: Server, options: KeyClientOptions = {}): KeyClient {
  const core = '@alicloud/openapi-client'
  const client = make(core, 'default', {
    accessKeyId: options.accessKeyId ?? ACCESS_KEY,
    accessKeySecret: options.secretAccessKey ?? SECRET_KEY,
    ...(options.token === undefined ? {} : { securityToken: options.token }),
    ...{ endpoint: hostOf(server), protocol: 'http', regionId: REGION },
  })
  return clientOf(async (action, input = {}) => {
    const params = make(core, 'Params', {
      ...{ action, version: '2016-01-20', protocol: 'HTTP', pathname: '/', method: 'POST', authType: 'AK' },
      ...{ style: 'RPC', reqBodyType: 'formData', bodyType: 'json' },
    })
    const query = Object.fromEntries(Object.entries(input).map(([name, value]) => [name, String(value)]))
    const request = make(core, 'OpenApiRequest', { query })
    const runtime = make('@alicloud/tea-util', 'RuntimeOptions', {})
    try {
      const said = recordOf(await invoke(client, 'callApi', params, request, runtime))
      return answered(said['body'])
    } catch (error) {
      return refusedBy(error)
    }
  })
}

/** Tencent Cloud's general client, whose signature covers neither action nor port. */
export function tencent(server: Server, options: KeyClientOptions = {}): KeyClient {
  const client = make('tencentcloud-sdk-nodejs-common', 'CommonClient', hostOf(server), '2019-01-18', {
    credential: {
      secretId: options.accessKeyId ?? ACCESS_KEY,
      secretKey: options.secretAccessKey ?? SECRET_KEY,
      ...(options.token === undefined ? {} : { token: options.token }),
    },
    region: REGION,
    profile: { httpProfile: { endpoint: hostOf(server), protocol: 'http://', reqMethod: 'POST' } },
  })
  return clientOf(async (action, input = {}) => {
    try {
      return answered(await invoke(client, 'request', action, input))
    } catch (error) {
      const { code, message } = recordOf(error)
      if (typeof code !== 'string' || code === '') throw error
      return { code, message: String(message), members: {} }
    }
  })
}

export interface RawKeyRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface RawKeyAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly members: Members
}

/** One request, byte for byte. */
export async function sendRaw(server: Server, { method, path, headers, body }: RawKeyRequest): Promise<RawKeyAnswer> {
  const { hostname, port } = new URL(server.endpoint)
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: hostname, port, method, path, headers }, (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString('utf8')
        const members = text.startsWith('{') ? recordOf(JSON.parse(text)) : {}
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, members })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** The request as Huawei Cloud's own signer signs it: no client of its KMS is published. */
export function huaweiRequest(
  server: Server,
  operation: string,
  input: Members = {},
  { accessKeyId = ACCESS_KEY, secretAccessKey = SECRET_KEY, token }: KeyClientOptions = {},
): RawKeyRequest {
  const path = `/v1.0/p0001/kms/${operation}`
  const headers = {
    'content-type': 'application/json',
    'X-Project-Id': 'p0001',
    ...(token === undefined ? {} : { 'X-Security-Token': token }),
  }
  const signer = part('@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js', 'AKSKSigner')
  const url = `${server.endpoint}${path}`
  const signable = { method: 'POST', endpoint: url, url: path, headers, queryParams: {}, data: input }
  const credential = { getAk: () => accessKeyId, getSk: () => secretAccessKey }
  const sign: unknown = Reflect.get(signer, 'sign')
  assert.ok(typeof sign === 'function')
  const signed = recordOf(Reflect.apply(sign, signer, [signable, credential]))
  return {
    ...{ method: 'POST', path, body: JSON.stringify(input) },
    headers: Object.fromEntries(Object.entries(signed).map(([name, value]) => [name, String(value)])),
  }
}

export function huawei(server: Server, options: KeyClientOptions = {}): KeyClient {
  return clientOf(async (operation, input = {}) => {
    const { status, members } = await sendRaw(server, huaweiRequest(server, operation, input, options))
    if (status < 300) return answered(members)
    const error = 'error' in members ? recordOf(members['error']) : members
    return { code: String(error['error_code']), message: String(error['error_msg']), members: error }
  })
}
