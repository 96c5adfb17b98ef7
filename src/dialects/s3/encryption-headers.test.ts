import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { headersOf } from '../../http/index.ts'
import type { CustomerKey, EncryptionRequest, Failure } from '../../operations/index.ts'
import { md5 } from '../../secrets/index.ts'
import { parseEncryptionContext, shownContext } from '../encryption-context.ts'
import {
  customerKeyOfRead,
  customerKeyOfSource,
  encryptionRequest,
  refuseForeignEncryption,
  refuseServerSideHeaders,
  refuseServerSideHeadersOnPart,
} from './encryption-headers.ts'
import { refusalOf, requestOf } from './s3-request.fixture.ts'

/** The test pairs of the specification: bytes 0 to 31, and 32 to 63. */
const KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
const MD5 = 'tP/LI3N87DFaSk0aoqYgzg=='
const OTHER_MD5 = 'v2HomVYPq94vbXb0BabrcA=='

type Table = Readonly<Record<string, string>>
const SSE = 'x-amz-server-side-encryption'
const PREFIX = `${SSE}-customer`
const GOOD: Table = { [`${PREFIX}-algorithm`]: 'AES256', [`${PREFIX}-key`]: KEY, [`${PREFIX}-key-md5`]: MD5 }

function asked(headers: Table, secure = true): EncryptionRequest {
  return encryptionRequest(requestOf({ headers, secure }))
}

/** A copy without some headers. */
function without(table: Table, ...names: readonly string[]): Table {
  return Object.fromEntries(Object.entries(table).filter(([name]) => !names.includes(name)))
}

function context(json: string): string {
  return Buffer.from(json, 'utf8').toString('base64')
}

function assertArgument(failure: Failure, argument: string, value: string | undefined): void {
  assert.equal(failure.kind, 'invalid-argument')
  assert.equal(failure.argument, argument)
  assert.equal(failure.value, value)
}

function bytesOf(customer: CustomerKey): string {
  return customer.key.expose((bytes) => Buffer.from(bytes).toString('base64'))
}

describe('the mode of a write (spec 4.3)', () => {
  it('each spelling that is allowed', () => {
    const table: readonly (readonly [Table, EncryptionRequest])[] = [
      [{}, { kind: 'default' }],
      [{ [`${SSE}-bucket-key-enabled`]: 'true' }, { kind: 'default', bucketKey: true }],
      [{ [SSE]: 'AES256' }, { kind: 'sse-s3' }],
      [{ [SSE]: 'AES256', [`${SSE}-bucket-key-enabled`]: 'true' }, { kind: 'sse-s3' }],
      [{ [SSE]: 'aws:kms' }, { kind: 'sse-kms' }],
      [
        { [SSE]: 'aws:kms', [`${SSE}-aws-kms-key-id`]: 'alias/a' },
        { kind: 'sse-kms', key: 'alias/a' },
      ],
      [
        { [SSE]: 'aws:kms', [`${SSE}-bucket-key-enabled`]: 'False' },
        { kind: 'sse-kms', bucketKey: false },
      ],
      [
        { [SSE]: 'aws:kms:dsse', [`${SSE}-aws-kms-key-id`]: 'k' },
        { kind: 'dsse-kms', key: 'k' },
      ],
      [
        { [SSE]: 'aws:kms:dsse', [`${SSE}-bucket-key-enabled`]: 'true' },
        { kind: 'dsse-kms', bucketKey: true },
      ],
      [
        { [SSE]: 'aws:kms', [`${SSE}-context`]: context('{"a":"b"}') },
        { kind: 'sse-kms', context: { a: 'b' } },
      ],
    ]
    for (const [headers, expected] of table) assert.deepEqual(asked(headers), expected, JSON.stringify(headers))
  })

  it('rows 4, 6 and 7: what does not belong together, and values that do not exist, are InvalidArgument', () => {
    const key = { [`${SSE}-aws-kms-key-id`]: 'k' }
    assertArgument(
      refusalOf(() => asked(key)),
      SSE,
      undefined,
    )
    assertArgument(
      refusalOf(() => asked({ ...key, [SSE]: 'AES256' })),
      SSE,
      'AES256',
    )
    assertArgument(
      refusalOf(() => asked({ [`${SSE}-context`]: context('{}') })),
      SSE,
      undefined,
    )
    for (const value of ['', 'aes256', 'AWS:KMS', 'aws:fsx', 'aws:backup', 'none', 'SM4', 'KMS']) {
      assertArgument(
        refusalOf(() => asked({ [SSE]: value })),
        SSE,
        value,
      )
    }
    for (const value of ['', 'yes', '1', 'true ']) {
      const failure = refusalOf(() => asked({ [SSE]: 'aws:kms', [`${SSE}-bucket-key-enabled`]: value }))
      assertArgument(failure, `${SSE}-bucket-key-enabled`, value)
    }
    assert.equal(refusalOf(() => asked({ [SSE]: 'aws:kms', [`${SSE}-aws-kms-key-id`]: '' })).kind, 'invalid-argument')
  })
})

