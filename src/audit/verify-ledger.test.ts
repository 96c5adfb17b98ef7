import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Row } from '../storage/index.ts'
import { openHead, treeOf, writeHead } from './ledger-head.ts'
import {
  CHECKPOINT_ROWS,
  checkpointKey,
  HEAD_ROW,
  ledgerLine,
  lineHash,
  openSegment,
  sealSegment,
  SEGMENT_ROWS,
  segmentKey,
  segmentText,
  textHash,
  type Segment,
} from './ledger-rows.ts'
import { fill, ledgerBench, rowsOf, write, type LedgerBench } from './ledger.fixture.ts'
import { splitNotes } from './checkpoint-note.ts'
import { GrowingTree } from './merkle-tree.ts'

/** 60 records, five to a segment, three streams, a checkpoint after every fifth segment (records 25 and 50). */
async function filled(): Promise<LedgerBench> {
  const bench = ledgerBench()
  await fill(bench, 60, 5, 5)
  return bench
}

async function verify(bench: LedgerBench, outside?: string): Promise<readonly string[]> {
  const report = await bench.open(200).ledger.verify(outside)
  assert.equal(report.intact, report.problems.length === 0)
  return report.problems.map(({ what, record }) => `${what} @${record ?? '-'}`)
}

async function segmentAt(bench: LedgerBench, number: number): Promise<Segment> {
  const [row] = await bench.store.getMany([segmentKey(number)])
  assert.ok(row !== undefined)
  return openSegment(bench.records, row)
}

/** Somebody who has the keys puts another text in the place of a segment. */
async function replace(bench: LedgerBench, number: number, segment: Pick<Segment, 'head' | 'lines'>): Promise<void> {
  const text = segmentText(segment.head, segment.lines)
  const clear = { newestMs: bench.clock.ms, oldestMs: 0, records: segment.lines.length }
  await write(bench.store, {
    kind: 'put',
    key: segmentKey(number),
    value: sealSegment(bench.records, number, text, clear),
  })
}

function edited(line: string | undefined): string {
  assert.ok(line?.includes('"outcome":"done"') === true)
  return line.replace('"outcome":"done"', '"outcome":"failed"')
}

async function rowAt(bench: LedgerBench, key: Uint8Array): Promise<Row> {
  const [row] = await bench.store.getMany([key])
  return row ?? assert.fail('no such row')
}

interface Tampering {
  readonly name: string
  readonly act: (bench: LedgerBench) => Promise<void>
  /** The first problem. */
  readonly found: RegExp
}

