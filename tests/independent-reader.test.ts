import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { adminClient } from './admin-calls.ts'
import { linesOf, readerTest, runReader, versionName, type Line } from './independent-reader/run-reader.ts'
import { bodyOf, ObjectWriter, SIZES, type Written } from './independent-reader/written-objects.ts'
import { makeModes, type ObjectMode } from './object-modes.ts'
import { s3Client, spawnServer, testDirectory, type SpawnedCoffer } from './servers.ts'
import { CHECKOUT } from './checkout.ts'

const CUSTOMER_KEY = bodyOf('customer key', 32)

/** What lies in a row of this mode on the disk. */
const STORED_MODES: Readonly<Record<string, string>> = { 'bucket-key': 'sse-kms' }

/** A data directory as a server left it, and what that server had acknowledged. */
interface Left {
  readonly data: string
  readonly customerKeys: string
  readonly written: readonly (Written & { readonly mode: string })[]
  readonly openUploads: readonly string[]
}

async function writeEverything(server: SpawnedCoffer, folder: string): Promise<Left> {
  const client = s3Client(server)
  const admin = adminClient(server)
  const modes = await makeModes(client, admin, { customerKey: CUSTOMER_KEY, versioned: true })
  const writers = modes.map((mode) => new ObjectWriter(client, mode))
  const plain = new ObjectWriter(client, await bucketWithoutSse(client, admin))
  const unversioned = new ObjectWriter(client, await unversionedBucket(client))
  const all = [...writers, plain, unversioned]
  for (const writer of all) await writeSizes(writer)
  await unversioned.put('sizes/1048576', 40_000)
  const key = modes.find(({ name }) => name === 'sse-kms')?.keyArn
  assert.ok(key !== undefined)
  // From here on KMS keys have a second version, and what the first one sealed stays under it.
  await admin.call('rotate-key', { key })
  for (const [index, writer] of writers.entries()) {
    const other = writers[(index + 1) % writers.length] ?? writer
    await writeByOtherRoads(writer, other)
  }
  client.destroy()
  const customerKeys = join(folder, 'customer-keys')
  writeFileSync(customerKeys, `${Buffer.alloc(32, 1).toString('base64')}\n${CUSTOMER_KEY.toString('base64')}\n`)
  const written = all.flatMap((writer) =>
    writer.written.map((one) => ({ ...one, mode: writer === plain ? 'none' : writer.mode.name })),
  )
  return { data: server.data, customerKeys, written, openUploads: modes.map(({ bucket }) => bucket) }
}

type Admin = ReturnType<typeof adminClient>
type Client = ReturnType<typeof s3Client>

async function bucketWithoutSse(client: Client, admin: Admin): Promise<ObjectMode> {
  const bucket = 'mode-none'
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  await admin.call('put-bucket-encryption', { bucket }, { mode: 'none' })
  return { name: 'sse-s3', bucket, shown: 'AES256', customer: {}, copySource: {} }
}

/** Suspended, so that versions are null versions and are written over. */
async function unversionedBucket(client: Client): Promise<ObjectMode> {
  const bucket = 'mode-suspended'
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  const VersioningConfiguration = { Status: 'Suspended' } as const
  await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
  return { name: 'sse-s3', bucket, shown: 'AES256', customer: {}, copySource: {} }
}

async function writeSizes(writer: ObjectWriter): Promise<void> {
  for (const size of SIZES) await writer.put(`sizes/${size}`, size)
}

async function writeByOtherRoads(writer: ObjectWriter, other: ObjectWriter): Promise<void> {
  await writer.put('twice', 100, 'SHA256')
  await writer.put('twice', 200_000, 'CRC64NVME')
  await writer.put('ended', 9)
  await writer.remove('ended')
  await writer.put('Größe/тест/試験 %2F+', 12)
  await writer.copy('copied/small', other, 'sizes/1')
  await writer.copy('copied/large', other, 'sizes/2500001')
  await writer.source('source')
  await writer.multipart('parts', writer, 'source')
  await writer.leaveOpen('open')
}

function read(left: Left, ...more: readonly string[]): ReturnType<typeof runReader> {
  return runReader('directory', left.data, '--customer-keys', left.customerKeys, ...more)
}

