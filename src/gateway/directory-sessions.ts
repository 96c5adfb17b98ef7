import type { BucketRecord } from '../objects/index.ts'
import {
  refuse,
  zoneOf,
  type Caller,
  type DirectorySession,
  type OperationKind,
  type Target,
} from '../operations/index.ts'

/** What a session that only reads may ask for (CreateSession, `ReadOnly`). */
const READS: ReadonlySet<OperationKind> = new Set<OperationKind>([
  ...(['head-bucket', 'list-objects', 'list-uploads', 'list-parts'] as const),
  ...(['get-object', 'head-object', 'get-object-attributes'] as const),
])

/**
 * A session of a directory bucket opens that bucket, by the names of S3, and nothing else: no other bucket, no key, nobody's
 * rights, not the server (T-095). What it was given for is evaluated again on each request, as its principal.
 */
export function demandDirectorySession(caller: Caller, target: Target, bucket: BucketRecord | undefined): void {
  const session = 'session' in caller ? caller.session : undefined
  if (session?.directory === undefined) return
  const reason = outside(session.directory, session.tokenId, target, bucket)
  if (reason !== undefined) refuse({ kind: 'access-denied', reason })
}

function outside(
  session: DirectorySession,
  tokenId: string,
  target: Target,
  bucket: BucketRecord | undefined,
): string | undefined {
  // Copies are for the caller's own credentials, as in S3; a rename stays in the bucket.
  const leaves = target.source !== undefined && target.kind !== 'rename-object'
  if (target.bucket !== session.bucket || leaves) return 'a session of another directory bucket'
  if (target.kind === 'create-session') return 'a session makes no session'
  if (session.bucketId === undefined) {
    // It was given for a bucket that was not there: it makes that bucket, and is over with one that another made.
    if (bucket === undefined) return target.kind === 'create-bucket' ? undefined : 'the bucket is not there yet'
    if (bucket.directory?.madeBy !== tokenId) return 'the session was given before the bucket was made'
  } else if (bucket === undefined || Buffer.from(bucket.uuid).toString('hex') !== session.bucketId) {
    return 'a session of a bucket that is gone'
  }
  return session.mode === 'read-write' || READS.has(target.kind) ? undefined : 'a session that only reads'
}

/** Operations on a directory bucket itself are for the account that owns it (S3-59, S3-60). */
export function demandDirectoryOwner(caller: Caller, { bucket: name }: Target, owner: string | undefined): void {
  if (name === undefined || zoneOf(name) === undefined) return
  if (caller.kind !== 'anonymous' && caller.account === owner) return
  refuse({ kind: 'access-denied', reason: 'the directory bucket is of another account' })
}
