import assert from 'node:assert/strict'
import { after } from 'node:test'
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import COS from 'cos-nodejs-sdk-v5'
import type { RunningCoffer, StartOptions } from '../../src/start-coffer.ts'
import { rawRequest, type RawAnswer } from '../raw-request.ts'
import { ACCESS_KEY, memoryServer, REGION, s3Client, SECRET_KEY } from '../servers.ts'
import { APPID, cosClient } from './cos-client.ts'

export const SSE = 'x-cos-server-side-encryption'
export const SSE_KEY_ID = `${SSE}-cos-kms-key-id`

/** A bucket as every call of the client names it. */
export interface At {
  readonly Bucket: string
  readonly Region: string
}

/** A request of which every byte is the test's own, signed as the client would, or not at all. */
export interface CosRaw {
  readonly method: COS.Method
  /** Without its number; the host names it. Absent: the service. */
  readonly bucket?: At
  /** Percent-encoded, begins with `/`. Default: `/`. */
  readonly path?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent, and not among what is signed. */
  readonly unsigned?: { readonly headers?: Readonly<Record<string, string>>; readonly query?: string }
  readonly body?: string
  /** `url`: the signature is in the query. `nobody`: there is none. Default: in the header. */
  readonly as?: 'header' | 'url' | 'nobody'
  readonly host?: string
  readonly keyTime?: string
  /** The last word on the signature: what is sent instead of it. */
  readonly change?: (authorization: string) => string
}

export interface CosRule {
  readonly SSEAlgorithm: string
  readonly KMSMasterKeyID?: string
  readonly KMSAlgorithm?: string
}

export interface CosBench {
  readonly server: RunningCoffer
  readonly cos: COS
  /** A new bucket, made by the client. */
  bucket(name?: string): Promise<At>
  readonly send: (request: CosRaw) => Promise<RawAnswer>
  /** The encryption headers of HEAD. */
  shown(at: At, Key: string, Headers?: COS.Headers): Promise<Readonly<Record<string, string>>>
  setRule(at: At, rule: CosRule): Promise<void>
  /** A key of the account's own; its id. */
  key(): Promise<string>
  disable(keyId: string): Promise<void>
}

/** A server of one test file, the unmodified client, and what many tests of COS do. Ends with the file. */
export async function cosBench(options: StartOptions = {}, client: COS.COSOptions = {}): Promise<CosBench> {
  const server = await memoryServer(options)
  const cos = cosClient(server, client)
  const kms = new KMSClient({
    region: REGION,
    endpoint: server.endpoint,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
  })
  after(async () => {
    kms.destroy()
    await server.close()
  })
  let buckets = 0
  return {
    server,
    cos,
    bucket: async (name = 'bucket') => {
      buckets += 1
      const at = { Bucket: `${name}${buckets}-${APPID}`, Region: REGION }
      await cos.putBucket(at)
      return at
    },
    send: (request) => sendRaw(server, request),
    shown: async (at, Key, Headers = {}) => encryptionOf(await cos.headObject({ ...at, Key, Headers })),
    setRule: async (at, rule) => {
      const ServerSideEncryptionConfiguration = { Rule: [{ ApplyServerSideEncryptionByDefault: rule }] }
      await cos.putBucketEncryption({ ...at, ...configuration(ServerSideEncryptionConfiguration) })
    },
    key: async () => {
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
      return KeyMetadata?.KeyId ?? assert.fail('no key was made')
    },
    disable: async (KeyId) => {
      await kms.send(new DisableKeyCommand({ KeyId }))
    },
  }
}

/** The client's types know the older spelling of the rule alone; it sends whatever it is given. */
function configuration(document: object): { ServerSideEncryptionConfiguration: COS.ServerSideEncryptionConfiguration } {
  const given: { readonly ServerSideEncryptionConfiguration: unknown } = { ServerSideEncryptionConfiguration: document }
  return given as { ServerSideEncryptionConfiguration: COS.ServerSideEncryptionConfiguration }
}

/** What an answer says of encryption, by header name. */
export function encryptionOf({ headers = {} }: { headers?: object }): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (name.startsWith(SSE) ? [[name, String(value)]] : [])),
  )
}

export function hostOf(at: At | undefined): string {
  return at === undefined ? 'service.cos.myqcloud.com' : `${at.Bucket}.cos.${at.Region}.myqcloud.com`
}

function sendRaw(server: RunningCoffer, request: CosRaw): Promise<RawAnswer> {
  const { method, path = '/', query = {}, headers = {}, unsigned = {}, body, as = 'header', keyTime } = request
  const host = request.host ?? hostOf(request.bucket)
  const signed = COS.getAuthorization({
    ...{ SecretId: ACCESS_KEY, SecretKey: SECRET_KEY, Method: method },
    ...{ Pathname: decodeURIComponent(path), Query: { ...query }, Headers: { ...headers, host } },
    ...(keyTime === undefined ? {} : { KeyTime: keyTime }),
  })
  const authorization = request.change?.(signed) ?? signed
  const pairs = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  if (as === 'url') pairs.push(authorization)
  if (unsigned.query !== undefined) pairs.push(unsigned.query)
  return rawRequest(server, {
    method,
    path,
    host,
    query: pairs.join('&'),
    headers: [
      ...Object.entries(headers),
      ...(as === 'header' ? [['authorization', authorization] as const] : []),
      ...Object.entries(unsigned.headers ?? {}),
    ],
    as: 'nobody',
    ...(body === undefined ? {} : { body }),
  })
}

/** The call of the client is refused with this status and code. Gives its message. */
export async function refused(call: Promise<unknown>, status: number, code: string): Promise<string> {
  const outcome: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.ok(typeof outcome === 'object' && outcome !== null, `was not refused; expected ${status} ${code}`)
  const { statusCode, code: shown, message } = outcome as Refusal
  assert.deepEqual([statusCode, shown], [status, code], message)
  return message ?? ''
}

/** What the client rejects with; of HEAD it has the status alone. */
interface Refusal {
  readonly statusCode?: number
  readonly code?: string
  readonly message?: string
}

/** The S3 client of the same server, for what other dialects see. */
export { s3Client }
