import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { StoreFailure, type Failure, type Operation, type Target } from '../../operations/index.ts'
import type { Decoded } from '../dialect.ts'
import { S3_DISPATCH_PARAMETERS } from './decode.ts'
import { createS3Dialect } from './s3-dialect.ts'
import { OPTIONS, refusalOf, viewOf, type FixtureRequest } from './s3-request.fixture.ts'
import { SUB_RESOURCES } from './sub-resources.ts'

const UPLOAD = '0'.repeat(48)
const VERSION = '0123456789abcdef0123456789abcdef'
const MD5 = Buffer.alloc(16).toString('base64')

/** Without the conditions, which are a function of the request. */
function shown(target: Target): Partial<Target> {
  const kept: { -readonly [Field in keyof Target]?: Target[Field] } = { ...target }
  delete kept.conditions
  return kept
}

function decode(request: FixtureRequest): Decoded {
  return createS3Dialect({ ...OPTIONS, ...request.options }).decode(viewOf(request))
}

function operation(request: FixtureRequest, document = ''): Operation {
  const decoded = decode(request)
  // The gateway looks at what was promised of the body before it reads it.
  assert.ok(decoded.document === undefined || typeof decoded.document.expect === 'object')
  const built = decoded.build(Buffer.from(document, 'utf8'))
  assert.ok(!(built instanceof Promise), 'a document that is short')
  return built
}

/** Of a document that may be long: it is read with turns of the event loop between. */
async function longOperation(request: FixtureRequest, document: string): Promise<Operation> {
  return decode(request).build(Buffer.from(document, 'utf8'))
}

function refused(request: FixtureRequest, kind: string, document = ''): void {
  assert.equal(refusalOf(() => operation(request, document)).kind, kind, JSON.stringify(request))
}

async function refusalOfPromise(asked: Promise<unknown>): Promise<Failure> {
  const refusal = await asked.catch((error: unknown) => error)
  assert.ok(refusal instanceof StoreFailure, 'was not refused')
  return refusal.failure
}

async function longRefused(request: FixtureRequest, kind: string, document: string): Promise<void> {
  assert.equal((await refusalOfPromise(longOperation(request, document))).kind, kind, document.slice(0, 200))
}

