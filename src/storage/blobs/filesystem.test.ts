import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  rename,
  rm,
  symlink,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, test } from 'node:test'
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { setFaultHook } from '../fault-points.ts'
import { DirectoryRefused } from '../private-directory.ts'
import { drawBlobId } from './blob-id.ts'
import {
  BlobDamaged,
  BlobMissing,
  BlobUnavailable,
  type BlobId,
  type BlobStore,
  type BlobWriter,
} from './blob-store.ts'
import { blobConformance } from './conformance.ts'
import { FilesystemBlobWriter } from './filesystem-writer.ts'
import { openFilesystemBlobs } from './filesystem.ts'
import { ShardDirectories } from './shard-directories.ts'
import { GatherBudget, MAX_UNIT_BYTES } from './write-behind.ts'

const root = await mkdtemp(join(tmpdir(), 'coffer-blobs-'))
let opened = 0
const freshDirectory = (): string => join(root, `store-${opened++}`)

afterEach(() => setFaultHook())
after(() => rm(root, { recursive: true }))

blobConformance('filesystem', () => openFilesystemBlobs({ directory: freshDirectory() }))

async function stored(store: BlobStore, text: string): Promise<BlobId> {
  const writer = await store.create()
  await writer.write([Buffer.from(text)])
  await writer.commit()
  return writer.id
}

const pathOf = (directory: string, id: BlobId): string => join(directory, id.slice(16, 18), id)

async function read(store: BlobStore, id: BlobId, length: number): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of store.read(id, { offset: 0, length })) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString()
}

async function filesUnder(directory: string): Promise<readonly string[]> {
  const all = await readdir(directory, { recursive: true, withFileTypes: true })
  return all.filter((entry) => !entry.isDirectory()).map((entry) => entry.name)
}

test('a blob has its final name from the start, and only its owner may read it', async () => {
  const directory = freshDirectory()
  const store = await openFilesystemBlobs({ directory })
  const writer = await store.create()
  assert.deepEqual(await filesUnder(directory), [writer.id])
  const file = await lstat(pathOf(directory, writer.id))
  assert.equal(file.mode & 0o777, 0o600)
  assert.equal((await lstat(directory)).mode & 0o777, 0o700)
  assert.equal((await lstat(join(directory, 'a0'))).mode & 0o777, 0o700)
  await writer.discard()
  await store.close()
})

test('what one opening wrote the next one reads, under another epoch', async () => {
  const directory = freshDirectory()
  const first = await openFilesystemBlobs({ directory })
  const id = await stored(first, 'kept')
  await first.close()
  const second = await openFilesystemBlobs({ directory })
  assert.notEqual(second.epoch, first.epoch)
  assert.equal(await read(second, id, 4), 'kept')
  await second.close()
})

test('bytes, then name, are synced before a commit is acknowledged', async () => {
  const store = await openFilesystemBlobs({ directory: freshDirectory() })
  const passed: string[] = []
  setFaultHook((name) => passed.push(name))
  await stored(store, 'x')
  assert.deepEqual(passed, [
    'blob.create',
    'blob.created',
    'blob.write',
    'blob.written',
    'blob.sync',
    'blob.synced',
    'blob.directory-sync',
    'blob.directory-synced',
  ])
  await store.close()
})

for (const point of ['blob.write', 'blob.written', 'blob.sync', 'blob.synced', 'blob.directory-sync']) {
  test(`a failure at ${point} discards the blob and is never acknowledged`, async () => {
    const directory = freshDirectory()
    const store = await openFilesystemBlobs({ directory })
    setFaultHook((name) => {
      if (name === point) throw new Error('EIO')
    })
    const writer = await store.create()
    await assert.rejects(async () => {
      await writer.write([Buffer.from('never there')])
      await writer.commit()
    }, BlobUnavailable)
    await assert.rejects(writer.commit(), BlobUnavailable)
    await writer.discard()
    assert.deepEqual(await filesUnder(directory), [])
    setFaultHook()
    assert.equal(await read(store, await stored(store, 'next'), 4), 'next')
    await store.close()
  })
}

