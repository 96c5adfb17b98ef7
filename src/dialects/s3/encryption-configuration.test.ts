import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BucketEncryption, EncryptionRule } from '../../operations/index.ts'
import { readEncryptionConfiguration, writeEncryptionConfiguration } from './encryption-configuration.ts'
import { refusalOf } from './s3-request.fixture.ts'

const OPEN = '<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
const CLOSE = '</ServerSideEncryptionConfiguration>'
const EXAMPLE_KEY = 'arn:aws:kms:us-east-1:1234/5678example'

const read = (text: string): EncryptionRule => readEncryptionConfiguration(Buffer.from(text, 'utf8'))
const rule = (inner: string): EncryptionRule => read(`${OPEN}<Rule>${inner}</Rule>${CLOSE}`)
const byDefault = (inner: string, beside = ''): EncryptionRule =>
  rule(`<ApplyServerSideEncryptionByDefault>${inner}</ApplyServerSideEncryptionByDefault>${beside}`)

const malformed = (act: () => unknown, what: string): void => assert.equal(refusalOf(act).kind, 'malformed-xml', what)

function made(mode: BucketEncryption['mode'], key?: string, bucketKey = false): EncryptionRule {
  return { rule: { mode, cipher: 'aes-256', bucketKey, ...(key === undefined ? {} : { key }) } }
}

