/** Requests as bytes: signed as clients sign them, and then sent as no client would. */
import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { EMPTY_SHA256, presignUrl, sha256Hex, signRequest, type Signer } from '../../src/auth/index.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import { ACCESS_KEY, REGION, SECRET_KEY } from '../servers.ts'

export type Header = readonly [name: string, value: string]

export interface WireRequest {
  /** Default `GET`. */
  readonly method?: string
  /** As it stands in the request line, without the query. */
  readonly path: string
  /** As it stands in the request line, without `?`. */
  readonly query?: string
  readonly headers?: readonly Header[]
  /** Text is UTF-8. */
  readonly body?: string | Uint8Array
  /** Default `localhost`. */
  readonly host?: string
}

export interface Signing {
  readonly accessKeyId?: string
  readonly secret?: string
  readonly region?: string
  readonly service?: string
  readonly timeMs?: number
  /** Default: the body's digest. */
  readonly payloadHash?: string
  /** Sent and not signed. */
  readonly unsignedHeaders?: readonly Header[]
  /** Sent instead of what was signed. */
  readonly sentBody?: string | Uint8Array
}

const HOST = 'localhost'

export function signerOf(signing: Signing = {}): Signer {
  return {
    accessKeyId: signing.accessKeyId ?? ACCESS_KEY,
    secret: new SecretBytes(Buffer.from(signing.secret ?? SECRET_KEY, 'utf8')),
    region: signing.region ?? REGION,
    timeMs: signing.timeMs ?? Date.now(),
    ...(signing.service === undefined ? {} : { service: signing.service }),
  }
}

function bytesOf(body: string | Uint8Array | undefined): Buffer {
  return typeof body === 'string' ? Buffer.from(body, 'utf8') : Buffer.from(body ?? new Uint8Array(0))
}

