import { getObjectTagging, uploadEncryption, type BucketRecord, type Permit } from '../objects/index.ts'
import { StoreFailure, type Tags, type Target } from '../operations/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import { readAccess } from './judge-with-lists.ts'
import type { KnownFacts } from './request-context.ts'
import type { RequestPermit } from './verb.ts'

/** Reads what somebody's policy or a list asks for and nobody has read yet. */
export async function readFacts(
  rooms: GatewayRooms,
  permit: RequestPermit,
  target: Target,
  of: keyof KnownFacts,
): Promise<KnownFacts> {
  if (of === 'access') return { access: await readAccess(rooms.objects, target, permit.bucket) }
  if (of === 'sourceAccess') {
    return { sourceAccess: await readAccess(rooms.objects, target.source, permit.sourceBucket) }
  }
  if (of !== 'upload') return { [of]: await readTags(rooms, permit, target, of) }
  const { key, uploadId } = target
  if (permit.bucket === undefined || key === undefined || uploadId === undefined) return { upload: {} }
  return { upload: (await uploadEncryption(rooms.objects, permit.bucket, { key, uploadId })) ?? {} }
}

/** The tags of the object that is asked for, or of the source of a copy, as they are now; none where there is no object. */
async function readTags(
  rooms: GatewayRooms,
  permit: RequestPermit,
  target: Target,
  of: 'target' | 'source',
): Promise<Tags> {
  const { bucket, key, versionId } = (of === 'source' ? target.source : target) ?? target
  const record = of === 'source' ? permit.sourceBucket : permit.bucket
  if (bucket === undefined || key === undefined || record === undefined) return []
  const asked = { kind: 'get-object-tagging', bucket, key } as const
  const wanted = versionId === undefined ? asked : { ...asked, versionId }
  try {
    return (await getObjectTagging(rooms.objects, permitOver(permit, record), wanted)).tags
  } catch (error) {
    if (error instanceof StoreFailure && error.failure.kind !== 'integrity') return []
    throw error
  }
}

/** The same permit with another bucket in the first place: the engine reads the permit's bucket. */
function permitOver(permit: RequestPermit, bucket: BucketRecord): Permit {
  const { caller, requestId, nowMs, checks, signal } = permit
  return { caller, requestId, nowMs, checks, signal, bucket, renew: () => permit.renew() }
}
