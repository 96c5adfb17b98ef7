import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { decodePercent, isHeaderField } from '../../http/index.ts'
import {
  parseBucketName,
  parseObjectKey,
  parseUploadId,
  parseVersionId,
  type Answer,
  type BucketName,
  type ListedObject,
  type ObjectDescription,
  type ObjectKey,
  type Operation,
  type ShownEncryption,
} from '../../operations/index.ts'
import type { HttpResponse } from '../../http/index.ts'
import { every, readXml, requireOne, textOf, atMostOne, type XmlElement } from '../xml.ts'
import { encode } from './encode.ts'
import { S3_NAMESPACE } from './options.ts'
import { createS3Dialect } from './s3-dialect.ts'
import { OPTIONS, viewOf, type FixtureRequest } from './s3-request.fixture.ts'

const CONTEXT = { requestId: 'REQUEST1', method: 'GET', resource: '/bucket/key', bucket: 'bucket' }

function proved<Value>(value: Value | undefined): Value {
  assert.ok(value !== undefined)
  return value
}

const bucket: BucketName = proved(parseBucketName('bucket'))
const versionId = proved(parseVersionId('0123456789abcdef0123456789abcdef'))
const uploadId = proved(parseUploadId('0'.repeat(48)))

function keyOf(text: string): ObjectKey {
  const parsed = parseObjectKey(text)
  assert.ok(parsed.kind === 'key')
  return parsed.key
}

function operationOf(request: FixtureRequest, document = ''): Operation {
  const built = buildOf(request, document)
  assert.ok(!(built instanceof Promise), 'a document that is short')
  return built
}

function buildOf(request: FixtureRequest, document: string): Operation | Promise<Operation> {
  return createS3Dialect({ ...OPTIONS, ...request.options })
    .decode(viewOf(request))
    .build(Buffer.from(document))
}

function headersOf(response: HttpResponse): Record<string, string> {
  for (const [name, value] of response.headers) assert.ok(isHeaderField(name, value), name)
  return Object.fromEntries(response.headers)
}

function documentOf(response: HttpResponse, root: string): XmlElement {
  assert.ok(response.body instanceof Uint8Array)
  assert.ok(
    Buffer.from(response.body)
      .toString()
      .startsWith(`<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${S3_NAMESPACE}">`),
  )
  return readXml(response.body, { root, namespace: S3_NAMESPACE })
}

const field = (element: XmlElement, name: string): string | undefined => {
  const found = atMostOne(element, name)
  return found === undefined ? undefined : textOf(found)
}

const KMS: ShownEncryption = {
  mode: 'sse-kms',
  cipher: 'aes-256',
  keyArn: 'arn:k',
  bucketKey: true,
  context: { a: 'b' },
}
const CUSTOMER: ShownEncryption = { mode: 'sse-c', cipher: 'aes-256', customerKeyMd5: 'MD5' }

function describedAs(encryption: ShownEncryption, more: Partial<ObjectDescription> = {}): ObjectDescription {
  return {
    size: 10,
    lastModifiedMs: 1_000,
    etag: 'e',
    system: {},
    metadata: [],
    tagCount: 0,
    storageClass: 'STANDARD',
    encryption,
    checksums: [],
    ...more,
  }
}

function headed(
  object: ObjectDescription,
  request: FixtureRequest = { method: 'HEAD' },
  slice = { first: 0, length: 10, total: 10, partial: false },
): HttpResponse {
  const operation = operationOf(request)
  assert.ok(operation.kind === 'head-object')
  return encode({ operation, result: { object, slice } }, CONTEXT)
}

