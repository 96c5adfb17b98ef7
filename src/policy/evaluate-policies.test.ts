import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAccountId, type AccountId, type Caller, type Session } from '../operations/index.ts'
import { requestContext } from './context.ts'
import type { NamedPolicy, PolicyUse } from './document.ts'
import { evaluate } from './evaluate.ts'
import { explain } from './explain.ts'
import { parsePolicy } from './parse.ts'
import type { Decision, Question, Rights } from './question.ts'

const A = account('000000000001')
const B = account('000000000002')
const OBJECT = 'arn:aws:s3:::photos/2026/a.jpg'
const KEY = `arn:aws:kms:us-east-1:${A}:key/k`
const SHOWN = { accessKeyId: 'AKIA', scheme: 'sigv4' } as const

function account(text: string): AccountId {
  const parsed = parseAccountId(text)
  assert.ok(parsed !== undefined)
  return parsed
}

function userOf(of: AccountId): Extract<Caller, { kind: 'user' }> {
  const arn = `arn:aws:iam::${of}:user/alice`
  return { kind: 'user', account: of, arn, userId: 'AIDA1', userName: 'alice', ...SHOWN }
}

function roleOf(of: AccountId): Extract<Caller, { kind: 'role-session' }> {
  return {
    ...{ kind: 'role-session', account: of, arn: `arn:aws:sts::${of}:assumed-role/reader/s1`, roleId: 'AROA1' },
    ...{ roleName: 'reader', roleArn: `arn:aws:iam::${of}:role/reader`, sessionName: 's1' },
    ...SHOWN,
  }
}

function rootOf(of: AccountId): Caller {
  return { kind: 'account-root', account: of, arn: `arn:aws:iam::${of}:root`, ...SHOWN }
}

const CALLERS = { user: userOf(A), role: roleOf(A), root: rootOf(A) }
const FOREIGN = { user: userOf(B), role: roleOf(B), root: rootOf(B) }
const ANONYMOUS: Caller = { kind: 'anonymous' }
const JOB: Caller = { kind: 'job', job: 'scrub', account: A, arn: `arn:aws:coffer::${A}:job/scrub` }

function named(use: PolicyUse, statement: Readonly<Record<string, unknown>>, name: string = use): NamedPolicy {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', ...statement } })
  return { name, document: parsePolicy('aws', use, text) }
}

const ALLOW = named('identity', { Resource: '*' }, 'identity')
const DENY = named('identity', { Effect: 'Deny', Resource: '*', Sid: 'no' }, 'identity')
const OTHER = named('identity', { Action: 's3:ListBucket', Resource: '*' }, 'other')

function rights(parts: Partial<Rights>): Rights {
  return { identity: [], tags: new Map(), ...parts }
}

type On = 'bucket' | 'key' | 'trust'

function on(kind: On, principal: unknown, more: Readonly<Record<string, unknown>> = {}): NamedPolicy & { on: On } {
  const resource = kind === 'trust' ? {} : { Resource: '*' }
  return { ...named(kind, { Principal: principal, ...resource, ...more }, `${kind} policy`), on: kind }
}

function ask(caller: Caller, parts: Partial<Question> = {}): Question {
  return { caller, action: 's3:GetObject', resource: OBJECT, owner: A, ...parts }
}

function onKey(caller: Caller, parts: Partial<Question> = {}): Question {
  return ask(caller, { action: 'kms:Decrypt', resource: KEY, isKey: true, ...parts })
}

function assuming(caller: Caller, parts: Partial<Question> = {}): Question {
  return ask(caller, { action: 'sts:AssumeRole', resource: `arn:aws:iam::${A}:role/reader`, ...parts })
}

