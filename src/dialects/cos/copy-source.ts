import { decodePercent } from '../../http/index.ts'
import { parseBucketName, parseObjectKey, parseVersionId, refuse, type Target } from '../../operations/index.ts'

export const COPY_SOURCE = 'x-cos-copy-source'

const VERSION = 'versionid='
/** The bucket's host: `<bucket>.cos.<region>.<domain>` and its siblings, and the old form without `cos.`. */
const HOSTS = [
  /^([a-z0-9.-]+?)\.(?:cos|cosv6|cos-internal|cos-cdc)\.[a-z0-9-]+\.[a-z0-9.-]+(?::\d{1,5})?$/i,
  /^([a-z0-9-]+-\d+)\.[a-z0-9-]+\.[a-z0-9.-]+(?::\d{1,5})?$/i,
]

function bucketOf(host: string): string {
  for (const form of HOSTS) {
    const bucket = form.exec(host)?.[1]
    if (bucket !== undefined) return bucket.toLowerCase()
  }
  return ''
}

/**
 * `x-cos-copy-source`, the one reading of it (T-034): `<bucket host>/<encoded key>[?versionId=id]`, decoded once after it was
 * taken apart. Which domain the host belongs to does not matter: it is always a bucket of this server that is read.
 */
export function parseCopySource(header: string): NonNullable<Target['source']> {
  const mark = header.indexOf('?')
  const path = (mark < 0 ? header : header.slice(0, mark)).replace(/^https?:\/\//i, '')
  const query = mark < 0 ? undefined : header.slice(mark + 1)
  const slash = path.indexOf('/')
  if (slash < 0) return malformed()
  const bucket = parseBucketName(bucketOf(path.slice(0, slash)))
  const key = parseObjectKey(decodePercent(path.slice(slash + 1)) ?? '')
  if (bucket === undefined) return malformed()
  if (key.kind === 'problem') return key.problem === 'too-long' ? refuse({ kind: 'key-too-long' }) : malformed()
  if (query === undefined || query === '') return { bucket, key: key.key }
  const version = query.toLowerCase().startsWith(VERSION) ? parseVersionId(query.slice(VERSION.length)) : undefined
  return version === undefined ? malformed() : { bucket, key: key.key, versionId: version }
}

function malformed(): never {
  return refuse({ kind: 'invalid-argument', argument: COPY_SOURCE, detail: 'The copy source is <bucket host>/<key>.' })
}
