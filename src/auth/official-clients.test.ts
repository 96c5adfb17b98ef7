import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import { HttpRequest, HttpResponse } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import {
  authenticatorOf,
  KEY_ID,
  NOW_MS,
  readAll,
  requestOf,
  SECRET,
  verified,
  type Fixture,
} from './request.fixture.ts'
import type { HttpMethod } from '../http/index.ts'
import type { Verified } from './verified.ts'

const PATTERN = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, at) => (at * 13) & 0xff))

function queryOf(request: HttpRequest): string {
  return Object.entries(request.query)
    .flatMap(([name, value]) => (value === null ? [[name, '']] : [value].flat().map((one) => [name, one])))
    .map(([name = '', value = '']) => `${escape(name)}=${escape(value)}`)
    .join('&')
}

/** As the SDK's own handler writes a query. */
function escape(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (hit) => `%${hit.charCodeAt(0).toString(16).toUpperCase()}`)
}

async function bodyOf(request: HttpRequest): Promise<Buffer> {
  const body: unknown = request.body
  if (body === undefined || body === null) return Buffer.alloc(0)
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body)
  assert.ok(body instanceof Readable)
  const read: Buffer[] = []
  for await (const piece of body) read.push(Buffer.from(piece as Uint8Array))
  return Buffer.concat(read)
}

function fixtureOf(request: HttpRequest, body: Buffer): Fixture {
  const host = request.headers['host'] ?? `${request.hostname}:${String(request.port ?? 80)}`
  return {
    method: request.method as HttpMethod,
    path: request.path,
    query: queryOf(request),
    host,
    headers: Object.entries(request.headers),
    body,
    pieceBytes: 10_007,
  }
}

/** A client that records what it would have sent, and is answered with an empty 200. */
function recordingClient(config: S3ClientConfig = {}): { client: S3Client; sent: Fixture[] } {
  const sent: Fixture[] = []
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: 'http://localhost:9000',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: KEY_ID, secretAccessKey: SECRET },
    systemClockOffset: NOW_MS - Date.now(),
    requestHandler: {
      handle: async (request: HttpRequest) => {
        sent.push(fixtureOf(request, await bodyOf(request)))
        return { response: new HttpResponse({ statusCode: 200, headers: {}, body: Readable.from([]) }) }
      },
    },
    ...config,
  })
  return { client, sent }
}

/** The clock moves while the test runs; the client's dates follow the real one. */
async function verifySent(fixture: Fixture | undefined): Promise<Verified> {
  assert.ok(fixture !== undefined)
  return verified(fixture, authenticatorOf({ now: () => NOW_MS }))
}

test('S3 client, defaults: PutObject of a buffer is verified, with its checksum covered', async () => {
  const { client, sent } = recordingClient()
  const Key = "päth/with space/+&=?%20(x)!'*~"
  await client.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: PATTERN, Metadata: { a: 'one  two' } }))
  const result = await verifySent(sent[0])
  assert.equal(result.scheme, 'sigv4')
  assert.ok(result.covered.headers.has('x-amz-checksum-crc32'))
  assert.equal(result.covered.headers.get('x-amz-meta-a'), 'one  two')
  assert.equal(Buffer.compare(await readAll(result.body), PATTERN), 0)
})

test('S3 client, defaults: PutObject of a stream is aws-chunked with a trailer, and is decoded', async () => {
  const { client, sent } = recordingClient()
  const halves = [PATTERN.subarray(0, 120_000), PATTERN.subarray(120_000)]
  const Body = Readable.from(halves, { objectMode: false })
  await client.send(
    new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body, ContentLength: PATTERN.length, ContentEncoding: 'gzip' }),
  )
  const headers = new Map(sent[0]?.headers ?? [])
  assert.equal(headers.get('x-amz-content-sha256'), 'STREAMING-UNSIGNED-PAYLOAD-TRAILER')
  const result = await verifySent(sent[0])
  assert.equal(result.covered.bodyLength, PATTERN.length)
  assert.equal(result.covered.headers.get('content-encoding'), 'gzip')
  assert.deepEqual(result.body.announced, ['x-amz-checksum-crc32'])
  const body = await readAll(result.body)
  assert.equal(createHash('sha256').update(body).digest('hex'), createHash('sha256').update(PATTERN).digest('hex'))
  assert.match(result.body.trailer('x-amz-checksum-crc32') ?? '', /^[A-Za-z0-9+/]{6}==$/)
})

test('S3 client: reads, listings, copies, uploads and configurations are verified', async () => {
  const { client, sent } = recordingClient()
  const Bucket = 'bucket'
  const Key = 'a/b c'
  const commands = [
    () => client.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=0-9', IfMatch: '"x"', VersionId: 'null' })),
    () => client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' })),
    () => client.send(new ListObjectsV2Command({ Bucket, Prefix: 'a b+/ü', Delimiter: '/', StartAfter: "it's" })),
    () => client.send(new CopyObjectCommand({ Bucket, Key, CopySource: 'bucket/s%20rc?versionId=1' })),
    () => client.send(new UploadPartCommand({ Bucket, Key, UploadId: 'u', PartNumber: 1, Body: 'part' })),
    () => client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } })),
    () =>
      client.send(new CreateMultipartUploadCommand({ Bucket, Key, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'k' })),
    () =>
      client.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
          },
        }),
      ),
  ]
  // The empty answer is no document: only what was sent is looked at.
  for (const command of commands) await command().catch(() => undefined)
  assert.equal(sent.length, commands.length)
  for (const fixture of sent) {
    const result = await verifySent(fixture)
    await readAll(result.body)
  }
})

test('S3 client with virtual-hosted buckets and another region is verified', async () => {
  const { client, sent } = recordingClient({ forcePathStyle: false, region: 'eu-west-1' })
  await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }))
  const result = await verifySent(sent[0])
  assert.equal(result.covered.host.name, 'bucket.localhost')
})

test('a URL presigned by the official signer is verified, hoisted headers included', async () => {
  const { Sha256 } = await import('@aws-sdk/checksums/sha')
  const signer = new SignatureV4({
    service: 's3',
    region: 'us-east-1',
    credentials: { accessKeyId: KEY_ID, secretAccessKey: SECRET },
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  })
  const request = new HttpRequest({
    method: 'PUT',
    protocol: 'http:',
    hostname: 'localhost',
    port: 9000,
    path: '/bucket/a%20b',
    headers: {
      host: 'localhost:9000',
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-amz-meta-a': 'one',
      'x-amz-server-side-encryption': 'AES256',
    },
  })
  const signed = await signer.presign(request, {
    expiresIn: 900,
    signingDate: new Date(NOW_MS),
    unhoistableHeaders: new Set(['x-amz-server-side-encryption']),
  })
  assert.ok(HttpRequest.isInstance(signed))
  const result = await verified(fixtureOf(signed, Buffer.from('hello')))
  assert.equal(result.scheme, 'sigv4-query')
  assert.equal(result.covered.headers.get('x-amz-meta-a'), 'one')
  assert.equal(result.covered.headers.get('x-amz-server-side-encryption'), 'AES256')
  assert.equal((await readAll(result.body)).toString(), 'hello')
})

test('an unsigned request of the official client is anonymous', async () => {
  const { client, sent } = recordingClient({ signer: { sign: async (request) => request } })
  await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }))
  const result = await authenticatorOf().authenticate(requestOf(sent[0] ?? {}))
  assert.equal(result.kind, 'anonymous')
})
