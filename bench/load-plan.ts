import { signRequest, sha256Hex } from '../src/auth/index.ts'
import { SecretBytes } from '../src/secrets/index.ts'

/** Where the server under load listens, and how its requests are signed. The floor ignores signatures. */
export interface Target {
  readonly host: string
  readonly port: number
  readonly region: string
  readonly accessKeyId: string
  readonly secret: string
}

/** Requests of one kind, sent again and again over a number of connections. */
export interface LoadPlan {
  readonly target: Target
  readonly method: 'GET' | 'HEAD' | 'PUT'
  /** `/<bucket>/<prefix>`; a number is appended for each of `names`. With 0 names the path stays as it is. */
  readonly path: string
  readonly names: number
  readonly query: string
  readonly headers: readonly (readonly [string, string])[]
  /** Bytes that each request carries. */
  readonly bodyBytes: number
  readonly connections: number
  /** No request begins later than this. */
  readonly durationMs: number
  /** Counted once this time is over: connections are open and caches are warm. */
  readonly warmupMs: number
  /** Ends after so many requests instead of after a time: to fill a bucket. */
  readonly exactly?: number
  /** Bytes that each answer must carry; undefined where that is not known before. */
  readonly answerBytes: number | undefined
}

/** What one run of a plan came to. */
export interface LoadResult {
  /** All requests that were answered, those of the warm-up too. */
  readonly answered: number
  /** Those that were measured. */
  readonly requests: number
  readonly seconds: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** A body that does not compress, the same on every run. */
export function bodyOf(sizeBytes: number): Buffer {
  const body = Buffer.allocUnsafe(sizeBytes)
  let state = 0x2545f491
  for (let offset = 0; offset < sizeBytes; offset++) {
    // xorshift32 (Marsaglia 2003): cheap, and not random at all.
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    body[offset] = state & 0xff
  }
  return body
}

/** Every request of a plan, signed now: head, and the body of small ones right behind it. */
export function prepare(plan: LoadPlan, body: Buffer, inOnePiece: boolean): readonly Buffer[] {
  const { target } = plan
  const payloadHash = sha256Hex(body)
  const signer = { ...target, secret: new SecretBytes(Buffer.from(target.secret, 'utf8')), timeMs: Date.now() }
  return Array.from({ length: Math.max(1, plan.names) }, (_, index) => {
    const rawPath = plan.names === 0 ? plan.path : `${plan.path}${index}`
    const { headers } = signRequest(
      {
        method: plan.method,
        host: `${target.host}:${target.port}`,
        rawPath,
        rawQuery: plan.query,
        headers: plan.headers,
        payloadHash,
      },
      signer,
    )
    const length = plan.method === 'PUT' ? [`content-length: ${body.length}`] : []
    const query = plan.query === '' ? '' : `?${plan.query}`
    const lines = [
      `${plan.method} ${rawPath}${query} HTTP/1.1`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      ...length,
    ]
    const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
    return inOnePiece ? Buffer.concat([head, body]) : head
  })
}