describe('reads', () => {
  it('spec 4.2: encryption headers of each mode', () => {
    const sse = 'x-amz-server-side-encryption'
    const of = (encryption: ShownEncryption): Record<string, string> =>
      Object.fromEntries(
        Object.entries(headersOf(headed(describedAs(encryption)))).filter(([name]) => name.startsWith(sse)),
      )
    assert.deepEqual(of({ mode: 'none', cipher: 'aes-256' }), { [sse]: 'AES256' })
    assert.deepEqual(of({ mode: 'sse-s3', cipher: 'aes-256' }), { [sse]: 'AES256' })
    const kms = { [sse]: 'aws:kms', [`${sse}-aws-kms-key-id`]: 'arn:k', [`${sse}-bucket-key-enabled`]: 'true' }
    assert.deepEqual(of(KMS), kms)
    assert.deepEqual(of({ mode: 'dsse-kms', cipher: 'aes-256', keyArn: 'arn:k' }), {
      [sse]: 'aws:kms:dsse',
      [`${sse}-aws-kms-key-id`]: 'arn:k',
    })
    assert.deepEqual(of(CUSTOMER), { [`${sse}-customer-algorithm`]: 'AES256', [`${sse}-customer-key-MD5`]: 'MD5' })
  })

  it('a description becomes headers; ranges and parts are 206', () => {
    const object = describedAs(
      { mode: 'sse-s3', cipher: 'aes-256' },
      {
        versionId,
        metadata: [['a', '\u00e9']],
        tagCount: 2,
        storageClass: 'STANDARD_IA',
        partsCount: 3,
        system: { contentType: 'text/plain' },
        checksums: [{ algorithm: 'crc32', type: 'composite', value: new Uint8Array(4), parts: 3 }],
      },
    )
    const response = headed(
      object,
      { method: 'HEAD', query: 'partNumber=2' },
      { first: 4, length: 3, total: 10, partial: true },
    )
    assert.equal(response.status, 206)
    assert.equal(response.body, undefined)
    assert.deepEqual(headersOf(response), {
      'x-amz-request-id': 'REQUEST1',
      'x-amz-id-2': 'REQUEST1',
      'Last-Modified': 'Thu, 01 Jan 1970 00:00:01 GMT',
      ETag: '"e"',
      'Accept-Ranges': 'bytes',
      'x-amz-version-id': versionId,
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-checksum-crc32': 'AAAAAA==-3',
      'x-amz-checksum-type': 'COMPOSITE',
      'Content-Type': 'text/plain',
      'x-amz-meta-a': '\u00e9',
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-tagging-count': '2',
      'x-amz-mp-parts-count': '3',
      'Content-Range': 'bytes 4-6/10',
      'Content-Length': '3',
    })
    assert.equal(headersOf(headed(object))['x-amz-mp-parts-count'], undefined)
    const empty = headed(
      object,
      { method: 'HEAD', query: 'partNumber=1' },
      { first: 0, length: 0, total: 0, partial: true },
    )
    assert.equal(headersOf(empty)['Content-Range'], undefined)
  })
})

