/** Visits of a website are in its bucket's access log, with what the visitor was told. */
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketLoggingCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logJob } from '../../src/jobs/index.ts'
import { rawRequest } from '../raw-request.ts'
import { memoryServer, s3Client } from '../servers.ts'
import { bytesOf } from './object-bench.ts'

const Bucket = 'docs'

test('one line a visit: the page that was asked for, the code of a refusal, where another page was shown', async (t) => {
  const server = await memoryServer({
    settings: { COFFER_JOBS_LOGS_MS: '86400000', COFFER_WEBSITE_DOMAINS: 'pages.test' },
  })
  t.after(() => server.close())
  const s3 = s3Client(server)
  t.after(() => s3.destroy())
  for (const name of [Bucket, 'logs']) await s3.send(new CreateBucketCommand({ Bucket: name }))
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }))
  await s3.send(new PutObjectCommand({ Bucket, Key: 'index.html', Body: 'home' }))
  const WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' } }
  await s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }))
  const BucketLoggingStatus = { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: '' } }
  await s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus }))
  const visit = (path: string) =>
    rawRequest(server, { method: 'GET', path, host: 'docs.pages.test', as: 'nobody', query: 'token=secret' })
  // Nothing is public: both are refused, and neither says more.
  assert.deepEqual([(await visit('/')).status, (await visit('/a%20b')).status], [403, 403])

  const { objects, audit } = server.rooms
  await objects.accessLog.flush()
  const job = logJob({ objects, audit, everyMs: 1 })
  while ((await job.unit(new AbortController().signal)) === 'more');
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'logs' }))
  const texts = await Promise.all(
    Contents.map(async ({ Key = '' }) =>
      (await bytesOf(await s3.send(new GetObjectCommand({ Bucket: 'logs', Key })))).toString('utf8'),
    ),
  )
  const lines = texts
    .join('')
    .split('\n')
    .filter((line) => line.includes(' WEBSITE.'))
  assert.equal(lines.length, 2)
  assert.match(
    lines[0] ?? '',
    / - \S+ WEBSITE\.GET\.OBJECT index\.html "GET \/\?token=\.\.\. HTTP\/1\.1" 403 AccessDenied /,
  )
  assert.match(lines[1] ?? '', / WEBSITE\.GET\.OBJECT a%20b "GET \/a%20b\?token=\.\.\. HTTP\/1\.1" 403 AccessDenied /)
})