describe('PutBucketEncryption documents', () => {
  it('S3-97 S3-98 S3-99 S3-102 (parts) the bodies of the reference, byte for byte', () => {
    assert.deepEqual(
      read(
        '<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"> <Rule> <ApplyServerSideEncryptionByDefault> <SSEAlgorithm>AES256</SSEAlgorithm> </ApplyServerSideEncryptionByDefault> </Rule> </ServerSideEncryptionConfiguration>',
      ),
      made('sse-s3'),
    )
    const withKey = (algorithm: string): string =>
      `<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"> <Rule> <ApplyServerSideEncryptionByDefault> <SSEAlgorithm>${algorithm}</SSEAlgorithm> <KMSKeyID>${EXAMPLE_KEY}</KMSKeyID> </ApplyServerSideEncryptionByDefault> </Rule> </ServerSideEncryptionConfiguration>`
    assert.deepEqual(read(withKey('aws:kms:dsse')), made('dsse-kms', EXAMPLE_KEY))
    assert.deepEqual(read(withKey('aws:kms')), made('sse-kms', EXAMPLE_KEY))
  })

  it('S3-77 S3-78 (part) line breaks do not count, order does not matter', () => {
    const printed = `<?xml version="1.0" encoding="UTF-8"?>
<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
<Rule>
<ApplyServerSideEncryptionByDefault>
<KMSMasterKeyID>alias/a
</KMSMasterKeyID>
<SSEAlgorithm>aws:kms
</SSEAlgorithm>
</ApplyServerSideEncryptionByDefault>
<BucketKeyEnabled>true
</BucketKeyEnabled>
</Rule>
</ServerSideEncryptionConfiguration>`
    assert.deepEqual(read(printed), made('sse-kms', 'alias/a', true))
    const flagFirst = '<BucketKeyEnabled>true</BucketKeyEnabled><ApplyServerSideEncryptionByDefault>'
    const rest = '<SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault>'
    assert.deepEqual(rule(flagFirst + rest), made('sse-kms', undefined, true))
  })

  it('S3-67 S3-69 (part) the root is required; its namespace is S3’s or none', () => {
    const inner =
      '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>'
    assert.deepEqual(read(`<ServerSideEncryptionConfiguration>${inner}${CLOSE}`), made('sse-s3'))
    for (const text of [
      inner,
      `<Other>${inner}</Other>`,
      'not xml',
      '{"Rules":[]}',
      `<ServerSideEncryptionConfiguration xmlns="urn:x">${inner}${CLOSE}`,
    ]) {
      malformed(() => read(text), text)
    }
  })

  it('S3-70 S3-71 (part) exactly one rule', () => {
    const one =
      '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>'
    malformed(() => read(`${OPEN}${CLOSE}`), 'no rule')
    malformed(() => read(`${OPEN}${one}${one}${CLOSE}`), 'two rules')
    malformed(() => rule(''), 'a rule with nothing in it')
    malformed(() => rule('<BucketKeyEnabled>true</BucketKeyEnabled>'), 'a flag alone')
  })

  it('S3-72 S3-73 (part) the algorithm is one of three, inside the default', () => {
    assert.deepEqual(byDefault('<SSEAlgorithm>AES256</SSEAlgorithm>'), made('sse-s3'))
    assert.deepEqual(byDefault('<SSEAlgorithm>aws:kms</SSEAlgorithm>'), made('sse-kms'))
    assert.deepEqual(byDefault('<SSEAlgorithm>aws:kms:dsse</SSEAlgorithm>'), made('dsse-kms'))
    for (const value of ['aws:KMS', 'none', 'aws:fsx', 'aws:backup', '', 'aes256', 'AES256 aws:kms', 'SSE-C']) {
      malformed(() => byDefault(`<SSEAlgorithm>${value}</SSEAlgorithm>`), value)
    }
    malformed(() => byDefault('<KMSMasterKeyID>k</KMSMasterKeyID>'), 'no algorithm')
    malformed(() => rule('<SSEAlgorithm>AES256</SSEAlgorithm>'), 'an algorithm outside')
    malformed(
      () => byDefault('<SSEAlgorithm>aws:kms</SSEAlgorithm>', '<KMSMasterKeyID>k</KMSMasterKeyID>'),
      'a key outside',
    )
    malformed(() => byDefault('<SSEAlgorithm>AES256</SSEAlgorithm><SSEAlgorithm>AES256</SSEAlgorithm>'), 'twice')
    malformed(() => byDefault('<SSEAlgorithm>AES256</SSEAlgorithm><X/>'), 'an unknown element')
  })

  it('S3-74 (part) any text is a key, and stays as it was put', () => {
    const keys = [
      '1234abcd-12ab-34cd-56ef-1234567890ab',
      'mrk-1234',
      'alias/my-key',
      'alias/aws/s3',
      'any text \u00e9 & more',
      'x'.repeat(2_048),
    ]
    for (const key of keys) {
      const escaped = key.replace('&', '&amp;')
      assert.deepEqual(
        byDefault(`<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${escaped}</KMSMasterKeyID>`),
        made('sse-kms', key),
      )
    }
    assert.deepEqual(
      byDefault('<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID> </KMSMasterKeyID>'),
      made('sse-kms'),
    )
    malformed(
      () => byDefault(`<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${'x'.repeat(2_049)}</KMSMasterKeyID>`),
      'too long',
    )
  })

  it('S3-75 a key with AES256 is InvalidArgument', () => {
    const failure = refusalOf(() => byDefault('<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID>'))
    assert.ok(failure.kind === 'invalid-argument' && failure.argument === 'ApplyServerSideEncryptionByDefault')
    assert.deepEqual(byDefault('<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID/>'), made('sse-s3'))
  })

  it('S3-76 S3-13 (part) BucketKeyEnabled is a boolean inside the rule, false when absent, whatever the algorithm', () => {
    for (const [text, flag] of [
      ['true', true],
      ['false', false],
      ['1', true],
      ['0', false],
      [' true ', true],
    ] as const) {
      for (const [algorithm, mode] of [
        ['AES256', 'sse-s3'],
        ['aws:kms', 'sse-kms'],
        ['aws:kms:dsse', 'dsse-kms'],
      ] as const) {
        const read = byDefault(
          `<SSEAlgorithm>${algorithm}</SSEAlgorithm>`,
          `<BucketKeyEnabled>${text}</BucketKeyEnabled>`,
        )
        assert.deepEqual(read, made(mode, undefined, flag))
      }
    }
    for (const text of ['', 'yes', 'TRUE', 'True', '2', 'on']) {
      malformed(
        () => byDefault('<SSEAlgorithm>aws:kms</SSEAlgorithm>', `<BucketKeyEnabled>${text}</BucketKeyEnabled>`),
        text,
      )
    }
  })

  it('S3-101 (part) T-123 both spellings of the key; both present have to agree', () => {
    const both = (one: string, other: string): EncryptionRule =>
      byDefault(
        `<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${one}</KMSMasterKeyID><KMSKeyID>${other}</KMSKeyID>`,
      )
    assert.deepEqual(byDefault('<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSKeyID>k</KMSKeyID>'), made('sse-kms', 'k'))
    assert.deepEqual(both('k', ' k '), made('sse-kms', 'k'))
    malformed(() => both('k', 'l'), 'different')
    malformed(
      () => byDefault('<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSKeyID>k</KMSKeyID><KMSKeyID>k</KMSKeyID>'),
      'twice',
    )
  })

  it('the block list: one value, alone or beside a default, in both spellings (spec 3.5)', () => {
    const types = (inner: string, name = 'BlockedEncryptionTypes'): string => `<${name}>${inner}</${name}>`
    const none = '<EncryptionType>NONE</EncryptionType>'
    const blocks = '<EncryptionType>SSE-C</EncryptionType>'
    assert.deepEqual(rule(types(none)), { blocked: 'none' })
    assert.deepEqual(rule(types(blocks, 'BlockEncryptionTypes')), { blocked: 'sse-c' })
    assert.deepEqual(byDefault('<SSEAlgorithm>AES256</SSEAlgorithm>', types(blocks)), {
      ...made('sse-s3'),
      blocked: 'sse-c',
    })
    assert.deepEqual(byDefault('<SSEAlgorithm>AES256</SSEAlgorithm>', types('')), made('sse-s3'))
    malformed(() => rule(types('')), 'an empty container alone')
    for (const inner of [
      none + blocks,
      none + none,
      '<EncryptionType>SSE-KMS</EncryptionType>',
      '<EncryptionType/>',
      '<X/>',
    ]) {
      malformed(() => rule(types(inner)), inner)
    }
    malformed(() => rule(types(none) + types(none, 'BlockEncryptionTypes')), 'both spellings')
  })
})