const NAMES_ALICE = { AWS: `arn:aws:iam::${A}:user/alice` }
const NAMES_ROLE = { AWS: `arn:aws:iam::${A}:role/reader` }
const NAMES_SESSION = { AWS: `arn:aws:sts::${A}:assumed-role/reader/s1` }
const NAMES_A = { AWS: A }
const NAMES_B = { AWS: B }
const NAMES_ALICE_OF_B = { AWS: `arn:aws:iam::${B}:user/alice` }

const allowing = rights({ identity: [ALLOW] })

const TABLE: readonly (readonly [string, Decision['kind'], Question])[] = [
  // the caller's own policies
  ['a user without policies', 'no-opinion', ask(CALLERS.user, { rights: rights({}) })],
  ['a user whose rights nobody knows', 'no-opinion', ask(CALLERS.user)],
  ['a user with an allow', 'allow', ask(CALLERS.user, { rights: allowing })],
  [
    'a user with an allow for something else',
    'no-opinion',
    ask(CALLERS.user, { rights: rights({ identity: [OTHER] }) }),
  ],
  ['an allow and a deny', 'explicit-deny', ask(CALLERS.user, { rights: rights({ identity: [ALLOW, DENY] }) })],
  [
    'an allow outside the boundary',
    'no-opinion',
    ask(CALLERS.user, { rights: rights({ identity: [ALLOW], boundary: OTHER }) }),
  ],
  [
    'an allow within the boundary',
    'allow',
    ask(CALLERS.user, { rights: rights({ identity: [ALLOW], boundary: ALLOW }) }),
  ],
  ['a boundary alone', 'no-opinion', ask(CALLERS.user, { rights: rights({ boundary: ALLOW }) })],
  [
    'a boundary that denies',
    'explicit-deny',
    ask(CALLERS.user, { rights: rights({ identity: [ALLOW], boundary: DENY }) }),
  ],
  [
    'an allow outside the session',
    'no-opinion',
    ask(CALLERS.role, { rights: rights({ identity: [ALLOW], session: [OTHER] }) }),
  ],
  [
    'an allow within the session',
    'allow',
    ask(CALLERS.role, { rights: rights({ identity: [ALLOW], session: [OTHER, ALLOW] }) }),
  ],
  [
    'a session without any policy that allows',
    'no-opinion',
    ask(CALLERS.role, { rights: rights({ identity: [ALLOW], session: [] }) }),
  ],
  ['a session alone', 'no-opinion', ask(CALLERS.role, { rights: rights({ session: [ALLOW] }) })],
  [
    'a session that denies',
    'explicit-deny',
    ask(CALLERS.role, { rights: rights({ identity: [ALLOW], session: [ALLOW, DENY] }) }),
  ],
  ['an allow on what nobody owns', 'no-opinion', ask(CALLERS.user, { rights: allowing, owner: undefined })],
  // root
  ['root', 'allow', ask(CALLERS.root, { rights: rights({}) })],
  ['root in a session that does not allow', 'no-opinion', ask(CALLERS.root, { rights: rights({ session: [OTHER] }) })],
  ['root in a session that allows', 'allow', ask(CALLERS.root, { rights: rights({ session: [ALLOW] }) })],
  ['root with a bucket policy that is silent', 'allow', ask(CALLERS.root, { resourcePolicy: on('bucket', NAMES_B) })],
  [
    'T-089 root denied by its bucket policy',
    'explicit-deny',
    ask(CALLERS.root, { resourcePolicy: on('bucket', '*', { Effect: 'Deny' }) }),
  ],
  ...['Get', 'Put', 'Delete'].map((verb): readonly [string, Decision['kind'], Question] => [
    `T-089 root may ${verb} the policy that denies everything`,
    'allow',
    ask(CALLERS.root, {
      action: `s3:${verb}BucketPolicy`,
      resource: 'arn:aws:s3:::photos',
      resourcePolicy: on('bucket', '*', { Effect: 'Deny' }),
    }),
  ]),
  [
    'T-089 a user may not',
    'explicit-deny',
    ask(CALLERS.user, {
      action: 's3:PutBucketPolicy',
      rights: allowing,
      resourcePolicy: on('bucket', '*', { Effect: 'Deny' }),
    }),
  ],
  [
    'T-089 the root of another account may not',
    'explicit-deny',
    ask(FOREIGN.root, { action: 's3:PutBucketPolicy', resourcePolicy: on('bucket', '*', { Effect: 'Deny' }) }),
  ],
  // bucket policies, same account
  [
    'a bucket policy that names the user',
    'allow',
    ask(CALLERS.user, { rights: rights({}), resourcePolicy: on('bucket', NAMES_ALICE) }),
  ],
  [
    'and a boundary that is silent',
    'allow',
    ask(CALLERS.user, { rights: rights({ boundary: OTHER }), resourcePolicy: on('bucket', NAMES_ALICE) }),
  ],
  [
    'and an identity deny',
    'explicit-deny',
    ask(CALLERS.user, { rights: rights({ identity: [DENY] }), resourcePolicy: on('bucket', NAMES_ALICE) }),
  ],
  [
    'a bucket policy for everyone',
    'allow',
    ask(CALLERS.user, { rights: rights({ boundary: OTHER }), resourcePolicy: on('bucket', '*') }),
  ],
  ['a bucket policy for {"AWS":"*"}', 'allow', ask(CALLERS.user, { resourcePolicy: on('bucket', { AWS: '*' }) })],
  [
    'a bucket policy that names the role',
    'allow',
    ask(CALLERS.role, { rights: rights({}), resourcePolicy: on('bucket', NAMES_ROLE) }),
  ],
  [
    'and a boundary of the role that is silent',
    'no-opinion',
    ask(CALLERS.role, { rights: rights({ boundary: OTHER }), resourcePolicy: on('bucket', NAMES_ROLE) }),
  ],
  [
    'and a session that is silent',
    'no-opinion',
    ask(CALLERS.role, { rights: rights({ session: [OTHER] }), resourcePolicy: on('bucket', NAMES_ROLE) }),
  ],
  [
    'a bucket policy that names the session',
    'allow',
    ask(CALLERS.role, {
      rights: rights({ boundary: OTHER, session: [OTHER] }),
      resourcePolicy: on('bucket', NAMES_SESSION),
    }),
  ],
  [
    'T-079 a role statement and a like-named user',
    'no-opinion',
    ask({ ...userOf(A), arn: `arn:aws:iam::${A}:user/reader` }, { resourcePolicy: on('bucket', NAMES_ROLE) }),
  ],
  [
    'a bucket policy that names the account, alone',
    'no-opinion',
    ask(CALLERS.user, { rights: rights({}), resourcePolicy: on('bucket', NAMES_A) }),
  ],
  [
    'a bucket policy that names the account, and an allow',
    'allow',
    ask(CALLERS.user, { rights: allowing, resourcePolicy: on('bucket', NAMES_A) }),
  ],
  [
    'an allow, and a bucket policy of somebody else',
    'allow',
    ask(CALLERS.user, { rights: allowing, resourcePolicy: on('bucket', NAMES_B) }),
  ],
  [
    'a user narrowed by a session, named',
    'no-opinion',
    ask(CALLERS.user, { rights: rights({ session: [OTHER] }), resourcePolicy: on('bucket', NAMES_ALICE) }),
  ],
  // across accounts
  ['T-086 another account, identity alone', 'no-opinion', ask(FOREIGN.user, { rights: allowing })],
  [
    'T-086 another account, resource alone',
    'no-opinion',
    ask(FOREIGN.user, { rights: rights({}), resourcePolicy: on('bucket', NAMES_ALICE_OF_B) }),
  ],
  [
    'T-086 another account, everyone alone',
    'no-opinion',
    ask(FOREIGN.user, { rights: rights({}), resourcePolicy: on('bucket', '*') }),
  ],
  [
    'another account, both sides',
    'allow',
    ask(FOREIGN.user, { rights: allowing, resourcePolicy: on('bucket', NAMES_ALICE_OF_B) }),
  ],
  [
    'another account, delegated',
    'allow',
    ask(FOREIGN.user, { rights: allowing, resourcePolicy: on('bucket', NAMES_B) }),
  ],
  [
    'another account, delegated, outside the boundary',
    'no-opinion',
    ask(FOREIGN.user, {
      rights: rights({ identity: [ALLOW], boundary: OTHER }),
      resourcePolicy: on('bucket', NAMES_B),
    }),
  ],
  ['T-086 the root of another account', 'no-opinion', ask(FOREIGN.root, { rights: rights({}) })],
  [
    'the root of another account, delegated',
    'allow',
    ask(FOREIGN.root, { rights: rights({}), resourcePolicy: on('bucket', NAMES_B) }),
  ],
  [
    'the root of another account, for everyone',
    'allow',
    ask(FOREIGN.root, { rights: rights({}), resourcePolicy: on('bucket', '*') }),
  ],
  // keys
  [
    'T-090 root on a key without a policy that names it',
    'no-opinion',
    onKey(CALLERS.root, { resourcePolicy: on('key', NAMES_ALICE) }),
  ],
  ['root on a key that delegates', 'allow', onKey(CALLERS.root, { resourcePolicy: on('key', NAMES_A) })],
  [
    'T-090 identity alone on a key that does not delegate',
    'no-opinion',
    onKey(CALLERS.user, { rights: allowing, resourcePolicy: on('key', NAMES_ROLE) }),
  ],
  [
    'identity on a key that delegates',
    'allow',
    onKey(CALLERS.user, { rights: allowing, resourcePolicy: on('key', NAMES_A) }),
  ],
  [
    'T-090 identity on a key that delegates another action',
    'no-opinion',
    onKey(CALLERS.user, { rights: allowing, resourcePolicy: on('key', NAMES_A, { Action: 'kms:Encrypt' }) }),
  ],
  [
    'T-090 a key that delegates, without identity',
    'no-opinion',
    onKey(CALLERS.user, { rights: rights({}), resourcePolicy: on('key', NAMES_A) }),
  ],
  [
    'a key that names the user',
    'allow',
    onKey(CALLERS.user, { rights: rights({}), resourcePolicy: on('key', NAMES_ALICE) }),
  ],
  [
    'a key that names the user, outside the boundary',
    'no-opinion',
    onKey(CALLERS.user, { rights: rights({ boundary: OTHER }), resourcePolicy: on('key', NAMES_ALICE) }),
  ],
  ['a key that denies', 'explicit-deny', onKey(CALLERS.root, { resourcePolicy: on('key', '*', { Effect: 'Deny' }) })],
  ['a key without a policy', 'no-opinion', onKey(CALLERS.root, {})],
  [
    'a grant',
    'allow',
    onKey(CALLERS.user, { rights: rights({}), resourcePolicy: on('key', NAMES_ROLE), alsoAllowedBy: 'grant g' }),
  ],
  [
    'a grant and a deny',
    'explicit-deny',
    onKey(CALLERS.user, { rights: rights({ identity: [DENY] }), alsoAllowedBy: 'grant g' }),
  ],
  [
    'a grant outside the session',
    'no-opinion',
    onKey(CALLERS.role, { rights: rights({ session: [OTHER] }), alsoAllowedBy: 'grant g' }),
  ],
  [
    'a grant to another account, alone',
    'no-opinion',
    onKey(FOREIGN.user, { rights: rights({}), alsoAllowedBy: 'grant g' }),
  ],
  [
    'a grant to another account, and an allow there',
    'allow',
    onKey(FOREIGN.user, { rights: allowing, alsoAllowedBy: 'grant g' }),
  ],
  [
    'T-086 another account on a key, identity alone',
    'no-opinion',
    onKey(FOREIGN.user, { rights: allowing, resourcePolicy: on('key', NAMES_A) }),
  ],
  [
    'another account on a key, both sides',
    'allow',
    onKey(FOREIGN.user, { rights: allowing, resourcePolicy: on('key', NAMES_B) }),
  ],
  [
    'T-090 nobody on a key for everyone',
    'no-opinion',
    onKey(ANONYMOUS, { resourcePolicy: on('key', '*'), alsoAllowedBy: 'grant g' }),
  ],
  // roles
  ['a role that trusts the user', 'allow', assuming(CALLERS.user, { resourcePolicy: on('trust', NAMES_ALICE) })],
  [
    'T-096 a role that does not trust, and an allow',
    'no-opinion',
    assuming(CALLERS.user, { rights: allowing, resourcePolicy: on('trust', NAMES_ROLE) }),
  ],
  [
    'a role that trusts the account, and an allow',
    'allow',
    assuming(CALLERS.user, { rights: allowing, resourcePolicy: on('trust', NAMES_A) }),
  ],
  [
    'T-096 a role that trusts the account, alone',
    'no-opinion',
    assuming(CALLERS.user, { rights: rights({}), resourcePolicy: on('trust', NAMES_A) }),
  ],
  [
    'T-096 root and a role that does not trust it',
    'no-opinion',
    assuming(CALLERS.root, { resourcePolicy: on('trust', NAMES_B) }),
  ],
  [
    'T-096 nobody and a role that trusts everyone',
    'no-opinion',
    assuming(ANONYMOUS, { resourcePolicy: on('trust', '*') }),
  ],
  // nobody
  ['nobody, without policies', 'no-opinion', ask(ANONYMOUS)],
  ['nobody, where everyone may', 'allow', ask(ANONYMOUS, { resourcePolicy: on('bucket', '*') })],
  ['nobody, where {"AWS":"*"} may', 'allow', ask(ANONYMOUS, { resourcePolicy: on('bucket', { AWS: '*' }) })],
  ['nobody, where an account may', 'no-opinion', ask(ANONYMOUS, { resourcePolicy: on('bucket', NAMES_A) })],
  [
    'nobody, where everyone is denied',
    'explicit-deny',
    ask(ANONYMOUS, { resourcePolicy: on('bucket', '*', { Effect: 'Deny' }), alsoAllowedBy: 'acl' }),
  ],
  ['nobody, by an access control list', 'allow', ask(ANONYMOUS, { alsoAllowedBy: 'acl AllUsers' })],
  // public access block
  [
    'T-085 nobody, where public is restricted',
    'no-opinion',
    ask(ANONYMOUS, { resourcePolicy: on('bucket', '*'), restrictPublic: true }),
  ],
  [
    'T-085 nobody, by a list, where public is restricted',
    'no-opinion',
    ask(ANONYMOUS, { alsoAllowedBy: 'acl AllUsers', restrictPublic: true }),
  ],
  [
    'another account, where public is restricted',
    'no-opinion',
    ask(FOREIGN.user, { rights: allowing, resourcePolicy: on('bucket', '*'), restrictPublic: true }),
  ],
  [
    'another account by name, where public is restricted and the policy is not public',
    'allow',
    ask(FOREIGN.user, { rights: allowing, resourcePolicy: on('bucket', NAMES_B), restrictPublic: true }),
  ],
  [
    'the owner’s user, where public is restricted',
    'allow',
    ask(CALLERS.user, { resourcePolicy: on('bucket', '*'), restrictPublic: true }),
  ],
  // jobs
  ['a job, where everyone may', 'no-opinion', ask(JOB, { resourcePolicy: on('bucket', '*') })],
  ['a job with the rights of its rule', 'allow', ask(JOB, { rights: allowing })],
  [
    'a job with rights, denied',
    'explicit-deny',
    ask(JOB, { rights: allowing, resourcePolicy: on('bucket', '*', { Effect: 'Deny' }) }),
  ],
]

