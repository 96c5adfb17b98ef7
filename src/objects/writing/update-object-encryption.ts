import { refuse, type OperationOf, type Results } from '../../operations/index.ts'
import { joinFragments } from '../../storage/index.ts'
import { commitDeciding } from '../commit-deciding.ts'
import { refuseLocked } from '../locks/locked-versions.ts'
import type { ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf, scopeOf } from '../permitted-bucket.ts'
import { requirePinned } from '../reading/pinned-version.ts'
import { rekeyed, revisionOf } from './place-version.ts'
import { findObject } from '../rows/version-rows.ts'

/**
 * A new wrap around the same data key, in one commit: data, ETag, time, checksums and version id stay. Only from
 * SSE-S3 (and `none`) or SSE-KMS, only to SSE-KMS.
 */
export async function updateObjectEncryption(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'update-object-encryption'>,
): Promise<Results['update-object-encryption']> {
  return commitDeciding(rooms, permit, operation.kind, async (current) => {
    const bucket = bucketOf(current)
    const stored = await findObject(rooms, bucket, operation.key, operation.versionId)
    const { version } = stored
    requirePinned(current, 'target', version)
    const { header, detail } = version
    if (header.mode === 'dsse-kms' || header.mode === 'sse-c') {
      return refuse({ kind: 'invalid-request', detail: `the encryption of ${header.mode} objects cannot be updated` })
    }
    refuseLocked(rooms, bucket, version)
    const scope = scopeOf(current, bucket, operation.key, header.sealId)
    const target = { keyArn: operation.keyArn, bucketKey: operation.bucketKey }
    const made = await rooms.encryption.rewrap(scope, detail.encryption, target, version.inline, detail.checksums)
    const changed: ObjectVersion = {
      kind: 'object',
      header: { ...header, mode: made.stored.mode },
      etag: version.etag,
      detail: { ...detail, encryption: made.stored, checksums: made.checksums },
      ...(made.inline === undefined ? {} : { inline: made.inline }),
    }
    const own = { checks: [revisionOf(stored)], writes: [rekeyed(rooms, changed, stored.row.key)] }
    return { fragment: joinFragments(own, made.fragment), result: undefined }
  })
}
