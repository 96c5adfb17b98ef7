import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreFailure, type Caller } from '../../operations/index.ts'
import { SecretBytes } from '../../secrets/index.ts'
import {
  anotherProcess,
  bare,
  deployment,
  isFailure,
  OURS,
  REGION,
  rootOf,
  THEIRS,
  type Deployment,
} from '../keys/keys.fixture.ts'
import type { KeyRequest } from '../key-service.ts'
import { keyRow } from '../kms-rows.ts'
import { createMemoryKeyStore } from '../stores/memory.ts'
import { KeyStoreUnavailable } from '../stores/key-store.ts'

const US = rootOf(OURS)
const THEM = rootOf(THEIRS)
const BY_S3 = rootOf(OURS, { via: 's3' })
const CONTEXT = { 'aws:s3:arn': 'arn:aws:s3:::photos/cat.jpg' }
const ANONYMOUS: KeyRequest = { caller: { kind: 'anonymous' }, requestId: 'request-2' }
const JOB_CALLER: Caller = { kind: 'job', job: 'reencrypt', account: OURS, arn: `arn:coffer:job::${OURS}:reencrypt` }
const JOB: KeyRequest = { caller: JOB_CALLER, requestId: 'request-3' }

async function withKey(): Promise<Deployment & { readonly id: string; readonly arn: string }> {
  const all = await deployment()
  const { keyId, arn } = await all.keys.createKey(US, { description: 'test' })
  return { ...all, id: keyId, arn }
}

test('a data key is 32 bytes, fresh each time, and its blob opens in another process under the same context only', async () => {
  const all = await withKey()
  const [one, two] = [
    await all.keys.generateDataKey(US, { key: all.id, context: CONTEXT }),
    await all.keys.generateDataKey(US, { key: all.id, context: CONTEXT }),
  ]
  assert.equal(one.plaintext.length, 32)
  assert.ok(!one.plaintext.equals(two.plaintext))
  const other = await anotherProcess(all)
  const opened = await other.decrypt(US, { blob: one.blob, context: CONTEXT, expectKeyArn: all.arn })
  assert.ok(opened.plaintext.equals(one.plaintext))
  assert.deepEqual(bare(opened.use), bare(one.use))
  for (const context of [{}, { ...CONTEXT, more: '' }, { 'aws:s3:arn': 'arn:aws:s3:::photos/CAT.jpg' }]) {
    await assert.rejects(other.decrypt(US, { blob: one.blob, context }), isFailure('invalid-ciphertext'))
  }
})

test('T-107 every flipped bit of a blob, every foreign and former key: the same refusal, without a word of why', async () => {
  const all = await withKey()
  const { blob } = await all.keys.generateDataKey(US, { key: all.id, context: CONTEXT })
  const refusals = new Set<string>()
  const refused = async (bytes: Uint8Array): Promise<void> => {
    const outcome: unknown = await all.keys.decrypt(US, { blob: bytes, context: CONTEXT }).then(
      () => 'opened',
      (error: unknown) => (error instanceof StoreFailure ? error.failure : error),
    )
    refusals.add(JSON.stringify(outcome))
  }
  for (let bit = 0; bit < blob.length * 8; bit++) {
    const changed = Buffer.from(blob)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    await refused(changed)
  }
  const theirKey = await all.keys.createKey(THEM, { description: '' })
  const theirs = await all.keys.generateDataKey(THEM, { key: theirKey.keyId, context: CONTEXT })
  await refused(theirs.blob)
  const former = await all.keys.createKey(US, { description: 'former' })
  const ofFormer = await all.keys.generateDataKey(US, { key: former.keyId, context: CONTEXT })
  await all.keys.scheduleDeletion(US, former.keyId, 7)
  all.clock.nowMs += 8 * 86_400_000
  assert.equal((await all.keys.destroyDueKeys(all.root, 10)).destroyed, 1)
  await refused(ofFormer.blob)
  for (const other of [
    Buffer.alloc(0),
    blob.subarray(0, 60),
    Buffer.concat([Buffer.from('CDK1'), blob.subarray(4, 112)]),
  ]) {
    await refused(other)
  }
  assert.deepEqual([...refusals], ['{"kind":"invalid-ciphertext"}'])
})