for (const [what, expected, question] of TABLE) {
  test(`${what}: ${expected}`, () => {
    const decision = evaluate(question)
    assert.equal(decision.kind, expected)
    assert.notEqual(decision.reason, '')
    const { sides, ...same } = explain(question)
    assert.deepEqual(same, decision)
    if (expected === 'explicit-deny') assert.ok(sides?.some(({ says }) => says === 'deny'))
  })
}

/** NotPrincipal with Deny: everybody but those all of whose names are listed. */
const SPARED: readonly (readonly [string, readonly string[], Caller, boolean])[] = [
  ['a user and its account', [NAMES_ALICE.AWS, A], CALLERS.user, true],
  ['T-080 a user without its account', [NAMES_ALICE.AWS], CALLERS.user, false],
  ['an account without its user', [A], CALLERS.user, false],
  ['a session, its role and its account', [NAMES_SESSION.AWS, NAMES_ROLE.AWS, A], CALLERS.role, true],
  ['T-080 a role and its account', [NAMES_ROLE.AWS, A], CALLERS.role, false],
  ['an account, and its root', [A], CALLERS.root, true],
  ['another account', [B], CALLERS.root, false],
  ['everyone', ['*'], ANONYMOUS, true],
  ['somebody, and nobody', [A], ANONYMOUS, false],
]
for (const [what, names, caller, spared] of SPARED) {
  test(`NotPrincipal of ${what}: ${spared ? 'spared' : 'denied'}`, () => {
    const policy = on('bucket', undefined, { Effect: 'Deny', NotPrincipal: { AWS: names } })
    assert.equal(evaluate(ask(caller, { rights: allowing, resourcePolicy: policy })).kind === 'explicit-deny', !spared)
  })
}

