import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAccountId, type AccountId, type Caller } from '../operations/index.ts'
import { accountRootOnly, byTlsOnly } from './key-policy.ts'

function account(text: string): AccountId {
  const parsed = parseAccountId(text)
  assert.ok(parsed !== undefined)
  return parsed
}

const OWN = account('000000000001')

function root(of: AccountId, secure?: boolean): Caller {
  const known = { kind: 'account-root', account: of, arn: `arn:aws:iam::${of}:root`, accessKeyId: 'CFRX' } as const
  return { ...known, scheme: 'sigv4', ...(secure === undefined ? {} : { secure }) }
}

test('keys without a policy: their account’s root may, nobody else', () => {
  assert.equal(accountRootOnly(root(OWN), 'kms:Decrypt', OWN), 'allow')
  assert.equal(accountRootOnly(root(account('000000000002')), 'kms:Decrypt', OWN), 'deny')
  assert.equal(accountRootOnly({ kind: 'anonymous' }, 'kms:Decrypt', OWN), 'deny')
  const job: Caller = { kind: 'job', job: 'scrub', account: OWN, arn: 'arn:aws:coffer:::job/scrub' }
  assert.equal(accountRootOnly(job, 'kms:Decrypt', OWN), 'deny')
})

test('require-tls kms: a key is used over TLS only; its settings can be seen and changed without', () => {
  const policy = byTlsOnly(accountRootOnly)
  for (const action of ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo']) {
    assert.equal(policy(root(OWN, true), action, OWN), 'allow', action)
    assert.equal(policy(root(OWN, false), action, OWN), 'deny', action)
    assert.equal(policy(root(OWN), action, OWN), 'deny', action)
  }
  assert.equal(policy(root(OWN, false), 'kms:DescribeKey', OWN), 'allow')
  assert.equal(policy(root(account('000000000002'), true), 'kms:Decrypt', OWN), 'deny')
})
