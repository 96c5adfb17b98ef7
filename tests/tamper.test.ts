import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3ServiceException,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AdminClient } from '../src/cli/admin-client.ts'
import { adminClient } from './admin-calls.ts'
import { importing } from './crash/loaded-files.ts'
import { seededBody } from './crash/seeded-random.ts'
import { makeModes, type ObjectMode } from './object-modes.ts'
import { s3Client, spawnServer, testDirectory } from './servers.ts'
import { StoppedData } from './tamper/stopped-data.ts'
import type { Donors, Shape, TamperKind } from './tamper/tamper-kind.ts'
import { TAMPER_KINDS } from './tamper/tamper-kinds.ts'

const SIZES = { inline: 300, small: 40_000, large: 1_100_000 } as const
const PART_BYTES = 60_000
const AT_ONCE = 8
/** Three reads of each fit into one search. */
const AUDITED_AT_ONCE = 200
const SHAPES: readonly Shape[] = ['inline', 'small', 'large', 'multipart']

/** An object that is there to be taken from, and stays as it is. */
type Donor = 'donor'

/** One object that will be tampered with, in one way. */
interface Victim {
  readonly mode: ObjectMode
  readonly shape: Shape
  readonly kind: TamperKind | Donor
  readonly key: string
  readonly body: Buffer
}

/** For each mode: its bucket, one for objects of the same names, and one that keeps versions. */
interface Buckets {
  readonly plain: ObjectMode
  readonly twin: ObjectMode
  readonly versioned: ObjectMode
}

function victim({ plain, versioned }: Buckets, shape: Shape, kind: Victim['kind']): Victim {
  const key = [plain.name, shape, typeof kind === 'string' ? kind : `${kind.of} ${kind.name}`]
    .join('/')
    .replaceAll(' ', '-')
  const mode = typeof kind !== 'string' && kind.needs === 'older' ? versioned : plain
  return { mode, shape, kind, key, body: seededBody(key, shape === 'multipart' ? 2 * PART_BYTES : SIZES[shape]) }
}

function victimsOf(buckets: Buckets): readonly Victim[] {
  const kinds = TAMPER_KINDS.filter(({ modes }) => modes === undefined || modes.includes(buckets.plain.name))
  return [
    ...SHAPES.map((shape) => victim(buckets, shape, 'donor')),
    ...kinds.flatMap((kind) => kind.shapes.map((shape) => victim(buckets, shape, kind))),
  ]
}

function donorKey(mode: ObjectMode['name'], shape: Shape): string {
  return `${mode}/${shape}/donor`
}

/** Names that only that bucket has. */
function twinMark(mode: ObjectMode): string {
  return `twin/${mode.name}`
}

/** Everything that the changes need: the object, what was there before it, and the one of its name in another bucket. */
async function storeAll(client: S3Client, buckets: Buckets, victim: Victim): Promise<void> {
  const needs = typeof victim.kind === 'string' ? undefined : victim.kind.needs
  const alike = (name: string): Buffer => seededBody(`${victim.key} ${name}`, victim.body.length)
  if (needs === 'older') await store(client, { ...victim, body: alike('older') })
  if (needs === 'twin') await store(client, { ...victim, mode: buckets.twin, body: alike('twin') })
  await store(client, victim)
}

function harm(data: StoppedData, { mode, shape, kind, key }: Victim): void {
  if (typeof kind === 'string') return
  const donor = donorKey(mode.name, shape)
  const own = kind.needs === 'older' ? key : donor
  const donors: Donors = {
    other: data.version(donor),
    twin: () => data.version(key, twinMark(mode)),
    older: () => data.older(key),
    weakest: data.version(donorKey('sse-s3', shape)),
    parts: data.version(donorKey(mode.name, 'multipart')),
  }
  kind.change(data, data.version(key, own), donors)
}

