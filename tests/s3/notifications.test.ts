/** Notifications of buckets: told to a webhook, signed, again and again until it says yes. */
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  type NotificationConfiguration,
  type NotificationConfigurationFilter,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sendForm } from '../browser-form.ts'
import { refusedWith } from '../refused-with.ts'
import { memoryServer, s3Client } from '../servers.ts'

const KEY = 'the key of the webhook, 0123456789'
const TARGET = 'arn:coffer:webhook:::orders'

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A receiver that says no as often as it is told to. */
const received: Received[] = []
let refusals = 0
let wake: () => void = () => undefined
const receiver = createServer((request, response) => {
  const pieces: Buffer[] = []
  request.on('data', (piece: Buffer) => pieces.push(piece))
  request.on('end', () => {
    const refused = refusals > 0
    if (refused) refusals--
    else received.push({ headers: request.headers, body: Buffer.concat(pieces).toString('utf8') })
    response.writeHead(refused ? 500 : 204).end()
    wake()
  })
}).listen(0, '127.0.0.1')
await once(receiver, 'listening')
const address = receiver.address()
const port = typeof address === 'object' && address !== null ? address.port : assert.fail()

const directory = mkdtempSync(join(tmpdir(), 'coffer-notifications-'))
const secretFile = join(directory, 'key')
writeFileSync(secretFile, `${KEY}\n`, { mode: 0o600 })

const server = await memoryServer({
  settings: {
    COFFER_NOTIFICATIONS_TARGETS: `orders=http://127.0.0.1:${port}/hook?x=1`,
    COFFER_NOTIFICATIONS_SECRET_FILE: secretFile,
    COFFER_NOTIFICATIONS_ALLOW_PRIVATE: 'on',
    COFFER_NOTIFICATIONS_EVERY_MS: '10',
  },
})
const s3 = s3Client(server)
after(async () => {
  s3.destroy()
  await server.close()
  receiver.close()
  rmSync(directory, { recursive: true })
})

/** The next `count` messages, in the order in which they came. */
async function messages(count: number): Promise<readonly Received[]> {
  while (received.length < count) {
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
  return received.splice(0, count)
}

interface EventRecord {
  readonly eventName: string
  readonly s3: {
    readonly configurationId: string
    readonly bucket: { readonly name: string }
    readonly object: {
      readonly key: string
      readonly size?: number
      readonly eTag?: string
      readonly versionId?: string
    }
  }
}

function recordOf({ body }: Received): EventRecord {
  const message = JSON.parse(body) as { readonly Records: readonly EventRecord[] }
  return message.Records[0] ?? assert.fail()
}

async function newBucket(Bucket: string): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket }))
  return Bucket
}

async function configure(Bucket: string, NotificationConfiguration: NotificationConfiguration, skip = true) {
  return s3.send(
    new PutBucketNotificationConfigurationCommand({
      ...{ Bucket, NotificationConfiguration, SkipDestinationValidation: skip },
    }),
  )
}

test('a configuration is given back as it was put; none is an empty one', async () => {
  const Bucket = await newBucket('told-configuration')
  const read = async () => s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }))
  const shown = async () => {
    const { TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations } = await read()
    return { TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations }
  }
  const nothing = {
    TopicConfigurations: undefined,
    QueueConfigurations: undefined,
    LambdaFunctionConfigurations: undefined,
  }
  assert.deepEqual(await shown(), nothing)
  const Filter: NotificationConfigurationFilter = {
    Key: {
      FilterRules: [
        { Name: 'prefix', Value: 'in/' },
        { Name: 'suffix', Value: '.jpg' },
      ],
    },
  }
  const wanted: NotificationConfiguration = {
    TopicConfigurations: [{ Id: 'topic', TopicArn: TARGET, Events: ['s3:ObjectTagging:*'] }],
    QueueConfigurations: [{ Id: 'queue', QueueArn: TARGET, Events: ['s3:ObjectCreated:*'], Filter }],
    LambdaFunctionConfigurations: [
      {
        Id: 'function',
        LambdaFunctionArn: TARGET,
        Events: ['s3:ObjectRemoved:Delete', 's3:ObjectRemoved:DeleteMarkerCreated'],
      },
    ],
  }
  await configure(Bucket, wanted)
  assert.deepEqual(await shown(), wanted)
  await configure(Bucket, {})
  assert.deepEqual(await shown(), nothing)
})

