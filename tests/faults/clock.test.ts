import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { memoryServer, s3Client } from '../servers.ts'

const HOUR_MS = 60 * 60_000
const BUCKET = 'clock'

/** A server whose clock the test moves, and clients whose clocks are right whatever it does, or go with it. */
async function begin(t: TestContext) {
  let offsetMs = 0
  const server = await memoryServer({ now: () => Date.now() + offsetMs })
  t.after(() => server.close())
  const clientOf = () => s3Client(server, { systemClockOffset: offsetMs })
  const right = s3Client(server)
  await right.send(new CreateBucketCommand({ Bucket: BUCKET }))
  const jump = (hours: number): void => void (offsetMs += hours * HOUR_MS)
  return { right, clientOf, jump }
}

test('a clock that jumps by hours, back and forth: the last write stays the last, and versions keep their order', async (t) => {
  const { right, clientOf, jump } = await begin(t)
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await right.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }))
  const target = { Bucket: BUCKET, Key: 'name' }
  const newestFirst: string[] = []
  for (const [step, hours] of [0, -5, 20, -30, 1, 40].entries()) {
    jump(hours)
    if (step === 3) {
      const { VersionId } = await clientOf().send(new DeleteObjectCommand(target))
      newestFirst.unshift(VersionId ?? assert.fail())
      await assert.rejects(clientOf().send(new GetObjectCommand(target)), { name: 'NoSuchKey' })
      continue
    }
    const { VersionId } = await clientOf().send(new PutObjectCommand({ ...target, Body: `write ${step}` }))
    newestFirst.unshift(VersionId ?? assert.fail())
    const { Body } = await clientOf().send(new GetObjectCommand(target))
    assert.equal(await Body?.transformToString(), `write ${step}`)
  }
  const { Versions, DeleteMarkers } = await clientOf().send(new ListObjectVersionsCommand({ Bucket: BUCKET }))
  const listed = [...(Versions ?? []), ...(DeleteMarkers ?? [])].map((one) => one.VersionId ?? assert.fail())
  assert.deepEqual(listed.toSorted().toReversed(), newestFirst, 'a version id begins with its order')
  assert.equal(Versions?.find((one) => one.IsLatest)?.VersionId, newestFirst[0])
})

test('without versioning the last write stays the last as well', async (t) => {
  const { clientOf, jump } = await begin(t)
  for (const [step, hours] of [0, -7, 3, -1, 30].entries()) {
    jump(hours)
    await clientOf().send(new PutObjectCommand({ Bucket: BUCKET, Key: 'plain', Body: `write ${step}` }))
    const { Body } = await clientOf().send(new GetObjectCommand({ Bucket: BUCKET, Key: 'plain' }))
    assert.equal(await Body?.transformToString(), `write ${step}`)
  }
})

test('signatures are judged by the clock as it is: refused while it is wrong, good again when it is right', async (t) => {
  const { right, jump } = await begin(t)
  const put = (Key: string) => right.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }))
  await put('before')
  for (const hours of [1, -1]) {
    jump(hours)
    // A client that looks at the answer's clock would go along: this one is made anew each time, and tries once.
    await assert.rejects(put(`at ${hours}`), { name: 'RequestTimeTooSkewed' })
    jump(-hours)
    right.config.systemClockOffset = 0
    await put(`after ${hours}`)
  }
})