for (const fails of [false, true]) {
  test(`a commit syncs the data before it closes, then the name${fails ? '; a failed sync discards' : ''}`, async () => {
    const path = join(root, `direct-${fails}`)
    const handle = await open(path, 'wx')
    const calls: string[] = []
    const datasync = handle.datasync.bind(handle)
    const close = handle.close.bind(handle)
    handle.datasync = async () => {
      calls.push('datasync')
      if (fails) throw new Error('EIO')
      await datasync()
    }
    handle.close = async () => {
      calls.push('close')
      await close()
    }
    const syncName = async (): Promise<void> => void calls.push('name')
    const file = {
      id: drawBlobId('0123456789abcdef'),
      handle,
      syncBytes: () => handle.datasync(),
      syncName,
      unlink: () => unlink(path),
      hasRoom: () => true,
    }
    const writer = new FilesystemBlobWriter(file, new GatherBudget())
    await writer.write([Buffer.from('x')])
    if (fails) await assert.rejects(writer.commit(), BlobUnavailable)
    else await writer.commit()
    assert.deepEqual(calls, fails ? ['datasync', 'close'] : ['datasync', 'close', 'name'])
    assert.equal(
      await lstat(path)
        .then(() => true)
        .catch(() => false),
      !fails,
    )
  })
}

test('a name that was there when a sync of its directory failed is never called durable', async () => {
  const store = await openFilesystemBlobs({ directory: freshDirectory() })
  const writers = new Map<string, BlobWriter>()
  let pair: readonly [BlobWriter, BlobWriter] | undefined
  while (pair === undefined) {
    const writer = await store.create()
    const other = writers.get(writer.id.slice(16, 18))
    if (other !== undefined) pair = [other, writer]
    else writers.set(writer.id.slice(16, 18), writer)
  }
  const [first, second] = pair
  const failing = (name: string): void => {
    if (name === 'blob.directory-sync') throw new Error('EIO')
  }
  setFaultHook(failing)
  await assert.rejects(first.commit(), BlobUnavailable)
  setFaultHook()
  await assert.rejects(second.commit(), BlobUnavailable, 'the system says of the second sync that all is well')
  for (const writer of writers.values()) await writer.discard()
  for (let count = 0; count < 300; count++) await stored(store, 'what comes later is well')
  await store.close()
})

test('a file that lost bytes before its commit is discarded', async () => {
  const directory = freshDirectory()
  const store = await openFilesystemBlobs({ directory })
  const writer = await store.create()
  await writer.write([Buffer.alloc(MAX_UNIT_BYTES, 7)])
  const path = pathOf(directory, writer.id)
  while ((await lstat(path)).size < MAX_UNIT_BYTES) await turnOfTheLoop()
  await truncate(path, 3)
  await assert.rejects(writer.commit(), BlobUnavailable)
  assert.deepEqual(await filesUnder(directory), [])
  await store.close()
})

test('names of one shard share directory syncs, and each waits for one that began after it was written', async () => {
  const shards = await ShardDirectories.open(freshDirectory())
  const passed: string[] = []
  setFaultHook((name) => passed.push(name))
  const id = drawBlobId('0123456789abcdef')
  await Promise.all(Array.from({ length: 20 }, () => shards.syncName(id, 0)))
  const one = ['blob.directory-sync', 'blob.directory-synced']
  assert.deepEqual(passed, [...one, ...one], 'the first runs alone, the other 19 share the next')
  await shards.syncName(id, 0)
  assert.equal(passed.length, 6)
  await shards.close()
})

test('a blob cut short after its commit is BlobDamaged, and one taken away BlobMissing', async () => {
  const directory = freshDirectory()
  const store = await openFilesystemBlobs({ directory })
  const id = await stored(store, 'eight by')
  await truncate(pathOf(directory, id), 3)
  await assert.rejects(read(store, id, 8), BlobDamaged)
  await rm(pathOf(directory, id))
  await assert.rejects(read(store, id, 8), BlobMissing)
  await store.close()
})

test('T-170 a link in the place of a blob is not followed', async () => {
  const directory = freshDirectory()
  const store = await openFilesystemBlobs({ directory })
  const id = await stored(store, 'mine')
  const secret = join(root, 'elsewhere')
  await writeFile(secret, 'not yours')
  await rm(pathOf(directory, id))
  await symlink(secret, pathOf(directory, id))
  await assert.rejects(read(store, id, 4), BlobUnavailable)
  await store.close()
})

test('T-170 a pipe in the place of a blob holds nobody up', { skip: process.platform === 'win32' }, async () => {
  const directory = freshDirectory()
  const store = await openFilesystemBlobs({ directory })
  const id = await stored(store, 'mine')
  await rm(pathOf(directory, id))
  execFileSync('mkfifo', [pathOf(directory, id)])
  await assert.rejects(read(store, id, 4))
  for await (const blob of store.list()) assert.fail(blob.id)
  await store.close()
})

