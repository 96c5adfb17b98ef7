import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Failure } from '../../operations/index.ts'
import { readXml, requireOne, textOf, atMostOne } from '../xml.ts'
import { FAILURES } from './failure-table.ts'
import { encodeFailure } from './failures.ts'

const CONTEXT = { requestId: 'REQUEST1', method: 'GET', resource: '/bucket/a&b' }

interface Shown {
  readonly status: number
  readonly code: string
  field(name: string): string | undefined
  header(name: string): string | undefined
}

function shown(failure: Failure): Shown {
  const { status, headers, body } = encodeFailure(failure, CONTEXT)
  assert.ok(body instanceof Uint8Array)
  const root = readXml(body, { root: 'Error', namespace: 'urn:none' })
  const field = (name: string): string | undefined => {
    const found = atMostOne(root, name)
    return found === undefined ? undefined : textOf(found)
  }
  return {
    status,
    code: textOf(requireOne(root, 'Code')),
    field,
    header: (name) => headers.find(([other]) => other === name)?.[1],
  }
}

describe('failures as S3 shows them', () => {
  it('codes and statuses of the error sheet (spec 10 and 7.1)', () => {
    const table: readonly (readonly [Failure, number, string])[] = [
      [{ kind: 'access-denied' }, 403, 'AccessDenied'],
      [{ kind: 'bad-digest', algorithm: 'crc32', expected: 'a', computed: 'b' }, 400, 'BadDigest'],
      [{ kind: 'conditional-conflict', key: 'k' }, 409, 'ConditionalRequestConflict'],
      [{ kind: 'invalid-argument', argument: 'a', detail: 'd' }, 400, 'InvalidArgument'],
      [{ kind: 'invalid-bucket-name', name: 'B' }, 400, 'InvalidBucketName'],
      [{ kind: 'invalid-expected-owner' }, 400, 'InvalidBucketOwnerAWSAccountID'],
      [{ kind: 'invalid-digest' }, 400, 'InvalidDigest'],
      [{ kind: 'invalid-encryption-algorithm', value: 'x' }, 400, 'InvalidEncryptionAlgorithmError'],
      [{ kind: 'invalid-part-number', requested: 3, actual: 2 }, 416, 'InvalidPartNumber'],
      [{ kind: 'customer-key-mismatch', detail: 'd' }, 400, 'InvalidRequest'],
      [{ kind: 'self-copy-without-change' }, 400, 'InvalidRequest'],
      [{ kind: 'key-not-found', key: 'k' }, 400, 'KMS.NotFoundException'],
      [{ kind: 'key-disabled', key: 'k' }, 400, 'KMS.DisabledException'],
      [{ kind: 'key-invalid-state', key: 'k', state: 'pending-deletion' }, 400, 'KMS.KMSInvalidStateException'],
      [{ kind: 'key-invalid-usage', key: 'k', detail: 'd' }, 400, 'KMS.InvalidKeyUsageException'],
      [{ kind: 'invalid-ciphertext' }, 400, 'KMS.InvalidCiphertextException'],
      [{ kind: 'incorrect-key' }, 400, 'KMS.IncorrectKeyException'],
      [{ kind: 'malformed-trailer', detail: 'd' }, 400, 'MalformedTrailerError'],
      [{ kind: 'malformed-xml', detail: 'd' }, 400, 'MalformedXML'],
      [{ kind: 'missing-body' }, 400, 'MissingRequestBodyError'],
      [{ kind: 'no-such-bucket', bucket: 'b' }, 404, 'NoSuchBucket'],
      [{ kind: 'no-such-key', key: 'k' }, 404, 'NoSuchKey'],
      [{ kind: 'no-such-upload', uploadId: 'u' }, 404, 'NoSuchUpload'],
      [{ kind: 'not-implemented', detail: 'd', header: 'If-Match' }, 501, 'NotImplemented'],
      [{ kind: 'precondition-failed', condition: 'If-Match' }, 412, 'PreconditionFailed'],
      [{ kind: 'invalid-range', size: 5, requested: 'bytes=9-' }, 416, 'InvalidRange'],
      [{ kind: 'bucket-exists', bucket: 'b', owned: true }, 409, 'BucketAlreadyOwnedByYou'],
      [{ kind: 'bucket-exists', bucket: 'b', owned: false }, 409, 'BucketAlreadyExists'],
      [{ kind: 'slow-down', detail: 'd' }, 503, 'SlowDown'],
      [{ kind: 'sealed' }, 503, 'ServiceUnavailable'],
      [{ kind: 'integrity', what: 'segment 3' }, 500, 'InternalError'],
      [{ kind: 'internal' }, 500, 'InternalError'],
    ]
    for (const [failure, status, code] of table) {
      const answer = shown(failure)
      assert.equal(answer.status, status, failure.kind)
      assert.equal(answer.code, code, failure.kind)
      assert.equal(answer.field('RequestId'), 'REQUEST1')
      assert.equal(answer.header('x-amz-request-id'), 'REQUEST1')
      assert.equal(answer.field('Resource'), '/bucket/a&b')
    }
    for (const [kind, { status, code }] of Object.entries(FAILURES)) {
      assert.ok(status >= 300 && status <= 599 && /^[A-Za-z0-9.]+$/.test(code), kind)
    }
  })

  it('extra elements and headers', () => {
    const argument = shown({ kind: 'invalid-argument', argument: 'customer-key', detail: 'd' })
    assert.equal(argument.field('ArgumentName'), 'x-amz-server-side-encryption')
    assert.equal(argument.field('ArgumentValue'), 'null')
    assert.equal(shown({ kind: 'not-implemented', detail: 'd', header: 'If-Match' }).field('Header'), 'If-Match')
    assert.equal(shown({ kind: 'precondition-failed', condition: 'If-Match' }).field('Condition'), 'If-Match')
    const range = shown({ kind: 'invalid-range', size: 5, requested: 'bytes=9-' })
    assert.equal(range.field('ActualObjectSize'), '5')
    assert.equal(range.header('Content-Range'), 'bytes */5')
    const marker = shown({ kind: 'no-such-key', key: 'k', deleteMarker: 'v1' })
    assert.equal(marker.header('x-amz-delete-marker'), 'true')
    assert.equal(marker.header('x-amz-version-id'), 'v1')
    assert.equal(shown({ kind: 'method-not-allowed', allowed: ['GET', 'PUT'] }).header('Allow'), 'GET, PUT')
    const region = { kind: 'malformed-authorization', detail: 'd', expectedRegion: 'eu-1' } as const
    assert.equal(shown(region).field('Region'), 'eu-1')
  })

  it('what is damaged, and why something is denied, stays inside', () => {
    for (const failure of [
      { kind: 'integrity', what: 'SECRET' },
      { kind: 'access-denied', reason: 'SECRET', action: 'SECRET' },
    ] as const) {
      const { body } = encodeFailure(failure, CONTEXT)
      assert.ok(body instanceof Uint8Array && !Buffer.from(body).includes('SECRET'))
    }
  })

  it('HEAD and 304 have no body', () => {
    const head = encodeFailure({ kind: 'access-denied' }, { ...CONTEXT, method: 'HEAD' })
    assert.equal(head.status, 403)
    assert.equal(head.body, undefined)
    const unchanged = encodeFailure({ kind: 'not-modified', etag: 'e', lastModifiedMs: 0 }, CONTEXT)
    assert.equal(unchanged.status, 304)
    assert.equal(unchanged.body, undefined)
    assert.deepEqual(unchanged.headers.slice(2), [
      ['ETag', '"e"'],
      ['Last-Modified', 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ])
  })

  it('T-125 T-129 (part) names in errors are text', () => {
    for (const name of ['</Key><Key>x', ']]>', '__proto__', '"\'&']) {
      assert.equal(shown({ kind: 'no-such-key', key: name }).field('Key'), name)
      assert.equal(shown({ kind: 'invalid-bucket-name', name }).field('BucketName'), name)
    }
  })
})