const TAMPERINGS: readonly Tampering[] = [
  {
    name: 'a byte of a segment is changed',
    act: async ({ store }) => {
      const [row] = await store.getMany([segmentKey(4)])
      const value = Buffer.from(row?.value ?? assert.fail())
      value.writeUInt8(value.readUInt8(value.length - 30) ^ 1, value.length - 30)
      await write(store, { kind: 'put', key: segmentKey(4), value })
    },
    found: /^segment 4 was changed and does not open: records 20 to 24 @20$/,
  },
  {
    name: 'a record is edited and the segment sealed again',
    act: async (bench) => {
      const { head, lines } = await segmentAt(bench, 4)
      await replace(bench, 4, { head, lines: lines.map((line, place) => (place === 2 ? edited(line) : line)) })
    },
    found: /^record 22 was changed: the hash chain does not fit @22$/,
  },
  {
    name: 'the last record of a segment is edited and the segment sealed again',
    act: async (bench) => {
      const { head, lines } = await segmentAt(bench, 6)
      await replace(bench, 6, { head, lines: lines.map((line, place) => (place === 4 ? edited(line) : line)) })
    },
    found: /^record 34 was changed: the hash chain does not fit @34$/,
  },
  {
    name: 'the first line of a segment says another stream',
    act: async (bench) => {
      const { head, lines } = await segmentAt(bench, 5)
      await replace(bench, 5, { head: { ...head, closes: { stream: 'other', length: 1, hash: '' } }, lines })
    },
    found: /^segment 5 was changed: its hash does not fit @25$/,
  },
  {
    name: 'the very last record is edited and its segment sealed again',
    act: async (bench) => {
      const { head, lines } = await segmentAt(bench, 11)
      await replace(bench, 11, { head, lines: lines.map((line, place) => (place === 4 ? edited(line) : line)) })
    },
    found: /^record 59 was changed: the head does not fit @59$/,
  },
  {
    name: 'a record is taken out of a segment',
    act: async (bench) => {
      const { head, lines } = await segmentAt(bench, 4)
      await replace(bench, 4, { head, lines: lines.filter((_, place) => place !== 2) })
    },
    found: /^records 22 to 22 are missing @22$/,
  },
  {
    name: 'two records change places',
    act: async (bench) => {
      const { head, lines } = await segmentAt(bench, 4)
      const [first = '', second = '', ...rest] = lines
      await replace(bench, 4, { head, lines: [second, first, ...rest] })
    },
    found: /^records 20 to 20 are missing @20$/,
  },
  {
    name: 'two segments change places on the disk',
    act: async (bench) => {
      const [third, fourth] = [await rowAt(bench, segmentKey(3)), await rowAt(bench, segmentKey(4))]
      await write(
        bench.store,
        { kind: 'put', key: third.key, value: fourth.value },
        { kind: 'put', key: fourth.key, value: third.value },
      )
    },
    found: /^segment 3 was changed and does not open, segment 4 was changed and does not open: records 15 to 24 @15$/,
  },
  {
    name: 'two segments change places and are sealed again',
    act: async (bench) => {
      const [third, fourth] = [await segmentAt(bench, 5), await segmentAt(bench, 6)]
      await replace(bench, 5, fourth)
      await replace(bench, 6, third)
    },
    found: /^segment 5 is another one in its place @25$/,
  },
  {
    name: 'a segment is deleted',
    act: ({ store }) => write(store, { kind: 'delete', key: segmentKey(4) }),
    found: /^segment 4 is missing: records 20 to 24 @20$/,
  },
  {
    name: 'the first segment is deleted',
    act: ({ store }) => write(store, { kind: 'delete', key: segmentKey(0) }),
    found: /^segment 0 is missing: records 0 to 4 @0$/,
  },
  {
    name: 'a whole stream is deleted',
    act: ({ store }) =>
      write(store, ...[4, 5, 6, 7].map((number) => ({ kind: 'delete', key: segmentKey(number) }) as const)),
    found: /^segments 4 to 7 are missing: records 20 to 39 @20$/,
  },
  {
    name: 'the last segments are deleted',
    act: ({ store }) =>
      write(store, ...[10, 11].map((number) => ({ kind: 'delete', key: segmentKey(number) }) as const)),
    found: /^records 50 to 59 are missing at the end @50$/,
  },
  {
    name: 'the head is deleted',
    act: ({ store }) => write(store, { kind: 'delete', key: HEAD_ROW }),
    found: /^the head of the ledger is gone @-$/,
  },
  {
    name: 'a checkpoint is deleted',
    act: ({ store }) => write(store, { kind: 'delete', key: checkpointKey(0) }),
    found: /^checkpoint 0 is missing @-$/,
  },
  {
    name: 'the last checkpoint is deleted',
    act: ({ store }) => write(store, { kind: 'delete', key: checkpointKey(1) }),
    found: /^there should be 2 checkpoints, and there are 1 @-$/,
  },
  {
    name: 'a checkpoint says something else',
    act: async (bench) => {
      const { key, value } = await rowAt(bench, checkpointKey(1))
      const text = Buffer.from(value).toString('latin1').replace('\n50\n', '\n51\n')
      await write(bench.store, { kind: 'put', key, value: Buffer.from(text, 'latin1') })
    },
    found: /^checkpoint 1 is not signed by this ledger @-$/,
  },
  {
    name: 'a checkpoint is taken out of the file',
    act: async ({ file }) => {
      file.text = splitNotes(file.text ?? '')[1]
    },
    found: /^1 of the checkpoints are not in the file @-$/,
  },
  {
    name: 'the file of checkpoints is deleted',
    act: async ({ file }) => {
      file.text = undefined
    },
    found: /^the file of checkpoints is gone @-$/,
  },
]

test('a ledger that nobody touched is intact, through every stream and checkpoint', async () => {
  const bench = await filled()
  const report = await bench.open(200).ledger.verify(bench.file.text)
  assert.deepEqual(report.problems, [])
  assert.deepEqual([report.records, report.segments, report.checkpoints], [60, 12, 2])
  assert.equal(report.checkpoint?.size, 50)
})

for (const { name, act, found } of TAMPERINGS) {
  test(`tampering: ${name}`, async () => {
    const bench = await filled()
    await act(bench)
    const [first = 'nothing was found'] = await verify(bench)
    assert.match(first, found)
  })
}

/** Somebody with every key writes the end of the history anew from `from` on, so that all hashes fit again. */
async function rewriteFrom(bench: LedgerBench, from: number): Promise<void> {
  const head = openHead(bench.records, await rowAt(bench, HEAD_ROW))
  const tree = new GrowingTree()
  let [lastRecord, lastSegment] = [Buffer.alloc(32).toString('base64'), Buffer.alloc(32).toString('base64')]
  for (let number = 0; number < head.segments; number++) {
    const segment = await segmentAt(bench, number)
    const lines = segment.lines.map((line) => {
      const record = `{${line.slice(line.indexOf('"timeMs"'))}`
      const forged = tree.size === from ? edited(record) : record
      const written = ledgerLine(tree.size, lastRecord, forged)
      tree.append(lineHash(written))
      lastRecord = lineHash(written).toString('base64')
      return written
    })
    const { closes } = segment.head
    const hash = openLast(closes === undefined ? undefined : number - 1)
    const head_ = {
      ...segment.head,
      previous: lastSegment,
      ...(closes === undefined ? {} : { closes: { ...closes, hash: await hash } }),
    }
    lastSegment = textHash(segmentText(head_, lines))
    await replace(bench, number, { head: head_, lines })
  }
  const peaks = tree.peaks.map((peak) => peak.toString('base64'))
  await write(bench.store, writeHead(bench.records, { ...head, peaks, lastRecord, lastSegment }))

  async function openLast(number: number | undefined): Promise<string> {
    if (number === undefined) return ''
    const { lines } = await segmentAt(bench, number)
    return lineHash(lines.at(-1) ?? '').toString('base64')
  }
}

