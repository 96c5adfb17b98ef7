import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeKey, CHANGE_ROWS, clearPart, recordLine, rowKey, rowRange } from './audit-rows.ts'
import { openSegment, SEGMENT_ROWS } from './ledger-rows.ts'
import { fill, ledgerBench, rowsOf, START_MS, use, write } from './ledger.fixture.ts'

test('what waits is sealed once, in one chain, and its rows end with it', async () => {
  const bench = ledgerBench()
  const { log, ledger } = bench.open(1)
  log.record(use(START_MS, 'a'))
  await log.flush()
  const change = log.change(use(START_MS + 1, 'b', { action: 's3:CreateBucket' }))
  await write(bench.store, ...change.fragment.writes)
  assert.deepEqual(await ledger.seal(), { sealed: 2, more: false })
  assert.deepEqual(await ledger.seal(), { sealed: 0, more: false })
  for (const range of [rowRange(), CHANGE_ROWS]) assert.equal((await rowsOf(bench.store, range)).length, 0)
  const found = await log.search({ limit: 10 })
  assert.deepEqual(
    found.map(({ requestId }) => requestId),
    ['b', 'a'],
  )
  const report = await ledger.verify()
  assert.deepEqual([report.intact, report.records, report.segments], [true, 2, 1])
})

test('many processes seal at once: every record once, and whoever loses reads again', async () => {
  const bench = ledgerBench()
  const open = [1, 2, 3, 4].map((epoch) => bench.open(epoch))
  for (let round = 0; round < 20; round++) {
    for (const [place, { log }] of open.entries()) {
      log.record(use(START_MS + round, `${place}-${round}`))
      await log.flush()
    }
    await Promise.all(open.map(({ ledger }) => ledger.sealAll().catch(() => undefined)))
  }
  await open[0]?.ledger.sealAll()
  const found = await open[0]?.log.search({ limit: 1_000 })
  assert.equal(found?.length, 80)
  assert.equal(new Set(found.map(({ id }) => id)).size, 80)
  assert.equal((await open[1]?.ledger.verify())?.intact, true)
})

test('a stream that ended is closed by the next one, with its length and its last hash', async () => {
  const bench = ledgerBench()
  await fill(bench, 40, 4, 99)
  const heads = (await rowsOf(bench.store, SEGMENT_ROWS)).map((row) => openSegment(bench.records, row).head)
  assert.deepEqual(
    heads.map(({ closes }) => closes?.length),
    [undefined, undefined, undefined, undefined, 16, undefined, undefined, undefined, 16, undefined],
  )
  assert.equal(heads[4]?.closes?.stream, heads[0]?.stream)
})

test('a row that was written twice because its first answer was lost is one record; a gap is told', async () => {
  const bench = ledgerBench()
  const { log, ledger } = bench.open(5)
  for (const id of ['a', 'b', 'c']) {
    log.record(use(START_MS, id))
    await log.flush()
  }
  const [first, second] = await rowsOf(bench.store, rowRange())
  assert.ok(first !== undefined && second !== undefined)
  await write(bench.store, { kind: 'delete', key: second.key })
  await ledger.sealAll()
  await write(bench.store, { kind: 'put', key: first.key, value: first.value })
  await ledger.sealAll()
  const found = await log.search({ limit: 10 })
  assert.deepEqual(
    found.map(({ requestId, action }) => [requestId, action]),
    [
      ['c', 'kms:Decrypt'],
      ['coffer', 'coffer:AuditRowsMissing'],
      ['a', 'kms:Decrypt'],
    ],
  )
  const { intact, problems } = await ledger.verify()
  assert.equal(intact, false)
  assert.match(problems[0]?.what ?? '', /missing or damaged before they were sealed/)
})

test('a row that does not open is told of and does not stop the log', async () => {
  const bench = ledgerBench()
  const { log, ledger } = bench.open(6)
  log.record(use(START_MS, 'a'))
  await log.flush()
  const [row] = await rowsOf(bench.store, rowRange())
  assert.ok(row !== undefined)
  const value = Buffer.from(row.value)
  value.writeUInt8(value.readUInt8(value.length - 20) ^ 1, value.length - 20)
  await write(bench.store, { kind: 'put', key: row.key, value })
  await ledger.sealAll()
  assert.equal((await log.search({ limit: 10 }))[0]?.action, 'coffer:AuditRowDamaged')
  assert.equal((await ledger.verify()).intact, false)
})

test('records of an earlier version, which have no id, are sealed with one', async () => {
  const bench = ledgerBench()
  const { log, ledger } = bench.open(7)
  const key = rowKey(Buffer.alloc(8, 9), 0n)
  const clear = clearPart({ newestMs: START_MS, oldestMs: START_MS })
  const secret = Buffer.from(recordLine(use(START_MS, 'old')))
  await write(bench.store, { kind: 'put', key, value: bench.records.seal({ rowKey: key, clear, secret }) })
  await ledger.sealAll()
  const [record] = await log.search({ limit: 1 })
  assert.equal(record?.requestId, 'old')
  assert.match(record.id ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('large rounds fit a commit: many rows, many keys, the longest records', async () => {
  const bench = ledgerBench()
  const { log, ledger } = bench.open(8)
  const long = JSON.stringify({ a: 'x'.repeat(8_000) })
  for (let index = 0; index < 3_000; index++) {
    const over = index % 100 === 0 ? { detail: { encryptionContext: long } } : {}
    log.record(
      use(START_MS + index, `r${index}`, { resource: `arn:aws:kms:us-east-1:000000000001:key/${index}`, ...over }),
    )
  }
  await log.flush()
  for (let index = 0; index < 700; index++) {
    const { fragment } = log.change(use(START_MS, `c${index}`, { action: 'kms:CreateKey' }))
    await write(bench.store, ...fragment.writes)
  }
  assert.equal((await rowsOf(bench.store, CHANGE_ROWS)).length, 700)
  assert.equal(changeKey(Buffer.alloc(8), 1).length, 29)
  await ledger.sealAll()
  const { intact, records } = await ledger.verify()
  assert.deepEqual([intact, records], [true, 3_700])
  const arns = ['arn:aws:kms:us-east-1:000000000001:key/2999', 'arn:aws:kms:us-east-1:000000000001:key/never']
  assert.deepEqual(await ledger.lastUses(arns), [START_MS + 2_999, undefined])
})

test('pages give every line once, in its order', async () => {
  const bench = ledgerBench()
  await fill(bench, 50, 3, 99)
  const { ledger } = bench.open(99)
  const lines: string[] = []
  let from: number | undefined = 0
  while (from !== undefined) {
    const page: Awaited<ReturnType<typeof ledger.page>> = await ledger.page({ from, limit: 7 })
    lines.push(...page.lines)
    from = page.next
  }
  assert.deepEqual(
    lines.map((line) => /^\{"seq":(\d+),/.exec(line)?.[1]),
    Array.from({ length: 50 }, (_, index) => String(index)),
  )
})
