import { decodePercent } from '../../http/index.ts'
import { parseBucketName, parseVersionId, type Target } from '../../operations/index.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { objectKeyOf } from './address.ts'

export const COPY_SOURCE = 'x-oss-copy-source'

const VERSION = 'versionId='

/**
 * `x-oss-copy-source`, the one reading of it (T-034): `[/]bucket/key[?versionId=id]`, decoded once after it was taken
 * apart. One client escapes the slashes of the key, too; a question mark of the key has to be escaped.
 */
export function parseCopySource(header: string): NonNullable<Target['source']> {
  const mark = header.indexOf('?')
  const path = mark < 0 ? header : header.slice(0, mark)
  const query = mark < 0 ? undefined : header.slice(mark + 1)
  const bare = path.startsWith('/') ? path.slice(1) : path
  const slash = bare.indexOf('/')
  if (slash < 0) return malformed(header)
  const bucket = parseBucketName(decodePercent(bare.slice(0, slash)) ?? '')
  if (bucket === undefined) return malformed(header)
  const key = objectKeyOf(decodePercent(bare.slice(slash + 1)))
  if (query === undefined) return { bucket, key }
  const versionId = query.startsWith(VERSION) ? parseVersionId(query.slice(VERSION.length)) : undefined
  return versionId === undefined ? malformed(header) : { bucket, key, versionId }
}

function malformed(header: string): never {
  return refuseArgument(COPY_SOURCE, header, 'The copy source has to be /bucket/object.')
}
