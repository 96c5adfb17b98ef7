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
import { TAMPER_KINDS, type TamperKind } from './tamper/tamper-kinds.ts'
import { StoppedData } from './tamper/stopped-data.ts'

/** Inline; small segments; large segments. */
const SIZES = { inline: 300, small: 40_000, large: 1_100_000 } as const
const PART_BYTES = 60_000
const AT_ONCE = 8
const DONOR = 'donor'

type Shape = keyof typeof SIZES | 'multipart'

/** One object that will be tampered with, in one way. */
interface Victim {
  readonly mode: ObjectMode
  readonly shape: Shape
  readonly kind: TamperKind | typeof DONOR
  /** Unique in the whole store. */
  readonly key: string
  readonly body: Buffer
}

function shapesOf(kind: TamperKind): readonly Shape[] {
  switch (kind.of) {
    case 'blob':
      return ['small', 'large']
    case 'record':
      return ['inline', 'small']
    case 'parts':
      return ['multipart']
  }
}

function victimsOf(mode: ObjectMode): readonly Victim[] {
  const victim = (shape: Shape, kind: Victim['kind']): Victim => {
    const key = [mode.name, shape, kind === DONOR ? kind : `${kind.of} ${kind.name}`].join('/').replaceAll(' ', '-')
    return { mode, shape, kind, key, body: seededBody(key, shape === 'multipart' ? 2 * PART_BYTES : SIZES[shape]) }
  }
  const shapes: readonly Shape[] = ['inline', 'small', 'large', 'multipart']
  return [
    ...shapes.map((shape) => victim(shape, DONOR)),
    ...TAMPER_KINDS.flatMap((kind) => shapesOf(kind).map((shape) => victim(shape, kind))),
  ]
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

/** What came of a read before it ended, and whether it ended well. No refusal but 500 is right for damage. */
async function read(client: S3Client, { mode, key }: Victim, Range?: string) {
  const pieces: Uint8Array[] = []
  const range = Range === undefined ? {} : { Range }
  try {
    const answer = await client.send(
      new GetObjectCommand({ Bucket: mode.bucket, Key: key, ...mode.customer, ...range }),
    )
    const stream = answer.Body?.transformToWebStream() ?? assert.fail()
    for await (const piece of stream) pieces.push(asBytes(piece))
    return { whole: true, bytes: Buffer.concat(pieces) }
  } catch (error) {
    if (error instanceof S3ServiceException) assert.equal(error.$metadata.httpStatusCode, 500, `${key}: ${error.name}`)
    return { whole: false, bytes: Buffer.concat(pieces) }
  }
}

function asBytes(piece: unknown): Uint8Array {
  return piece instanceof Uint8Array ? piece : assert.fail()
}

async function assertRefused(client: S3Client, victim: Victim): Promise<void> {
  const { mode, key, kind, body } = victim
  assert.ok(kind !== DONOR)
  const whole = await read(client, victim)
  assert.equal(whole.whole, false, `${key}: was read to its end`)
  assert.ok(whole.bytes.equals(body.subarray(0, whole.bytes.length)), `${key}: a wrong byte was handed out`)
  const ranges: readonly (readonly [string, Buffer])[] = [
    ['bytes=0-9', body.subarray(0, 10)],
    ['bytes=-10', body.subarray(-10)],
  ]
  for (const [range, wanted] of ranges) {
    const part = await read(client, victim, range)
    assert.ok(part.bytes.equals(wanted.subarray(0, part.bytes.length)), `${key} ${range}: a wrong byte was handed out`)
    assert.equal(part.whole && kind.of === 'record', false, `${key} ${range}: was read under a damaged record`)
  }
  const target = { Bucket: mode.bucket, ...mode.customer }
  if (kind.of === 'record') await assert.rejects(client.send(new HeadObjectCommand({ ...target, Key: key })), key)
  const copy = { CopySource: `${mode.bucket}/${key}`, ...mode.copySource }
  await assert.rejects(client.send(new CopyObjectCommand({ ...target, Key: `${key}.copy`, ...copy })), `copy of ${key}`)
  await assert.rejects(client.send(new HeadObjectCommand({ ...target, Key: `${key}.copy` })), { name: 'NotFound' })
}

async function assertAudited(admin: AdminClient, { mode, key }: Victim): Promise<void> {
  const resource = `arn:aws:s3:::${mode.bucket}/${key}`
  const { records } = await admin.call('search-audit', {}, { action: 's3:GetObject', resource, limit: 10 })
  assert.ok(
    records.some((record) => record.failure === 'integrity'),
    `${resource} is not in the audit: ${JSON.stringify(records)}`,
  )
}

async function forEach(victims: readonly Victim[], act: (victim: Victim) => Promise<void>): Promise<void> {
  const queue = [...victims]
  const next = async (): Promise<void> => {
    for (let victim = queue.shift(); victim !== undefined; victim = queue.shift()) await act(victim)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
}

test(
  `T-111 T-116 ${TAMPER_KINDS.length} ways to tamper with the disk, in every mode: refused, recorded, and never a wrong byte`,
  { timeout: 150_000 },
  async (t) => {
    const directory = testDirectory()
    t.after(() => directory.remove())
    const nodeFlags = importing('small-parts.js', {})
    const first = await spawnServer({ data: directory.path, nodeFlags })
    t.after(() => first.kill().catch(() => undefined))
    const options = { customerKey: seededBody('customer key', 32), versioned: false }
    const modes = await makeModes(s3Client(first), adminClient(first), options)
    const victims = modes.flatMap(victimsOf)
    await forEach(victims, (victim) => store(s3Client(first), victim))
    assert.equal(await first.stop(), 0)

    const data = new StoppedData(directory.path)
    for (const { kind, key, mode, shape } of victims) {
      if (kind === DONOR) continue
      kind.change(data, data.version(key), data.version(`${mode.name}/${shape}/${DONOR}`))
    }
    await data.close()

    const second = await spawnServer({ data: directory.path, nodeFlags })
    t.after(() => second.kill().catch(() => undefined))
    const client = s3Client(second)
    const admin = adminClient(second)
    const [donors, harmed] = [0, 1].map((side) => victims.filter(({ kind }) => (kind === DONOR) === (side === 0)))
    assert.ok(donors !== undefined && harmed !== undefined)
    await forEach(harmed, (victim) => assertRefused(client, victim))
    await forEach(harmed, (victim) => assertAudited(admin, victim))
    // What was not touched is as it was.
    for (const donor of donors) assert.ok((await read(client, donor)).bytes.equals(donor.body), donor.key)
    const report = await admin.call('verify-store')
    const found = new Set(report.damaged.map((one) => one.key))
    // Data of customers' keys can be verified by nobody else.
    const unseen = harmed.filter(({ key, mode, kind }) => {
      const secret = mode.name === 'sse-c' && kind !== DONOR && kind.of !== 'record'
      return !secret && !found.has(key)
    })
    assert.deepEqual(
      unseen.map((one) => one.key),
      [],
    )
    assert.equal(await second.stop(), 0)
  },
)
