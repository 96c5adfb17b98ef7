import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type HeadObjectCommandOutput,
} from '@aws-sdk/client-s3'
import { admin, createKey, describeKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { ACCOUNT } from '../servers.ts'
import { bucketBench, ruleOf, SSE_S3 } from './bucket-bench.ts'

const bench = await bucketBench()
const { client, server } = bench

async function upload(Bucket: string, Key: string, Body: string | Uint8Array = Key): Promise<HeadObjectCommandOutput> {
  await client.send(new PutObjectCommand({ Bucket, Key, Body }))
  return client.send(new HeadObjectCommand({ Bucket, Key }))
}

async function bytesOf(Bucket: string, Key: string): Promise<Buffer> {
  const answer = await client.send(new GetObjectCommand({ Bucket, Key }))
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? [])
}

/** Uses of a KMS key that the audit log holds since this moment of the server's clock. */
async function keyUses(arn: string, action: string): Promise<number> {
  await server.rooms.audit.flush()
  return (await server.rooms.audit.search({ action, resource: arn, limit: 1_000 })).length
}

test('S3-01 S3-103 (part) PutBucketEncryption sets the default of a bucket that exists, and replaces what was set before', async () => {
  const bucket = await bench.bucket()
  await bench.setDefault(bucket, 'aws:kms', 'alias/some', true)
  assert.deepEqual(await bench.shown(bucket), { algorithm: 'aws:kms', key: 'alias/some', bucketKey: true })
  await bench.setDefault(bucket, 'AES256')
  assert.deepEqual(await bench.shown(bucket), SSE_S3)
})

test('S3-02 a bucket that does not exist is an error, and is not created', async () => {
  await refusedWith(bench.setDefault('nobody-has-this', 'AES256'), 404, 'NoSuchBucket')
  await refusedWith(client.send(new HeadBucketCommand({ Bucket: 'nobody-has-this' })), 404, 'NotFound')
})

test('S3-03 the same operation configures bucket keys', async () => {
  const bucket = await bench.bucket()
  await bench.setDefault(bucket, 'aws:kms', undefined, true)
  assert.equal((await bench.shown(bucket)).bucketKey, true)
  await bench.setDefault(bucket, 'aws:kms')
  assert.equal((await bench.shown(bucket)).bucketKey, false)
})

test('S3-05 (part) a default that another dialect calls not encrypted is shown as AES256, and objects say so', async () => {
  const bucket = await bench.bucket()
  await admin(server, 'put-bucket-encryption', { bucket }, { mode: 'none' })
  assert.deepEqual(await bench.shown(bucket), SSE_S3)
  assert.equal((await upload(bucket, 'k')).ServerSideEncryption, 'AES256')
})

test('S3-06 the default decides later writes only: what is stored stays as it is', async () => {
  const bucket = await bench.bucket()
  const key = await createKey(server)
  const before = await upload(bucket, 'first')
  const same = async (): Promise<void> => {
    const now = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'first' }))
    assert.deepEqual({ ...now, $metadata: {} }, { ...before, $metadata: {} })
    assert.equal((await bytesOf(bucket, 'first')).toString(), 'first')
  }
  for (const [algorithm, keyId] of [
    ['aws:kms', key.arn],
    ['aws:kms:dsse', undefined],
    ['AES256', undefined],
  ] as const) {
    await bench.setDefault(bucket, algorithm, keyId)
    await same()
  }
  await bench.setDefault(bucket, 'aws:kms', key.arn, true)
  const kms = await upload(bucket, 'second')
  await bench.setDefault(bucket, 'AES256')
  assert.equal((await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'second' }))).SSEKMSKeyId, key.arn)
  assert.deepEqual([kms.ServerSideEncryption, kms.BucketKeyEnabled], ['aws:kms', true])
})

test('S3-08 the default can be SSE-S3, set explicitly', async () => {
  const bucket = await bench.bucket()
  await bench.setDefault(bucket, 'AES256')
  const head = await upload(bucket, 'k')
  assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId], ['AES256', undefined])
})

