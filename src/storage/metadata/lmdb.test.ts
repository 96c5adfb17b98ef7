import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { open } from 'lmdb'
import { setFaultHook } from '../fault-points.ts'
import { DirectoryRefused } from '../private-directory.ts'
import { absent, add, allKeys, commit, put, sumIs, text, valueOf } from './conformance-steps.ts'
import { metadataConformance } from './conformance.ts'
import { counterPrefix, WRITER_BOUNDS, writerKey, writerValue } from './lmdb-layout.ts'
import { openLmdbReader } from './lmdb-reader.ts'
import { openLmdbMetadata, type LmdbMetadata } from './lmdb.ts'
import { OutcomeUnknown, StoreUnavailable } from './metadata-store.ts'

const ROLE = 'COFFER_TEST_LMDB_READER'
const A = text('a')

/** This file is also the reading process of its own tests. */
async function readerProcess(directory: string): Promise<void> {
  const reader = await openLmdbReader({ directory })
  process.on('message', () => {
    void valueOfReader().then((value) => process.send?.(value ?? ''))
  })
  const valueOfReader = async (): Promise<string | undefined> => {
    const [row] = await reader.getMany([A])
    return row && Buffer.from(row.value).toString()
  }
  process.send?.('ready')
}

const readFrom = process.env[ROLE]
if (readFrom === undefined) await registerTests()
else await readerProcess(readFrom)

async function registerTests(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'coffer-lmdb-'))
  let opened = 0
  const fresh = (): string => join(root, `meta.${opened++}`)
  afterEach(() => setFaultHook())
  after(() => rm(root, { recursive: true }))

  metadataConformance('lmdb', () => openLmdbMetadata({ directory: fresh() }))
  registerDurability(fresh)
  registerWaves(fresh)
  registerFences(fresh)
  registerReaders(fresh)
}

/** The stored keys between two bounds, seen with the package itself. */
async function storedKeys(directory: string, bounds: { start: Buffer; end: Buffer }): Promise<readonly string[]> {
  const database = open<Buffer, Buffer>({
    path: directory,
    noSubdir: false,
    encoding: 'binary',
    keyEncoding: 'binary',
    readOnly: true,
  })
  const keys = [...database.getKeys(bounds)].map((key) => key.toString('hex'))
  await database.close()
  return keys
}

function registerDurability(fresh: () => string): void {
  test('rows and counters are there after closing and opening again', async () => {
    const directory = fresh()
    const first = await openLmdbMetadata({ directory })
    await commit(first, [put(A, 'kept'), add(A, 41n)])
    await first.close()
    const second = await openLmdbMetadata({ directory })
    assert.notEqual(second.epoch, first.epoch)
    assert.equal(await valueOf(second, A), 'kept')
    await commit(second, [add(A, 1n)], [sumIs(A, 41n)])
    assert.equal(await second.sum(A), 42n)
    await second.close()
  })

  test('a new writer folds the counter rows of dead epochs that it touches, and zero leaves no row', async () => {
    const directory = fresh()
    const prefix = counterPrefix(A)
    const bounds = { start: prefix, end: Buffer.concat([prefix, Buffer.alloc(9, 0xff)]) }
    for (let epoch = 1; epoch <= 3; epoch++) {
      const store = await openLmdbMetadata({ directory })
      await commit(store, [add(A, 1n)], [sumIs(A, BigInt(epoch - 1))])
      await store.close()
      assert.equal((await storedKeys(directory, bounds)).length, 1)
      assert.equal((await storedKeys(directory, WRITER_BOUNDS)).length, 1)
    }
    const store = await openLmdbMetadata({ directory })
    await commit(store, [add(A, -3n)])
    assert.equal(await store.sum(A), 0n)
    await store.close()
    assert.deepEqual(await storedKeys(directory, bounds), [])
  })

  test('the files may be read by their owner only, and the directory too', async () => {
    const directory = fresh()
    const store = await openLmdbMetadata({ directory })
    await commit(store, [put(A)])
    assert.equal((await lstat(directory)).mode & 0o777, 0o700)
    for (const name of await readdir(directory)) assert.equal((await lstat(join(directory, name))).mode & 0o777, 0o600)
    await store.close()
  })

  test('T-170 a database file that is a link is refused, and what it leads to is not touched', async () => {
    const directory = fresh()
    await mkdir(directory)
    const target = `${directory}.elsewhere`
    await writeFile(target, 'theirs')
    await symlink(target, join(directory, 'data.mdb'))
    await assert.rejects(openLmdbMetadata({ directory }), DirectoryRefused)
    assert.equal(await readFile(target, 'utf8'), 'theirs')
  })

  test('T-170 a directory that is a link is refused, and so is an environment of something else', async () => {
    const directory = fresh()
    await (await openLmdbMetadata({ directory })).close()
    const link = fresh()
    await symlink(directory, link)
    await assert.rejects(openLmdbMetadata({ directory: link }), DirectoryRefused)
    const foreign = fresh()
    const other = open<Buffer, Buffer>({
      path: foreign,
      noSubdir: false,
      encoding: 'binary',
      keyEncoding: 'binary',
      overlappingSync: false,
    })
    await other.put(Buffer.from('zz'), Buffer.from('theirs'))
    await assert.rejects(openLmdbMetadata({ directory: foreign }), StoreUnavailable)
    assert.equal(other.getBinary(Buffer.from('zz'))?.toString(), 'theirs')
    assert.equal(other.getKeysCount(), 1)
    await other.close()
  })
}