type Case = readonly [method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE', path: string, query: string, kind: string]

const CASES: readonly Case[] = [
  ['GET', '/', '', 'list-buckets'],
  ['GET', '/', 'x-id=ListBuckets&max-buckets=5', 'list-buckets'],
  ['PUT', '/bucket', '', 'create-bucket'],
  ['PUT', '/bucket/', 'x-id=CreateBucket', 'create-bucket'],
  ['HEAD', '/bucket', '', 'head-bucket'],
  ['DELETE', '/bucket', '', 'delete-bucket'],
  ['GET', '/bucket', '', 'list-objects'],
  ['GET', '/bucket', 'list-type=2&prefix=a', 'list-objects'],
  ['GET', '/bucket', 'location', 'get-bucket-location'],
  ['GET', '/bucket', 'versioning=', 'get-bucket-versioning'],
  ['GET', '/bucket', 'encryption', 'get-bucket-encryption'],
  ['GET', '/bucket/', 'encryption=', 'get-bucket-encryption'],
  ['DELETE', '/bucket', 'encryption', 'delete-bucket-encryption'],
  ['GET', '/bucket', 'versions', 'list-object-versions'],
  ['GET', '/bucket', 'uploads', 'list-uploads'],
  ['GET', '/bucket/k', '', 'get-object'],
  ['GET', '/bucket/k', 'unknown=1&x-id=GetObject', 'get-object'],
  ['GET', '/bucket/k', `versionId=${VERSION}&partNumber=2`, 'get-object'],
  ['HEAD', '/bucket/k', '', 'head-object'],
  ['PUT', '/bucket/k', 'x-id=PutObject', 'put-object'],
  ['DELETE', '/bucket/k', '', 'delete-object'],
  ['DELETE', '/bucket//', '', 'delete-object'],
  ['GET', '/bucket/k', 'tagging', 'get-object-tagging'],
  ['DELETE', '/bucket/k', 'tagging', 'delete-object-tagging'],
  ['POST', '/bucket/k', 'uploads', 'create-upload'],
  ['PUT', '/bucket/k', `partNumber=1&uploadId=${UPLOAD}`, 'upload-part'],
  ['GET', '/bucket/k', `uploadId=${UPLOAD}`, 'list-parts'],
  ['DELETE', '/bucket/k', `uploadId=${UPLOAD}`, 'abort-upload'],
]

describe('what a request asks', () => {
  it('method, level and sub-resource pick the operation', () => {
    for (const [method, path, query, kind] of CASES) {
      const request = { method, path, query, bodyLength: 0 }
      assert.equal(decode(request).target.kind, kind, `${method} ${path}?${query}`)
      assert.equal(operation(request).kind, kind)
    }
  })

  it('S3-65 S3-66 S3-100 (part) PutBucketEncryption by every address and spelling, signed by SigV4 (S3-20)', () => {
    const document =
      '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>'
    for (const [host, path] of [
      ['bucket.s3.amazonaws.com', '/'],
      ['bucket.s3.us-east-1.amazonaws.com', '/'],
      ['bucket.us-east-1s3.amazonaws.com', '/'],
      ['bucket.localhost:9000', '/'],
      ['127.0.0.1:9000', '/bucket'],
      ['s3.amazonaws.com', '/bucket/'],
    ] as const) {
      for (const query of ['encryption', 'encryption=', 'encryption=&x-id=PutBucketEncryption']) {
        const decoded = decode({ method: 'PUT', host, path, query })
        assert.deepEqual(shown(decoded.target), { kind: 'put-bucket-encryption', bucket: 'bucket' })
        assert.equal(decoded.requiresSigV4, true)
        assert.equal(decoded.document?.required, true)
        assert.deepEqual(decoded.build(Buffer.from(document)), {
          kind: 'put-bucket-encryption',
          bucket: 'bucket',
          change: { rule: { mode: 'sse-s3', cipher: 'aes-256', bucketKey: false } },
        })
      }
    }
  })

  it('S3-35 without a bucket there is no sub-resource: 405', () => {
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      refused({ method, path: '/', query: 'encryption' }, 'method-not-allowed')
    }
    refused({ method: 'POST', path: '/' }, 'method-not-allowed')
  })

  it('T-031 two sub-resources are a contradiction, for every pair', () => {
    for (const one of SUB_RESOURCES) {
      for (const other of SUB_RESOURCES) {
        if (one !== other) refused({ path: '/bucket/k', query: `${one}&${other}` }, 'invalid-request')
      }
    }
    refused({ path: '/bucket', query: 'acl&policy' }, 'invalid-request')
    refused({ method: 'PUT', path: '/bucket/k', query: `partNumber=1&uploadId=${UPLOAD}&acl` }, 'invalid-request')
    refused({ method: 'PUT', path: '/bucket/k', query: 'partNumber=1' }, 'invalid-request')
    // `PUT /bucket//?encryption` is about the key `/`, whose document is another one.
    const document = '<ServerSideEncryptionConfiguration/>'
    const doubled = { method: 'PUT', path: '/bucket//', query: 'encryption', headers: { 'content-md5': MD5 } } as const
    refused(doubled, 'malformed-xml', document)
  })

  it('T-031 a deciding parameter in other letters is refused, not ignored', () => {
    for (const name of S3_DISPATCH_PARAMETERS) {
      refused({ method: 'PUT', path: '/bucket', query: name.toUpperCase() }, 'invalid-request')
    }
  })

  it('what S3 has and this server has not is NotImplemented; what is nowhere is 405', () => {
    for (const query of ['abac', 'metadataTable', 'session']) {
      for (const method of ['GET', 'PUT', 'DELETE'] as const) {
        refused({ method, path: '/bucket', query }, 'not-implemented')
      }
    }
    for (const query of ['torrent', 'select', 'renameObject']) {
      refused({ method: 'PUT', path: '/bucket/k', query }, 'not-implemented')
    }
    refused({ method: 'POST', path: '/bucket' }, 'not-a-form')
    refused({ method: 'OPTIONS', path: '/bucket/k' }, 'not-implemented')
    refused({ method: 'POST', path: '/bucket/k' }, 'method-not-allowed')
    for (const query of ['policy', 'versioning', 'location', 'versions']) {
      refused({ path: '/bucket/k', query }, 'method-not-allowed')
    }
    for (const query of ['attributes', 'uploadId=x', 'retention']) {
      refused({ path: '/bucket', query }, 'method-not-allowed')
    }
  })

  it('S3-49 S3-50 batch jobs and imports are S3 Control, which is not there; a bucket of that name is one', () => {
    const path = '/v20180820/jobs'
    for (const method of ['GET', 'POST'] as const) {
      refused({ method, path, headers: { 'x-amz-account-id': '123456789012' } }, 'not-implemented')
    }
    assert.equal(decode({ path }).target.bucket, 'v20180820')
  })

  it('S3-82 S3-84 (part) expected owners are twelve digits', () => {
    const name = 'x-amz-expected-bucket-owner'
    const owned = decode({ path: '/bucket', headers: { [name]: '123456789012' } })
    assert.equal(owned.target.expectedOwner, '123456789012')
    for (const value of ['', '12345678901', '1234567890123', '12345678901x', ' 123456789012']) {
      refused({ path: '/bucket', headers: { [name]: value } }, 'invalid-expected-owner')
    }
  })
})

