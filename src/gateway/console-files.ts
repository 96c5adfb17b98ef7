import type { HttpRequest, HttpResponse } from '../http/index.ts'

/** One built file of the console, in memory, as it goes out. */
export interface ConsoleFile {
  readonly type: string
  /** Strong, with its quotes, of the bytes as they are. */
  readonly etag: string
  readonly bytes: Uint8Array
  readonly brotli?: Uint8Array
  readonly gzip?: Uint8Array
  /** Its name holds its hash: it never changes. */
  readonly immutable: boolean
}

/** By path, beginning with `/`. Empty: the console is not built. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>

const INDEX = '/index.html'
/** The pages of the console: their paths are the browser's affair, and all of them begin with the same file. */
const PAGES = /^\/(?:(?:sign-in|buckets|keys|people|audit|explain|jobs|settings)(?:\/.*)?)?$/
const NOT_BUILT = 'The console is not built: npm run build --workspace console builds it.\n'

/** Only what was built is there; no path is ever a path on the disk (T-146). */
export function serveConsoleFile(
  files: ConsoleFiles,
  request: Pick<HttpRequest, 'method' | 'rawPath' | 'headers'>,
): HttpResponse {
  const { method, rawPath, headers } = request
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'method not allowed\n', [['allow', 'GET, HEAD']])
  const file = files.get(rawPath) ?? (PAGES.test(rawPath) ? files.get(INDEX) : undefined)
  if (file === undefined) return PAGES.test(rawPath) ? plain(503, NOT_BUILT) : plain(404, 'not found\n')
  const { bytes, coding } = chosen(file, headers.get('accept-encoding') ?? '')
  const etag = coding === undefined ? file.etag : `${file.etag.slice(0, -1)}-${coding}"`
  const common: readonly (readonly [string, string])[] = [
    ['etag', etag],
    ['cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-store'],
    ['vary', 'accept-encoding'],
  ]
  if (matches(headers.get('if-none-match'), etag)) return { status: 304, headers: common }
  const encoding = coding === undefined ? [] : [['content-encoding', coding] as const]
  return { status: 200, headers: [['content-type', file.type], ...encoding, ...common], body: bytes }
}

function plain(status: number, words: string, extra: readonly (readonly [string, string])[] = []): HttpResponse {
  const headers = [['content-type', 'text/plain; charset=utf-8'], ['cache-control', 'no-store'], ...extra] as const
  return { status, headers, body: Buffer.from(words, 'utf8') }
}

function chosen(file: ConsoleFile, accepted: string): { readonly bytes: Uint8Array; readonly coding?: 'br' | 'gzip' } {
  if (file.brotli !== undefined && accepts(accepted, 'br')) return { bytes: file.brotli, coding: 'br' }
  if (file.gzip !== undefined && accepts(accepted, 'gzip')) return { bytes: file.gzip, coding: 'gzip' }
  return { bytes: file.bytes }
}

/** A coding that is named, unless with weight 0 (RFC 9110, 12.5.3). */
function accepts(header: string, coding: string): boolean {
  return header.split(',').some((part) => {
    const [name = '', weight = ''] = part.split(';').map((piece) => piece.trim().toLowerCase())
    return name === coding && !/^q=0(?:\.0{0,3})?$/.test(weight)
  })
}

function matches(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((one) => one.trim() === etag) === true
}
