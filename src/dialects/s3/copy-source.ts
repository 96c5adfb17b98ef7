import { decodePercent } from '../../http/index.ts'
import { parseAnyBucketName, parseObjectKey, parseVersionId, refuse, type Target } from '../../operations/index.ts'
import { refuseArgument } from '../refuse-argument.ts'

export const COPY_SOURCE = 'x-amz-copy-source'

const VERSION = 'versionId='

/**
 * `x-amz-copy-source`, the one reading of it (T-034): `[/]bucket/key[?versionId=id]`, decoded once after it was taken apart.
 * A question mark of the key has to be escaped; `+` is itself. ARNs of access points are not implemented.
 */
export function parseCopySource(header: string): NonNullable<Target['source']> {
  if (header.startsWith('arn:')) {
    refuse({ kind: 'not-implemented', detail: 'Copy sources named by ARN are not implemented.', header: COPY_SOURCE })
  }
  const mark = header.indexOf('?')
  const path = mark < 0 ? header : header.slice(0, mark)
  const query = mark < 0 ? undefined : header.slice(mark + 1)
  const bare = path.startsWith('/') ? path.slice(1) : path
  const slash = bare.indexOf('/')
  if (slash < 0) return malformed(header)
  const bucket = parseAnyBucketName(decodePercent(bare.slice(0, slash)) ?? '')
  const key = parseObjectKey(decodePercent(bare.slice(slash + 1)) ?? '')
  if (bucket === undefined) return malformed(header)
  if (key.kind === 'problem') return key.problem === 'too-long' ? refuse({ kind: 'key-too-long' }) : malformed(header)
  if (query === undefined) return { bucket, key: key.key }
  const versionId = query.startsWith(VERSION) ? parseVersionId(query.slice(VERSION.length)) : undefined
  return versionId === undefined ? malformed(header) : { bucket, key: key.key, versionId }
}

function malformed(header: string): never {
  return refuseArgument(
    COPY_SOURCE,
    header,
    'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
  )
}