/** Every acknowledged version is there as it was acknowledged, and nothing else is. */
function assertReads(left: Left, lines: readonly Line[]): void {
  const found = new Map(lines.map((line) => [versionName(line), line]))
  assert.deepEqual([...found.keys()].sort(), left.written.map(versionName).sort())
  for (const one of left.written) {
    const line = found.get(versionName(one)) ?? {}
    const { mode, ...facts } = one
    const expected = Object.entries(facts).filter(([, value]) => value !== undefined)
    const got = Object.fromEntries(expected.map(([name]) => [name, line[name]]))
    assert.deepEqual(got, Object.fromEntries(expected), versionName(one))
    if (one.deleteMarker) continue
    assert.equal(line['mode'], STORED_MODES[mode] ?? mode)
    assert.equal(line['bucketKey'], mode === 'bucket-key')
  }
}

/** Two keys for `dsse-kms`, one for all others, and no key seals two versions. */
function assertOwnKeys(lines: readonly Line[]): void {
  const seen = new Map<unknown, string>()
  for (const line of lines) {
    if (line['deleteMarker'] === true) continue
    assert.ok(Array.isArray(line['keys']))
    const each = line['form'] === 'pages' ? 3 : 1
    assert.equal(new Set(line['keys']).size, line['mode'] === 'dsse-kms' ? 2 : 1, versionName(line))
    assert.ok(line['form'] === 'inline' || (Array.isArray(line['blobs']) && line['blobs'].length === each))
    if (line['form'] === 'inline') continue
    for (const key of new Set(line['keys'])) {
      assert.equal(seen.get(key), undefined, versionName(line))
      seen.set(key, versionName(line))
    }
  }
}

test('a second reader opens every vector, and refuses each wrong one for its own reason', readerTest(), () => {
  const run = runReader('vectors', join(CHECKOUT, 'vectors'))
  assert.equal(run.code, 0, run.stdout)
  assert.equal(run.stdout.split('\n').filter((line) => / of \d+ cases$/.test(line)).length, 14)
})

test('S3-10 a second reader, written from the pages alone, opens a whole data directory', readerTest(), async (t) => {
  const directory = testDirectory()
  const folder = directory.path
  t.after(() => directory.remove())
  const data = join(folder, 'data')
  const server = await spawnServer({ data })
  let left: Left
  try {
    left = await writeEverything(server, folder)
  } finally {
    await server.stop()
  }
  const whole = read(left)
  assert.equal(whole.code, 0, whole.stderr)
  const versions = linesOf(whole, 'version')

  await t.test('every version, of every mode, size, form and road, with its metadata and tags', () => {
    assertReads(left, versions)
  })
  await t.test('each stored body has keys of its own; two for DSSE', () => assertOwnKeys(versions))
  await t.test(
    'what was sealed before a rotation is under the first version of the key, the rest under the second',
    () => {
      const used = versions.filter(({ mode, form }) => mode === 'sse-kms' && form === 'stream')
      const before = used.filter(({ name }) => String(name).startsWith('sizes/'))
      assert.deepEqual(new Set(before.map(({ keyVersion }) => keyVersion)), new Set([1]))
      const after = used.filter(({ name, bucketKey }) => !String(name).startsWith('sizes/') && bucketKey === false)
      assert.deepEqual(new Set(after.map(({ keyVersion }) => keyVersion)), new Set([2]))
    },
  )
  await t.test('open uploads with their parts', () => {
    const uploads = linesOf(whole, 'upload')
    assert.deepEqual(uploads.map(({ bucket }) => bucket).sort(), [...left.openUploads].sort())
  })
  await t.test('every blob belongs to something, and the counters say how many bytes and versions there are', () => {
    assertAccounts(linesOf(whole, 'directory')[0] ?? {}, left)
  })
  await t.test('S3-10 DSSE opens with the keys of both layers only', () => assertBothLayersNeeded(left))
  await t.test('what was changed is refused, and nothing else', () => assertChangeRefused(left, versions))
})

function assertAccounts(whole: Line, left: Left): void {
  const bodies = left.written.filter((one) => one.deleteMarker === undefined)
  const counters = whole['counters']
  assert.ok(typeof counters === 'object' && counters !== null)
  const count = (name: string): unknown => new Map<string, unknown>(Object.entries(counters)).get(name)
  assert.equal(count('count/account/000000000001/versions'), bodies.length)
  assert.equal(
    count('count/account/000000000001/bytes'),
    bodies.reduce((sum, { size = 0 }) => sum + size, 0),
  )
  const garbage = JSON.stringify(whole['garbage'])
  assert.ok(Array.isArray(whole['unnamedBlobs']))
  // What was sent twice, or written over, waits for the collector: a row says so.
  for (const blob of whole['unnamedBlobs']) assert.ok(garbage.includes(String(blob)), String(blob))
}