/** The request as it is, signed by nobody. `Host` and `Content-Length` come by themselves, unless they are given. */
export function plainBytes(request: WireRequest): Buffer {
  const body = bytesOf(request.body)
  const given = request.headers ?? []
  const has = (name: string): boolean => given.some(([other]) => other.toLowerCase() === name)
  const bodiless = body.length === 0 && !['PUT', 'POST'].includes(request.method ?? 'GET')
  const headers: readonly Header[] = [
    ...(has('host') ? [] : [['Host', request.host ?? HOST] as const]),
    ...given,
    ...(has('content-length') || has('transfer-encoding') || bodiless
      ? []
      : [['Content-Length', String(body.length)] as const]),
  ]
  const query = request.query === undefined ? '' : `?${request.query}`
  const line = `${request.method ?? 'GET'} ${request.path}${query} HTTP/1.1`
  const head = [line, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n')
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}

/** SigV4 in the `Authorization` header, as the official clients do it. */
export function signedBytes(request: WireRequest, signing: Signing = {}): Buffer {
  return signedParts(request, signing).bytes
}

/** As above, with the signature: the seed of chunk signatures. */
export function signedParts(request: WireRequest, signing: Signing = {}): { bytes: Buffer; signature: string } {
  const body = bytesOf(request.body)
  const { headers, signature } = signRequest(
    {
      method: request.method ?? 'GET',
      host: request.host ?? HOST,
      rawPath: request.path,
      payloadHash: signing.payloadHash ?? (body.length === 0 ? EMPTY_SHA256 : sha256Hex(body)),
      ...(request.query === undefined ? {} : { rawQuery: request.query }),
      ...(request.headers === undefined ? {} : { headers: request.headers }),
    },
    signerOf(signing),
  )
  const sent = { ...request, body: signing.sentBody ?? body, headers: [...headers, ...(signing.unsignedHeaders ?? [])] }
  return { bytes: plainBytes(sent), signature }
}

/** SigV4 in the query. `request.headers` are signed; what the holder of the URL adds is in `signing.unsignedHeaders`. */
export function presignedBytes(request: WireRequest, signing: Signing = {}, expiresSeconds = 300): Buffer {
  const { rawQuery } = presignUrl(
    {
      method: request.method ?? 'GET',
      host: request.host ?? HOST,
      rawPath: request.path,
      ...(request.query === undefined ? {} : { rawQuery: request.query }),
      ...(request.headers === undefined ? {} : { headers: request.headers }),
    },
    signerOf(signing),
    expiresSeconds,
  )
  const headers = [...(request.headers ?? []), ...(signing.unsignedHeaders ?? [])]
  return plainBytes({ ...request, query: rawQuery, headers })
}

/** SigV2 in the `Authorization` header. `resource`: what is signed for the path and the listed parameters. */
export function sigV2Bytes(request: WireRequest, resource: string, signing: Signing = {}): Buffer {
  const date = new Date(signing.timeMs ?? Date.now()).toUTCString()
  const text = sigV2Text(request, date, resource)
  const authorization = `AWS ${signing.accessKeyId ?? ACCESS_KEY}:${sigV2Of(text, signing.secret)}`
  const headers: readonly Header[] = [
    ...(request.headers ?? []),
    ['Date', date],
    ['Authorization', authorization],
    ...(signing.unsignedHeaders ?? []),
  ]
  return plainBytes({ ...request, headers })
}

/** The signature of a SigV2 URL: `expires` stands where the date stands. */
export function sigV2UrlBytes(request: WireRequest, resource: string, expires: string, signing: Signing = {}): Buffer {
  const signature = sigV2Of(sigV2Text(request, expires, resource), signing.secret)
  const credential = `AWSAccessKeyId=${signing.accessKeyId ?? ACCESS_KEY}&Expires=${encodeURIComponent(expires)}`
  const own = request.query === undefined ? '' : `${request.query}&`
  const query = `${own}${credential}&Signature=${encodeURIComponent(signature)}`
  return plainBytes({ ...request, query, headers: [...(request.headers ?? []), ...(signing.unsignedHeaders ?? [])] })
}

function sigV2Text(request: WireRequest, date: string, resource: string): string {
  const value = (name: string): string => request.headers?.find(([other]) => other.toLowerCase() === name)?.[1] ?? ''
  const vendor = (request.headers ?? [])
    .filter(([name]) => name.toLowerCase().startsWith('x-amz-'))
    .map(([name, text]) => `${name.toLowerCase()}:${text}\n`)
    .toSorted()
  return `${request.method ?? 'GET'}\n${value('content-md5')}\n${value('content-type')}\n${date}\n${vendor.join('')}${resource}`
}

/** HMAC-SHA1 in base64, with the secret of these tests. */
export function sigV2Of(text: string, secret = SECRET_KEY): string {
  const key = createSecretKey(Buffer.from(secret, 'utf8'))
  return createHmac('sha1', key).update(text, 'latin1').digest('base64')
}

/** One chunk's or the trailer's signature, written anew from the vendor's page. */
export interface ChunkChain {
  readonly timestamp: string
  readonly seed: string
  readonly secret?: string
}

function hmac(key: KeyObject, text: string): KeyObject {
  return createSecretKey(createHmac('sha256', key).update(text, 'latin1').digest())
}

/** Signatures of `data`, in order, the last for the empty chunk that ends the body. */
export function chunkSignatures(chain: ChunkChain, data: readonly Uint8Array[]): readonly string[] {
  let previous = chain.seed
  return [...data, new Uint8Array(0)].map((piece) => {
    const digest = createHash('sha256').update(piece).digest('hex')
    previous = chainSignature(chain, `AWS4-HMAC-SHA256-PAYLOAD`, previous, `${EMPTY_SHA256}\n${digest}`)
    return previous
  })
}

/** The signature of trailer lines (`name:value LF` each) behind the last chunk's. */
export function trailerSignature(chain: ChunkChain, last: string, lines: string): string {
  const digest = createHash('sha256').update(lines, 'latin1').digest('hex')
  return chainSignature(chain, 'AWS4-HMAC-SHA256-TRAILER', last, digest)
}

function chainSignature(chain: ChunkChain, algorithm: string, previous: string, tail: string): string {
  const date = chain.timestamp.slice(0, 8)
  const secret = createSecretKey(Buffer.from(`AWS4${chain.secret ?? SECRET_KEY}`, 'utf8'))
  const key = ['s3', 'aws4_request'].reduce(hmac, hmac(hmac(secret, date), REGION))
  const text = `${algorithm}\n${chain.timestamp}\n${date}/${REGION}/s3/aws4_request\n${previous}\n${tail}`
  return createHmac('sha256', key).update(text, 'latin1').digest('hex')
}

/** CRC-32 in base64, bit by bit, as `x-amz-checksum-crc32` has it. Text is UTF-8. */
export function crc32Of(data: string | Uint8Array): string {
  let crc = 0xffffffff
  for (const byte of bytesOf(data)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE((crc ^ 0xffffffff) >>> 0)
  return bytes.toString('base64')
}