test('a blob of another key than the one expected is refused as that', async () => {
  const all = await withKey()
  const other = await all.keys.createKey(US, { description: '' })
  const { blob } = await all.keys.generateDataKey(US, { key: all.id, context: {} })
  const opening = all.keys.decrypt(US, { blob, context: {}, expectKeyArn: other.arn })
  await assert.rejects(opening, isFailure('incorrect-key'))
})

test('encrypt takes 1 to 4,096 bytes, and re-encryption needs no plaintext outside', async () => {
  const all = await withKey()
  for (const length of [0, 4_097]) {
    const plaintext = new SecretBytes(Buffer.alloc(length))
    await assert.rejects(all.keys.encrypt(US, { key: all.id, plaintext, context: {} }), isFailure('invalid-argument'))
  }
  for (const length of [1, 4_096]) {
    const plaintext = new SecretBytes(Buffer.alloc(length, 5))
    const { blob } = await all.keys.encrypt(US, { key: all.id, plaintext, context: CONTEXT })
    const target = await all.keys.createKey(US, { description: '' })
    const again = await all.keys.reEncrypt(US, { blob, sourceContext: CONTEXT, key: target.keyId, context: {} })
    assert.deepEqual([again.source.arn, again.use.arn], [all.arn, target.arn])
    assert.ok((await all.keys.decrypt(US, { blob: again.blob, context: {} })).plaintext.equals(plaintext))
  }
})

test('T-106 strangers, anonymous callers and jobs are refused every use, whatever the state of the key', async () => {
  const all = await withKey()
  const { blob, use } = await all.keys.generateDataKey(US, { key: all.id, context: {} })
  for (const disabled of [false, true]) {
    if (disabled) await all.keys.disableKey(US, all.id)
    for (const request of [THEM, ANONYMOUS, JOB]) {
      const uses = [
        async () => all.keys.generateDataKey(request, { key: all.arn, context: {} }),
        async () => all.keys.encrypt(request, { key: all.arn, plaintext: new SecretBytes(Buffer.of(1)), context: {} }),
        async () => all.keys.authorizeUse(request, use, 'Decrypt', {}),
        async () => all.keys.authorizeUse(request, use, 'GenerateDataKey', {}),
        async () => all.keys.decrypt({ ...request, via: 's3' }, { blob, context: {} }),
        async () => all.keys.describeKey(request, all.arn),
        async () => all.keys.scheduleDeletion(request, all.arn, 7),
        async () => all.keys.rotateKey(request, all.arn),
      ]
      for (const one of uses) await assert.rejects(one, isFailure('access-denied'))
    }
  }
})

test('T-106 a key of another account answers alike, whether it exists or not', async () => {
  const all = await withKey()
  const missing = `arn:aws:kms:${REGION}:${OURS}:key/11111111-2222-4333-8444-555555555555`
  const alias = `arn:aws:kms:${REGION}:${OURS}:alias/nothing`
  const answers = new Set<string>()
  for (const key of [all.arn, missing, alias]) {
    for (const request of [THEM, { ...THEM, via: 's3' } as const]) {
      for (const use of [
        async () => all.keys.generateDataKey(request, { key, context: {} }),
        async () => all.keys.encrypt(request, { key, plaintext: new SecretBytes(Buffer.of(1)), context: {} }),
      ]) {
        await assert.rejects(use, (error: unknown) => {
          assert.ok(error instanceof StoreFailure && error.failure.kind === 'access-denied')
          answers.add(`${error.failure.kind} ${error.failure.reason ?? ''}`)
          return true
        })
      }
    }
  }
  assert.equal(answers.size, 1)
  for (const key of [missing, alias]) {
    await assert.rejects(async () => all.keys.resolve(US, key), isFailure('key-not-found'))
  }
})

