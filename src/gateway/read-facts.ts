import { uploadEncryption } from '../objects/index.ts'
import type { Target } from '../operations/index.ts'
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
  const { key, uploadId } = target
  if (permit.bucket === undefined || key === undefined || uploadId === undefined) return { upload: {} }
  return { upload: (await uploadEncryption(rooms.objects, permit.bucket, { key, uploadId })) ?? {} }
}
