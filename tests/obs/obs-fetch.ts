/** Requests that the vendor's client has no parameters for, signed here by the page's own recipe. */
import { createHmac } from 'node:crypto'
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ACCESS_KEY, SECRET_KEY } from '../servers.ts'
import { OBS_DOMAIN } from './obs-client.ts'

export interface ObsWanted {
  readonly method?: string
  readonly bucket?: string
  /** Percent-encoded, without the slash before it. */
  readonly key?: string
  /** As it is sent; `signedQuery` where what is signed differs from it. */
  readonly query?: string
  readonly signedQuery?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** `false`: nobody signs. */
  readonly signs?: boolean
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
}

export interface ObsFetched {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
  /** Of an error document, or of the header that HEAD has instead. */
  readonly code: string
}

/** One request to a bucket's own host. */
export async function obsFetch(server: Pick<RunningCoffer, 'endpoint'>, wanted: ObsWanted): Promise<ObsFetched> {
  const { method = 'GET', bucket, key = '', query, body } = wanted
  const url = new URL(server.endpoint)
  const secure = url.protocol === 'https:'
  const headers: Record<string, string> = { date: new Date().toUTCString(), ...wanted.headers }
  if (wanted.signs !== false) headers['authorization'] = authorization(wanted, headers)
  const options: RequestOptions & { readonly rejectUnauthorized: boolean } = {
    ...{ method, host: url.hostname, port: url.port, rejectUnauthorized: false },
    path: `/${key}${query === undefined ? '' : `?${query}`}`,
    headers: {
      ...headers,
      host: bucket === undefined ? OBS_DOMAIN : `${bucket}.${OBS_DOMAIN}`,
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    },
  }
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage): void => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString('utf8')
        const ofHead = response.headers['x-obs-error-code']
        const code = /<Code>([^<]*)</.exec(text)?.[1] ?? (typeof ofHead === 'string' ? ofHead : '')
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, code })
      })
    }
    const sent = secure ? httpsRequest(options, answered) : httpRequest(options, answered)
    sent.on('error', reject)
    sent.end(body)
  })
}

/** OBS API reference, "User signature verification", header form. */
function authorization(wanted: ObsWanted, headers: Readonly<Record<string, string>>): string {
  const { method = 'GET', bucket, key = '' } = wanted
  const own = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .filter(([name]) => name.startsWith('x-obs-'))
    .sort(([one], [other]) => (one < other ? -1 : 1))
  const lines = own.map(([name, value]) => `${name}:${value}\n`).join('')
  const signed = wanted.signedQuery ?? wanted.query
  const resource = `/${bucket === undefined ? '' : `${bucket}/`}${key}${signed === undefined ? '' : `?${signed}`}`
  const standard = ['content-md5', 'content-type', 'date'].map((name) => headers[name] ?? '')
  const text = `${[method, ...standard].join('\n')}\n${lines}${resource}`
  const signature = createHmac('sha1', wanted.secretAccessKey ?? SECRET_KEY)
    .update(text)
    .digest('base64')
  return `OBS ${wanted.accessKeyId ?? ACCESS_KEY}:${signature}`
}