test('tampering: history is written anew by who has the keys of the rows: the next checkpoint does not fit', async () => {
  const bench = await filled()
  await rewriteFrom(bench, 30)
  assert.match(
    (await verify(bench))[0] ?? '',
    /^checkpoint 1 does not fit: something in records 25 to 49 was changed @25$/,
  )
})

test('tampering: what came after the last checkpoint can be written anew by who has the keys, and is not seen', async () => {
  const bench = await filled()
  await rewriteFrom(bench, 55)
  assert.deepEqual(await verify(bench), [])
})

/** The rows of the ledger as they are now, and the way back to them. */
async function snapshot(bench: LedgerBench): Promise<() => Promise<void>> {
  const ranges = [SEGMENT_ROWS, CHECKPOINT_ROWS, { start: HEAD_ROW, end: Buffer.concat([HEAD_ROW, Buffer.of(0)]) }]
  const before = (await Promise.all(ranges.map((range) => rowsOf(bench.store, range)))).flat()
  return async () => {
    const now = (await Promise.all(ranges.map((range) => rowsOf(bench.store, range)))).flat()
    const kept = new Set(before.map(({ key }) => Buffer.from(key).toString('hex')))
    const gone = now.filter(({ key }) => !kept.has(Buffer.from(key).toString('hex')))
    await write(bench.store, ...gone.map(({ key }) => ({ kind: 'delete', key }) as const))
    await write(bench.store, ...before.map(({ key, value }) => ({ kind: 'put', key, value }) as const))
  }
}

test('tampering: an older valid state is put back: seen by the file, or by a checkpoint that left the machine, and not otherwise', async () => {
  const bench = ledgerBench()
  await fill(bench, 30, 5, 3)
  const putBack = await snapshot(bench)
  const oldFile = bench.file.text
  const { log, ledger } = bench.open(77)
  for (let index = 0; index < 10; index++) {
    log.record({ ...(await log.search({ limit: 1 }))[0], timeMs: (bench.clock.ms += 1) } as Parameters<
      typeof log.record
    >[0])
  }
  await log.flush()
  await ledger.sealAll()
  const exported = (await ledger.checkpoint(true))?.note
  assert.deepEqual(await verify(bench), [])
  await putBack()
  assert.match(
    (await verify(bench))[0] ?? '',
    /^checkpoint 2 of the file speaks of 40 records, and there are 30: an older state/,
  )
  bench.file.text = oldFile
  assert.deepEqual(await verify(bench), [])
  assert.match(
    (await verify(bench, exported))[0] ?? '',
    /^the checkpoint that was handed in speaks of 40 records, and there are 30/,
  )
})

test('tampering: a head that was put back is not sealed over', async () => {
  const bench = await filled()
  const old = await rowAt(bench, HEAD_ROW)
  const { log, ledger } = bench.open(88)
  log.record({ ...((await log.search({ limit: 1 }))[0] ?? assert.fail()), requestId: 'late' })
  await log.flush()
  await ledger.sealAll()
  await write(bench.store, { kind: 'put', key: old.key, value: old.value })
  log.record({ ...((await log.search({ limit: 1 }))[0] ?? assert.fail()), requestId: 'later' })
  await log.flush()
  await assert.rejects(ledger.sealAll(), /integrity/)
  assert.match((await verify(bench))[0] ?? '', /^the head of the ledger is older than its records @60$/)
})

test('what a crash left of a checkpoint in the file is passed over', async () => {
  const bench = await filled()
  bench.file.text = `${bench.file.text ?? ''}\ncoffer-audit/1\n12\n\n— interrupted\n`
  const { ledger } = bench.open(9)
  await ledger.checkpoint(true)
  assert.deepEqual(await verify(bench), [])
})

test('a checkpoint of another log is refused, and one of this log is taken', async () => {
  const bench = await filled()
  const other = await filled()
  assert.deepEqual(await verify(bench, bench.file.text), [])
  assert.match(
    (await verify(bench, other.file.text))[0] ?? '',
    /^the checkpoint that was handed in is not signed by this ledger/,
  )
  assert.match((await verify(bench, 'no note'))[0] ?? '', /not signed/)
})

test('proofs: every record of every size leads to the signed root', async () => {
  const bench = await filled()
  const { log, ledger } = bench.open(3)
  const records = await log.search({ limit: 100 })
  assert.equal(records.length, 60)
  for (const { id = '' } of records) {
    const proof = (await ledger.prove(id)) ?? assert.fail('no proof')
    assert.ok(proof.line.includes(id))
    assert.ok(proof.size > proof.index)
  }
  assert.equal(await ledger.prove('01010101-0101-8010-8100-0000000fffff'), undefined)
  assert.equal(treeOf(openHead(bench.records, await rowAt(bench, HEAD_ROW))).size, 60)
})
