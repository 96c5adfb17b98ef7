import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRecordSealer } from '../records/index.ts'
import { StoreFailure } from '../operations/index.ts'
import { SecretBytes } from '../secrets/index.ts'
import { createMemoryMetadata, StoreUnavailable, type MetadataStore, type Row } from '../storage/index.ts'
import { createAuditLog, DEFAULT_FLUSH_MS, MAX_WAITING_RECORDS } from './audit-log.ts'
import type { AuditLog, AuditRecord } from './audit-record.ts'
import { rowRange } from './audit-rows.ts'

const START_MS = Date.UTC(2026, 10, 20, 14, 0, 0)

/** Timers that fire when the test says so. */
function createTimers() {
  const pending: { readonly then: () => void; readonly delayMs: number }[] = []
  return {
    pending,
    schedule: (then: () => void, delayMs: number): (() => void) => {
      const timer = { then, delayMs }
      pending.push(timer)
      return () => pending.splice(pending.indexOf(timer), 1)
    },
    fire(): void {
      for (const { then } of pending.splice(0)) then()
    },
  }
}

/** A memory store that counts its commits and can be told to fail. */
interface RowStore extends MetadataStore {
  failing: boolean
  commits: number
  rows(): Promise<readonly Row[]>
}

function createRowStore(): RowStore {
  const store = createMemoryMetadata()
  return {
    inlineBytes: store.inlineBytes,
    failing: false,
    commits: 0,
    rows: async () => (await store.scan({ ...rowRange(), limit: 1_000 })).rows,
    getMany: (keys) => store.getMany(keys),
    scan: (range) => store.scan(range),
    scanGroups: (range) => store.scanGroups(range),
    sum: (counter) => store.sum(counter),
    commit(batch) {
      if (this.failing) return Promise.reject(new StoreUnavailable('told to fail'))
      this.commits += 1
      return store.commit(batch)
    },
    close: () => store.close(),
  }
}

interface Bench {
  readonly log: AuditLog
  readonly store: RowStore
  readonly timers: ReturnType<typeof createTimers>
  readonly clock: { ms: number }
  /** Another process over the same rows. */
  readonly another: (epoch: number) => AuditLog
}

function createBench(): Bench {
  const store = createRowStore()
  const timers = createTimers()
  const clock = { ms: START_MS }
  const metadataKey = new SecretBytes(Buffer.alloc(32, 7))
  const another = (epoch: number): AuditLog =>
    createAuditLog({
      store,
      records: createRecordSealer({ metadataKey: metadataKey.copy(), epoch: Buffer.alloc(8, epoch) }),
      now: () => clock.ms,
      epoch: Buffer.alloc(8, epoch),
      schedule: timers.schedule,
    })
  return { log: another(1), store, timers, clock, another }
}

function record(timeMs: number, requestId: string, over: Partial<AuditRecord> = {}): AuditRecord {
  return {
    timeMs,
    requestId,
    action: 's3:PutBucketVersioning',
    resource: 'arn:aws:s3:::photos',
    caller: 'arn:aws:iam::000000000001:root',
    outcome: 'done',
    ...over,
  }
}