async function store(client: S3Client, { mode, key, shape, body }: Victim): Promise<void> {
  const target = { Bucket: mode.bucket, Key: key, ...mode.customer }
  if (shape !== 'multipart') {
    await client.send(new PutObjectCommand({ ...target, Body: body }))
    return
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target))
  const Parts = []
  for (const PartNumber of [1, 2]) {
    const Body = body.subarray((PartNumber - 1) * PART_BYTES, PartNumber * PART_BYTES)
    const { ETag } = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }))
    Parts.push({ PartNumber, ETag })
  }
  await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }))
}

/** What came of a read before it ended, and whether it ended well. Damage is 500. */
async function read(client: S3Client, { mode, key, kind }: Victim, Range?: string) {
  const pieces: Uint8Array[] = []
  let first = 0
  const range = Range === undefined ? {} : { Range }
  try {
    const answer = await client.send(
      new GetObjectCommand({ Bucket: mode.bucket, Key: key, ...mode.customer, ...range }),
    )
    first = Number(/^bytes (\d+)-/.exec(answer.ContentRange ?? 'bytes 0-')?.[1])
    const stream = answer.Body?.transformToWebStream() ?? assert.fail()
    for await (const piece of stream) pieces.push(asBytes(piece))
    return { whole: true, first, bytes: Buffer.concat(pieces) }
  } catch (error) {
    const status = typeof kind === 'string' ? 500 : (kind.refusal?.status ?? 500)
    if (error instanceof S3ServiceException)
      assert.equal(error.$metadata.httpStatusCode, status, `${key}: ${error.name}`)
    return { whole: false, first, bytes: Buffer.concat(pieces) }
  }
}

function asBytes(piece: unknown): Uint8Array {
  return piece instanceof Uint8Array ? piece : assert.fail()
}

async function assertRefused(client: S3Client, victim: Victim): Promise<void> {
  const { mode, shape, key, kind, body } = victim
  assert.ok(typeof kind !== 'string')
  const unread = kind.outcome === 'unread'
  const whole = await read(client, victim)
  assert.equal(whole.whole, unread, `${key}: was ${unread ? 'refused' : 'read to its end'}`)
  assert.ok(whole.bytes.equals(body.subarray(0, whole.bytes.length)), `${key}: a wrong byte was handed out`)
  // Ranges differ where only some of the bytes are damaged; under a damaged record nothing is read at all.
  for (const range of kind.of === 'record' ? ['bytes=-10'] : ['bytes=0-9', 'bytes=-10']) {
    const part = await read(client, victim, range)
    const wanted = body.subarray(part.first, part.first + part.bytes.length)
    assert.ok(part.bytes.equals(wanted), `${key} ${range}: a wrong byte was handed out`)
    assert.equal(part.whole && kind.of === 'record', false, `${key} ${range}: was read under a damaged record`)
  }
  const target = { Bucket: mode.bucket, ...mode.customer }
  if (kind.of === 'record') await assert.rejects(client.send(new HeadObjectCommand({ ...target, Key: key })), key)
  if (unread || shape !== kind.shapes[0]) return
  const copy = { CopySource: `${mode.bucket}/${key}`, ...mode.copySource }
  await assert.rejects(client.send(new CopyObjectCommand({ ...target, Key: `${key}.copy`, ...copy })), `copy of ${key}`)
  await assert.rejects(client.send(new HeadObjectCommand({ ...target, Key: `${key}.copy` })), { name: 'NotFound' })
}

/** Of reads that were refused a moment ago: each stands in the audit, with its failure. */
async function assertAudited(admin: AdminClient, victims: readonly Victim[]): Promise<void> {
  const { records } = await admin.call('search-audit', {}, { action: 's3:GetObject', limit: 1_000 })
  const recorded = new Set(records.map(({ resource, failure }) => `${resource} ${failure}`))
  for (const { mode, key, kind } of victims) {
    if (typeof kind === 'string' || kind.outcome === 'unread') continue
    const wanted = `arn:aws:s3:::${mode.bucket}/${key} ${kind.refusal?.failure ?? 'integrity'}`
    assert.ok(recorded.has(wanted), `not in the audit: ${wanted}`)
  }
}

