import { decodePercent } from '../../http/index.ts'
import { parseBucketName, parseObjectKey, parseVersionId, refuse, type Target } from '../../operations/index.ts'
import { refuseArgument } from '../refuse-argument.ts'

export const COPY_SOURCE = 'x-obs-copy-source'

const VERSION = 'versionId='

/**
 * `x-obs-copy-source`, the one reading of it (T-034): `[/]bucket/key[?versionId=id]`. The version is split off first, for
 * clients escape everything before it, slashes too, and leave its question mark; then the rest is decoded, once.
 */
export function parseCopySource(header: string): NonNullable<Target['source']> {
  const mark = header.indexOf('?')
  const path = decodePercent(mark < 0 ? header : header.slice(0, mark))
  const query = mark < 0 ? undefined : header.slice(mark + 1)
  if (path === undefined) return malformed(header)
  const bare = path.startsWith('/') ? path.slice(1) : path
  const slash = bare.indexOf('/')
  if (slash < 0) return malformed(header)
  const bucket = parseBucketName(bare.slice(0, slash))
  const key = parseObjectKey(bare.slice(slash + 1))
  if (bucket === undefined) return malformed(header)
  if (key.kind === 'problem') return key.problem === 'too-long' ? refuse({ kind: 'key-too-long' }) : malformed(header)
  if (query === undefined) return { bucket, key: key.key }
  const versionId = query.startsWith(VERSION) ? parseVersionId(query.slice(VERSION.length)) : undefined
  return versionId === undefined ? malformed(header) : { bucket, key: key.key, versionId }
}

function malformed(header: string): never {
  return refuseArgument(COPY_SOURCE, header, 'The source of a copy is written bucket/key.')
}