test('S3-09 S3-16 the default can be SSE-KMS with a key, by its ARN: objects show the full ARN', async () => {
  const bucket = await bench.bucket()
  const { arn, id } = await createKey(server)
  for (const text of [arn, id]) {
    await bench.setDefault(bucket, 'aws:kms', text)
    assert.equal((await bench.shown(bucket)).key, text)
    const head = await upload(bucket, 'k', Buffer.alloc(70_000, 'body'))
    assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId, head.BucketKeyEnabled], ['aws:kms', arn, undefined])
    assert.deepEqual(await bytesOf(bucket, 'k'), Buffer.alloc(70_000, 'body'))
  }
})

test('S3-10 (part) the default can be DSSE-KMS', async () => {
  const bucket = await bench.bucket()
  const { arn } = await createKey(server)
  await bench.setDefault(bucket, 'aws:kms:dsse', arn)
  assert.deepEqual(await bench.shown(bucket), { algorithm: 'aws:kms:dsse', key: arn, bucketKey: false })
  const head = await upload(bucket, 'k', Buffer.alloc(70_000, 'body'))
  assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId], ['aws:kms:dsse', arn])
  assert.deepEqual(await bytesOf(bucket, 'k'), Buffer.alloc(70_000, 'body'))
})

test('S3-11 SSE-KMS without a key uses the managed key aws/s3 of the account that writes, made on first need', async () => {
  const bucket = await bench.bucket()
  for (const algorithm of ['aws:kms', 'aws:kms:dsse']) {
    await bench.setDefault(bucket, algorithm)
    assert.equal((await bench.shown(bucket)).key, undefined)
    const head = await upload(bucket, 'k')
    const managed = await describeKey(server, 'alias/aws/s3')
    assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId], [algorithm, managed.arn])
    assert.equal(managed.account, ACCOUNT)
    assert.notEqual(managed.manager, 'customer')
  }
})