async function forEach<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items]
  const next = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
}

async function makeBuckets(client: S3Client, admin: AdminClient): Promise<readonly Buckets[]> {
  const customerKey = seededBody('customer key', 32)
  const make = (prefix: string, versioned: boolean): Promise<readonly ObjectMode[]> =>
    makeModes(client, admin, { customerKey, versioned, prefix, alias: `alias/${prefix}` })
  const [plain, twins, versioned] = [
    await make('mode', false),
    await make('twin', false),
    await make('versioned', true),
  ]
  return plain.map((mode, index) => ({
    plain: mode,
    twin: twins[index] ?? assert.fail(),
    versioned: versioned[index] ?? assert.fail(),
  }))
}

test('T-111 T-116 at least twelve ways to tamper with every mode and size', () => {
  for (const shape of ['inline', 'small', 'multipart'] as const) {
    for (const mode of ['sse-s3', 'sse-kms', 'bucket-key', 'dsse-kms', 'sse-c'] as const) {
      const kinds = TAMPER_KINDS.filter((kind) => kind.shapes.includes(shape) && (kind.modes?.includes(mode) ?? true))
      assert.ok(kinds.length >= 12, `${mode} ${shape}: ${kinds.length}`)
      for (const of of ['record', 'insider'] as const) assert.ok(kinds.some((kind) => kind.of === of))
    }
  }
})

test(
  `T-111 T-116 ${TAMPER_KINDS.length} ways to tamper with the disk, in every mode: refused, recorded, and never a wrong byte`,
  { timeout: 240_000 },
  async (t) => {
    const directory = testDirectory()
    t.after(() => directory.remove())
    const nodeFlags = importing('small-parts.js', {})
    const first = await spawnServer({ data: directory.path, nodeFlags })
    t.after(() => first.kill().catch(() => undefined))
    const buckets = await makeBuckets(s3Client(first), adminClient(first))
    const stored = buckets.flatMap((of) => victimsOf(of).map((victim) => ({ of, victim })))
    await forEach(stored, ({ of, victim }) => storeAll(s3Client(first), of, victim))
    for (const { twin } of buckets) {
      await store(s3Client(first), {
        mode: twin,
        shape: 'inline',
        kind: 'donor',
        key: twinMark(twin),
        body: Buffer.of(1),
      })
    }
    assert.equal(await first.stop(), 0)

    const victims = stored.map(({ victim }) => victim)
    const data = await StoppedData.open(directory.path)
    for (const victim of victims) harm(data, victim)
    await data.close()

    const second = await spawnServer({ data: directory.path, nodeFlags })
    t.after(() => second.kill().catch(() => undefined))
    const client = s3Client(second)
    const admin = adminClient(second)
    const donors = victims.filter(({ kind }) => typeof kind === 'string')
    const harmed = victims.filter(({ kind }) => typeof kind !== 'string')
    for (let first = 0; first < harmed.length; first += AUDITED_AT_ONCE) {
      const some = harmed.slice(first, first + AUDITED_AT_ONCE)
      await forEach(some, (victim) => assertRefused(client, victim))
      await assertAudited(admin, some)
    }
    const refused = harmed.filter(({ kind }) => typeof kind !== 'string' && kind.outcome === undefined)
    // What was not touched is as it was.
    for (const donor of donors) assert.ok((await read(client, donor)).bytes.equals(donor.body), donor.key)
    const report = await admin.call('verify-store')
    const found = new Set(report.damaged.map((one) => one.key))
    // Data of customers' keys can be verified by nobody else.
    const unseen = refused.filter(({ key, mode, kind }) => {
      const secret = mode.name === 'sse-c' && typeof kind !== 'string' && kind.of !== 'record'
      return !secret && !found.has(key)
    })
    assert.deepEqual(
      unseen.map((one) => one.key),
      [],
    )
    t.diagnostic(`${harmed.length} objects, each changed in one way`)
    assert.equal(await second.stop(), 0)
  },
)