test('a decision names the statement that made it, and each side says what it said', () => {
  const resourcePolicy = on('bucket', NAMES_A)
  const parts = { rights: rights({ identity: [ALLOW], boundary: ALLOW, session: [OTHER, ALLOW] }), resourcePolicy }
  assert.deepEqual(evaluate(ask(CALLERS.role, parts)).statement, { policy: 'identity', index: 0 })
  assert.deepEqual(explain(ask(CALLERS.role, parts)).sides, [
    { side: 'resource', says: 'delegates', policy: 'bucket policy', index: 0 },
    { side: 'identity', says: 'allow', policy: 'identity', index: 0 },
    { side: 'boundary', says: 'allow', policy: 'identity', index: 0 },
    { side: 'session', says: 'allow', policy: 'identity', index: 0 },
  ])
  const denied = evaluate(ask(CALLERS.user, { rights: rights({ identity: [OTHER, DENY] }) }))
  assert.deepEqual(denied.statement, { policy: 'identity', sid: 'no', index: 0 })
  assert.equal(denied.reason, 'denied by identity, statement no')
})

test('actions are matched without regard to case, resources with it', () => {
  const policy = named('identity', { Action: 's3:gETobj*', Resource: 'arn:aws:s3:::photos/2026/*' })
  const asked = (action: string, resource: string) =>
    evaluate(ask(CALLERS.user, { action, resource, rights: rights({ identity: [policy] }) })).kind
  assert.equal(asked('s3:GetObject', OBJECT), 'allow')
  assert.equal(asked('S3:GETOBJECTVERSION', OBJECT), 'allow')
  assert.equal(asked('s3:PutObject', OBJECT), 'no-opinion')
  assert.equal(asked('s3:GetObject', 'arn:aws:s3:::Photos/2026/a.jpg'), 'no-opinion')
})