describe('GetBucketEncryption documents', () => {
  const written = (encryption: Partial<BucketEncryption>): string =>
    writeEncryptionConfiguration({
      mode: 'sse-s3',
      cipher: 'aes-256',
      bucketKey: false,
      explicit: true,
      ...encryption,
    }).toString()

  it('S3-04 S3-05 (part) an unset default, in whichever words it was made, is AES256 without a bucket key', () => {
    for (const mode of ['none', 'sse-s3'] as const) {
      const text = written({ mode, explicit: false })
      assert.ok(
        text.includes('<SSEAlgorithm>AES256</SSEAlgorithm>') &&
          text.includes('<BucketKeyEnabled>false</BucketKeyEnabled>'),
      )
      assert.ok(!text.includes('KMSMasterKeyID') && !text.includes('Blocked'))
    }
  })

  it('S3-74 S3-101 (part) what was put is read back: key text, flag, block list', () => {
    for (const key of ['k', EXAMPLE_KEY, 'a & <b>']) {
      for (const blocked of [undefined, 'none', 'sse-c'] as const) {
        const text = written({ mode: 'dsse-kms', key, bucketKey: true, ...(blocked === undefined ? {} : { blocked }) })
        assert.ok(text.includes('<KMSMasterKeyID>') && !text.includes('KMSKeyID'))
        assert.deepEqual(read(text), { ...made('dsse-kms', key, true), ...(blocked === undefined ? {} : { blocked }) })
      }
    }
  })
})
