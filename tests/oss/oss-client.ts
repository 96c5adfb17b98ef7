/** The official client of Alibaba OSS, unmodified, against a server of the test; and the server. */
import { KMSClient } from '@aws-sdk/client-kms'
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import type { RunningCoffer, StartOptions } from '../../src/start-coffer.ts'
import { ACCESS_KEY, memoryServer, REGION, SECRET_KEY } from '../servers.ts'

export const OSS_REGION = 'cn-hangzhou'

export async function ossServer(options: StartOptions = {}): Promise<RunningCoffer> {
  const settings = { COFFER_REGIONS: `${OSS_REGION},${REGION}`, ...options.settings }
  return memoryServer({ region: OSS_REGION, ...options, settings })
}

/** Keys are made and changed by the key service's own official client. */
export function kmsClient({ endpoint }: Pick<RunningCoffer, 'endpoint'>): KMSClient {
  const credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY }
  return new KMSClient({ endpoint, region: OSS_REGION, credentials, maxAttempts: 1 })
}

/** An answer, as the client shows it. */
export interface OssAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** What the method of the client gave back. */
  readonly said: Readonly<Record<string, unknown>>
}

/** A refusal, as the client throws it. */
export interface OssRefusal {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly ec: string | undefined
}

export interface OssClientOptions {
  readonly bucket?: string
  /** V4 instead of V1. */
  readonly v4?: boolean
  /** Buckets in the path, too. */
  readonly sld?: boolean
  readonly accessKeyId?: string
  readonly secret?: string
  readonly token?: string
  /** How far the client's clock is ahead of the machine's, in milliseconds. */
  readonly aheadMs?: number
}

export class OssClient {
  readonly #client: Readonly<Record<string, unknown>>

  constructor(server: Pick<RunningCoffer, 'endpoint'>, options: OssClientOptions = {}) {
    this.#client = new Sdk({
      accessKeyId: options.accessKeyId ?? ACCESS_KEY,
      accessKeySecret: options.secret ?? SECRET_KEY,
      endpoint: server.endpoint,
      region: `oss-${OSS_REGION}`,
      authorizationV4: options.v4 ?? true,
      sldEnable: options.sld ?? false,
      ...(options.bucket === undefined ? {} : { bucket: options.bucket }),
      ...(options.aheadMs === undefined ? {} : { amendTimeSkewed: options.aheadMs }),
      ...(options.token === undefined
        ? {}
        : { stsToken: options.token, refreshSTSToken: noRefresh, refreshSTSTokenInterval: 3_600_000 }),
    })
  }

  /** Calls a method of the client; a refusal fails the test. */
  async call(method: string, ...parameters: readonly unknown[]): Promise<OssAnswer> {
    const call = this.#client[method]
    assert.ok(typeof call === 'function', `the client has no ${method}`)
    const said = record(await Reflect.apply(call, this.#client, parameters))
    const response = record(said['res'])
    const headers = Object.entries(record(response['headers'])).map(([name, value]) => [name, String(value)] as const)
    return { status: Number(response['status']), headers: Object.fromEntries(headers), said }
  }

  /** The refusal that a call ends in; a success fails the test. */
  async refused(method: string, ...parameters: readonly unknown[]): Promise<OssRefusal> {
    let answer: OssAnswer
    try {
      answer = await this.call(method, ...parameters)
    } catch (error) {
      const { status, code, message, ecCode } = record(error)
      if (typeof status !== 'number') throw error
      return {
        status,
        code: typeof code === 'string' ? code : '',
        message: typeof message === 'string' ? message : '',
        ec: typeof ecCode === 'string' ? ecCode : undefined,
      }
    }
    return assert.fail(`${method} was answered with ${answer.status}`)
  }

  /** Status and code of a refusal, in one word to compare. */
  async refusal(method: string, ...parameters: readonly unknown[]): Promise<string> {
    const { status, code } = await this.refused(method, ...parameters)
    return `${status} ${code}`
  }

  async bytes(key: string, ...parameters: readonly unknown[]): Promise<string> {
    const { said } = await this.call('get', key, ...parameters)
    const { content } = said
    return Buffer.isBuffer(content) ? content.toString('utf8') : assert.fail('no content')
  }
}

async function noRefresh(): Promise<never> {
  return assert.fail('nobody refreshes a token here')
}

const Sdk = ((): new (options: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> => {
  const loaded: unknown = createRequire(import.meta.url)('ali-oss')
  assert.ok(typeof loaded === 'function')
  return loaded as new (options: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>
})()

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

export const SSE = 'x-oss-server-side-encryption'
export const KEY_ID = `${SSE}-key-id`

/** The headers of an answer that are about encryption. */
export function shownEncryption({ headers }: Pick<OssAnswer, 'headers'>): readonly (string | undefined)[] {
  return [headers[SSE], headers[KEY_ID]]
}