test('the list of buckets is everything of S3, written either way, and nothing less', () => {
  const asked = (resource: string, use: 'Resource' | 'NotResource' = 'Resource') => {
    const policy = named('identity', { Action: 's3:ListAllMyBuckets', [use]: resource })
    const question = { action: 's3:ListAllMyBuckets', resource: '*', rights: rights({ identity: [policy] }) }
    return evaluate(ask(CALLERS.user, question)).kind
  }
  assert.deepEqual(
    ['*', 'arn:aws:s3:::*', 'arn:*:s3:::*'].map((resource) => asked(resource)),
    ['allow', 'allow', 'allow'],
  )
  assert.deepEqual(
    ['arn:aws:s3:::a*', 'arn:aws:kms:::*'].map((resource) => asked(resource)),
    ['no-opinion', 'no-opinion'],
  )
  assert.equal(asked('arn:aws:s3:::*', 'NotResource'), 'no-opinion')
})

test('NotAction and NotResource mean all but what they name', () => {
  const policy = named('identity', { Action: undefined, NotAction: 's3:*', NotResource: 'arn:aws:s3:::photos/*' })
  const asked = (action: string, resource: string) =>
    evaluate(ask(CALLERS.user, { action, resource, rights: rights({ identity: [policy] }) })).kind
  assert.equal(asked('kms:Decrypt', KEY), 'allow')
  assert.equal(asked('kms:Decrypt', OBJECT), 'no-opinion')
  assert.equal(asked('s3:GetObject', KEY), 'no-opinion')
})