test('T-094 only targets of the operator can be named, and what is not told here is said', async () => {
  const Bucket = await newBucket('told-wrongly')
  const rule = (more: object) => ({
    QueueConfigurations: [{ QueueArn: TARGET, Events: ['s3:ObjectCreated:*' as const], ...more }],
  })
  const others = ['arn:aws:sqs:us-east-1:1:q', 'arn:coffer:webhook:::other', 'http://127.0.0.1/', TARGET + '/..']
  for (const QueueArn of others) await refusedWith(configure(Bucket, rule({ QueueArn })), 400, 'InvalidArgument')
  await refusedWith(configure(Bucket, rule({ Events: ['s3:Replication:*'] })), 501, 'NotImplemented')
  await refusedWith(configure(Bucket, rule({ Events: ['created'] })), 400, 'InvalidArgument')
  await refusedWith(configure(Bucket, { EventBridgeConfiguration: {} }), 501, 'NotImplemented')
  const both = [
    ...rule({ Id: 'a' }).QueueConfigurations,
    ...rule({ Id: 'b', Events: ['s3:ObjectCreated:Put'] }).QueueConfigurations,
  ]
  await refusedWith(configure(Bucket, { QueueConfigurations: both }), 400, 'InvalidArgument')
  await s3.send(new PutObjectCommand({ Bucket, Key: 'untold', Body: 'x' }))
  assert.equal(received.length, 0)
})

test('what happens is told, signed, with names and sizes and no data; what no rule fits is not', async () => {
  const Bucket = await newBucket('told-events')
  const Filter: NotificationConfigurationFilter = { Key: { FilterRules: [{ Name: 'prefix', Value: 'in ' }] } }
  const Events = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:ObjectTagging:*'] as const
  await configure(Bucket, { QueueConfigurations: [{ Id: 'all', QueueArn: TARGET, Events: [...Events], Filter }] })
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  await s3.send(new PutObjectCommand({ Bucket, Key: 'out', Body: 'x' }))
  const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'in a/ü', Body: 'secret text' }))
  const [told] = await messages(1)
  assert.ok(told)
  assert.equal(told.body.includes('secret'), false)
  const { eventName, s3: about } = recordOf(told)
  assert.equal(eventName, 'ObjectCreated:Put')
  assert.deepEqual([about.configurationId, about.bucket.name], ['all', Bucket])
  assert.deepEqual([about.object.key, about.object.size, about.object.versionId], ['in+a/%C3%BC', 11, put.VersionId])
  assert.equal(`"${about.object.eTag ?? ''}"`, put.ETag)
  const [, time = '', signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(told.headers['x-coffer-signature'])) ?? []
  assert.equal(signature, createHmac('sha256', KEY).update(`${time}.${told.body}`).digest('hex'))
  const at = { Bucket, Key: 'in b' }
  await s3.send(new CopyObjectCommand({ ...at, CopySource: `${Bucket}/out` }))
  assert.equal(recordOf((await messages(1))[0] ?? assert.fail()).eventName, 'ObjectCreated:Copy')
  const posted = await sendForm(server, { scheme: 'sigv4', bucket: Bucket, fields: [['key', 'in form']] })
  assert.equal(posted.status, 204, posted.text)
  assert.equal(recordOf((await messages(1))[0] ?? assert.fail()).eventName, 'ObjectCreated:Post')
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(at))
  const part = await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'part' }))
  const Parts = [{ PartNumber: 1, ETag: part.ETag }]
  await s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }))
  assert.equal(recordOf((await messages(1))[0] ?? assert.fail()).eventName, 'ObjectCreated:CompleteMultipartUpload')
  await s3.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }))
  assert.equal(recordOf((await messages(1))[0] ?? assert.fail()).eventName, 'ObjectTagging:Put')
  const marker = await s3.send(new DeleteObjectCommand(at))
  const marked = recordOf((await messages(1))[0] ?? assert.fail())
  assert.deepEqual(
    [marked.eventName, marked.s3.object.versionId],
    ['ObjectRemoved:DeleteMarkerCreated', marker.VersionId],
  )
  await s3.send(new DeleteObjectCommand({ ...at, VersionId: marker.VersionId }))
  assert.equal(recordOf((await messages(1))[0] ?? assert.fail()).eventName, 'ObjectRemoved:Delete')
})

test('a target that says no is asked again, with the same id; a new configuration is tried out', async () => {
  const Bucket = await newBucket('told-again')
  refusals = 1
  await configure(Bucket, { QueueConfigurations: [{ QueueArn: TARGET, Events: ['s3:ObjectCreated:*'] }] }, false)
  const [test] = await messages(1)
  assert.ok(test)
  assert.equal(refusals, 0)
  const told = JSON.parse(test.body) as Readonly<Record<string, unknown>>
  assert.deepEqual([told['Event'], told['Bucket']], ['s3:TestEvent', Bucket])
  assert.match(String(test.headers['x-coffer-delivery']), /^[0-9a-f]{32}$/)
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  assert.equal(recordOf((await messages(1))[0] ?? assert.fail()).s3.object.key, 'k')
})