describe('operations of objects', () => {
  it('a PUT carries its properties, its expectation, its condition and its encryption', () => {
    const crc = Buffer.alloc(4, 1)
    const put = operation({
      method: 'PUT',
      bodyLength: 3,
      headers: {
        'content-type': 'text/plain',
        'x-amz-meta-a': 'b',
        'x-amz-tagging': 'k=v',
        'x-amz-checksum-crc32': crc.toString('base64'),
        'if-none-match': '*',
        'x-amz-server-side-encryption': 'aws:kms',
      },
    })
    assert.deepEqual(put, {
      kind: 'put-object',
      bucket: 'bucket',
      key: 'key',
      encryption: { kind: 'sse-kms' },
      properties: {
        system: { contentType: 'text/plain' },
        metadata: [['a', 'b']],
        tags: [['k', 'v']],
        storageClass: 'STANDARD',
      },
      expect: { checksum: { algorithm: 'crc32', value: crc } },
      condition: { kind: 'if-none-match-any' },
    })
  })

  it('lengths: needed, and at most 5 GiB', () => {
    refused({ method: 'PUT' }, 'missing-content-length')
    refused({ method: 'PUT', bodyLength: 5 * 1024 ** 3 + 1 }, 'entity-too-large')
    refused({ method: 'PUT', bodyLength: 1, query: `versionId=${VERSION}` }, 'invalid-argument')
  })

  it('conditions of writes: what S3 does not have is NotImplemented (spec 9.4)', () => {
    const put = (headers: Record<string, string>): FixtureRequest => ({ method: 'PUT', bodyLength: 0, headers })
    const made = operation(put({ 'if-match': '"abc"' }))
    assert.ok(made.kind === 'put-object' && made.condition?.kind === 'if-match' && made.condition.etag === 'abc')
    const both = refusalOf(() => operation(put({ 'if-match': '"a"', 'if-none-match': '*' })))
    assert.ok(both.kind === 'not-implemented' && both.header === 'If-Match,If-None-Match')
    for (const headers of [
      { 'if-match': '*' },
      { 'if-none-match': '"a"' },
      { 'if-modified-since': 'x' },
      { 'if-match': '"a","b"' },
    ]) {
      refused(put(headers), 'not-implemented')
    }
    const removed = operation({ method: 'DELETE', headers: { 'if-match': '"a"', 'x-amz-if-match-size': '7' } })
    assert.ok(removed.kind === 'delete-object')
    assert.deepEqual(removed.condition, { etag: 'a', sizeBytes: 7 })
    for (const headers of [{ 'x-amz-if-match-size': '1e3' }, { 'x-amz-if-match-last-modified-time': '1' }]) {
      refused({ method: 'DELETE', headers }, 'invalid-argument')
    }
  })

  it('T-165 (part) a read has one range; malformed ones are ignored, conditions that cannot be read are not', () => {
    const range = (text: string): unknown => {
      const read = operation({ headers: { range: text } })
      return read.kind === 'get-object' ? read.range : undefined
    }
    assert.deepEqual(range('bytes=0-4'), { kind: 'from', first: 0, last: 4 })
    assert.deepEqual(range('bytes=-5'), { kind: 'suffix', length: 5 })
    for (const text of ['bytes=0-1,3-4', 'bytes=5-1', 'items=0-1', 'bytes=', 'bytes=a-b'])
      assert.equal(range(text), undefined)
    const conditional = operation({ headers: { range: 'bytes=0-4', 'if-range': '"a"' } })
    assert.ok(conditional.kind === 'get-object' && conditional.range === undefined)
    const etags = operation({ headers: { 'if-match': '"a", W/"b",c', 'if-none-match': '*' } })
    assert.ok(etags.kind === 'get-object')
    assert.deepEqual(etags.conditions, { ifMatch: ['a', 'b', 'c'], ifNoneMatch: ['*'] })
    for (const text of ['', '1', '2025-02-31', 'Mon, 31 Feb 2025 00:00:00 GMT', 'Infinity']) {
      refused({ headers: { 'if-modified-since': text } }, 'invalid-argument')
    }
  })

  it('T-126 (part) numbers of queries are ASCII digits in their range', () => {
    for (const text of [
      '1e3',
      '0x10',
      '-1',
      '%207',
      '07',
      '7.0',
      'Infinity',
      '9007199254740993',
      '%D9%A1',
      '2147483648',
    ]) {
      refused({ path: '/bucket', query: `max-keys=${text}` }, 'invalid-argument')
      refused({ path: '/bucket', query: `versions&max-keys=${text}` }, 'invalid-argument')
      refused({ query: `partNumber=${text}` }, 'invalid-argument')
      refused({ method: 'PUT', bodyLength: 0, query: `uploadId=${UPLOAD}&partNumber=${text}` }, 'invalid-argument')
      refused({ query: `uploadId=${UPLOAD}&max-parts=${text}` }, 'invalid-argument')
    }
    for (const text of ['0', '10001']) {
      refused({ method: 'PUT', bodyLength: 0, query: `uploadId=${UPLOAD}&partNumber=${text}` }, 'invalid-argument')
    }
    const listed = operation({ path: '/bucket', query: 'max-keys=5000' })
    assert.ok(listed.kind === 'list-objects' && listed.maxKeys === 1_000)
  })

  it('T-032 (part) ids that are none of ours name nothing', () => {
    for (const query of ['versionId=', 'versionId=x', `versionId=${VERSION.toUpperCase()}`])
      refused({ query }, 'invalid-argument')
    for (const query of ['uploadId=', 'uploadId=x', `uploadId=${UPLOAD}0`]) refused({ query }, 'no-such-upload')
    refused({ path: '/bucket', query: `versions&version-id-marker=${VERSION}` }, 'invalid-argument')
    refused({ path: '/bucket', query: 'versions&key-marker=a&version-id-marker=x' }, 'invalid-argument')
    refused({ path: '/bucket', query: 'list-type=2&continuation-token=' }, 'invalid-argument')
    refused({ path: '/bucket', query: 'encoding-type=base64' }, 'invalid-argument')
  })

  it('spec 4.2: which operations refuse server-side headers, and which do not look', async () => {
    const headers = { 'x-amz-server-side-encryption': 'AES256' }
    for (const request of [
      { path: '/bucket/k' },
      { method: 'HEAD', path: '/bucket/k' },
      { path: '/bucket/k', query: 'attributes' },
      { path: '/bucket' },
      { path: '/bucket', query: 'versions' },
      { method: 'PUT', path: '/bucket/k', query: `partNumber=1&uploadId=${UPLOAD}`, bodyLength: 0 },
      { method: 'POST', path: '/bucket/k', query: `uploadId=${UPLOAD}` },
    ] as const) {
      const failure = await refusalOfPromise(longOperation({ ...request, headers }, ''))
      assert.ok(failure.kind === 'invalid-argument' && failure.argument === 'x-amz-server-side-encryption')
      assert.equal(failure.value, 'AES256')
    }
    for (const request of [
      { method: 'DELETE', path: '/bucket/k' },
      { path: '/bucket/k', query: 'tagging' },
      { path: '/bucket/k', query: `uploadId=${UPLOAD}` },
      { method: 'DELETE', path: '/bucket/k', query: `uploadId=${UPLOAD}` },
      { path: '/bucket', query: 'uploads' },
    ] as const) {
      operation({ ...request, headers })
    }
  })

  it('spec 4.5 row 0 (part): a write that names a customer’s key says so before the key is looked at', () => {
    const headers = { 'x-amz-server-side-encryption-customer-key': 'broken' }
    const put = decode({ method: 'PUT', headers, bodyLength: 0 })
    assert.equal(put.target.namesCustomerKey, true)
    assert.equal(refusalOf(() => put.build(new Uint8Array(0))).kind, 'invalid-argument')
    assert.equal(decode({ method: 'PUT', bodyLength: 0 }).target.namesCustomerKey, undefined)
    assert.equal(decode({ headers }).target.namesCustomerKey, undefined)
  })

  it('T-099 (part) another vendor’s wish is refused on every request', () => {
    const headers = { 'x-oss-server-side-encryption': 'KMS' }
    for (const [method, path, query] of CASES)
      refused({ method, path, query, headers, bodyLength: 0 }, 'invalid-argument')
  })

  it('copies: the source is in the target, properties follow the directives', () => {
    const headers = { 'x-amz-copy-source': `/other/a%2Bb?versionId=${VERSION}`, 'x-amz-copy-source-if-match': '"e"' }
    const copy = decode({ method: 'PUT', headers })
    const source = { bucket: 'other', key: 'a+b', versionId: VERSION }
    assert.deepEqual(shown(copy.target), {
      kind: 'copy-object',
      bucket: 'bucket',
      key: 'key',
      source,
      copiesTags: true,
    })
    assert.deepEqual(copy.build(new Uint8Array(0)), {
      kind: 'copy-object',
      bucket: 'bucket',
      key: 'key',
      encryption: { kind: 'default' },
      source: { ...source, conditions: { ifMatch: ['e'] } },
    })
    const replacing = {
      ...headers,
      'x-amz-metadata-directive': 'REPLACE',
      'x-amz-tagging-directive': 'REPLACE',
      'x-amz-meta-a': 'b',
    }
    const replaced = operation({ method: 'PUT', headers: replacing })
    assert.ok(replaced.kind === 'copy-object')
    assert.deepEqual(replaced.replaceProperties, { system: {}, metadata: [['a', 'b']] })
    assert.deepEqual(replaced.replaceTags, [])
    refused({ method: 'PUT', headers: { ...headers, 'x-amz-metadata-directive': 'replace' } }, 'invalid-argument')
    const part = { method: 'PUT', query: `partNumber=7&uploadId=${UPLOAD}` } as const
    const ranged = operation({ ...part, headers: { ...headers, 'x-amz-copy-source-range': 'bytes=0-9' } })
    assert.ok(ranged.kind === 'upload-part-copy' && ranged.partNumber === 7)
    assert.deepEqual(ranged.range, { kind: 'from', first: 0, last: 9 })
    for (const range of ['bytes=0-', 'bytes=-5', 'bytes=9-0', '0-9']) {
      refused({ ...part, headers: { ...headers, 'x-amz-copy-source-range': range } }, 'invalid-argument')
    }
  })
})

