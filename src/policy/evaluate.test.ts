import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAccountId, type AccountId, type Caller } from '../operations/index.ts'
import { evaluate } from './evaluate.ts'
import type { Decision } from './question.ts'

const mine = account('000000000001')
const theirs = account('000000000002')

function account(text: string): AccountId {
  const parsed = parseAccountId(text)
  assert.ok(parsed !== undefined)
  return parsed
}

const root: Caller = {
  kind: 'account-root',
  account: mine,
  arn: 'arn:aws:iam::000000000001:root',
  accessKeyId: 'A',
  scheme: 'sigv4',
}
const job: Caller = { kind: 'job', job: 'scrub', account: mine, arn: 'arn:aws:coffer::000000000001:job/scrub' }
const nobody: Caller = { kind: 'anonymous' }

const TABLE: readonly (readonly [string, Caller, AccountId | undefined, Decision['kind']])[] = [
  ['the root of an account in its own account', root, mine, 'allow'],
  ['the root of an account in another account', root, theirs, 'no-opinion'],
  ['the root of an account on what nobody owns', root, undefined, 'no-opinion'],
  ['an anonymous caller', nobody, mine, 'no-opinion'],
  ['an anonymous caller on what nobody owns', nobody, undefined, 'no-opinion'],
  ['a job in its own account', job, mine, 'no-opinion'],
]

for (const [who, caller, owner, expected] of TABLE) {
  for (const action of ['s3:GetObject', 's3:PutEncryptionConfiguration', 'kms:Decrypt', 'coffer:SearchAudit']) {
    test(`${who}: ${action} is ${expected}`, () => {
      const decision = evaluate({ caller, action, resource: '*', owner })
      assert.equal(decision.kind, expected)
      assert.notEqual(decision.reason, '')
    })
  }
}

test('S3-22 (part) the owner has s3:PutEncryptionConfiguration without any policy', () => {
  const question = { caller: root, action: 's3:PutEncryptionConfiguration', resource: 'arn:aws:s3:::b', owner: mine }
  assert.equal(evaluate(question).kind, 'allow')
})
