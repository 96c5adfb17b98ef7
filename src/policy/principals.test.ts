import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAccountId, type Caller } from '../operations/index.ts'
import { evaluate } from './evaluate.ts'
import { parsePolicy } from './parse.ts'
import { bindPrincipals, principalsOf } from './principals.ts'

const account = parseAccountId('000000000001')
assert.ok(account !== undefined)
const ALICE_ARN = 'arn:aws:iam::000000000001:user/alice'
const ROLE_ARN = 'arn:aws:iam::000000000001:role/reader'
const SESSION_ARN = 'arn:aws:sts::000000000001:assumed-role/reader/s'
const CANONICAL = '7'.repeat(64)
const SHOWN = { accessKeyId: 'AKIA', scheme: 'sigv4' } as const

function user(userName: string, userId: string): Caller {
  return {
    kind: 'user',
    account: owner(),
    arn: `arn:aws:iam::000000000001:user/${userName}`,
    userId,
    userName,
    ...SHOWN,
  }
}

function session(roleId: string): Caller {
  const role = { roleId, roleName: 'reader', roleArn: ROLE_ARN, sessionName: 's' }
  return { kind: 'role-session', account: owner(), arn: SESSION_ARN, ...role, ...SHOWN }
}

function owner() {
  return account ?? assert.fail()
}

function policyFor(principal: unknown, effect = 'Allow') {
  const statement = { Effect: effect, Principal: principal, Action: 's3:*', Resource: '*' }
  return parsePolicy('aws', 'bucket', JSON.stringify({ Statement: [statement, statement] }))
}

/** As the directory does when a policy is put: alice is AIDA1, the role AROA1, the canonical id the account's. */
function bound(principal: unknown, effect?: string) {
  return bindPrincipals(policyFor(principal, effect), (entry) => {
    if (entry.kind === 'canonical-user') return { kind: 'account', account: owner() }
    if (entry.kind !== 'principal') return entry
    return { ...entry, id: entry.arn === ALICE_ARN ? 'AIDA1' : 'AROA1' }
  })
}

function decision(caller: Caller, document: ReturnType<typeof bound>): string {
  const resourcePolicy = { name: 'bucket policy', document, on: 'bucket' } as const
  const [action, resource] = ['s3:GetObject', 'arn:aws:s3:::b/x']
  const rights = { identity: [], boundary: { name: 'none', document: NONE }, tags: new Map<string, string>() }
  return evaluate({ caller, action, resource, owner: owner(), resourcePolicy, rights }).kind
}

const NONE = parsePolicy('aws', 'identity', '{"Statement":{"Effect":"Allow","Action":"sts:*","Resource":"*"}}')

test('everybody who is named comes once', () => {
  const entries = principalsOf(policyFor({ AWS: [ALICE_ARN, ROLE_ARN, ALICE_ARN], CanonicalUser: CANONICAL }))
  assert.deepEqual(entries, [
    { kind: 'principal', arn: ALICE_ARN },
    { kind: 'principal', arn: ROLE_ARN },
    { kind: 'canonical-user', id: CANONICAL },
  ])
})

test('T-079 a user made anew under the old name is not the one who was named, and a renamed one still is', () => {
  const policy = bound({ AWS: ALICE_ARN })
  assert.equal(decision(user('alice', 'AIDA1'), policy), 'allow')
  assert.equal(decision(user('alice', 'AIDA2'), policy), 'no-opinion')
  assert.equal(decision(user('alicia', 'AIDA1'), policy), 'allow')
})

test('T-079 so it is with a session of a role that was made anew', () => {
  const policy = bound({ AWS: SESSION_ARN })
  assert.equal(decision(session('AROA1'), policy), 'allow')
  assert.equal(decision(session('AROA2'), policy), 'no-opinion')
})

test('a session that is named does not name the other sessions of its role', () => {
  const other: Caller = { ...session('AROA1'), ...{ arn: `${SESSION_ARN}2` } }
  assert.equal(decision(other, bound({ AWS: SESSION_ARN })), 'no-opinion')
})

test('a canonical id is bound to its account; one that is not bound opens nothing, and closes for everybody it may mean', () => {
  assert.equal(decision(user('alice', 'AIDA1'), bound({ CanonicalUser: CANONICAL }, 'Deny')), 'explicit-deny')
  assert.equal(decision(user('alice', 'AIDA1'), policyFor({ CanonicalUser: CANONICAL })), 'no-opinion')
  assert.equal(decision(user('alice', 'AIDA1'), policyFor({ CanonicalUser: CANONICAL }, 'Deny')), 'explicit-deny')
})