/** `key`: the material of KMS keys, so the inner layer; `service`: the account's, so the outer one. */
function assertBothLayersNeeded(left: Left): void {
  const sealed = new Set(left.written.flatMap(({ sha256 }) => (sha256 === undefined ? [] : [sha256])))
  for (const withheld of ['key', 'service']) {
    const lines = linesOf(read(left, '--without', withheld), 'version')
    const layered = lines.filter(({ mode }) => mode === 'dsse-kms')
    assert.equal(
      layered.length,
      left.written.filter(({ mode, size }) => mode === 'dsse-kms' && size !== undefined).length,
    )
    for (const line of layered) {
      assert.equal(line['refused'], 'no key')
      assert.equal(line['sha256'], undefined)
      assert.ok(Array.isArray(line['attempts']))
      for (const attempt of line['attempts']) assertAttempt(attempt, withheld, sealed)
    }
  }
}

/** The key that is there opens its own layer at most; what comes out of the outer one is no body. */
function assertAttempt(attempt: unknown, withheld: string, bodies: ReadonlySet<string>): void {
  assert.ok(typeof attempt === 'object' && attempt !== null)
  const { 'key 1, layer 1': outer, ...others } = Object.fromEntries(Object.entries(attempt))
  if (withheld === 'key') {
    assert.ok(typeof outer === 'string' && outer.length === 64 && !bodies.has(outer))
    assert.deepEqual(others, { 'key 1, layer 0': 'commitment' })
  } else {
    assert.equal(outer, undefined)
    assert.deepEqual(others, { 'key 0, layer 1': 'commitment', 'key 0, layer 0': 'commitment' })
  }
}

function firstBlob(line: Line): string {
  const blobs: readonly unknown[] = Array.isArray(line['blobs']) ? line['blobs'] : []
  const [value] = blobs
  assert.ok(typeof value === 'object' && value !== null && 'blob' in value && typeof value.blob === 'string')
  return value.blob
}

function assertChangeRefused(left: Left, versions: readonly Line[]): void {
  const one = versions.find(({ form, mode }) => form === 'stream' && mode === 'sse-kms')
  assert.ok(one !== undefined)
  const blob = firstBlob(one)
  const path = join(left.data, 'blobs', blob.slice(16, 18), blob)
  const bytes = readFileSync(path)
  bytes[bytes.length - 1] = 1 ^ (bytes.at(-1) ?? 0)
  writeFileSync(path, bytes)
  const run = read(left)
  assert.equal(run.code, 1)
  const refused = linesOf(run, 'version').filter((line) => 'error' in line)
  assert.deepEqual(
    refused.map(({ bucket, error }) => [bucket, error]),
    [[one['bucket'], 'tag']],
  )
  assert.equal(linesOf(run, 'version').length, versions.length)
}

test(
  'a second reader opens what two workers under a passphrase left when they were killed',
  readerTest(),
  async (t) => {
    const directory = testDirectory()
    const folder = directory.path
    t.after(() => directory.remove())
    const passphrase = join(folder, 'passphrase')
    writeFileSync(passphrase, 'correct horse battery staple\n', { mode: 0o600 })
    const server = await spawnServer({
      data: join(folder, 'data'),
      workers: 2,
      env: { COFFER_ROOT_KEY: `passphrase:file:${passphrase}` },
    })
    const client = s3Client(server)
    const writers: ObjectWriter[] = []
    try {
      const modes = await makeModes(client, adminClient(server), { customerKey: CUSTOMER_KEY, versioned: false })
      writers.push(...modes.map((mode) => new ObjectWriter(client, mode)))
      for (const writer of writers) for (const size of [5, 100_000, 1_200_000]) await writer.put(`n/${size}`, size)
    } finally {
      client.destroy()
      await server.kill()
    }
    const customerKeys = join(folder, 'customer-keys')
    writeFileSync(customerKeys, CUSTOMER_KEY.toString('base64'))
    const written = writers.flatMap((writer) => writer.written.map((one) => ({ ...one, mode: writer.mode.name })))
    const left = { data: server.data, customerKeys, written, openUploads: [] }
    const run = read(left, '--passphrase', passphrase)
    assert.equal(run.code, 0, run.stderr)
    assertReads(left, linesOf(run, 'version'))

    writeFileSync(passphrase, 'another passphrase')
    const refused = read(left, '--passphrase', passphrase)
    assert.equal(refused.code, 1)
    assert.equal(refused.stdout, '')
    assert.match(refused.stderr, /refused: another root/)
  },
)
