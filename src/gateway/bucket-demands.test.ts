import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BucketRecord } from '../objects/index.ts'
import {
  parseAccountId,
  parseBucketName,
  parseObjectKey,
  StoreFailure,
  type Caller,
  type RefererRules,
  type Target,
} from '../operations/index.ts'
import { demandPayment, demandReferer } from './bucket-demands.ts'

const account = parseAccountId('000000000001') ?? assert.fail()
const other = parseAccountId('000000000002') ?? assert.fail()
const name = parseBucketName('guarded') ?? assert.fail()
const parsed = parseObjectKey('a.jpg')
assert.ok(parsed.kind === 'key')
const { key } = parsed
const NOBODY: Caller = { kind: 'anonymous' }
const signed = (scheme: 'sigv4' | 'oss-v1-query', of = account): Caller => ({
  ...{ kind: 'account-root', account: of, arn: `arn:aws:iam::${of}:root`, accessKeyId: 'A', scheme },
})
const READ: Target = { kind: 'get-object', bucket: name, key }
const RULES: RefererRules = { enabled: true, allowEmpty: false, allowed: [], denied: [] }

function bucket(more: Partial<BucketRecord>): BucketRecord {
  return {
    ...{ name, account, uuid: Buffer.alloc(16), region: 'r', createdMs: 0, versioning: 'unversioned' },
    encryption: { mode: 'none', cipher: 'aes-256', bucketKey: false, explicit: false },
    ...more,
  }
}

function passes(demand: () => void): boolean {
  try {
    demand()
    return true
  } catch (error) {
    assert.ok(error instanceof StoreFailure)
    return false
  }
}

function takes(referer: Partial<RefererRules>, from: string | undefined, caller = NOBODY, target = READ): boolean {
  const facts = from === undefined ? {} : { referer: from }
  return passes(() => demandReferer(caller, target, facts, bucket({ referer: { ...RULES, ...referer } })))
}

test('a referer has to fit the white list, may not fit the black list, and may be missing only where that is allowed', () => {
  const allowed = ['https://*.example.com', 'shop.example']
  assert.equal(takes({ allowed }, 'https://www.example.com/page?x=1'), true)
  assert.equal(takes({ allowed }, 'HTTP://SHOP.example/a/b'), true)
  for (const from of [
    'https://example.com.evil/',
    'https://evil/https://www.example.com',
    'https://notshop.example/',
  ]) {
    assert.equal(takes({ allowed }, from), false, from)
  }
  assert.equal(takes({ allowed }, undefined), false)
  assert.equal(takes({ allowed, allowEmpty: true }, undefined), true)
  assert.equal(takes({ denied: ['*evil*'] }, 'https://evil.example/'), false)
  assert.equal(takes({ denied: ['*evil*'] }, 'https://good.example/'), true)
  assert.equal(takes({ allowed, denied: ['https://www.example.com'] }, 'https://www.example.com/a'), false)
  assert.equal(takes({ enabled: false, denied: ['*'] }, 'https://evil.example/'), true)
})

test('how much of a referer counts is the rule’s to say', () => {
  const allowed = ['https://a.example/list']
  assert.equal(takes({ allowed }, 'https://a.example/list?page=2'), true)
  assert.equal(takes({ allowed, truncateQuery: false, truncatePath: false }, 'https://a.example/list?page=2'), false)
  assert.equal(takes({ allowed: ['https://a.example'], truncatePath: false }, 'https://a.example/list'), false)
  assert.equal(takes({ allowed: ['https://a.example'], truncatePath: true }, 'https://a.example/list'), true)
})

test('lists of referers are for pages: who signs the headers is not asked, who holds a signed URL is unless told otherwise', () => {
  const denied = ['*']
  assert.equal(takes({ denied }, 'https://a.example', signed('sigv4')), true)
  assert.equal(takes({ denied }, 'https://a.example', signed('oss-v1-query')), false)
  assert.equal(takes({ denied, signedUrls: false }, 'https://a.example', signed('oss-v1-query')), true)
  assert.equal(takes({ denied }, 'https://a.example', NOBODY, { kind: 'get-bucket-cors', bucket: name }), true)
})

test('requesters of other accounts say that they pay; nobody cannot', () => {
  const pays = (caller: Caller, target: Target = READ): boolean =>
    passes(() =>
      demandPayment(caller, target, { bucket: bucket({ payer: 'requester' }), sourceBucket: undefined, checks: [] }),
    )
  assert.equal(pays(signed('sigv4')), true)
  assert.equal(pays(signed('sigv4', other)), false)
  assert.equal(pays(signed('sigv4', other), { ...READ, requesterPays: true }), true)
  assert.equal(pays(NOBODY, { ...READ, requesterPays: true }), false)
})