async function idsOf(log: AuditLog, limit = 1_000): Promise<readonly string[]> {
  return (await log.search({ limit })).map(({ requestId }) => requestId)
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function isUnavailable(error: unknown): boolean {
  return error instanceof StoreFailure && error.failure.kind === 'unavailable'
}

test('a record is written by the timer within the promised second, without a flush', async () => {
  const { log, store, timers } = createBench()
  log.record(record(START_MS, 'a'))
  assert.equal((await store.rows()).length, 0)
  assert.ok(timers.pending.every(({ delayMs }) => delayMs <= DEFAULT_FLUSH_MS && delayMs < 1_000))
  timers.fire()
  await settled()
  assert.equal((await store.rows()).length, 1)
  assert.deepEqual(await idsOf(log), ['a'])
})

test('what is flushed is found, with every field, newest first', async () => {
  const { log } = createBench()
  const full = record(START_MS + 2, 'c', { outcome: 'refused', failure: 'access-denied', detail: { keyVersion: '3' } })
  for (const one of [record(START_MS, 'a'), record(START_MS + 1, 'b'), full]) log.record(one)
  await log.flush()
  assert.deepEqual(await idsOf(log), ['c', 'b', 'a'])
  assert.deepEqual((await log.search({ limit: 1 }))[0], { ...full, id: '01010101-0101-8010-8100-000000000002' })
})

test('many records share a row and a commit; a row stays below 64 KiB', async () => {
  const { log, store } = createBench()
  for (let index = 0; index < 2_000; index++) log.record(record(START_MS + index, `r${index}`))
  await log.flush()
  assert.equal(store.commits, 1)
  assert.ok((await store.rows()).length < 20)
  for (const { value } of await store.rows()) assert.ok(value.length <= 64 * 1_024)
  assert.equal((await idsOf(log)).length, 1_000)
  assert.deepEqual((await idsOf(log)).slice(0, 2), ['r1999', 'r1998'])
})

test('records rest sealed: neither names nor addresses can be read in the rows', async () => {
  const { log, store } = createBench()
  log.record(record(START_MS, 'CANARY-ID', { resource: 'arn:aws:s3:::CANARY-BUCKET' }))
  await log.flush()
  for (const { key, value } of await store.rows()) {
    assert.equal(Buffer.concat([key, value]).includes('CANARY'), false)
  }
})

test('a search goes over all epochs and merges them by time', async () => {
  const { log, another } = createBench()
  const second = another(2)
  const last = another(0xff)
  for (let index = 0; index < 30; index++) {
    const log3 = [log, second, last][index % 3]
    log3?.record(record(START_MS + index, `r${index}`))
    if (index % 7 === 0) await log3?.flush()
  }
  for (const one of [log, second, last]) await one.flush()
  const expected = Array.from({ length: 30 }, (_, index) => `r${29 - index}`)
  assert.deepEqual(await idsOf(second), expected)
  assert.deepEqual(await idsOf(log, 4), expected.slice(0, 4))
})

test('a clock that steps back hides no record', async () => {
  const { log } = createBench()
  for (const [offset, id] of [
    [1_000, 'a'],
    [10, 'b'],
    [2_000, 'c'],
    [20, 'd'],
  ] as const) {
    log.record(record(START_MS + offset, id))
    await log.flush()
  }
  assert.deepEqual(await idsOf(log), ['c', 'a', 'd', 'b'])
  const since = await log.search({ sinceMs: START_MS + 15, limit: 10 })
  assert.deepEqual(
    since.map(({ requestId }) => requestId),
    ['c', 'a', 'd'],
  )
})

test('a search filters by action, resource, outcome and time', async () => {
  const { log } = createBench()
  log.record(record(START_MS, 'a', { action: 'kms:Decrypt', resource: 'arn:aws:kms:::key/1' }))
  log.record(record(START_MS + 1, 'b', { action: 'kms:GenerateDataKey', resource: 'arn:aws:kms:::key/1' }))
  log.record(record(START_MS + 2, 'c', { outcome: 'refused', resource: 'arn:aws:s3:::we\nird' }))
  await log.flush()
  const ids = async (query: Omit<Parameters<AuditLog['search']>[0], 'limit'>): Promise<readonly string[]> =>
    (await log.search({ ...query, limit: 10 })).map(({ requestId }) => requestId)
  assert.deepEqual(await ids({ action: 'kms:Decrypt' }), ['a'])
  assert.deepEqual(await ids({ action: 'kms:*' }), ['b', 'a'])
  assert.deepEqual(await ids({ resource: 'arn:aws:kms:::key/1' }), ['b', 'a'])
  assert.deepEqual(await ids({ resource: 'arn:aws:s3:::we\nird' }), ['c'])
  assert.deepEqual(await ids({ outcome: 'refused' }), ['c'])
  assert.deepEqual(await ids({ sinceMs: START_MS + 1 }), ['c', 'b'])
  assert.deepEqual(await ids({ action: 'kms:Dec' }), [])
})

test('T-086 an account sees what it did and what was done to what is its own, and nothing else', async () => {
  const { log } = createBench()
  const by = (accountId: string): Partial<AuditRecord> => ({
    caller: `arn:aws:iam::${accountId}:root`,
    identity: { type: 'Root', accountId },
  })
  const [ours, theirs] = ['000000000001', '000000000002']
  log.record(record(START_MS, 'own', by(ours)))
  log.record(record(START_MS + 1, 'foreign', by(theirs)))
  log.record(record(START_MS + 2, 'own-key', { ...by(theirs), resource: `arn:aws:kms:us-east-1:${ours}:key/1` }))
  log.record(record(START_MS + 3, 'own-bucket', { ...by(theirs), owner: ours }))
  log.record(record(START_MS + 4, 'server', { caller: 'coffer', identity: { type: 'AWSService' } }))
  await log.flush()
  const seen = async (account: string): Promise<readonly string[]> =>
    (await log.search({ account, limit: 10 })).map(({ requestId }) => requestId)
  assert.deepEqual(await seen(ours), ['own-bucket', 'own-key', 'own'])
  assert.deepEqual(await seen(theirs), ['own-bucket', 'own-key', 'foreign'])
  assert.deepEqual(await seen('000000000003'), [])
})

test('T-160 (part) a log that cannot be written refuses later records, loses none, and serves again afterwards', async () => {
  const { log, store, timers } = createBench()
  log.record(record(START_MS, 'a'))
  store.failing = true
  await assert.rejects(log.flush(), isUnavailable)
  assert.throws(() => log.record(record(START_MS + 1, 'refused')), isUnavailable)
  store.failing = false
  timers.fire()
  await settled()
  log.record(record(START_MS + 2, 'b'))
  await log.flush()
  assert.deepEqual(await idsOf(log), ['b', 'a'])
})

test('a change is recorded by its own commit: not before it, not without it, and not when the log cannot be written', async () => {
  const { log, store } = createBench()
  const guard = { kind: 'absent', key: Buffer.from('guard') } as const
  const put = { kind: 'put', key: Buffer.from('guard'), value: Buffer.of(1) } as const
  const attempt = async (id: string): Promise<string> => {
    const { fragment } = log.change(record(START_MS, id))
    assert.deepEqual(fragment.checks, [])
    return (await store.commit({ checks: [guard], writes: [put, ...fragment.writes] })).kind
  }
  assert.equal(await attempt('first'), 'committed')
  assert.equal(await attempt('second'), 'conflict')
  await log.flush()
  assert.deepEqual(await idsOf(log), ['first'])
  log.record(record(START_MS, 'use'))
  store.failing = true
  await assert.rejects(log.flush(), isUnavailable)
  assert.throws(() => log.change(record(START_MS, 'late')), isUnavailable)
})

test('a log that cannot keep up refuses instead of growing', () => {
  const { log } = createBench()
  for (let index = 0; index < MAX_WAITING_RECORDS; index++) log.record(record(START_MS, 'x'))
  assert.throws(() => log.record(record(START_MS, 'x')), isUnavailable)
})

test('T-160 (part) refusals of unknown callers become one record when their minute is over', async () => {
  const { log, store, timers, clock } = createBench()
  for (let index = 0; index < 50_000; index++) {
    log.refused({ timeMs: clock.ms, reason: 'unknown-access-key', remoteAddress: '203.0.113.9' })
  }
  timers.fire()
  await settled()
  assert.equal((await store.rows()).length, 0)
  clock.ms += 60_000
  timers.fire()
  await settled()
  assert.equal((await store.rows()).length, 1)
  const [only, ...others] = await log.search({ limit: 10 })
  assert.equal(others.length, 0)
  assert.equal(only?.detail?.['count'], '50000')
  assert.equal(only.caller, 'unknown')
})

test('close writes what waits, refusals included, and takes nothing afterwards', async () => {
  const { log, another, timers } = createBench()
  log.record(record(START_MS, 'a'))
  log.refused({ timeMs: START_MS, reason: 'access-denied', remoteAddress: '::1' })
  await log.close()
  assert.deepEqual(timers.pending, [])
  assert.throws(() => log.record(record(START_MS, 'b')), isUnavailable)
  assert.equal((await another(2).search({ limit: 10 })).length, 2)
})
