import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseCopySource } from './copy-source.ts'
import { refusalOf } from './s3-request.fixture.ts'

const VERSION = '0123456789abcdef0123456789abcdef'

describe('copy sources', () => {
  it('T-034 T-021 reads bucket, key and version once', () => {
    const table: readonly (readonly [header: string, bucket: string, key: string, version?: string])[] = [
      ['bucket/key', 'bucket', 'key'],
      ['/bucket/key', 'bucket', 'key'],
      ['/bucket/a/b/c', 'bucket', 'a/b/c'],
      ['/bucket//k', 'bucket', '/k'],
      ['/bucket/..%2f..%2fvictim/k', 'bucket', '../../victim/k'],
      ['/bucket/../victim/k', 'bucket', '../victim/k'],
      ['bucket/k%3FversionId=x', 'bucket', 'k?versionId=x'],
      ['bucket/%252e%252e', 'bucket', '%2e%2e'],
      ['bucket/a+b%2Bc%20d', 'bucket', 'a+b+c d'],
      ['bucket/\u00c3\u00a9', 'bucket', '\u00e9'],
      [`bucket/k?versionId=${VERSION}`, 'bucket', 'k', VERSION],
      ['bucket/k?versionId=null', 'bucket', 'k', 'null'],
    ]
    for (const [header, bucket, key, versionId] of table) {
      const expected = { bucket, key, ...(versionId === undefined ? {} : { versionId }) }
      assert.deepEqual(parseCopySource(header), expected, header)
    }
  })

  it('T-034 T-022 refuses everything else', () => {
    for (const header of [
      ...['', '/', 'b', 'bucket', '/bucket', 'bucket/', '/bucket/', '//bucket/k', 'bucket%2Fk', 'BUCKET/k'],
      ...[
        'bucket/k?versionId=',
        'bucket/k?versionId=x',
        'bucket/k?x=1',
        'bucket/k?',
        `bucket/k?versionId=${VERSION}&a=b`,
      ],
      ...['bucket/%00', 'bucket/%ff', 'bucket/%c0%ae', 'bucket/%zz', 'bucket/\u00ff'],
      ...['http://other.example/bucket/key', 'bucket-1250000000.cos.ap-guangzhou.myqcloud.com'],
    ]) {
      const failure = refusalOf(() => parseCopySource(header))
      assert.equal(failure.kind, 'invalid-argument', header)
      assert.equal(failure.argument, 'x-amz-copy-source')
    }
    assert.equal(
      refusalOf(() => parseCopySource('arn:aws:s3:us-east-1:1:accesspoint/a/object/k')).kind,
      'not-implemented',
    )
    assert.equal(refusalOf(() => parseCopySource(`bucket/${'x'.repeat(1_025)}`)).kind, 'key-too-long')
  })
})
