import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { seededBody, sha256Of } from '../crash/seeded-random.ts'
import { assertWholeAfterCollection } from '../crash/stored-files.ts'
import { s3Client, spawnServer } from '../servers.ts'
import { contentOf, FAULTS_BUCKET, isUnavailable, put, untilWell } from './faults-client.ts'
import { SmallDisk, SMALL_DISK_MISSING } from './small-disk.ts'

const MIB = 1024 * 1024
const DISK_MIB = 64
const LARGE_BYTES = 2 * MIB
const SMALL_BYTES = 8_000
/** More than fits, in every state of the disk. */
const HUGE_BYTES = DISK_MIB * MIB
/** So little that nothing may be written any more. */
const LEFT_BYTES = 300_000

/** Puts until it is refused; the first one as soon as there is seen to be room. */
async function fillWith(client: S3Client, name: string, sizeBytes: number): Promise<readonly string[]> {
  const names = [`${name} 0`]
  await untilWell(() => put(client, `${name} 0`, seededBody(`${name} 0`, sizeBytes)))
  for (;;) {
    const key = `${name} ${names.length}`
    try {
      await put(client, key, seededBody(key, sizeBytes))
    } catch (error) {
      assert.ok(isUnavailable(error))
      return names
    }
    names.push(key)
  }
}

async function assertAllThere(client: S3Client, names: readonly string[], sizeBytes: number): Promise<void> {
  for (const key of names) assert.equal(await contentOf(client, key), sha256Of(seededBody(key, sizeBytes)), key)
}

function smallDisk(t: TestContext): SmallDisk {
  const disk = new SmallDisk(DISK_MIB)
  t.after(() => disk.remove())
  return disk
}

for (const workers of [1, 2]) {
  test(
    `T-162 a full disk under ${workers === 1 ? 'one process' : 'several processes'}: writes are 503, reads and deletions go on, room is used as soon as it is there`,
    { skip: SMALL_DISK_MISSING, timeout: 60_000 },
    async (t) => {
      const disk = smallDisk(t)
      const data = join(disk.path, 'data')
      const server = await spawnServer({ data, workers })
      t.after(() => server.kill().catch(() => undefined))
      const client = s3Client(server)
      await client.send(new CreateBucketCommand({ Bucket: FAULTS_BUCKET }))
      const upload = { Bucket: FAULTS_BUCKET, Key: 'upload' }
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload))
      const small = ['small 0', 'small 1']
      for (const key of small) await put(client, key, seededBody(key, SMALL_BYTES))
      disk.fill(20 * MIB)
      await assert.rejects(put(client, 'huge', seededBody('huge', HUGE_BYTES)), isUnavailable)
      const large = await fillWith(client, 'large', LARGE_BYTES)
      assert.ok(large.length > 2, 'what the huge body had taken was given back')
      const Body = seededBody('part', HUGE_BYTES)
      await assert.rejects(
        client.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body })),
        isUnavailable,
      )
      await assertAllThere(client, large, LARGE_BYTES)
      const [gone = assert.fail(), ...kept] = large
      await client.send(new DeleteObjectCommand({ Bucket: FAULTS_BUCKET, Key: gone }))
      await assert.rejects(contentOf(client, gone), { name: 'NoSuchKey' })
      disk.fill(LEFT_BYTES)
      while ((await put(client, 'until it is seen', Buffer.alloc(1)).catch(isUnavailable)) !== true);
      await assert.rejects(put(client, 'never', seededBody('never', SMALL_BYTES)), isUnavailable)
      const remove = new DeleteObjectCommand({ Bucket: FAULTS_BUCKET, Key: 'large 1' })
      await assert.rejects(client.send(remove), isUnavailable)
      await assertAllThere(client, kept, LARGE_BYTES)
      disk.makeRoom()
      await untilWell(() => put(client, 'until it is seen', Buffer.alloc(1)))
      await untilWell(() => put(client, 'large again', seededBody('large again', LARGE_BYTES)))
      await assertAllThere(client, [...kept, 'large again'], LARGE_BYTES)
      await assertAllThere(client, small, SMALL_BYTES)
      const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: FAULTS_BUCKET }))
      assert.deepEqual(
        Contents?.map((one) => one.Key),
        [...kept, 'large again', ...small, 'until it is seen'].toSorted(),
      )
      assert.equal(await server.stop(), 0)
      await assertWholeAfterCollection(data)
    },
  )
}
