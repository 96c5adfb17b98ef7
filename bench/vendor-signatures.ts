/**
 * Requests signed as OSS, OBS and COS have it, by each vendor's page: nothing of it is the server's own code. For requests
 * without a query; names of objects need no escapes.
 */
import { createHash, createHmac } from 'node:crypto'

export type VendorScheme =
  'oss-v1' | 'oss-v1-query' | 'oss-v4' | 'oss-v4-query' | 'obs' | 'obs-query' | 'cos' | 'cos-query'
export const VENDOR_SCHEMES: readonly VendorScheme[] = [
  ...(['oss-v1', 'oss-v1-query', 'oss-v4', 'oss-v4-query', 'obs', 'obs-query', 'cos', 'cos-query'] as const),
]

export interface VendorRequest {
  readonly method: string
  readonly bucket: string
  readonly key: string
  readonly host: string
  /** In lower case, without `host`: headers of the vendor. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

export interface VendorSigner {
  readonly accessKeyId: string
  readonly secret: string
  readonly region: string
  readonly timeMs: number
}

/** What is sent besides what was asked for. `path` begins with `/`; COS has the bucket in the host. */
export interface VendorSigned {
  readonly host: string
  readonly path: string
  readonly rawQuery: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** A signed URL lives for an hour. */
const URL_SECONDS = 3_600

export function signForVendor(scheme: VendorScheme, request: VendorRequest, signer: VendorSigner): VendorSigned {
  switch (scheme) {
    case 'oss-v1':
    case 'oss-v1-query':
    case 'obs':
    case 'obs-query':
      return signOld(scheme, request, signer)
    case 'oss-v4':
    case 'oss-v4-query':
      return signOssV4(scheme, request, signer)
    case 'cos':
    case 'cos-query':
      return signCos(scheme, request, signer)
  }
}

function hmac(hash: 'sha1' | 'sha256', key: string | Buffer, text: string): Buffer {
  return createHmac(hash, key).update(text).digest()
}

function sorted(headers: VendorRequest['headers']): VendorRequest['headers'] {
  return headers.toSorted(([left], [right]) => (left < right ? -1 : 1))
}

/** OSS V1 and OBS: an HMAC of method, date, the vendor's headers and the resource; a date, or when it ends. */
function signOld(
  scheme: 'oss-v1' | 'oss-v1-query' | 'obs' | 'obs-query',
  { method, bucket, key, host, headers }: VendorRequest,
  { accessKeyId, secret, timeMs }: VendorSigner,
): VendorSigned {
  const path = `/${bucket}/${key}`
  const inUrl = scheme.endsWith('-query')
  const date = inUrl ? String(Math.floor(timeMs / 1_000) + URL_SECONDS) : new Date(timeMs).toUTCString()
  const vendor = sorted(headers).map(([name, value]) => `${name}:${value}\n`)
  const text = `${method}\n\n\n${date}\n${vendor.join('')}${path}`
  const signature = hmac('sha1', secret, text).toString('base64')
  const word = scheme.startsWith('oss') ? 'OSS' : 'OBS'
  if (!inUrl) {
    const authorization = `${word} ${accessKeyId}:${signature}`
    return { host, path, rawQuery: '', headers: [...headers, ['date', date], ['authorization', authorization]] }
  }
  const name = word === 'OSS' ? 'OSSAccessKeyId' : 'AccessKeyId'
  const rawQuery = `${name}=${accessKeyId}&Expires=${date}&Signature=${encodeURIComponent(signature)}`
  return { host, path, rawQuery, headers }
}

function signOssV4(
  scheme: 'oss-v4' | 'oss-v4-query',
  { method, bucket, key, host, headers }: VendorRequest,
  { accessKeyId, secret, region, timeMs }: VendorSigner,
): VendorSigned {
  const path = `/${bucket}/${key}`
  const stamp = new Date(timeMs).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const day = stamp.slice(0, 8)
  const scope = `${day}/${region}/oss/aliyun_v4_request`
  const inUrl = scheme === 'oss-v4-query'
  const own: VendorRequest['headers'] = inUrl
    ? headers
    : [...headers, ['x-oss-content-sha256', 'UNSIGNED-PAYLOAD'], ['x-oss-date', stamp]]
  const query = inUrl
    ? [
        ['x-oss-credential', `${accessKeyId}/${scope}`],
        ['x-oss-date', stamp],
        ['x-oss-expires', String(URL_SECONDS)],
        ['x-oss-signature-version', 'OSS4-HMAC-SHA256'],
      ]
        .map(([name = '', value = '']) => `${name}=${encodeURIComponent(value)}`)
        .join('&')
    : ''
  const vendor = sorted(own).map(([name, value]) => `${name}:${value}\n`)
  const canonical = [method, path, query, vendor.join(''), '', 'UNSIGNED-PAYLOAD'].join('\n')
  const text = ['OSS4-HMAC-SHA256', stamp, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const key4 = [day, region, 'oss', 'aliyun_v4_request'].reduce<string | Buffer>(
    (chained, piece) => hmac('sha256', chained, piece),
    `aliyun_v4${secret}`,
  )
  const signature = hmac('sha256', key4, text).toString('hex')
  if (inUrl) return { host, path, rawQuery: `${query}&x-oss-signature=${signature}`, headers }
  const authorization = `OSS4-HMAC-SHA256 Credential=${accessKeyId}/${scope},Signature=${signature}`
  return { host, path, rawQuery: '', headers: [...own, ['authorization', authorization]] }
}

function signCos(
  scheme: 'cos' | 'cos-query',
  { method, bucket, key, host: base, headers }: VendorRequest,
  { accessKeyId, secret, timeMs }: VendorSigner,
): VendorSigned {
  const path = `/${key}`
  const host = `${bucket}.${base}`
  const seconds = Math.floor(timeMs / 1_000)
  const times = `${seconds};${seconds + URL_SECONDS}`
  const signed = sorted([...headers, ['host', host]])
  const list = signed.map(([name]) => name).join(';')
  const pairs = signed.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  const http = `${method.toLowerCase()}\n${path}\n\n${pairs}\n`
  const text = `sha1\n${times}\n${createHash('sha1').update(http).digest('hex')}\n`
  const signature = hmac('sha1', hmac('sha1', secret, times).toString('hex'), text).toString('hex')
  const claim =
    `q-sign-algorithm=sha1&q-ak=${accessKeyId}&q-sign-time=${times}&q-key-time=${times}` +
    `&q-header-list=${list}&q-url-param-list=&q-signature=${signature}`
  if (scheme === 'cos-query') return { host, path, rawQuery: claim, headers }
  return { host, path, rawQuery: '', headers: [...headers, ['authorization', claim]] }
}