describe('encryption contexts (spec 4.4)', () => {
  it('are base64 of a JSON object of strings, and come back as such', () => {
    for (const json of [
      '{}',
      ' { "a" : "b" , "c" : "d\\u00e9\\n" } ',
      '{"__proto__":"x","toString":"y"}',
      '{"\u00e9":"e\u0301"}',
    ]) {
      const parsed = parseEncryptionContext(context(json))
      assert.deepEqual(Object.entries(parsed ?? {}), Object.entries(JSON.parse(json) as object), json)
      assert.deepEqual(parseEncryptionContext(shownContext(parsed ?? {})), parsed)
    }
    const longest = `{"a":"${'x'.repeat(8 * 1024 - 8)}"}`
    assert.ok(parseEncryptionContext(context(longest)))
  })

  it('T-105 (part) T-129 everything else is refused', () => {
    for (const json of [
      ...['', '[]', 'null', '"a"', '{', '{"a":"b"', '{"a":"b",}', '{,}', '{"a":"b"}x', '{"a" "b"}', "{'a':'b'}"],
      ...['{"a":1}', '{"a":null}', '{"a":true}', '{"a":{"b":"c"}}', '{"a":["b"]}', '{a:"b"}', '{"a":"b","a":"c"}'],
      ...['{"a":"b","\\u0061":"c"}', '{"a":"\\ud800"}', '{"\\udc00":"a"}', '{"a":"\\x"}', '{"a":"\n"}'],
      `{"a":"${'x'.repeat(8 * 1024 - 7)}"}`,
    ]) {
      assert.equal(parseEncryptionContext(context(json)), undefined, json.slice(0, 60))
    }
    assert.equal(parseEncryptionContext('{"a":"b"}'), undefined)
    assert.equal(parseEncryptionContext('eyJhIjoiYiJ9='), undefined)
    assert.equal(parseEncryptionContext(Buffer.from('{"a":"\xff"}', 'latin1').toString('base64')), undefined)
    const failure = refusalOf(() => asked({ [SSE]: 'aws:kms', [`${SSE}-context`]: 'e30' }))
    assertArgument(failure, `${SSE}-context`, undefined)
  })
})

describe('customer keys on writes (spec 4.5)', () => {
  it('a coherent triple is SSE-C, and only its MD5 is text', () => {
    const request = asked(GOOD)
    assert.equal(request.kind, 'sse-c')
    assert.equal(request.customer.md5, MD5)
    assert.equal(bytesOf(request.customer), KEY)
    assert.ok(!JSON.stringify(request).includes(KEY))
  })

  it('rows 1 to 8, in their order', () => {
    const sse = { ...GOOD, [SSE]: 'aws:kms', [`${PREFIX}-algorithm`]: 'wrong' }
    assertArgument(
      refusalOf(() => asked(sse, false)),
      SSE,
      'aws:kms',
    )
    for (const name of [`${SSE}-aws-kms-key-id`, `${SSE}-context`, `${SSE}-bucket-key-enabled`]) {
      assertArgument(
        refusalOf(() => asked({ ...GOOD, [name]: 'true' })),
        SSE,
        'true',
      )
    }
    assert.equal(refusalOf(() => asked(GOOD, false)).kind, 'invalid-request')
    assertArgument(
      refusalOf(() => asked(without(GOOD, `${PREFIX}-algorithm`))),
      SSE,
      undefined,
    )
    assertArgument(
      refusalOf(() => asked({ [`${PREFIX}-algorithm`]: 'AES256' })),
      SSE,
      undefined,
    )
    assertArgument(
      refusalOf(() => asked({ [`${PREFIX}-key-md5`]: MD5 })),
      SSE,
      undefined,
    )
    for (const value of ['', 'aes256', 'AES128', 'SM4']) {
      const failure = refusalOf(() => asked({ ...GOOD, [`${PREFIX}-algorithm`]: value }))
      assert.deepEqual(failure, { kind: 'invalid-encryption-algorithm', value })
    }
    const short = Buffer.alloc(16, 1)
    for (const key of [
      '',
      '!',
      KEY.slice(1),
      `${KEY} `,
      short.toString('base64'),
      Buffer.alloc(33).toString('base64'),
    ]) {
      assertArgument(
        refusalOf(() => asked({ ...GOOD, [`${PREFIX}-key`]: key })),
        SSE,
        undefined,
      )
    }
    assertArgument(
      refusalOf(() => asked(without(GOOD, `${PREFIX}-key-md5`))),
      SSE,
      undefined,
    )
    for (const md5 of [OTHER_MD5, '', MD5.toLowerCase(), Buffer.from(MD5, 'base64').toString('hex')]) {
      assertArgument(
        refusalOf(() => asked({ ...GOOD, [`${PREFIX}-key-md5`]: md5 })),
        SSE,
        undefined,
      )
    }
  })

  it('row 2: the switch for tests lets plain HTTP through', () => {
    const request = requestOf({ headers: GOOD, secure: false, options: { allowInsecureSseC: true } })
    assert.equal(encryptionRequest(request).kind, 'sse-c')
  })

  it('no refusal repeats the key', () => {
    for (const table of [
      { ...GOOD, [SSE]: 'AES256' },
      { ...GOOD, [`${PREFIX}-key-md5`]: OTHER_MD5 },
      { ...GOOD, [`${PREFIX}-algorithm`]: 'x' },
    ]) {
      assert.ok(!JSON.stringify(refusalOf(() => asked(table))).includes(KEY))
    }
  })
})

