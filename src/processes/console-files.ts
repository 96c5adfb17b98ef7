import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, type Dirent } from 'node:fs'
import { extname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ConsoleFile, ConsoleFiles } from '../gateway/index.ts'

/** Only what a browser is meant to get; maps of the sources are not among it (T-146). */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}
/** More files or bytes than any build of the console has. */
const MAX_FILES = 2_000
const HASHED = /^\/assets\/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/

/** The built files beside this program, read once. Empty: the console is not built. */
export function readConsoleFiles(place = builtPlace()): ConsoleFiles {
  const files = new Map<string, ConsoleFile>()
  if (place !== undefined) collect(place, '/', files)
  return files
}

/** `console/dist` lies three folders above the compiled file, and two above the bundle and the source. */
function builtPlace(): string | undefined {
  const places = ['../../../console/dist', '../../console/dist']
  return places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((place) => existsSync(place))
}

function collect(root: string, path: string, files: Map<string, ConsoleFile>): void {
  const entries: readonly Dirent[] = readdirSync(join(root, path), { withFileTypes: true })
  for (const entry of entries) {
    const below = posix.join(path, entry.name)
    if (entry.isDirectory()) collect(root, below, files)
    const type = TYPES[extname(entry.name)]
    if (!entry.isFile() || type === undefined || files.size >= MAX_FILES) continue
    files.set(below, fileAt(join(root, below), below, type))
  }
}

function fileAt(place: string, path: string, type: string): ConsoleFile {
  const bytes = readFileSync(place)
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`
  return {
    ...{ type, etag, bytes, immutable: HASHED.test(path) },
    ...(existsSync(`${place}.br`) ? { brotli: readFileSync(`${place}.br`) } : {}),
    ...(existsSync(`${place}.gz`) ? { gzip: readFileSync(`${place}.gz`) } : {}),
  }
}
