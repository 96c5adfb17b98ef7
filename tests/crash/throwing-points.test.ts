import { S3ServiceException } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { CommandFailure, EXIT } from '../../src/cli/exit-codes.ts'
import type { SpawnedCoffer } from '../servers.ts'
import { caseOf, type FaultCase } from './fault-cases.ts'
import { FaultPlace, prepareServer, seenBy } from './fault-place.ts'
import { BY_REQUESTS } from './fault-points.ts'
import { assertWholeAfterCollection } from './stored-files.ts'

/** Where the store cannot say what is on the disk, or cannot begin: the process ends, and starts anew from there. */
const ENDS_THE_STORE = ['metadata.wave', 'metadata.wave.committed']
const ENDED_WITHIN_MS = 10_000
/** What the thrown error says: no answer may. */
const DETAIL = /fault-detail|EACCES|data\.mdb|\.[jt]s:\d/

/** Which of two honest ends it was: answered, or refused as a mistake of the server that names its request. */
async function endOf(point: string, acting: Promise<unknown>): Promise<'answered' | 'refused'> {
  try {
    await acting
    return 'answered'
  } catch (error) {
    assert.ok(error instanceof Error)
    assert.doesNotMatch(`${error.name} ${error.message}`, DETAIL, point)
    if (error instanceof CommandFailure) {
      assert.ok(error.exitCode === EXIT.failed || error.exitCode === EXIT.away, `${point}: ${error.message}`)
      return 'refused'
    }
    assert.ok(error instanceof S3ServiceException, `${point}: ${error.name}`)
    assert.ok((error.$metadata.httpStatusCode ?? 0) >= 500, `${point}: ${error.$metadata.httpStatusCode}`)
    assert.ok(error.$metadata.requestId !== undefined, `${point}: a request id`)
    assert.doesNotMatch(JSON.stringify(Object.entries(error).filter(([name]) => name !== '$response')), DETAIL, point)
    return 'refused'
  }
}

/** Whole: all of it where it was answered, all or nothing where it was not. */
async function assertWhole(one: FaultCase, server: SpawnedCoffer, point: string, ended: string): Promise<void> {
  const seen = await one.look(seenBy(server))
  if (ended === 'answered') assert.equal(seen, 'after', point)
  else if (/before-(metadata|blob)-commit$|^blob\./.test(point)) assert.equal(seen, 'before', point)
  await one.again?.(seenBy(server))
}

test(
  'T-173 an error at every point of every change is a 5xx that says nothing of it, and leaves all of it or nothing of it',
  { timeout: 240_000 },
  async (t) => {
    const place = new FaultPlace(t)
    let server = await place.start()
    const keyArn = await prepareServer(server)
    let refused = 0
    for (const point of BY_REQUESTS) {
      const one = caseOf(point, keyArn)
      await one.prepare(seenBy(server))
      place.arm(point, 'throw')
      const ended = await endOf(point, one.act(seenBy(server)))
      if (ended === 'refused') refused++
      assert.ok(place.wasHit, `nobody passed ${point}`)
      // A wave may be that of something else, such as a lease.
      if (!point.startsWith('metadata.wave')) assert.equal(ended, 'refused', point)
      if (ENDS_THE_STORE.includes(point)) server = await startedAnew(place, server)
      await assertWhole(one, server, point, ended)
    }
    t.diagnostic(`${refused} of ${BY_REQUESTS.length} were refused`)
    assert.equal(await server.stop(), 0)
    place.assertNoPlaintext()
    await assertWholeAfterCollection(place.data)
  },
)

/** One process cannot go on without its store, and nobody restarts it here. */
async function startedAnew(place: FaultPlace, server: SpawnedCoffer): Promise<SpawnedCoffer> {
  const deadlineMs = performance.now() + ENDED_WITHIN_MS
  while (server.process.exitCode === null && performance.now() < deadlineMs) await pause(20)
  if (server.process.exitCode === null) await server.kill()
  return place.start()
}