describe('documents', () => {
  const del = { method: 'POST', path: '/bucket', query: 'delete', headers: { 'content-md5': MD5 } } as const

  it('DeleteObjects: names are not trimmed, entries fail alone, a digest is needed', async () => {
    const listed = await longOperation(
      del,
      `<Delete><Object><Key>\n a&lt;</Key></Object><Object><Key>b</Key><VersionId>${VERSION}</VersionId></Object><Object><Key>c</Key><VersionId>nonsense</VersionId></Object><Quiet>true</Quiet></Delete>`,
    )
    assert.ok(listed.kind === 'delete-objects')
    assert.deepEqual(listed.entries, [{ key: '\n a<' }, { key: 'b', versionId: VERSION }])
    assert.ok('refused' in listed && Array.isArray(listed.refused) && listed.refused.length === 1)
    refused({ ...del, headers: {} }, 'invalid-request', '<Delete><Object><Key>a</Key></Object></Delete>')
    for (const document of [
      ...[
        '<Delete/>',
        '<Delete><Object/></Delete>',
        '<Delete><Object><Key/></Object></Delete>',
        '<Delete><Key>a</Key></Delete>',
      ],
      ...[
        '<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>',
        '<Delete><Object><Key>a</Key><X/></Object></Delete>',
      ],
      `<Delete>${'<Object><Key>a</Key></Object>'.repeat(1_001)}</Delete>`,
    ]) {
      await longRefused(del, 'malformed-xml', document)
    }
    await longRefused(del, 'invalid-argument', '<Delete><Object><Key>a</Key><Size>-1</Size></Object></Delete>')
    const thousand = await longOperation(del, `<Delete>${'<Object><Key>a</Key></Object>'.repeat(1_000)}</Delete>`)
    assert.ok(thousand.kind === 'delete-objects' && thousand.entries.length === 1_000)
  })

  it('CompleteMultipartUpload: ten thousand parts, ETags with quotes or without, one checksum each', async () => {
    const complete = { method: 'POST', query: `uploadId=${UPLOAD}`, headers: { 'x-amz-mp-object-size': '7' } } as const
    const part = (number: number, more = ''): string =>
      `<Part><PartNumber>${number}</PartNumber><ETag>&quot;abc&quot;</ETag>${more}</Part>`
    const all = Array.from({ length: 10_000 }, (_, index) =>
      part(index + 1, '<ChecksumCRC32>AAAAAA==</ChecksumCRC32>'),
    ).join('')
    const done = await longOperation(complete, `<CompleteMultipartUpload>${all}</CompleteMultipartUpload>`)
    assert.ok(done.kind === 'complete-upload')
    assert.equal(done.parts.length, 10_000)
    assert.deepEqual(done.parts[0], {
      partNumber: 1,
      etag: 'abc',
      checksum: { algorithm: 'crc32', value: Buffer.alloc(4) },
    })
    assert.equal(done.objectSize, 7)
    await longRefused(complete, 'malformed-xml', `<CompleteMultipartUpload>${all}${part(1)}</CompleteMultipartUpload>`)
    await longRefused(complete, 'malformed-xml', '<CompleteMultipartUpload/>')
    await longRefused(
      complete,
      'invalid-argument',
      `<CompleteMultipartUpload>${part(10_001)}</CompleteMultipartUpload>`,
    )
    await longRefused(
      complete,
      'invalid-request',
      `<CompleteMultipartUpload>${part(1, '<ChecksumSHA512>AA==</ChecksumSHA512>')}</CompleteMultipartUpload>`,
    )
    await longRefused(
      complete,
      'invalid-request',
      `<CompleteMultipartUpload>${part(1, '<ChecksumCRC32>AA==</ChecksumCRC32>')}</CompleteMultipartUpload>`,
    )
  })

  it('CreateBucket and versioning: what is not done is said', () => {
    const create = { method: 'PUT', path: '/bucket' } as const
    const configuration = (inner: string): string => `<CreateBucketConfiguration>${inner}</CreateBucketConfiguration>`
    const located = operation(create, configuration('<LocationConstraint>eu-west-1</LocationConstraint>'))
    assert.ok(located.kind === 'create-bucket' && located.location === 'eu-west-1')
    refused(create, 'not-implemented', configuration('<Bucket><Type>Directory</Type></Bucket>'))
    refused({ ...create, headers: { 'x-amz-acl': 'aws-exec-read' } }, 'not-implemented')
    refused({ ...create, headers: { 'x-amz-acl': 'public' } }, 'invalid-argument')
    refused({ ...create, headers: { 'x-amz-acl': 'private', 'x-amz-grant-read': 'id=1' } }, 'invalid-request')
    refused({ ...create, headers: { 'x-amz-bucket-object-lock-enabled': 'perhaps' } }, 'invalid-argument')
    const versioning = { method: 'PUT', path: '/bucket', query: 'versioning' } as const
    const status = (inner: string): string => `<VersioningConfiguration>${inner}</VersioningConfiguration>`
    const enabled = operation(versioning, status('<Status>Enabled</Status><MfaDelete>Disabled</MfaDelete>'))
    assert.ok(enabled.kind === 'put-bucket-versioning' && enabled.versioning === 'enabled')
    refused(versioning, 'not-implemented', status('<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>'))
    for (const inner of ['', '<Status>On</Status>', '<Status>Enabled</Status><Status>Enabled</Status>']) {
      refused(versioning, 'malformed-xml', status(inner))
    }
  })

  it('UpdateObjectEncryption: SSE-KMS by full ARN only (spec 9.2)', () => {
    const update = { method: 'PUT', query: 'encryption', headers: { 'content-md5': MD5 } } as const
    const arn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
    const kms = (inner: string): string => `<ObjectEncryption><SSE-KMS>${inner}</SSE-KMS></ObjectEncryption>`
    const made = operation(update, kms(`<KMSKeyArn>${arn}</KMSKeyArn><BucketKeyEnabled>true</BucketKeyEnabled>`))
    assert.deepEqual(made, {
      kind: 'update-object-encryption',
      bucket: 'bucket',
      key: 'key',
      keyArn: arn,
      bucketKey: true,
    })
    assert.equal(decode(update).requiresSigV4, true)
    for (const document of [
      ...[kms('<KMSKeyArn>alias/a</KMSKeyArn>'), kms(`<KMSKeyArn>${arn.replace(':key/', ':alias/')}</KMSKeyArn>`)],
      ...['<ObjectEncryption><SSE-S3/></ObjectEncryption>', '<ObjectEncryption/>'],
      kms(`<KMSKeyArn>${arn}</KMSKeyArn><BucketKeyEnabled>yes</BucketKeyEnabled>`),
    ]) {
      refused(update, 'invalid-request', document)
    }
    refused({ ...update, headers: {} }, 'invalid-request', kms(`<KMSKeyArn>${arn}</KMSKeyArn>`))
  })
})
