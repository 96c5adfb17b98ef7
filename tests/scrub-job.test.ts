import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryServer } from './servers.ts'
import { parseAccountId, type VerifyReport } from '../src/operations/index.ts'
import { scrubJob } from '../src/jobs/index.ts'

test('a scrub runs when its time has come, remembers it, and reports what does not read', async (t) => {
  let nowMs = 1_800_000_000_000
  const server = await memoryServer({ now: () => nowMs })
  t.after(() => server.close())
  const { rooms } = server
  const account = parseAccountId('000000000001')
  assert.ok(account !== undefined)
  const reports: VerifyReport[] = []
  const parts = { objects: rooms.objects, audit: rooms.audit, account, everyMs: 3_600_000 }
  const liveEpochs = async (): Promise<ReadonlySet<string>> => new Set([rooms.blobs.epoch])
  const job = scrubJob({ ...parts, liveEpochs, onReport: (report) => reports.push(report) })
  const { signal } = new AbortController()
  await job.unit(signal)
  await job.unit(signal)
  assert.equal(reports.length, 1)
  nowMs += 3_600_000
  // Another process's job finds the row: it does not begin anew.
  const other = scrubJob({ ...parts, liveEpochs, onReport: (report) => reports.push(report) })
  await other.unit(signal)
  await job.unit(signal)
  assert.equal(reports.length, 2)
  assert.deepEqual(reports.at(-1)?.damaged, [])
  await rooms.audit.flush()
  const records = await rooms.audit.search({ action: 'coffer:ScrubStore', limit: 10 })
  assert.equal(records.length, 2)
})
