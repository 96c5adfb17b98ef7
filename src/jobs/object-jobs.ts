import type { KeyServer, RootProvider } from '../kms/index.ts'
import {
  collectGarbage,
  expireUploads,
  forgetDeadReads,
  forgetDoneUploads,
  sweepLeftovers,
  type ObjectRooms,
} from '../objects/index.ts'
import type { Job } from './job.ts'

const GARBAGE_AT_ONCE = 64
const BLOBS_AT_ONCE = 256
const UPLOADS_AT_ONCE = 100
const KEYS_AT_ONCE = 20

export interface ObjectJobParts {
  readonly objects: ObjectRooms
  readonly garbageMs: number
  readonly uploadsMs: number
  /** The blob epochs of every process that may be writing now. */
  readonly liveEpochs: () => Promise<ReadonlySet<string>>
}

/** What keeps the stores clean: garbage of commits, blobs of dead processes, results and uploads that had their time. */
export function objectJobs({ objects, garbageMs, uploadsMs, liveEpochs }: ObjectJobParts): readonly Job[] {
  let after: Uint8Array | undefined
  const lifeMs = objects.options.uploadLifeMs
  return [
    {
      name: 'garbage',
      idleMs: garbageMs,
      unit: async () => ((await collectGarbage(objects, { limit: GARBAGE_AT_ONCE })).more ? 'more' : 'idle'),
    },
    {
      name: 'leftovers',
      idleMs: garbageMs,
      unit: async (signal) => {
        await forgetDeadReads(objects.store, await liveEpochs())
        const { more } = await sweepLeftovers(objects, { liveEpochs, limit: BLOBS_AT_ONCE, signal })
        return more ? 'more' : 'idle'
      },
    },
    {
      name: 'done-uploads',
      idleMs: uploadsMs,
      unit: async () => ((await forgetDoneUploads(objects, { limit: UPLOADS_AT_ONCE })).more ? 'more' : 'idle'),
    },
    {
      name: 'expired-uploads',
      idleMs: uploadsMs,
      unit: async () => {
        if (lifeMs === undefined) return 'idle'
        const startedBeforeMs = objects.now() - lifeMs
        const options = { startedBeforeMs, limit: UPLOADS_AT_ONCE }
        const { next } = await expireUploads(objects, after === undefined ? options : { ...options, after })
        after = next
        return next === undefined ? 'idle' : 'more'
      },
    },
  ]
}

/** What falls due for keys: rotations, the end of imported material, and the destruction of material, which needs the root. */
export function keyJobs(parts: {
  readonly keys: KeyServer
  readonly root: RootProvider
  readonly keysMs: number
}): readonly Job[] {
  let start: Uint8Array | undefined
  return [
    {
      name: 'key-rotation',
      idleMs: parts.keysMs,
      unit: async () => {
        const { next } = await parts.keys.rotateDueKeys(KEYS_AT_ONCE, start)
        start = next
        return next === undefined ? 'idle' : 'more'
      },
    },
    {
      name: 'key-material-expiry',
      idleMs: parts.keysMs,
      unit: async () => ((await parts.keys.expireDueMaterial(KEYS_AT_ONCE)).more ? 'more' : 'idle'),
    },
    {
      name: 'key-destruction',
      idleMs: parts.keysMs,
      unit: async () => ((await parts.keys.destroyDueKeys(parts.root, KEYS_AT_ONCE)).more ? 'more' : 'idle'),
    },
  ]
}
