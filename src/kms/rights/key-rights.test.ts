import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreFailure } from '../../operations/index.ts'
import { principalsOf } from '../../policy/index.ts'
import { deployment, isFailure, OURS, REGION, rootOf, THEIRS } from '../keys/keys.fixture.ts'
import type { KeyRequest } from '../key-service.ts'
import { identity, testUser, withPeople } from './people.fixture.ts'

const US = rootOf(OURS)
const THEM = rootOf(THEIRS)
const ANONYMOUS: KeyRequest = { caller: { kind: 'anonymous' }, requestId: 'request-1' }
const CONTEXT = { 'aws:s3:arn': 'arn:aws:s3:::photos/cat.jpg' }

function keyPolicy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements.map((one) => ({ Resource: '*', ...one })) })
}

const ROOT = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${OURS}:root` }, Action: 'kms:*' }
const ALL_KEYS = [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }]

function user(name: string, account = OURS): KeyRequest {
  return { caller: testUser(account, name), requestId: 'request-1' }
}

test('a new key has the default policy: its account’s own policies decide', async () => {
  const { keys, say } = await withPeople()
  const { keyId, arn } = await keys.createKey(US, { description: '' })
  const { policy, policyName } = await keys.getKeyPolicy(US, keyId)
  assert.equal(policyName, 'default')
  assert.deepEqual(JSON.parse(policy), {
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [{ Sid: 'Enable IAM User Permissions', ...ROOT, Resource: '*' }],
  })
  assert.deepEqual(await keys.listKeyPolicies(US, keyId), { policyNames: ['default'] })
  const alice = user('alice')
  await assert.rejects(keys.generateDataKey(alice, { key: arn, context: {} }), isFailure('access-denied'))
  await say(alice.caller, [{ Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: arn }])
  await keys.generateDataKey(alice, { key: arn, context: {} })
  await assert.rejects(
    keys.encrypt(alice, {
      key: arn,
      plaintext: (await keys.generateDataKey(US, { key: arn, context: {} })).plaintext,
      context: {},
    }),
    isFailure('access-denied'),
  )
  await say(alice.caller, [{ Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: arn.replace(keyId, 'other') }])
  await assert.rejects(keys.generateDataKey(alice, { key: arn, context: {} }), isFailure('access-denied'))
})

test('T-090 a key that does not name the account: root, creator and users with kms:* have no right; whoever is named has', async () => {
  const { keys, say } = await withPeople()
  const [alice, bob] = [user('alice'), user('bob')]
  await say(alice.caller, ALL_KEYS)
  await say(bob.caller, undefined)
  const policy = keyPolicy({
    Effect: 'Allow',
    Principal: { AWS: bob.caller.kind === 'user' ? bob.caller.arn : '' },
    Action: 'kms:*',
  })
  const { arn } = await keys.createKey(alice, { description: '', policy, bypassLockoutCheck: true })
  for (const request of [US, alice, THEM, ANONYMOUS]) {
    await assert.rejects(
      async () => keys.generateDataKey(request, { key: arn, context: {} }),
      isFailure('access-denied'),
    )
    await assert.rejects(async () => keys.describeKey(request, arn), isFailure('access-denied'))
    await assert.rejects(
      async () => keys.putKeyPolicy(request, arn, { policy: keyPolicy(ROOT) }),
      isFailure('access-denied'),
    )
  }
  const made = await keys.generateDataKey(bob, { key: arn, context: {} })
  assert.ok((await keys.decrypt(bob, { blob: made.blob, context: {} })).plaintext.equals(made.plaintext))
  assert.equal((await keys.getKeyPolicy(bob, arn)).policy, policy)
})

test('T-090 an explicit deny wins: in the key policy, in the caller’s own, in his boundary and his session', async () => {
  const { keys, say } = await withPeople()
  const alice = user('alice')
  const { arn } = await keys.createKey(US, { description: '' })
  const use = async () => keys.generateDataKey(alice, { key: arn, context: {} })
  const deny = { Effect: 'Deny', Action: 'kms:GenerateDataKey', Resource: '*' }
  await say(alice.caller, ALL_KEYS)
  await use()
  await say(alice.caller, [...ALL_KEYS, deny])
  await assert.rejects(use, isFailure('access-denied'))
  await say(alice.caller, ALL_KEYS, { boundary: identity([deny]) })
  await assert.rejects(use, isFailure('access-denied'))
  await say(alice.caller, ALL_KEYS, {
    session: [identity([{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }])],
  })
  await assert.rejects(use, isFailure('access-denied'))
  await say(alice.caller, ALL_KEYS)
  await use()
  await keys.putKeyPolicy(US, arn, { policy: keyPolicy(ROOT, { ...deny, Principal: '*' }) })
  await assert.rejects(use, isFailure('access-denied'))
  await assert.rejects(keys.generateDataKey(US, { key: arn, context: {} }), isFailure('access-denied'))
})

test('a policy that would lock its author out is refused, unless that is what he wants', async () => {
  const { keys } = await withPeople()
  const { keyId } = await keys.createKey(US, { description: '' })
  const before = await keys.getKeyPolicy(US, keyId)
  const locked = keyPolicy({ ...ROOT, Action: 'kms:Describe*' })
  await assert.rejects(keys.putKeyPolicy(US, keyId, { policy: locked }), isFailure('malformed-policy'))
  await assert.rejects(keys.createKey(US, { description: '', policy: locked }), isFailure('malformed-policy'))
  assert.deepEqual(await keys.getKeyPolicy(US, keyId), before)
  assert.equal((await keys.listKeys(US)).length, 1)
  await keys.putKeyPolicy(US, keyId, { policy: locked, bypassLockoutCheck: true })
  assert.ok(await keys.describeKey(US, keyId))
  await assert.rejects(keys.getKeyPolicy(US, keyId), isFailure('access-denied'))
})

test('the lockout check can be forbidden to be passed over', async () => {
  const { keys } = await withPeople()
  const guard = {
    Effect: 'Deny',
    Principal: '*',
    Action: 'kms:PutKeyPolicy',
    Condition: { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } },
  }
  const { keyId } = await keys.createKey(US, { description: '', policy: keyPolicy(ROOT, guard) })
  const policy = keyPolicy(ROOT)
  await assert.rejects(keys.putKeyPolicy(US, keyId, { policy, bypassLockoutCheck: true }), isFailure('access-denied'))
  await keys.putKeyPolicy(US, keyId, { policy })
})

test('malformed policies are refused, and nothing changed', async () => {
  const { keys } = await withPeople()
  const { keyId } = await keys.createKey(US, { description: '', policy: ` ${keyPolicy(ROOT)}\n` })
  const statement = { ...ROOT, Resource: '*' }
  const texts = [
    '',
    '{}',
    'not json',
    '[]',
    `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","\\u0045ffect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}]}`,
    JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Resource: undefined }] }),
    JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Action: undefined }] }),
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ ...statement, Principal: { AWS: `arn:aws:iam::${OURS}:user/*` } }],
    }),
    JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Extra: 1 }] }),
    JSON.stringify({ Version: '2012-10-17', Statement: [statement], Padding: 'x' }),
    keyPolicy(ROOT, { Effect: 'Allow', NotPrincipal: { AWS: OURS }, Action: 'kms:*' }),
    '\ud800',
  ]
  for (const policy of texts) {
    await assert.rejects(keys.putKeyPolicy(US, keyId, { policy }), isFailure('malformed-policy'), policy)
  }
  const long = JSON.stringify({ Version: '2012-10-17', Id: 'x'.repeat(32_768), Statement: [statement] })
  await assert.rejects(keys.putKeyPolicy(US, keyId, { policy: long }), isFailure('policy-too-large'))
  await assert.rejects(
    keys.putKeyPolicy(US, keyId, { policy: keyPolicy(ROOT), policyName: 'other' }),
    isFailure('key-not-found'),
  )
  assert.equal((await keys.getKeyPolicy(US, keyId)).policy, ` ${keyPolicy(ROOT)}\n`)
})

test('conditions see the encryption context that is bound, the service, the caller’s account; a direct caller cannot say it is a service (T-082, T-105)', async () => {
  const { keys } = await withPeople()
  const photos = { StringLike: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::photos/*' } }
  const viaS3 = { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com`, 'kms:CallerAccount': OURS } }
  const uses = { Effect: 'Allow', Principal: '*', Action: ['kms:GenerateDataKey', 'kms:Decrypt'] }
  const manage = { ...ROOT, NotAction: ['kms:GenerateDataKey', 'kms:Decrypt'], Action: undefined }
  const policy = keyPolicy(manage, { ...uses, Condition: { ...photos, ...viaS3, StringLike: photos.StringLike } })
  const { arn } = await keys.createKey(US, { description: '', policy })
  const byS3: KeyRequest = { ...US, via: 's3' }
  const made = await keys.generateDataKey(byS3, { key: arn, context: CONTEXT })
  await keys.decrypt(byS3, { blob: made.blob, context: CONTEXT })
  await keys.authorizeUse(byS3, made.use, 'Decrypt', CONTEXT)
  const elsewhere = { 'aws:s3:arn': 'arn:aws:s3:::letters/a' }
  for (const [request, context] of [
    [US, CONTEXT],
    [byS3, elsewhere],
    [byS3, {}],
    [{ ...byS3, facts: { sourceIp: '10.0.0.1', secure: true, nowMs: 0, region: REGION } }, {}],
  ] as const) {
    await assert.rejects(keys.generateDataKey(request, { key: arn, context }), isFailure('access-denied'))
    await assert.rejects(
      async () => keys.authorizeUse(request, made.use, 'Decrypt', context),
      isFailure('access-denied'),
    )
  }
})

test('a decision that looked at the request is made again for each; one that did not is made again when a guard moved', async () => {
  const { keys, say } = await withPeople()
  const alice = user('alice')
  const { arn } = await keys.createKey(US, { description: '' })
  const use = async (context: Record<string, string>) => keys.generateDataKey(alice, { key: arn, context })
  const Condition = { StringEquals: { 'kms:EncryptionContext:team': 'blue' } }
  await say(alice.caller, [{ Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition }])
  for (let round = 0; round < 3; round++) {
    await use({ team: 'blue' })
    await assert.rejects(use({ team: 'red' }), isFailure('access-denied'))
    await assert.rejects(use({ Team: 'Blue' }), isFailure('access-denied'))
  }
  await say(alice.caller, ALL_KEYS)
  await use({})
  await use({})
  await say(alice.caller, undefined)
  await assert.rejects(use({}), isFailure('access-denied'))
})

test('a key of another account is used by its ARN when both sides allow it, and by neither side alone', async () => {
  const { keys, say } = await withPeople()
  const carol = user('carol', THEIRS)
  const share = {
    Effect: 'Allow',
    Principal: { AWS: THEIRS },
    Action: [
      'kms:GenerateDataKey',
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:EnableKey',
      'kms:GetKeyPolicy',
      'kms:TagResource',
    ],
  }
  const { keyId, arn } = await keys.createKey(US, { description: '' })
  const use = async (request: KeyRequest) => keys.generateDataKey(request, { key: arn, context: {} })
  await say(carol.caller, ALL_KEYS)
  await assert.rejects(use(carol), isFailure('access-denied'))
  await keys.putKeyPolicy(US, keyId, { policy: keyPolicy(ROOT, share) })
  const made = await use(carol)
  await use(THEM)
  assert.equal(made.use.arn, arn)
  assert.equal((await keys.describeKey(carol, arn)).arn, arn)
  // By its bare id it is looked for at home.
  await assert.rejects(keys.generateDataKey(carol, { key: keyId, context: {} }), isFailure('key-not-found'))
  for (const own of [
    async () => keys.enableKey(carol, arn),
    async () => keys.getKeyPolicy(carol, arn),
    async () => keys.tagKey(carol, arn, [['a', 'b']]),
  ]) {
    await assert.rejects(own, isFailure('access-denied'))
  }
  await say(carol.caller, undefined)
  await assert.rejects(use(carol), isFailure('access-denied'))
  await say(carol.caller, ALL_KEYS)
  await keys.putKeyPolicy(US, keyId, { policy: keyPolicy(ROOT) })
  await assert.rejects(use(carol), isFailure('access-denied'))
  await assert.rejects(keys.decrypt(carol, { blob: made.blob, context: {} }), isFailure('invalid-ciphertext'))
})

test('kms:CreateKey, kms:ListKeys and kms:ListAliases are given by identity policies on everything', async () => {
  const { keys, say } = await withPeople()
  const alice = user('alice')
  const tries = [
    { action: 'kms:CreateKey', run: async () => keys.createKey(alice, { description: '' }) },
    { action: 'kms:ListKeys', run: async () => keys.listKeys(alice) },
    { action: 'kms:ListAliases', run: async () => keys.listAliases(alice) },
  ]
  for (const { action, run } of tries) {
    await say(alice.caller, [{ Effect: 'Allow', NotAction: action, Resource: '*' }])
    await assert.rejects(run, isFailure('access-denied'), action)
    await say(alice.caller, [{ Effect: 'Allow', Action: action, Resource: '*' }])
    await assert.doesNotReject(run, action)
  }
})

test('an alias needs the right on the alias and on every key that it leaves and comes to', async () => {
  const { keys, say } = await withPeople()
  const alice = user('alice')
  const [one, two] = [await keys.createKey(US, { description: '1' }), await keys.createKey(US, { description: '2' })]
  const alias = `arn:aws:kms:${REGION}:${OURS}:alias/a`
  const may = async (...resources: string[]) =>
    say(alice.caller, [
      { Effect: 'Allow', Action: ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'], Resource: resources },
    ])
  await may(alias)
  await assert.rejects(keys.setAlias(alice, 'alias/a', one.keyId, false), isFailure('access-denied'))
  await may(one.arn)
  await assert.rejects(keys.setAlias(alice, 'alias/a', one.keyId, false), isFailure('access-denied'))
  await may(alias, one.arn)
  await keys.setAlias(alice, 'alias/a', one.keyId, false)
  await assert.rejects(keys.setAlias(alice, 'alias/a', two.keyId, true), isFailure('access-denied'))
  await may(alias, two.arn)
  await assert.rejects(keys.setAlias(alice, 'alias/a', two.keyId, true), isFailure('access-denied'))
  await assert.rejects(keys.removeAlias(alice, 'alias/a'), isFailure('access-denied'))
  await may(alias, one.arn, two.arn)
  await keys.setAlias(alice, 'alias/a', two.keyId, true)
  await keys.removeAlias(alice, 'alias/a')
})

test('the managed key serves everybody of its account by way of the object store, by each of its names, and nobody else', async () => {
  const { keys } = await withPeople()
  const alice: KeyRequest = { ...user('alice'), via: 's3' }
  const { arn } = await keys.resolve(alice, undefined)
  for (const name of ['alias/aws/s3', 'alias/acs/oss', 'alias/obs/default', 'obs/default', 'alias/cos/default']) {
    assert.equal((await keys.resolve(alice, name)).arn, arn, name)
    await keys.generateDataKey(alice, { key: name, context: {} })
  }
  await assert.rejects(keys.generateDataKey(user('alice'), { key: arn, context: {} }), isFailure('access-denied'))
  for (const stranger of [THEM, user('carol', THEIRS)]) {
    await assert.rejects(
      keys.generateDataKey({ ...stranger, via: 's3' }, { key: arn, context: {} }),
      isFailure('access-denied'),
    )
  }
  assert.ok((await keys.getKeyPolicy(US, arn)).policy.includes('kms:ViaService'))
  await assert.rejects(keys.putKeyPolicy(US, arn, { policy: keyPolicy(ROOT) }), isFailure('access-denied'))
  await assert.rejects(keys.tagKey(US, arn, [['a', 'b']]), isFailure('access-denied'))
})

test('tags: conditions on them, their limits, and what cannot be one', async () => {
  const { keys, say } = await withPeople()
  const alice = user('alice')
  const { keyId, arn } = await keys.createKey(US, { description: '', tags: [['Team', 'blue']] })
  const Condition = { StringEquals: { 'aws:ResourceTag/team': 'blue' } }
  await say(alice.caller, [{ Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: '*', Condition }])
  await keys.generateDataKey(alice, { key: arn, context: {} })
  await keys.tagKey(US, keyId, [
    ['Team', 'red'],
    ['b', ''],
  ])
  assert.deepEqual(await keys.listKeyTags(US, keyId), {
    tags: [
      ['Team', 'red'],
      ['b', ''],
    ],
  })
  assert.deepEqual(await keys.listKeyTags(US, keyId, { limit: 1 }), { tags: [['Team', 'red']], next: 'Team' })
  await assert.rejects(keys.generateDataKey(alice, { key: arn, context: {} }), isFailure('access-denied'))
  for (const tag of [
    ['', 'x'],
    ['aws:x', ''],
    ['x'.repeat(129), ''],
    ['k', 'x'.repeat(257)],
    ['k\u0000', ''],
  ] as const) {
    await assert.rejects(keys.tagKey(US, keyId, [tag]), isFailure('invalid-tag'), tag[0])
  }
  const many = Array.from({ length: 49 }, (_, index) => [`k${index}`, ''] as const)
  await assert.rejects(keys.tagKey(US, keyId, many), isFailure('limit-exceeded'))
  await keys.untagKey(US, keyId, ['Team', 'never'])
  assert.deepEqual(await keys.listKeyTags(US, keyId), { tags: [['b', '']] })
})

test('COFFER_REQUIRE_TLS=kms: a key is used over TLS only; its settings can be seen and changed without', async () => {
  const { keys } = await deployment({ requireTls: true })
  const secure = { ...US, caller: { ...US.caller, secure: true } } as KeyRequest
  const { arn } = await keys.createKey(US, { description: '' })
  const { blob } = await keys.generateDataKey(secure, { key: arn, context: {} })
  await assert.rejects(keys.generateDataKey(US, { key: arn, context: {} }), isFailure('access-denied'))
  await assert.rejects(keys.decrypt(US, { blob, context: {} }), isFailure('access-denied'))
  assert.equal((await keys.describeKey(US, arn)).arn, arn)
  await keys.putKeyPolicy(US, arn, { policy: keyPolicy(ROOT) })
})

test('principals of a policy are bound to whom they mean when it is put; names of nobody are refused', async () => {
  const people = new Map([[`arn:aws:iam::${OURS}:user/alice`, 'AIDAALICE000000000001']])
  const { keys, audited } = await deployment({
    findPrincipals: (document) => {
      const arns = principalsOf(document).flatMap((entry) => (entry.kind === 'principal' ? [entry.arn] : []))
      const unknown = arns.some((arn) => !people.has(arn))
      if (unknown) throw new StoreFailure({ kind: 'malformed-policy', detail: 'no such principal' })
      return Object.fromEntries(people)
    },
  })
  const { arn } = await keys.createKey(US, { description: '' })
  const name = (user: string) => ({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${OURS}:user/${user}` },
    Action: 'kms:*',
  })
  await assert.rejects(
    keys.putKeyPolicy(US, arn, { policy: keyPolicy(ROOT, name('bob')) }),
    isFailure('malformed-policy'),
  )
  await keys.putKeyPolicy(US, arn, { policy: keyPolicy(ROOT, name('alice')) })
  const first = { caller: testUser(OURS, 'alice', 'AIDAALICE000000000001'), requestId: 'r' }
  const second = { caller: testUser(OURS, 'alice', 'AIDAALICE000000000002'), requestId: 'r' }
  await keys.generateDataKey(first, { key: arn, context: {} })
  await assert.rejects(keys.generateDataKey(second, { key: arn, context: {} }), isFailure('access-denied'))
  assert.equal(audited.filter(({ action }) => action === 'kms:PutKeyPolicy').length, 1)
})