describe('writes', () => {
  it('show what was made; the context on writes only, nothing of a customer’s key on completions', async () => {
    const stored = {
      versionId,
      etag: 'e',
      size: 3,
      checksums: [{ algorithm: 'crc64nvme', type: 'full-object', value: new Uint8Array(8) }],
    } as const
    const put = operationOf({ method: 'PUT', bodyLength: 3 })
    assert.ok(put.kind === 'put-object')
    const made = headersOf(encode({ operation: put, result: { ...stored, encryption: KMS } }, CONTEXT))
    assert.equal(made['x-amz-server-side-encryption-context'], Buffer.from('{"a":"b"}').toString('base64'))
    assert.equal(made['x-amz-checksum-crc64nvme'], 'AAAAAAAAAAA=')
    assert.equal(made['x-amz-checksum-type'], 'FULL_OBJECT')
    const complete = await buildOf(
      { method: 'POST', host: 'Bucket.localhost:9000', path: '/a%20b', query: `uploadId=${uploadId}`, secure: false },
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>',
    )
    assert.ok(complete.kind === 'complete-upload')
    const response = encode({ operation: complete, result: { ...stored, encryption: CUSTOMER } }, CONTEXT)
    assert.deepEqual(
      Object.keys(headersOf(response)).filter((name) => name.includes('encryption')),
      [],
    )
    const document = documentOf(response, 'CompleteMultipartUploadResult')
    assert.equal(field(document, 'Location'), 'http://Bucket.localhost:9000/a%20b')
    assert.equal(field(document, 'Key'), 'a b')
    assert.equal(field(document, 'ETag'), '"e"')
    assert.equal(field(document, 'ChecksumCRC64NVME'), 'AAAAAAAAAAA=')
  })

  it('S3-94 S3-95 (part) PutBucketEncryption is 200 without a body; S3-07 (part) DELETE is 204', () => {
    const put = { kind: 'put-bucket-encryption', bucket, change: {} } as const
    const done = encode({ operation: put, result: undefined }, CONTEXT)
    assert.equal(done.status, 200)
    assert.equal(done.body, undefined)
    assert.equal(
      encode({ operation: { kind: 'delete-bucket-encryption', bucket }, result: undefined }, CONTEXT).status,
      204,
    )
  })

  it('S3-04 the switch for older clients: an unset default is 404, a set one is shown', () => {
    const unset = { mode: 'sse-s3', cipher: 'aes-256', bucketKey: false, explicit: false } as const
    const asked = (encryptionNotFound: boolean, explicit: boolean): HttpResponse => {
      const operation = operationOf({
        path: '/bucket',
        query: 'encryption',
        options: { switches: { encryptionNotFound } },
      })
      assert.ok(operation.kind === 'get-bucket-encryption')
      return encode({ operation, result: { encryption: { ...unset, explicit } } }, CONTEXT)
    }
    assert.equal(asked(false, false).status, 200)
    assert.equal(asked(true, true).status, 200)
    const refused = asked(true, false)
    assert.equal(refused.status, 404)
    assert.ok(
      refused.body instanceof Uint8Array &&
        Buffer.from(refused.body).includes('ServerSideEncryptionConfigurationNotFoundError'),
    )
  })

  it('DeleteObjects: quiet leaves the good news out, entries that name nothing are among the errors', async () => {
    const document = (quiet: boolean): string =>
      `<Delete><Quiet>${quiet}</Quiet><Object><Key>a</Key></Object><Object><Key>b</Key><VersionId>x</VersionId></Object></Delete>`
    const asked = async (quiet: boolean): Promise<XmlElement> => {
      const request = {
        method: 'POST',
        path: '/bucket',
        query: 'delete',
        headers: { 'content-md5': Buffer.alloc(16).toString('base64') },
      } as const
      const operation = await buildOf(request, document(quiet))
      assert.ok(operation.kind === 'delete-objects')
      const result = { versionId, deleteMarker: true }
      const outcomes = [
        { kind: 'deleted', key: keyOf('a'), result },
        { kind: 'failed', key: keyOf('c'), failure: { kind: 'access-denied' } },
      ] as const
      return documentOf(encode({ operation, result: { outcomes } }, CONTEXT), 'DeleteResult')
    }
    const loud = await asked(false)
    const deleted = requireOne(loud, 'Deleted')
    assert.equal(field(deleted, 'DeleteMarker'), 'true')
    assert.equal(field(deleted, 'DeleteMarkerVersionId'), versionId)
    assert.equal(field(deleted, 'VersionId'), undefined)
    assert.deepEqual(
      every(loud, 'Error').map((error) => field(error, 'Code')),
      ['AccessDenied', 'NoSuchVersion'],
    )
    assert.equal(every(await asked(true), 'Deleted').length, 0)
    assert.equal(every(await asked(true), 'Error').length, 2)
  })
})

/** A listing of these keys and groups, asked for like this. */
function listed(query: string, keys: readonly string[], groups: readonly string[] = []): XmlElement {
  const operation = operationOf({ path: '/bucket', query })
  assert.ok(operation.kind === 'list-objects')
  const objects = keys.map((key): ListedObject => ({
    key: keyOf(key),
    size: 1,
    lastModifiedMs: 0,
    etag: 'e',
    storageClass: 'STANDARD',
  }))
  const last = groups.at(-1) ?? keys.at(-1)
  const result = {
    objects,
    groups,
    truncated: true,
    nextContinuation: 'TOKEN',
    ...(last === undefined ? {} : { last }),
  }
  return documentOf(encode({ operation, result }, CONTEXT), 'ListBucketResult')
}

const anyKey = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 80 })
  .filter((text) => parseObjectKey(text).kind === 'key')
const xmlKey = anyKey.filter((text) => !/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text))

