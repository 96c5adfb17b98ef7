import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFaultHook } from '../../src/storage/index.ts'
import { adminClient } from '../admin-calls.ts'
import { memoryServer, s3Client } from '../servers.ts'

async function statusOf(act: Promise<unknown>): Promise<number> {
  try {
    await act
    return 200
  } catch (error) {
    if (typeof error === 'object' && error !== null && '$metadata' in error) {
      const { $metadata } = error
      if (typeof $metadata === 'object' && $metadata !== null && 'httpStatusCode' in $metadata) {
        return Number($metadata.httpStatusCode)
      }
    }
    throw error
  }
}

const get = (client: S3Client, Bucket: string): Promise<number> =>
  statusOf(client.send(new GetObjectCommand({ Bucket, Key: 'a' })).then((got) => got.Body?.transformToString()))
const put = (client: S3Client, Bucket: string): Promise<number> =>
  statusOf(client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' })))

for (const data of ['kms', 'all', 'off'] as const) {
  const open = data === 'all' ? 503 : 200
  test(`T-160 the audit log cannot be written, audit.data=${data}: KMS and changes answer 503, other objects ${open}, nothing is lost`, async (t) => {
    const server = await memoryServer({ settings: { COFFER_AUDIT_DATA: data } })
    const client = s3Client(server)
    t.after(async () => {
      setFaultHook(undefined)
      client.destroy()
      await server.close()
    })
    const admin = adminClient(server)
    for (const Bucket of ['open', 'sealed']) await client.send(new CreateBucketCommand({ Bucket }))
    const { key } = await admin.call('create-key', {}, { alias: 'alias/one' })
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key.arn } } as const
    const ServerSideEncryptionConfiguration = { Rules: [rule] }
    await client.send(new PutBucketEncryptionCommand({ Bucket: 'sealed', ServerSideEncryptionConfiguration }))
    for (const bucket of ['open', 'sealed']) assert.equal(await put(client, bucket), 200)

    setFaultHook((point) => {
      if (point === 'audit:before-metadata-commit') throw new Error('no room')
    })
    assert.equal(await get(client, 'sealed'), 200)
    await assert.rejects(server.rooms.audit.flush())
    const before = { buckets: (await client.send(new ListBucketsCommand({}))).Buckets?.length }
    assert.equal(await get(client, 'sealed'), 503)
    assert.equal(await put(client, 'sealed'), 503)
    assert.equal(await statusOf(client.send(new CreateBucketCommand({ Bucket: 'late' }))), 503)
    assert.equal(await statusOf(client.send(new DeleteBucketEncryptionCommand({ Bucket: 'sealed' }))), 503)
    await assert.rejects(admin.call('disable-key', { key: key.id }))
    assert.equal(await get(client, 'open'), open)
    assert.equal(await put(client, 'open'), open)

    setFaultHook(undefined)
    await server.rooms.audit.flush()
    assert.equal((await client.send(new ListBucketsCommand({}))).Buckets?.length, before.buckets)
    assert.equal((await admin.call('describe-key', { key: key.id })).key.state, 'enabled')
    assert.equal(await get(client, 'sealed'), 200)
    await server.rooms.audit.flush()
    const decrypts = await server.rooms.audit.search({ action: 'kms:Decrypt', outcome: 'done', limit: 100 })
    // What was in memory when the log failed is there, and what was refused has no record of having been done.
    assert.equal(decrypts.length, 2)
    const objects = await server.rooms.audit.search({ action: 's3:GetObject', outcome: 'done', limit: 100 })
    assert.deepEqual(new Set(objects.map(({ detail }) => detail?.['keyArn'])).has(key.arn), data !== 'off')
    const records = await server.rooms.audit.search({ action: 's3:PutObject', outcome: 'done', limit: 100 })
    assert.equal(records.length, { kms: 1, all: 2, off: 0 }[data])
    assert.equal((await server.rooms.ledger.verify()).intact, true)
  })
}