test('what each caller is called in conditions', () => {
  const session: Session = {
    ...{ tokenId: 't', issuedMs: Date.parse('2026-01-02T03:04:05.678Z'), expiresMs: 0, policies: [], policyArns: [] },
    ...{ tags: {}, transitiveTagKeys: [], mfa: true, sourceIdentity: 'me' },
  }
  const keys = ['aws:principalarn', 'aws:principalaccount', 'aws:principaltype', 'aws:userid', 'aws:username']
  const more = ['aws:tokenissuetime', 'aws:multifactorauthpresent', 'aws:sourceidentity', 'aws:viaawsservice']
  const shown = (caller: Caller) => {
    const context = requestContext({ caller })
    return [...keys, ...more].map((key) => context(key)?.join() ?? '-')
  }
  const none = ['-', '-', '-', 'false']
  assert.deepEqual(shown(CALLERS.root), [`arn:aws:iam::${A}:root`, A, 'Account', A, '-', ...none])
  assert.deepEqual(shown(CALLERS.user), [NAMES_ALICE.AWS, A, 'User', 'AIDA1', 'alice', ...none])
  assert.deepEqual(shown({ ...roleOf(A), session }), [
    ...[NAMES_ROLE.AWS, A, 'AssumedRole', 'AROA1:s1', '-', '2026-01-02T03:04:05Z', 'true', 'me', 'false'],
  ])
  assert.deepEqual(shown(ANONYMOUS), ['-', '-', 'Anonymous', 'anonymous', '-', '-', '-', '-', '-'])
})

test('T-082 (part) what is known of the caller cannot be said by anybody else, and what is not known is not there', () => {
  const extra = new Map([
    ['aws:principalarn', ['arn:aws:iam::000000000001:root']],
    ['aws:principaltag/team', ['red']],
    ['aws:sourceip', ['10.0.0.1']],
    ['aws:viaawsservice', ['true']],
    ['s3:prefix', ['a/']],
  ])
  const context = requestContext({
    caller: CALLERS.user,
    rights: { tags: new Map([['Team', 'blue']]) },
    extra,
    owner: A,
  })
  assert.deepEqual(context('aws:principalarn'), [NAMES_ALICE.AWS])
  assert.deepEqual(context('aws:principaltag/team'), ['blue'])
  assert.equal(context('aws:principaltag/rank'), undefined)
  assert.equal(context('aws:sourceip'), undefined)
  assert.deepEqual(context('aws:viaawsservice'), ['true'])
  assert.deepEqual(context('s3:prefix'), ['a/'])
  assert.deepEqual(context('aws:resourceaccount'), [A])
  assert.equal(context('toString'), undefined)
})