describe('customer keys on reads and copy sources (spec 4.6)', () => {
  it('absent, coherent, or incoherent', () => {
    const read = (headers: Table): CustomerKey | undefined => customerKeyOfRead(requestOf({ headers }))
    assert.equal(read({}), undefined)
    assert.equal(read(GOOD)?.md5, MD5)
    assert.equal(
      refusalOf(() => read({ ...GOOD, [`${PREFIX}-algorithm`]: 'AES' })).kind,
      'invalid-encryption-algorithm',
    )
    assertArgument(
      refusalOf(() => read({ ...GOOD, [`${PREFIX}-key-md5`]: OTHER_MD5 })),
      SSE,
      undefined,
    )
    assertArgument(
      refusalOf(() => read(without(GOOD, `${PREFIX}-key`))),
      SSE,
      undefined,
    )
    assert.equal(
      refusalOf(() => customerKeyOfRead(requestOf({ headers: GOOD, secure: false }))).kind,
      'invalid-request',
    )
  })

  it('a coherent key of another length is handed on: the answer is that of a wrong key', () => {
    const bytes = Buffer.alloc(16, 1)
    const headers = {
      ...GOOD,
      [`${PREFIX}-key`]: bytes.toString('base64'),
      [`${PREFIX}-key-md5`]: md5(bytes).toString('base64'),
    }
    assert.equal(customerKeyOfRead(requestOf({ headers }))?.key.length, 16)
    assertArgument(
      refusalOf(() => asked(headers)),
      SSE,
      undefined,
    )
  })

  it('copy sources have headers of their own', () => {
    const source = Object.fromEntries(
      Object.entries(GOOD).map(([name, value]) => [name.replace('x-amz-', 'x-amz-copy-source-'), value]),
    )
    assert.equal(customerKeyOfSource(requestOf({ headers: GOOD })), undefined)
    assert.equal(customerKeyOfSource(requestOf({ headers: source }))?.md5, MD5)
    const wrong = { ...source, 'x-amz-copy-source-server-side-encryption-customer-algorithm': 'x' }
    assert.equal(
      refusalOf(() => customerKeyOfSource(requestOf({ headers: wrong }))).kind,
      'invalid-encryption-algorithm',
    )
  })
})

describe('encryption headers where none belong (spec 4.2)', () => {
  it('server-side headers are InvalidArgument with the value that was sent', () => {
    for (const name of [SSE, `${SSE}-aws-kms-key-id`, `${SSE}-context`, `${SSE}-bucket-key-enabled`]) {
      const request = requestOf({ headers: { [name]: 'AES256' } })
      assertArgument(
        refusalOf(() => refuseServerSideHeaders(request)),
        SSE,
        'AES256',
      )
      assertArgument(
        refusalOf(() => refuseServerSideHeadersOnPart(request)),
        SSE,
        'AES256',
      )
    }
    refuseServerSideHeaders(requestOf({ headers: GOOD }))
    const lenient = requestOf({ headers: { [SSE]: 'AES256' }, options: { switches: { ignoreSseOnParts: true } } })
    refuseServerSideHeadersOnPart(lenient)
    assert.throws(() => refuseServerSideHeaders(lenient))
  })

  it('T-099 a wish in another vendor’s spelling, or in none, is refused', () => {
    for (const name of [
      ...['x-oss-server-side-encryption', 'x-oss-server-side-encryption-key-id', 'x-oss-server-side-data-encryption'],
      ...['x-oss-server-side-encryption-customer-algorithm', 'x-oss-server-side-encryption-customer-key'],
      ...['x-obs-server-side-encryption', 'x-obs-server-side-encryption-kms-key-id', 'x-obs-sse-kms-key-project-id'],
      ...['x-obs-server-side-encryption-customer-key', 'x-obs-copy-source-server-side-encryption-customer-key'],
      ...['x-cos-server-side-encryption', 'x-cos-server-side-encryption-cos-kms-key-id'],
      ...['x-cos-server-side-encryption-context', 'x-cos-server-side-encryption-customer-algorithm'],
      ...['x-cos-copy-source-server-side-encryption-customer-key', 'x-amz-server-side-encryption-kms-key-id'],
      ...['x-amz-server-side-encryption-customer', 'x-amz-server-side-encryption-aws-kms-key'],
    ]) {
      const failure = refusalOf(() => refuseForeignEncryption(headersOf([[name, KEY]])))
      assert.ok(failure.kind === 'invalid-argument' && failure.argument === name, name)
    }
    refuseForeignEncryption(
      headersOf([...Object.entries(GOOD), [SSE, 'AES256'], ['x-oss-meta-a', 'b'], ['x-amz-meta-encryption', 'b']]),
    )
  })
})