function registerWaves(fresh: () => string): void {
  test('batches asked together share a wave', async () => {
    const store = await openLmdbMetadata({ directory: fresh() })
    let waves = 0
    setFaultHook((name) => {
      if (name === 'metadata.wave.committed') waves++
    })
    await Promise.all(Array.from({ length: 500 }, (_, index) => commit(store, [put(text(`k${index}`))])))
    assert.ok(waves <= 5, `${waves} waves`)
    await store.close()
  })

  test('a wave that fails half-way writes nothing, and the writer goes on', async () => {
    const store = await openLmdbMetadata({ directory: fresh() })
    await commit(store, [put(A, 'before')])
    setFaultHook((name) => {
      if (name === 'metadata.wave.evaluated') throw new Error('disk full')
    })
    const asked = [
      store.commit({ checks: [], writes: [put(A, 'never')] }),
      store.commit({ checks: [], writes: [add(A, 1n)] }),
    ]
    for (const one of asked) await assert.rejects(one, StoreUnavailable)
    setFaultHook()
    assert.equal(await valueOf(store, A), 'before')
    assert.equal(await store.sum(A), 0n)
    await commit(store, [put(A, 'after'), add(A, 2n)], [sumIs(A, 0n)])
    assert.equal(await store.sum(A), 2n)
    await store.close()
  })

  test('a commit that fails on its way to the disk ends the writer, and says that it cannot say', async () => {
    let ended: Error | undefined
    const directory = fresh()
    const store = await openLmdbMetadata({ directory, onEnded: (reason) => (ended = reason) })
    setFaultHook((name) => {
      if (name === 'metadata.wave.committed') throw new Error('EIO')
    })
    await assert.rejects(store.commit({ checks: [], writes: [put(A, 'in doubt')] }), OutcomeUnknown)
    setFaultHook()
    assert.ok(ended instanceof StoreUnavailable)
    await assert.rejects(store.commit({ checks: [], writes: [put(A)] }), StoreUnavailable)
    await store.close()
    const next = await openLmdbMetadata({ directory })
    assert.equal(await valueOf(next, A), 'in doubt')
    await next.close()
  })

  test('an origin whose number was committed is answered and not done again', async () => {
    const directory = fresh()
    const store = await openLmdbMetadata({ directory })
    const origin = { client: 'ab'.repeat(16), sequence: 1, revision: Buffer.from('12345678') }
    const batch = { checks: [absent(A)], writes: [put(A), add(A, 1n)] }
    const first = await store.commitFor(origin, batch)
    assert.deepEqual(await store.commitFor(origin, batch), first)
    assert.equal(await store.sum(A), 1n)
    assert.equal((await store.commitFor({ ...origin, sequence: 3 }, batch)).kind, 'conflict')
    assert.deepEqual(await store.committedOf(origin.client, [1, 2, 3]), [true, false, false])
    await store.close()
    const next = await openLmdbMetadata({ directory })
    assert.deepEqual(await next.committedOf(origin.client, [1, 2, 3]), [true, false, false])
    assert.deepEqual(await next.commitFor(origin, batch), first)
    assert.equal(await next.sum(A), 1n)
    await next.close()
  })

  test('a number whose wave failed is not taken for committed', async () => {
    const store = await openLmdbMetadata({ directory: fresh() })
    const origin = { client: 'ef'.repeat(16), sequence: 1, revision: Buffer.from('12345678') }
    await store.commitFor(origin, { checks: [], writes: [put(text('first'))] })
    setFaultHook((name) => {
      if (name === 'metadata.wave.evaluated') throw new Error('disk full')
    })
    const second = { ...origin, sequence: 2 }
    await assert.rejects(store.commitFor(second, { checks: [], writes: [put(A)] }), StoreUnavailable)
    setFaultHook()
    await store.commitFor(second, { checks: [], writes: [put(A)] })
    assert.equal(await valueOf(store, A), 'x')
    await store.close()
  })

  test('outcomes of clients that were silent ten minutes longer than another are forgotten at a start, wherever the clock is', async () => {
    const directory = fresh()
    let nowMs = Date.UTC(2026, 0, 2)
    const now = (): number => nowMs
    const origin = { client: 'cd'.repeat(16), sequence: 1, revision: Buffer.from('12345678') }
    const reopened = async (): Promise<LmdbMetadata> => openLmdbMetadata({ directory, now })
    const first = await reopened()
    await first.commitFor(origin, { checks: [], writes: [put(A)] })
    await first.close()
    for (const jumpMs of [5 * 60 * 60_000, -10 * 60 * 60_000, 5 * 60 * 60_000 + 10 * 60_000]) {
      nowMs += jumpMs
      const second = await reopened()
      assert.deepEqual(await second.committedOf(origin.client, [1]), [true], 'nobody has written since')
      await second.close()
    }
    const other = { ...origin, client: 'ef'.repeat(16) }
    const third = await reopened()
    assert.equal((await third.commitFor(other, { checks: [], writes: [put(A)] })).kind, 'committed')
    await third.close()
    const fourth = await reopened()
    assert.deepEqual(await fourth.committedOf(origin.client, [1]), [true])
    nowMs += 1
    assert.equal(
      (await fourth.commitFor({ ...other, sequence: 2 }, { checks: [], writes: [put(A)] })).kind,
      'committed',
    )
    await fourth.close()
    const fifth = await reopened()
    assert.deepEqual(await fifth.committedOf(origin.client, [1]), [false])
    assert.deepEqual(await fifth.committedOf(other.client, [1, 2]), [true, true])
    await fifth.close()
  })
}