test(
  'T-170 a link that takes the place of a shard while running leads nowhere',
  { skip: process.platform !== 'linux' },
  async () => {
    const directory = freshDirectory()
    const store = await openFilesystemBlobs({ directory })
    const target = freshDirectory()
    await mkdir(target)
    const writer = await store.create()
    const shard = join(directory, writer.id.slice(16, 18))
    await rename(shard, `${shard}.moved`)
    await symlink(target, shard)
    await writer.write([Buffer.from('mine')])
    await writer.commit()
    for (let count = 0; count < 2_000; count++) await (await store.create()).discard()
    assert.equal(await read(store, writer.id, 4), 'mine')
    await store.remove([writer.id])
    assert.deepEqual(await readdir(target), [])
    assert.deepEqual(await readdir(`${shard}.moved`), [])
    await store.close()
  },
)

test('files that are no blobs are not listed', async () => {
  const directory = freshDirectory()
  const store = await openFilesystemBlobs({ directory })
  await writeFile(join(directory, '00', 'readme'), 'x')
  await mkdir(join(directory, '00', 'f'.repeat(48)))
  for await (const blob of store.list()) assert.fail(blob.id)
  await store.close()
})

test('an id that is no id never becomes a path', async () => {
  const store = await openFilesystemBlobs({ directory: freshDirectory() })
  const forged: unknown = '../../../../etc/passwd'
  const asId = (value: unknown): value is BlobId => typeof value === 'string'
  assert.ok(asId(forged))
  await assert.rejects(read(store, forged, 1), RangeError)
  await assert.rejects(store.remove([forged]), RangeError)
  await store.close()
})

test('several processes may open a fresh directory at the same time', async () => {
  const directory = freshDirectory()
  const stores = await Promise.all(Array.from({ length: 8 }, () => openFilesystemBlobs({ directory })))
  const id = await stored(stores[0] ?? assert.fail(), 'seen by all')
  for (const store of stores) assert.equal(await read(store, id, 11), 'seen by all')
  for (const store of stores) await store.close()
})

test('T-170 a directory that is a link is refused in a sentence', async () => {
  const target = freshDirectory()
  await mkdir(target)
  const link = freshDirectory()
  await symlink(target, link)
  await assert.rejects(openFilesystemBlobs({ directory: link }), DirectoryRefused)
  assert.deepEqual(await readdir(target), [])
  const withLink = freshDirectory()
  await mkdir(withLink)
  await symlink(target, join(withLink, '7f'))
  await assert.rejects(openFilesystemBlobs({ directory: withLink }), DirectoryRefused)
})

test('rights of others to the directory are taken away at the start', async () => {
  const directory = freshDirectory()
  await mkdir(directory)
  await chmod(directory, 0o755)
  const store = await openFilesystemBlobs({ directory })
  assert.equal((await lstat(directory)).mode & 0o777, 0o700)
  await store.close()
})

test('a blob stays readable for who opened it before it was removed', async () => {
  const store = await openFilesystemBlobs({ directory: freshDirectory() })
  const writer = await store.create()
  await writer.write([Buffer.alloc(1024 * 1024, 7)])
  await writer.commit()
  let bytes = 0
  for await (const piece of store.read(writer.id, { offset: 0, length: 1024 * 1024 })) {
    if (bytes === 0) await store.remove([writer.id])
    bytes += piece.length
  }
  assert.equal(bytes, 1024 * 1024)
  await store.close()
})

test('no handle is left open after writes, reads and failures', { skip: process.platform !== 'linux' }, async () => {
  const directory = freshDirectory()
  const store = await openFilesystemBlobs({ directory })
  const before = (await readdir('/proc/self/fd')).length
  for (let round = 0; round < 20; round++) {
    const id = await stored(store, 'x'.repeat(10))
    await read(store, id, 10)
    await assert.rejects(read(store, id, 11), BlobDamaged)
    const half = await store.create()
    await half.write([Buffer.from('half')])
    await half.discard()
  }
  const handle = await open(directory)
  const now = (await readdir('/proc/self/fd')).length
  await handle.close()
  assert.ok(now <= before + 2, `${now} descriptors, ${before} before`)
  await store.close()
})