test('T-106 texts that name no key here are not found: other regions, malformed, too long, ids of other accounts', async () => {
  const all = await withKey()
  const texts = [
    '',
    ' ',
    'no such key',
    'aws/s3',
    'alias/',
    'alias/unknown',
    'alias/ünïcode',
    `${all.id}\n`,
    `${all.id}/`,
    `key/${all.id}`,
    all.arn.replace(REGION, 'eu-west-1'),
    all.arn.replace('arn:aws:', 'arn:aws-cn:'),
    all.arn.replace(':kms:', ':s3:'),
    all.arn.replace(OURS, '1'),
    `${all.arn}x`,
    `${all.arn}:1`,
    'k'.repeat(4_096),
    `arn:aws:kms:${REGION}:${OURS}:alias/unknown`,
    'bb6ac4a0-1111-4222-8333-444444444444',
  ]
  for (const key of texts) {
    await assert.rejects(
      all.keys.generateDataKey(US, { key, context: {} }),
      isFailure('key-not-found'),
      key.slice(0, 80),
    )
  }
  // The bare id means a key of the caller's own account, which has none of this id.
  await assert.rejects(all.keys.generateDataKey(THEM, { key: all.id, context: {} }), isFailure('key-not-found'))
})

test('S3-11 the managed key is made on first need, once for an account, whoever comes first', async () => {
  const all = await deployment()
  const second = await anotherProcess(all)
  const found = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => (index % 2 === 0 ? all.keys : second).resolve(BY_S3, undefined)),
  )
  assert.equal(new Set(found.map((use) => use.keyUid)).size, 1)
  const byAlias = await all.keys.resolve(US, 'alias/aws/s3')
  assert.deepEqual(byAlias, found[0])
  const theirs = await all.keys.resolve(rootOf(THEIRS, { via: 's3' }), undefined)
  assert.notEqual(theirs.keyUid, byAlias.keyUid)
  const described = await all.keys.describeKey(US, 'alias/aws/s3')
  assert.deepEqual(
    [described.manager, described.aliases, described.rotation?.periodDays],
    ['coffer', ['alias/aws/s3'], 365],
  )
  assert.equal((await all.keys.listKeys(US)).length, 1)
})

test('OSS-21 the managed key serves the object store only, and nobody changes it', async () => {
  const all = await deployment()
  const { arn, keyUid } = await all.keys.resolve(BY_S3, undefined)
  const made = await all.keys.generateDataKey(BY_S3, { key: arn, context: {} })
  await assert.rejects(all.keys.generateDataKey(US, { key: arn, context: {} }), isFailure('access-denied'))
  await assert.rejects(all.keys.decrypt(US, { blob: made.blob, context: {} }), isFailure('access-denied'))
  await assert.rejects(
    async () => all.keys.authorizeUse(US, { keyUid, arn }, 'Decrypt', {}),
    isFailure('access-denied'),
  )
  for (const change of [
    all.keys.disableKey(US, arn),
    all.keys.scheduleDeletion(US, 'alias/aws/s3', 7),
    all.keys.rotateKey(US, arn),
    all.keys.setRotation(US, arn, undefined),
    all.keys.setAlias(US, 'alias/mine', arn, false),
  ]) {
    await assert.rejects(change, isFailure('access-denied'))
  }
  assert.ok((await all.keys.decrypt(BY_S3, { blob: made.blob, context: {} })).plaintext.equals(made.plaintext))
  await assert.rejects(async () => all.keys.resolve(ANONYMOUS, undefined), isFailure('access-denied'))
})

test('disabling is seen by the next use of every process, and so is enabling', async () => {
  const all = await withKey()
  const other = await anotherProcess(all)
  const { blob, use } = await other.generateDataKey(US, { key: all.id, context: {} })
  await all.keys.disableKey(US, all.id)
  await assert.rejects(other.generateDataKey(US, { key: all.id, context: {} }), isFailure('key-disabled'))
  await assert.rejects(other.decrypt(US, { blob, context: {} }), isFailure('key-disabled'))
  await assert.rejects(async () => other.authorizeUse(US, use, 'Decrypt', {}), isFailure('key-disabled'))
  await all.keys.enableKey(US, all.id)
  await assert.doesNotReject(other.decrypt(US, { blob, context: {} }))
})

