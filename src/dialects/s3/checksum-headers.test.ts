import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { headersOf } from '../../http/index.ts'
import type { ChecksumAlgorithm, FailureKind } from '../../operations/index.ts'
import { CHECKSUM_BYTES } from '../../operations/index.ts'
import {
  ALGORITHMS,
  bodyExpectation,
  completedChecksum,
  shownChecksum,
  uploadChecksum,
  wantsChecksums,
} from './checksum-headers.ts'
import { refusalOf } from './s3-request.fixture.ts'

type Table = Readonly<Record<string, string>>

const headers = (table: Table): ReturnType<typeof headersOf> => headersOf(Object.entries(table))

function value(algorithm: ChecksumAlgorithm): string {
  return Buffer.alloc(CHECKSUM_BYTES[algorithm], 7).toString('base64')
}

function expectation(table: Table, rule: 'configuration' | 'object' = 'configuration'): unknown {
  return bodyExpectation(headers(table), rule)
}

function refused(table: Table, kind: FailureKind, rule: 'configuration' | 'object' = 'configuration'): void {
  assert.equal(refusalOf(() => expectation(table, rule)).kind, kind, JSON.stringify(table))
}

describe('checksums of bodies', () => {
  it('S3-79 (part) Content-MD5 is 16 bytes of base64, or InvalidDigest', () => {
    assert.deepEqual(expectation({}), {})
    const md5 = Buffer.alloc(16, 3)
    assert.deepEqual(expectation({ 'content-md5': md5.toString('base64') }), { md5 })
    for (const bad of [
      '',
      'x',
      'AAAA',
      md5.toString('hex'),
      `${md5.toString('base64')}=`,
      ' ' + md5.toString('base64'),
    ]) {
      refused({ 'content-md5': bad }, 'invalid-digest')
    }
  })

  it('S3-86 S3-90 S3-91 S3-92 (part) each algorithm is read with and without the algorithm header', () => {
    for (const algorithm of ALGORITHMS) {
      const expected = { checksum: { algorithm, value: Buffer.alloc(CHECKSUM_BYTES[algorithm], 7) } }
      const name = `x-amz-checksum-${algorithm}`
      for (const rule of ['configuration', 'object'] as const) {
        assert.deepEqual(expectation({ [name]: value(algorithm) }, rule), expected)
        for (const announced of [algorithm.toUpperCase(), algorithm]) {
          const both = { [name]: value(algorithm), 'x-amz-sdk-checksum-algorithm': announced }
          assert.deepEqual(expectation(both, rule), expected)
        }
      }
    }
  })

  it('S3-86 (part) a value that is no base64 or of another length is InvalidRequest', () => {
    for (const algorithm of ALGORITHMS) {
      const name = `x-amz-checksum-${algorithm}`
      for (const bad of [
        '',
        '!',
        'AA',
        `${value(algorithm)}A`,
        Buffer.alloc(CHECKSUM_BYTES[algorithm] + 1).toString('base64'),
      ]) {
        refused({ [name]: bad }, 'invalid-request')
      }
    }
  })

  it('T-165 (part) two values are InvalidRequest', () => {
    refused({ 'x-amz-checksum-crc32': value('crc32'), 'x-amz-checksum-sha256': value('sha256') }, 'invalid-request')
  })

  it('S3-88 the algorithm header with neither value nor trailer is InvalidRequest', () => {
    refused({ 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'invalid-request')
    refused({ 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'invalid-request', 'object')
    refused(
      { 'x-amz-sdk-checksum-algorithm': 'CRC32', 'content-md5': Buffer.alloc(16).toString('base64') },
      'invalid-request',
    )
  })

  it('S3-89 (part) on configurations the value decides; on objects a mismatch is InvalidRequest', () => {
    const table = { 'x-amz-checksum-crc32': value('crc32'), 'x-amz-sdk-checksum-algorithm': 'SHA256' }
    assert.deepEqual(expectation(table), { checksum: { algorithm: 'crc32', value: Buffer.alloc(4, 7) } })
    refused(table, 'invalid-request', 'object')
  })

  it('S3-92 unknown algorithms are InvalidRequest, wherever they are named', () => {
    refused({ 'x-amz-checksum-foo': 'AAAA' }, 'invalid-request')
    refused({ 'x-amz-checksum-sha512': 'AAAA' }, 'invalid-request')
    refused({ 'x-amz-checksum-crc32': value('crc32'), 'x-amz-sdk-checksum-algorithm': 'FOO' }, 'invalid-request')
    refused({ 'x-amz-trailer': 'x-amz-checksum-foo' }, 'invalid-request')
  })

  it('S3-87 (part) a trailer stands for the value; both together, or another trailer, are InvalidRequest', () => {
    const trailer = { 'x-amz-trailer': 'x-amz-checksum-crc32c', 'x-amz-sdk-checksum-algorithm': 'CRC32C' }
    assert.deepEqual(expectation(trailer), { checksum: { algorithm: 'crc32c', value: 'trailer' } })
    refused({ ...trailer, 'x-amz-checksum-crc32c': value('crc32c') }, 'invalid-request')
    refused({ 'x-amz-trailer': 'x-amz-meta-a' }, 'invalid-request')
    refused({ 'x-amz-trailer': 'x-amz-checksum-type' }, 'invalid-request')
    refused({ ...trailer, 'x-amz-sdk-checksum-algorithm': 'SHA1' }, 'invalid-request', 'object')
  })
})

describe('checksums of uploads', () => {
  it('pairs of algorithm and type: those that exist, and the defaults', () => {
    const chosen = (algorithm: string, type?: string): unknown =>
      uploadChecksum(
        headers({
          'x-amz-checksum-algorithm': algorithm,
          ...(type === undefined ? {} : { 'x-amz-checksum-type': type }),
        }),
      )
    for (const algorithm of ['crc32', 'crc32c', 'sha1', 'sha256']) {
      assert.deepEqual(chosen(algorithm.toUpperCase()), { algorithm, type: 'composite' })
      assert.deepEqual(chosen(algorithm, 'COMPOSITE'), { algorithm, type: 'composite' })
    }
    for (const algorithm of ['crc32', 'crc32c', 'crc64nvme']) {
      assert.deepEqual(chosen(algorithm, 'FULL_OBJECT'), { algorithm, type: 'full-object' })
    }
    assert.deepEqual(chosen('CRC64NVME'), { algorithm: 'crc64nvme', type: 'full-object' })
    assert.equal(uploadChecksum(headers({})), undefined)
    for (const [algorithm, type] of [
      ['SHA1', 'FULL_OBJECT'],
      ['SHA256', 'FULL_OBJECT'],
      ['CRC64NVME', 'COMPOSITE'],
      ['CRC32', 'OTHER'],
    ] as const) {
      assert.equal(refusalOf(() => chosen(algorithm, type)).kind, 'invalid-request')
    }
    const alone = headers({ 'x-amz-checksum-type': 'FULL_OBJECT' })
    assert.equal(refusalOf(() => uploadChecksum(alone)).kind, 'invalid-request')
  })

  it('the checksum of a completion may be composite, and is shown as it was sent', () => {
    const sent = `${value('sha256')}-3`
    const composite = completedChecksum(headers({ 'x-amz-checksum-sha256': sent }))
    assert.deepEqual(composite, { algorithm: 'sha256', type: 'composite', value: Buffer.alloc(32, 7), parts: 3 })
    assert.equal(shownChecksum(composite), sent)
    const whole = completedChecksum(headers({ 'x-amz-checksum-crc64nvme': value('crc64nvme') }))
    assert.deepEqual(whole, { algorithm: 'crc64nvme', type: 'full-object', value: Buffer.alloc(8, 7) })
    for (const bad of [`${value('sha256')}-0`, `${value('sha256')}-10001`, `${value('sha256')}-03`, 'AAAA-1', '-1']) {
      assert.equal(
        refusalOf(() => completedChecksum(headers({ 'x-amz-checksum-sha256': bad }))).kind,
        'invalid-request',
        bad,
      )
    }
  })

  it('checksums are shown to who asks for them', () => {
    assert.equal(wantsChecksums(headers({})), false)
    assert.equal(wantsChecksums(headers({ 'x-amz-checksum-mode': 'ENABLED' })), true)
    assert.equal(refusalOf(() => wantsChecksums(headers({ 'x-amz-checksum-mode': 'ON' }))).kind, 'invalid-argument')
  })
})
