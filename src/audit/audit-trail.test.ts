import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAccountId, refuse, type Caller } from '../operations/index.ts'
import type { AuditRecord } from './audit-record.ts'
import { createTrail, type AuditTrail, type RequestOrigin } from './audit-trail.ts'
import { identityOf } from './user-identity.ts'

const ACCOUNT = parseAccountId('000000000001') ?? refuse({ kind: 'internal' })
const ROOT = {
  ...{ kind: 'account-root', account: ACCOUNT, arn: 'arn:aws:iam::000000000001:root' },
  ...{ accessKeyId: 'CFRTEST', scheme: 'sigv4' },
} as const satisfies Caller
const ORIGIN: RequestOrigin = {
  ...{ requestId: 'R1', caller: ROOT, sourceAddress: '203.0.113.9', userAgent: 'aws-cli/2' },
  ...{ dialect: 's3', operation: 'put-bucket-encryption' },
}

function bench(origin = ORIGIN) {
  const written: AuditRecord[] = []
  let asked = 0
  const trail: AuditTrail = createTrail(
    {
      record: (record) => written.push(record),
      change: (record) => ({ fragment: { checks: [], writes: [] }, committed: () => written.push(record) }),
    },
    () => 7,
    () => {
      asked += 1
      return origin
    },
  )
  return { trail, written, asked: () => asked }
}

test('a change is recorded once its commit was made, and not before; the origin is asked for once', () => {
  const { trail, written, asked } = bench()
  const event = { action: 's3:PutEncryptionConfiguration', resource: 'arn:aws:s3:::photos' }
  trail.change(event)
  const second = trail.change(event)
  assert.deepEqual([written.length, trail.changed, trail.has(event.action)], [0, false, false])
  second.committed()
  assert.deepEqual([written.length, trail.changed, trail.has(event.action), asked()], [1, true, true, 1])
  assert.deepEqual(written[0], {
    ...{ timeMs: 7, requestId: 'R1', caller: ROOT.arn, outcome: 'done' },
    ...{ identity: { type: 'Root', principalId: ACCOUNT, accountId: ACCOUNT, accessKeyId: 'CFRTEST' } },
    ...{ sourceAddress: '203.0.113.9', userAgent: 'aws-cli/2', dialect: 's3', operation: 'put-bucket-encryption' },
    ...event,
  })
})

test('a service that asks in the caller’s name stands where the client would', () => {
  const { trail, written } = bench()
  trail.decided({ kind: 'allow', statement: { policy: 'reader', sid: 'Open', index: 0 } })
  trail.record({ action: 'kms:Decrypt', resource: 'k', detail: { via: 's3' }, owner: '000000000002' }, 'done')
  const [only] = written
  assert.equal(only?.sourceAddress, undefined)
  assert.equal(only?.userAgent, undefined)
  assert.equal(only?.owner, '000000000002')
  assert.deepEqual([only.decision, only.policies], ['allow', ['reader#Open']])
  assert.equal(only.identity?.type, 'Root')
})

test('identities: an account’s root, a user, a role’s session, nobody, a job, the server itself', () => {
  assert.equal(identityOf(ROOT).type, 'Root')
  assert.deepEqual(identityOf({ kind: 'anonymous' }), { type: 'Anonymous' })
  const job: Caller = { kind: 'job', job: 'replicate', account: ACCOUNT, arn: 'arn' }
  const facts = { accessKeyId: 'ASIA1', scheme: 'sigv4', account: ACCOUNT } as const
  const user = { ...facts, kind: 'user', arn: 'arn:aws:iam::1:user/a/eve', userId: 'AIDA1', userName: 'eve' } as const
  const known = { principalId: 'AIDA1', accountId: ACCOUNT, accessKeyId: 'ASIA1' }
  assert.deepEqual(identityOf(user), { type: 'IAMUser', ...known, userName: 'eve' })
  const session = {
    ...{ tokenId: 't', issuedMs: 5, expiresMs: 9, policies: [], policyArns: [], tags: {}, transitiveTagKeys: [] },
    ...{ mfa: true, sourceIdentity: 'eve' },
  }
  const role = {
    ...facts,
    ...{ session, arn: 'arn:aws:sts::1:assumed-role/r/s', roleId: 'AROA1', kind: 'role-session' as const },
    ...{ roleName: 'r', roleArn: 'arn:aws:iam::1:role/r', sessionName: 's' },
  } as const
  assert.deepEqual(identityOf(role), {
    ...{ type: 'AssumedRole', ...known, principalId: 'AROA1:s' },
    session: {
      ...{ issuerArn: role.roleArn, issuerId: 'AROA1', issuerName: 'r', issuerAccount: ACCOUNT },
      ...{ createdMs: 5, mfa: true, sourceIdentity: 'eve' },
    },
  })
  const server = { type: 'AWSService', invokedBy: 'coffer' }
  assert.deepEqual(identityOf(job), { ...server, accountId: ACCOUNT, principalId: 'replicate' })
  assert.deepEqual(identityOf(undefined), server)
})