test('audit: each use is one record with action, key, caller, context and version; refusals are records too', async () => {
  const all = await withKey()
  const { blob } = await all.keys.generateDataKey(BY_S3, { key: all.id, context: CONTEXT })
  await all.keys.decrypt(US, { blob, context: CONTEXT })
  await all.keys.decrypt(US, { blob, context: {} }).catch(() => undefined)
  await all.keys.generateDataKey(THEM, { key: all.arn, context: {} }).catch(() => undefined)
  const shown = all.audited.map(({ action, resource, caller, outcome, failure, detail }) => ({
    ...{ action, resource, caller, outcome, failure },
    detail: { ...detail },
  }))
  const encryptionContext = JSON.stringify(CONTEXT)
  const { materialId: keyMaterialId } = await all.keys.describeKey(US, all.id)
  const us = `arn:aws:iam::${OURS}:root`
  const base = { resource: all.arn, caller: us, failure: undefined }
  assert.deepEqual(shown, [
    { ...base, action: 'kms:CreateKey', outcome: 'done', detail: {} },
    {
      ...base,
      action: 'kms:GenerateDataKey',
      outcome: 'done',
      detail: { encryptionContext, keyVersion: '1', keyMaterialId, via: 's3' },
    },
    { ...base, action: 'kms:Decrypt', outcome: 'done', detail: { encryptionContext, keyVersion: '1', keyMaterialId } },
    {
      ...base,
      action: 'kms:Decrypt',
      outcome: 'failed',
      failure: 'invalid-ciphertext',
      detail: { encryptionContext: '{}' },
    },
    {
      ...base,
      ...{ action: 'kms:GenerateDataKey', outcome: 'refused', failure: 'access-denied' },
      ...{ caller: `arn:aws:iam::${THEIRS}:root`, detail: { encryptionContext: '{}' } },
    },
  ])
  assert.deepEqual(
    [...all.keys.useCounts()],
    [
      ['kms:CreateKey done', 1],
      ['kms:GenerateDataKey done', 1],
      ['kms:Decrypt done', 1],
      ['kms:Decrypt failed', 1],
      ['kms:GenerateDataKey refused', 1],
    ],
  )
})

test('T-118 a key store that does not answer is `key-unavailable`; nothing takes its place', async () => {
  const down = async (): Promise<never> => {
    throw new KeyStoreUnavailable()
  }
  let answering = true
  const memory = createMemoryKeyStore()
  const all = await deployment({
    keyStore: {
      ...memory,
      wrap: (...parameters) => (answering ? memory.wrap(...parameters) : down()),
      unwrap: (...parameters) => (answering ? memory.unwrap(...parameters) : down()),
    },
  })
  const { keyId } = await all.keys.createKey(US, { description: '' })
  const { blob, plaintext } = await all.keys.generateDataKey(US, { key: keyId, context: {} })
  answering = false
  await assert.rejects(all.keys.generateDataKey(US, { key: keyId, context: {} }), isFailure('key-unavailable'))
  await assert.rejects(all.keys.decrypt(US, { blob, context: {} }), isFailure('key-unavailable'))
  answering = true
  assert.ok((await all.keys.decrypt(US, { blob, context: {} })).plaintext.equals(plaintext))
})

test('a record of a key that was changed, or put in the place of another, does not open', async () => {
  const all = await withKey()
  const disabled = await all.keys.createKey(US, { description: '' })
  await all.keys.disableKey(US, disabled.keyId)
  const [one, two] = await Promise.all([all.keys.resolve(US, all.id), all.keys.resolve(US, disabled.keyId)])
  const [enabledRow] = await all.store.getMany([keyRow(one.keyUid)])
  assert.ok(enabledRow !== undefined)
  await all.store.commit({ checks: [], writes: [{ kind: 'put', key: keyRow(two.keyUid), value: enabledRow.value }] })
  await assert.rejects(all.keys.generateDataKey(US, { key: disabled.keyId, context: {} }), isFailure('integrity'))
})
