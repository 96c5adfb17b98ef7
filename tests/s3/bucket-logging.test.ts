/** Access logs: set, written for each request, and delivered as objects under the target's own encryption. */
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLoggingCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketLoggingCommand,
  PutObjectCommand,
  type LoggingEnabled,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { logJob } from '../../src/jobs/index.ts'
import { createKey } from '../admin-api.ts'
import { refusedWith } from '../refused-with.ts'
import { newUser, setRights } from '../rights/people.ts'
import { signedFetch } from '../rights/signed-fetch.ts'
import { ACCOUNT, memoryServer, s3Client } from '../servers.ts'
import { bytesOf } from './object-bench.ts'

const server = await memoryServer({ settings: { COFFER_JOBS_LOGS_MS: '86400000' } })
const s3 = s3Client(server)
after(async () => {
  s3.destroy()
  await server.close()
})

const { objects, audit } = server.rooms
const job = logJob({ objects, audit, everyMs: 1 })

async function deliver(): Promise<void> {
  await objects.accessLog.flush()
  while ((await job.unit(new AbortController().signal)) === 'more');
}

async function logTo(Bucket: string, LoggingEnabled: LoggingEnabled | undefined): Promise<void> {
  const BucketLoggingStatus = LoggingEnabled === undefined ? {} : { LoggingEnabled }
  await s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus }))
}

async function logsIn(Bucket: string): Promise<readonly { readonly key: string; readonly lines: readonly string[] }[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }))
  return Promise.all(
    Contents.map(async ({ Key = '' }) => {
      const text = (await bytesOf(await s3.send(new GetObjectCommand({ Bucket, Key })))).toString('utf8')
      return { key: Key, lines: text.split('\n').filter((line) => line !== '') }
    }),
  )
}

for (const Bucket of ['logged', 'logs', 'sealed-logs']) await s3.send(new CreateBucketCommand({ Bucket }))

test('logging is set, shown and ended; a target that is not there or not ours is refused', async () => {
  const read = async () => (await s3.send(new GetBucketLoggingCommand({ Bucket: 'logged' }))).LoggingEnabled
  assert.equal(await read(), undefined)
  const partitioned: LoggingEnabled = {
    ...{ TargetBucket: 'logs', TargetPrefix: 'p/' },
    TargetObjectKeyFormat: { PartitionedPrefix: { PartitionDateSource: 'DeliveryTime' } },
  }
  await logTo('logged', partitioned)
  assert.deepEqual(await read(), partitioned)
  await refusedWith(
    logTo('logged', { TargetBucket: 'nowhere', TargetPrefix: '' }),
    400,
    'InvalidTargetBucketForLogging',
  )
  await logTo('logged', undefined)
  assert.equal(await read(), undefined)
})

test('T-094 who may not write in the target cannot have a log written there', async () => {
  const user = await newUser(server.endpoint, 'logger')
  await setRights(server.endpoint, 'logger', [{ Effect: 'Allow', Action: ['s3:PutBucketLogging'], Resource: '*' }])
  const body =
    '<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>x</TargetPrefix>' +
    '</LoggingEnabled></BucketLoggingStatus>'
  const wanted = { method: 'PUT', path: '/logged', query: 'logging=', body }
  assert.equal((await signedFetch(server.endpoint, user, wanted)).code, 'AccessDenied')
})

test('each request leaves its line, refusals too, and no signature; delivered once, where and as the target has it', async () => {
  await logTo('logged', { TargetBucket: 'logs', TargetPrefix: 'access/' })
  await s3.send(new PutObjectCommand({ Bucket: 'logged', Key: 'a b', Body: 'body of the object' }))
  await refusedWith(s3.send(new GetObjectCommand({ Bucket: 'logged', Key: 'none' })), 404, 'NoSuchKey')
  await fetch(`${server.endpoint}/logged/a%20b?versionId=null&X-Secret=topsecret`, {
    headers: { 'user-agent': 'quote " agent' },
  })
  await deliver()
  const [log, ...others] = await logsIn('logs')
  assert.ok(log)
  assert.equal(others.length, 0)
  assert.match(log.key, /^access\/\d{4}-\d{2}-\d{2}-\d{2}-\d{2}-\d{2}-[0-9A-F]{16}$/)
  const text = log.lines.join('\n')
  assert.equal(text.includes('topsecret') || text.includes('Signature') || text.includes('body of'), false)
  const [put, get, anonymous] = log.lines.slice(-3)
  assert.ok(put?.startsWith(`${ACCOUNT} logged [`) === true)
  assert.match(
    put,
    / arn:aws:iam::\d+:root \S+ REST\.PUT\.OBJECT a%20b "PUT \/logged\/a%20b\?x-id=\.\.\. HTTP\/1\.1" 200 - /,
  )
  assert.match(get ?? '', / REST\.GET\.OBJECT none ".*" 404 NoSuchKey /)
  assert.match(
    anonymous ?? '',
    / - \S+ REST\.GET\.OBJECT a%20b "GET .*versionId=null&X-Secret=\.\.\. HTTP\/1\.1" 403 AccessDenied /,
  )
  assert.match(anonymous ?? '', /"quote %22 agent"/)
  await deliver()
  assert.equal((await logsIn('logs')).length, 1)
})

test('T-114 a log lies under the default encryption of the bucket that takes it; without the bucket it waits', async () => {
  const { arn } = await createKey(server)
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arn } } as const
  const ServerSideEncryptionConfiguration = { Rules: [rule] }
  await s3.send(new PutBucketEncryptionCommand({ Bucket: 'sealed-logs', ServerSideEncryptionConfiguration }))
  await logTo('logged', { TargetBucket: 'sealed-logs', TargetPrefix: '' })
  await s3.send(new PutObjectCommand({ Bucket: 'logged', Key: 'k', Body: 'x' }))
  await s3.send(new DeleteBucketCommand({ Bucket: 'sealed-logs' }))
  await deliver()
  await audit.flush()
  const failures = await audit.search({ action: 'coffer:DeliverAccessLog', limit: 10 })
  assert.equal(failures[0]?.outcome, 'failed')
  await s3.send(new CreateBucketCommand({ Bucket: 'sealed-logs' }))
  await s3.send(new PutBucketEncryptionCommand({ Bucket: 'sealed-logs', ServerSideEncryptionConfiguration }))
  await deliver()
  const [log] = await logsIn('sealed-logs')
  assert.ok(log)
  assert.ok(log.lines.some((line) => line.includes('REST.PUT.OBJECT k ')))
  const shown = await s3.send(new GetObjectCommand({ Bucket: 'sealed-logs', Key: log.key }))
  assert.deepEqual([shown.ServerSideEncryption, shown.SSEKMSKeyId], ['aws:kms', arn])
})