describe('listings', () => {
  it('T-125 any key that XML holds comes back from a plain listing', () => {
    fc.assert(
      fc.property(fc.array(xmlKey, { minLength: 1, maxLength: 5 }), (keys) => {
        const document = listed('', keys, keys)
        assert.deepEqual(
          every(document, 'Contents').map((entry) => field(entry, 'Key')),
          keys,
        )
        assert.deepEqual(
          every(document, 'CommonPrefixes').map((entry) => field(entry, 'Prefix')),
          keys,
        )
      }),
    )
  })

  it('T-125 any key at all comes back from a listing with encoding-type=url', () => {
    fc.assert(
      fc.property(fc.array(anyKey, { minLength: 1, maxLength: 5 }), (keys) => {
        const document = listed('list-type=2&encoding-type=url', keys, keys)
        assert.equal(field(document, 'EncodingType'), 'url')
        const decoded = every(document, 'Contents').map((entry) => decodePercent(field(entry, 'Key') ?? ''))
        assert.deepEqual(decoded, keys)
        assert.deepEqual(
          every(document, 'CommonPrefixes').map((entry) => decodePercent(field(entry, 'Prefix') ?? '')),
          keys,
        )
      }),
    )
  })

  it('T-125 what XML cannot hold goes out as a reference where nobody asked for encoding', () => {
    const operation = operationOf({ path: '/bucket' })
    assert.ok(operation.kind === 'list-objects')
    const object = { key: keyOf('a\u0001b'), size: 1, lastModifiedMs: 0, etag: 'e', storageClass: 'STANDARD' }
    const { body } = encode({ operation, result: { objects: [object], groups: [], truncated: false } }, CONTEXT)
    assert.ok(body instanceof Uint8Array && Buffer.from(body).includes('<Key>a&#1;b</Key>'))
  })

  it('the two versions of the operation answer in their own words', () => {
    const first = listed('prefix=p%20&delimiter=/&marker=m&encoding-type=url', ['k'], ['g/'])
    assert.equal(field(first, 'Prefix'), 'p%20')
    assert.equal(field(first, 'Marker'), 'm')
    assert.equal(field(first, 'NextMarker'), 'g/')
    assert.equal(field(first, 'KeyCount'), undefined)
    assert.equal(field(listed('marker=m', ['k']), 'NextMarker'), undefined)
    const second = listed('list-type=2&start-after=s&continuation-token=c&max-keys=7', ['k'], ['g/'])
    assert.equal(field(second, 'KeyCount'), '2')
    assert.equal(field(second, 'StartAfter'), 's')
    assert.equal(field(second, 'ContinuationToken'), 'c')
    assert.equal(field(second, 'NextContinuationToken'), 'TOKEN')
    assert.equal(field(second, 'MaxKeys'), '7')
    assert.equal(field(second, 'Marker'), undefined)
    assert.equal(field(requireOne(second, 'Contents'), 'LastModified'), '1970-01-01T00:00:00.000Z')
    assert.equal(field(requireOne(second, 'Contents'), 'ETag'), '"e"')
  })

  it('T-112 (part) spec 4.2: listings and answers without the right to open show nothing of the plaintext', () => {
    const plain = headersOf(headed(describedAs(KMS)))
    assert.ok(!Object.keys(plain).some((name) => name.startsWith('x-amz-checksum-')))
    const entry = requireOne(listed('', ['k']), 'Contents')
    assert.deepEqual(
      entry.children.map(({ name }) => name),
      ['Key', 'LastModified', 'ETag', 'Size', 'StorageClass'],
    )
  })

  it('versions and delete markers, in order; owners where the account is known', () => {
    const operation = operationOf({ path: '/bucket', query: 'versions' })
    assert.ok(operation.kind === 'list-object-versions')
    const version = {
      key: keyOf('k'),
      size: 1,
      lastModifiedMs: 0,
      etag: 'e',
      storageClass: 'STANDARD',
      versionId,
      isLatest: true,
    }
    const result = {
      versions: [
        { ...version, deleteMarker: true },
        { ...version, deleteMarker: false },
      ],
      groups: [],
      truncated: false,
    }
    const answer: Answer = { operation, result }
    const document = documentOf(encode(answer, CONTEXT), 'ListVersionsResult')
    const names = document.children.map(({ name }) => name)
    assert.deepEqual(names.slice(-2), ['DeleteMarker', 'Version'])
    assert.equal(field(requireOne(document, 'DeleteMarker'), 'ETag'), undefined)
    assert.equal(atMostOne(requireOne(document, 'Version'), 'Owner'), undefined)
  })

  it('an answer of another dialect’s operation is a defect', () => {
    assert.throws(() => encode({ operation: { kind: 'list-keys' }, result: { keys: [] } }, CONTEXT), /no answer/)
  })
})
