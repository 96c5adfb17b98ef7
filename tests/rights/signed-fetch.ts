import { createHash } from 'node:crypto'
import { sha256Hex, signRequest } from '../../src/auth/index.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import { ACCESS_KEY, REGION, SECRET_KEY } from '../servers.ts'

/** Whose name a request is signed in. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secret: string
}

export const ROOT: Credentials = { accessKeyId: ACCESS_KEY, secret: SECRET_KEY }

export interface Wanted {
  readonly method?: string
  /** Percent-encoded. */
  readonly path: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Default `s3`. */
  readonly service?: string
}

export interface Answered {
  readonly status: number
  readonly text: string
  readonly headers: Headers
  /** `<Code>` of an error document; the status where there is none. */
  readonly code: string
}

/** One request, signed as `who`, by SigV4 in the header. */
export async function signedFetch(endpoint: string, who: Credentials, wanted: Wanted): Promise<Answered> {
  const body = Buffer.from(wanted.body ?? '')
  const { method = 'GET', path, query } = wanted
  const signed = signRequest(
    {
      method,
      host: new URL(endpoint).host,
      rawPath: path,
      ...(query === undefined ? {} : { rawQuery: query }),
      headers: Object.entries(wanted.headers ?? {}),
      payloadHash: sha256Hex(body),
    },
    {
      accessKeyId: who.accessKeyId,
      secret: new SecretBytes(Buffer.from(who.secret)),
      region: REGION,
      timeMs: Date.now(),
      ...(wanted.service === undefined ? {} : { service: wanted.service }),
    },
  )
  const response = await fetch(`${endpoint}${path}${query === undefined ? '' : `?${query}`}`, {
    method,
    headers: signed.headers.filter(([name]) => name !== 'host').map(([name, value]): [string, string] => [name, value]),
    ...(body.length === 0 ? {} : { body }),
  })
  const text = await response.text()
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? String(response.status)
  return { status: response.status, text, headers: response.headers, code }
}

/** The headers of SSE-C for a key of 32 bytes; `copy-source-` for the key of a copy's source. */
export function customerKeyHeaders(key: Uint8Array, prefix: '' | 'copy-source-' = ''): Record<string, string> {
  const name = `x-amz-${prefix}server-side-encryption-customer`
  return {
    [`${name}-algorithm`]: 'AES256',
    [`${name}-key`]: Buffer.from(key).toString('base64'),
    [`${name}-key-md5`]: createHash('md5').update(key).digest('base64'),
  }
}