function registerFences(fresh: () => string): void {
  test('a writer whose row another has rewritten commits nothing more', async () => {
    const directory = fresh()
    let ended: Error | undefined
    const old = await openLmdbMetadata({ directory, onEnded: (reason) => (ended = reason) })
    await commit(old, [put(A, 'old')])
    const next = await openLmdbMetadata({ directory })
    const late = Array.from({ length: 5 }, () => old.commit({ checks: [], writes: [put(A, 'late')] }))
    for (const one of late) await assert.rejects(one, StoreUnavailable)
    assert.ok(ended instanceof StoreUnavailable)
    await assert.rejects(old.commit({ checks: [], writes: [] }), StoreUnavailable)
    assert.equal(await valueOf(next, A), 'old')
    await commit(next, [put(A, 'next')])
    assert.equal(await valueOf(next, A), 'next')
    await next.close()
    await old.close()
  })

  test('a writer whose row another process has written into is fenced as well', async () => {
    const directory = fresh()
    const store = await openLmdbMetadata({ directory })
    await commit(store, [put(A, 'mine')])
    const raw = open<Buffer, Buffer>({
      path: directory,
      noSubdir: false,
      encoding: 'binary',
      keyEncoding: 'binary',
      overlappingSync: false,
    })
    await raw.put(writerKey(Buffer.from(store.epoch, 'hex')), writerValue(7, 0))
    await assert.rejects(store.commit({ checks: [], writes: [put(A, 'late')] }), StoreUnavailable)
    assert.equal(await valueOf(store, A), 'mine')
    await raw.close()
    await store.close()
  })
}

function registerReaders(fresh: () => string): void {
  test('a reader needs metadata to read', async () => {
    await assert.rejects(openLmdbReader({ directory: fresh() }), StoreUnavailable)
  })

  test('a reading process sees every acknowledged commit, and when it is paused it delays nobody', async () => {
    const directory = fresh()
    const store = await openLmdbMetadata({ directory })
    await commit(store, [put(A, 'first')])
    const child = fork(fileURLToPath(import.meta.url), { env: { ...process.env, [ROLE]: directory }, stdio: 'inherit' })
    try {
      assert.equal(await message(child), 'ready')
      for (let round = 0; round < 50; round++) {
        await commit(store, [put(A, `${round}`)])
        assert.equal(await ask(child), `${round}`)
      }
      child.kill('SIGSTOP')
      for (let round = 0; round < 50; round++) await commit(store, [put(text(`k${round}`))])
      assert.equal((await allKeys(store)).length, 51)
      await commit(store, [put(A, 'last')])
      child.kill('SIGCONT')
      assert.equal(await ask(child), 'last')
    } finally {
      child.kill('SIGKILL')
    }
    await new Promise((resolve) => child.once('exit', resolve))
    assert.ok(store.checkReaders() >= 0)
    await commit(store, [put(A, 'after')])
    await store.close()
  })
}

function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the reading process ended'))
    child.once('exit', ended)
    child.once('message', (said) => {
      child.off('exit', ended)
      resolve(said)
    })
  })
}

async function ask(child: ChildProcess): Promise<unknown> {
  const answer = message(child)
  child.send('read')
  return answer
}
