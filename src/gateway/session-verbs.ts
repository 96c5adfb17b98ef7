import { sessionEncryption, shownSessionEncryption } from '../objects/index.ts'
import {
  isSigned,
  refuse,
  StoreFailure,
  type CreateSession,
  type DirectorySession,
  type DirectorySessionMode,
} from '../operations/index.ts'
import type { RequestPermit, Verbs } from './verb.ts'

/** CreateSession: the rights are asked for under each mode that the session could have, the wider one first. */
export const SESSION_VERBS: Verbs<'create-session'> = {
  'create-session': async (rooms, permit, operation) => {
    const { caller, trail } = permit
    if (!isSigned(caller)) return refuse({ kind: 'access-denied', reason: 'only who signs has a session' })
    const mode = await allowedMode(permit, operation)
    const { bucket } = permit
    const encryption = bucket === undefined ? undefined : sessionEncryption(bucket, operation.encryption)
    const directory: DirectorySession = {
      ...{ bucket: operation.bucket, mode },
      ...(bucket === undefined ? {} : { bucketId: Buffer.from(bucket.uuid).toString('hex') }),
      ...(encryption === undefined ? {} : { encryption }),
    }
    const credentials = await rooms.people.directorySession(caller, directory)
    const resource = `arn:aws:s3express:${rooms.region}:${bucket?.account ?? caller.account}:bucket/${operation.bucket}`
    trail?.record({ action: 's3express:CreateSession', resource, detail: { mode } }, 'done')
    const shown = bucket === undefined ? { mode: 'sse-s3' as const } : shownSessionEncryption(bucket, encryption)
    return { ...credentials, encryption: shown }
  },
}

const WIDEST_FIRST: readonly DirectorySessionMode[] = ['read-write', 'read-only']

async function allowedMode(permit: RequestPermit, operation: CreateSession): Promise<DirectorySessionMode> {
  const wanted = operation.mode === undefined ? WIDEST_FIRST : [operation.mode]
  let refusal: unknown
  for (const sessionMode of wanted) {
    try {
      await permit.permitFor({ kind: 'create-session', bucket: operation.bucket, sessionMode })
      return sessionMode
    } catch (error) {
      if (!(error instanceof StoreFailure) || error.failure.kind !== 'access-denied') throw error
      refusal ??= error
    }
  }
  throw refusal
}