test('S3-12 (part) with bucket keys a hundred writes of one principal are one key call; without, a hundred', async () => {
  const bucket = await bench.bucket()
  const { arn } = await createKey(server)
  const hundred = async (): Promise<void> => {
    for (let number = 0; number < 100; number++) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${number}`, Body: 'x' }))
    }
  }
  await bench.setDefault(bucket, 'aws:kms', arn, true)
  await hundred()
  assert.equal(await keyUses(arn, 'kms:GenerateDataKey'), 1)
  for (const Key of ['0', '99']) {
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key }))
    assert.deepEqual([head.BucketKeyEnabled, head.SSEKMSKeyId], [true, arn])
  }
  await bench.setDefault(bucket, 'aws:kms', arn, false)
  await hundred()
  assert.equal(await keyUses(arn, 'kms:GenerateDataKey'), 101)
  assert.equal((await client.send(new HeadObjectCommand({ Bucket: bucket, Key: '0' }))).BucketKeyEnabled, undefined)
})

test('S3-13 with AES256 or DSSE the bucket-key flag is stored and returned, and has no effect on objects', async () => {
  const bucket = await bench.bucket()
  for (const algorithm of ['AES256', 'aws:kms:dsse']) {
    await bench.setDefault(bucket, algorithm, undefined, true)
    assert.deepEqual(await bench.shown(bucket), { algorithm, key: undefined, bucketKey: true })
    assert.equal((await upload(bucket, 'k')).BucketKeyEnabled, undefined)
  }
})

test('S3-14 (part) the key is not checked at put; the next upload fails and stores nothing', async () => {
  const bucket = await bench.bucket()
  const disabled = await createKey(server)
  await admin(server, 'disable-key', { key: disabled.arn })
  const cases = [
    ['1234abcd-12ab-34cd-56ef-1234567890ab', 'KMS.NotFoundException'],
    [`arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`, 'KMS.NotFoundException'],
    [`arn:aws:kms:us-west-2:${ACCOUNT}:key/${disabled.id}`, 'KMS.NotFoundException'],
    ['alias/nobody-has-this', 'KMS.NotFoundException'],
    ['aws/s3', 'KMS.NotFoundException'],
    ['any text at all', 'KMS.NotFoundException'],
    [disabled.arn, 'KMS.DisabledException'],
  ] as const
  for (const [text, code] of cases) {
    await bench.setDefault(bucket, 'aws:kms', text)
    assert.equal((await bench.shown(bucket)).key, text)
    await refusedWith(client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x' })), 400, code)
    await refusedWith(client.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' })), 404, 'NoSuchKey')
  }
})

test('S3-14 (part) a default under a key pending deletion takes no upload', async () => {
  const bucket = await bench.bucket()
  const { arn } = await createKey(server)
  await admin(server, 'schedule-key-deletion', { key: arn }, { pendingDays: 7 })
  await bench.setDefault(bucket, 'aws:kms', arn)
  const put = client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x' }))
  await refusedWith(put, 400, 'KMS.KMSInvalidStateException')
})

test('S3-14 the check can be switched on: a key that does not work is refused at put, and nothing changes', async () => {
  const checking = await bucketBench({ settings: { COFFER_DEFAULTS_CHECK_KEY: 'on' } })
  const bucket = await checking.bucket()
  const good = await createKey(checking.server, 'alias/good')
  const disabled = await createKey(checking.server)
  await admin(checking.server, 'disable-key', { key: disabled.arn })
  const pending = await createKey(checking.server)
  await admin(checking.server, 'schedule-key-deletion', { key: pending.arn }, { pendingDays: 7 })
  for (const text of [good.arn, good.id, 'alias/good', undefined, 'alias/aws/s3']) {
    for (const algorithm of ['aws:kms', 'aws:kms:dsse']) {
      await checking.setDefault(bucket, algorithm, text)
      assert.deepEqual(await checking.shown(bucket), { algorithm, key: text, bucketKey: false })
    }
  }
  const refused = [
    ['1234abcd-12ab-34cd-56ef-1234567890ab', 400, 'KMS.NotFoundException'],
    ['alias/nobody-has-this', 400, 'KMS.NotFoundException'],
    ['any text at all', 400, 'KMS.NotFoundException'],
    [disabled.arn, 400, 'KMS.DisabledException'],
    [pending.arn, 400, 'KMS.KMSInvalidStateException'],
    [good.arn.replace(ACCOUNT, '999999999999'), 403, 'AccessDenied'],
  ] as const
  const before = await checking.shown(bucket)
  for (const [text, status, code] of refused) {
    await refusedWith(checking.setDefault(bucket, 'aws:kms', text), status, code)
    assert.deepEqual(await checking.shown(bucket), before)
  }
})

test('S3-11 (part) alias/aws/s3 named in the default means the managed key, also before anybody needed it', async () => {
  const fresh = await bucketBench()
  const Bucket = await fresh.bucket()
  await fresh.setDefault(Bucket, 'aws:kms', 'alias/aws/s3')
  await fresh.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const head = await fresh.client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
  assert.equal(head.SSEKMSKeyId, (await describeKey(fresh.server, 'alias/aws/s3')).arn)
  assert.equal((await fresh.shown(Bucket)).key, 'alias/aws/s3')
})

test('S3-17 (part) an alias stays an alias in the default and is resolved when an object is written', async () => {
  const bucket = await bench.bucket()
  const one = await createKey(server, 'alias/moving')
  const two = await createKey(server)
  const alias = one.arn.replace(/key\/.*$/, 'alias/moving')
  for (const text of ['alias/moving', alias]) {
    await admin(server, 'set-alias', { key: one.arn }, { alias: 'alias/moving', replace: true })
    await bench.setDefault(bucket, 'aws:kms', text)
    assert.equal((await upload(bucket, 'first')).SSEKMSKeyId, one.arn)
    await admin(server, 'set-alias', { key: two.arn }, { alias: 'alias/moving', replace: true })
    assert.equal((await upload(bucket, 'second')).SSEKMSKeyId, two.arn)
    assert.equal((await bench.shown(bucket)).key, text)
    assert.equal((await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'first' }))).SSEKMSKeyId, one.arn)
  }
})

test('S3-19 (part) a key of another account is found by nothing: 403 for a stranger’s ARN, not found for its id', async () => {
  const bucket = await bench.bucket()
  const id = '1234abcd-12ab-34cd-56ef-1234567890ab'
  await bench.setDefault(bucket, 'aws:kms', `arn:aws:kms:us-east-1:999999999999:key/${id}`)
  const put = (): Promise<unknown> => client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x' }))
  await refusedWith(put(), 403, 'AccessDenied')
  await bench.setDefault(bucket, 'aws:kms', id)
  await refusedWith(put(), 400, 'KMS.NotFoundException')
})

test('S3-22 S3-82 S3-83 the owner has the right; the expected owner has to be the owner, also for its root', async () => {
  const Bucket = await bench.bucket()
  const put = (ExpectedBucketOwner: string, algorithm: string): Promise<unknown> => {
    const configuration = { Rules: [ruleOf(algorithm)] }
    return client.send(
      new PutBucketEncryptionCommand({ Bucket, ExpectedBucketOwner, ServerSideEncryptionConfiguration: configuration }),
    )
  }
  await put(ACCOUNT, 'aws:kms')
  const refusal = await refusedWith(put('999999999999', 'AES256'), 403, 'AccessDenied')
  assert.equal((await bench.shown(Bucket)).algorithm, 'aws:kms')
  const [record, ...others] = await bench.recorded(refusal.$metadata.requestId)
  assert.deepEqual(others, [])
  assert.deepEqual(
    [record?.action, record?.outcome, record?.failure, record?.caller],
    ['s3:PutEncryptionConfiguration', 'refused', 'access-denied', `arn:aws:iam::${ACCOUNT}:root`],
  )
})

test('S3-71 (part) S3-74 (part) the array of the official client with one rule, and every form of key text', async () => {
  const bucket = await bench.bucket()
  const arn = `arn:aws:kms:us-east-1:${ACCOUNT}:`
  const id = '1234abcd-12ab-34cd-56ef-1234567890ab'
  const texts = [id, `mrk-${'0'.repeat(32)}`, `${arn}key/${id}`, 'alias/a', `${arn}alias/a`, 'Ärger & <Frieden> "2"']
  for (const text of texts) {
    await bench.setDefault(bucket, 'aws:kms', text)
    assert.equal((await bench.shown(bucket)).key, text)
  }
  const two = { Rules: [ruleOf('AES256'), ruleOf('aws:kms')] }
  const put = new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration: two })
  await refusedWith(client.send(put), 400, 'MalformedXML')
  const none = new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration: { Rules: [] } })
  await refusedWith(client.send(none), 400, 'MalformedXML')
  assert.equal((await bench.shown(bucket)).key, texts.at(-1))
})

test('S3-75 a key with AES256 makes no sense and is refused', async () => {
  const bucket = await bench.bucket()
  await bench.setDefault(bucket, 'aws:kms')
  await refusedWith(bench.setDefault(bucket, 'AES256', 'alias/a'), 400, 'InvalidArgument')
  assert.equal((await bench.shown(bucket)).algorithm, 'aws:kms')
  const body = `<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>a</KMSMasterKeyID></ApplyServerSideEncryptionByDefault>`
  const raw = await bench.putRaw(
    bucket,
    `<ServerSideEncryptionConfiguration><Rule>${body}</Rule></ServerSideEncryptionConfiguration>`,
  )
  assert.match(raw.text, /<ArgumentName>ApplyServerSideEncryptionByDefault<\/ArgumentName>/)
})
