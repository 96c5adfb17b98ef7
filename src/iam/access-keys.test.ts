import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  openCluster,
  readSystemKey,
  openRootProvider,
  rotateCluster,
  type RootProvider,
  type Cluster,
} from '../kms/index.ts'
import { parseAccountId, StoreFailure, type AccountId, type FailureKind } from '../operations/index.ts'
import { createRecordSealer } from '../records/index.ts'
import { SecretBytes } from '../secrets/index.ts'
import { createMemoryMetadata, type MetadataStore } from '../storage/index.ts'
import { createAccessKeys, type AccessKeys } from './access-keys.ts'
import { newAccessKeyId, newSecret, secretProblem } from './credential-rules.ts'
import type { RootCredential } from './root-credential.ts'

const ACCOUNT = accountId('000000000001')
const OTHER_ACCOUNT = accountId('000000000002')

function accountId(text: string): AccountId {
  const parsed = parseAccountId(text)
  assert.ok(parsed !== undefined)
  return parsed
}

interface Deployment {
  readonly store: MetadataStore
  readonly root: RootProvider
  readonly cluster: Cluster
  readonly accessKeys: AccessKeys
}

async function deployment(): Promise<Deployment> {
  const store = createMemoryMetadata()
  const root = await openRootProvider({ provider: 'ephemeral' })
  const { cluster } = await openCluster({ store, root, allowCreate: true })
  return { store, root, cluster, accessKeys: await overRows(store, root) }
}

/** As a process that starts now sees it. */
async function overRows(store: MetadataStore, root: RootProvider): Promise<AccessKeys> {
  const { cluster } = await openCluster({ store, root, allowCreate: false })
  const records = createRecordSealer({ metadataKey: await readSystemKey(store, cluster, 'metadata') })
  return createAccessKeys({ store, records, cluster, now: () => 1_800_000_000_000 })
}

function credential(accessKeyId: string, secret: string): RootCredential {
  return { accessKeyId, secret: new SecretBytes(Buffer.from(secret)) }
}

function textOf(secret: SecretBytes | undefined): string | undefined {
  return secret?.expose((bytes) => Buffer.from(bytes).toString('latin1'))
}

function isFailure(kind: FailureKind): (error: unknown) => boolean {
  return (error) => error instanceof StoreFailure && error.failure.kind === kind
}

test('a first start makes a root credential and shows its secret once', async () => {
  const { store, root, accessKeys } = await deployment()
  const first = await accessKeys.ensureRoot(ACCOUNT)
  assert.match(first.accessKeyId, /^CFR[A-Z0-9]{17}$/)
  assert.match(textOf(first.created) ?? '', /^[A-Za-z0-9+/]{40}$/)
  assert.deepEqual(await accessKeys.ensureRoot(ACCOUNT), { accessKeyId: first.accessKeyId })
  const found = await (await overRows(store, root)).lookup(first.accessKeyId)
  assert.equal(textOf(found?.secret), textOf(first.created))
  assert.equal(found?.principal.account, ACCOUNT)
  assert.equal((await accessKeys.lookup(first.accessKeyId))?.principal.account, ACCOUNT)
  assert.match((await accessKeys.canonicalIdOf(ACCOUNT)) ?? '', /^[0-9a-f]{64}$/)
})

test('many first starts at once make one credential, and one of them shows the secret that counts', async () => {
  const { store, root } = await deployment()
  const starts = await Promise.all(
    Array.from({ length: 6 }, async () => (await overRows(store, root)).ensureRoot(ACCOUNT)),
  )
  assert.equal(new Set(starts.map((one) => one.accessKeyId)).size, 1)
  const shown = starts.flatMap((one) => (one.created === undefined ? [] : [textOf(one.created)]))
  const found = await (await overRows(store, root)).lookup(starts[0]?.accessKeyId ?? '')
  assert.deepEqual(shown, [textOf(found?.secret)])
})

test('a configured credential is the root credential, and ends the one before it at once', async () => {
  const { store, root, accessKeys } = await deployment()
  const { accessKeyId } = await accessKeys.ensureRoot(ACCOUNT)
  const other = await overRows(store, root)
  assert.ok((await other.lookup(accessKeyId)) !== undefined)
  const canonical = await accessKeys.canonicalIdOf(ACCOUNT)
  assert.deepEqual(
    await accessKeys.ensureRoot(ACCOUNT, credential('OPERATOR', 'a secret-of-20-chars'.replace(' ', '_'))),
    {
      accessKeyId: 'OPERATOR',
    },
  )
  assert.equal(await other.lookup(accessKeyId), undefined)
  const one = await other.lookup('OPERATOR')
  // The same again changes nothing, a new secret changes the generation.
  await accessKeys.ensureRoot(ACCOUNT, credential('OPERATOR', 'a_secret-of-20-chars'))
  assert.equal((await other.lookup('OPERATOR'))?.generation, one?.generation)
  await accessKeys.ensureRoot(ACCOUNT, credential('OPERATOR', 'another_secret-of-20'))
  const two = await other.lookup('OPERATOR')
  assert.notEqual(two?.generation, one?.generation)
  assert.equal(textOf(two?.secret), 'another_secret-of-20')
  assert.equal(await accessKeys.canonicalIdOf(ACCOUNT), canonical)
  assert.deepEqual(await accessKeys.ensureRoot(ACCOUNT), { accessKeyId: 'OPERATOR' })
})

test('recovering gives a new secret for the same key, for the next request of every process', async () => {
  const { store, root, accessKeys } = await deployment()
  const first = await accessKeys.ensureRoot(ACCOUNT)
  const other = await overRows(store, root)
  const before = await other.lookup(first.accessKeyId)
  const recovered = await accessKeys.recoverRoot(ACCOUNT)
  assert.equal(recovered.accessKeyId, first.accessKeyId)
  assert.notEqual(textOf(recovered.secret), textOf(first.created))
  const after = await other.lookup(first.accessKeyId)
  assert.equal(textOf(after?.secret), textOf(recovered.secret))
  assert.notEqual(after?.generation, before?.generation)
})

test('T-063 secrets that can be guessed or that join a signing key are refused', async () => {
  const { accessKeys } = await deployment()
  const bad = [
    'minioadmin',
    'abc',
    'x'.repeat(19),
    'x'.repeat(129),
    `${'x'.repeat(30)}&`,
    `${'x'.repeat(30)}\0`,
    `${'x'.repeat(30)}\n`,
    `${'x'.repeat(30)} `,
    'ü'.repeat(20),
    '',
  ]
  for (const secret of bad) {
    assert.ok(secretProblem(new SecretBytes(Buffer.from(secret))) !== undefined, JSON.stringify(secret))
    await assert.rejects(accessKeys.ensureRoot(ACCOUNT, credential('OPERATOR', secret)), isFailure('invalid-argument'))
  }
  for (const secret of ['x'.repeat(20), 'x'.repeat(128), textOf(newSecret()) ?? '']) {
    assert.equal(secretProblem(new SecretBytes(Buffer.from(secret))), undefined)
  }
  for (const id of ['', 'ab', 'a b c', 'a/b/c', 'ключ', 'x'.repeat(129), 'abc\n']) {
    await assert.rejects(accessKeys.ensureRoot(ACCOUNT, credential(id, 'x'.repeat(20))), isFailure('invalid-argument'))
    assert.equal(await accessKeys.lookup(id), undefined)
  }
})

test('an id that another account has is not taken away', async () => {
  const { accessKeys } = await deployment()
  await accessKeys.ensureRoot(ACCOUNT, credential('OPERATOR', 'x'.repeat(20)))
  const taking = accessKeys.ensureRoot(OTHER_ACCOUNT, credential('OPERATOR', 'y'.repeat(20)))
  await assert.rejects(taking, isFailure('invalid-argument'))
  assert.equal((await accessKeys.lookup('OPERATOR'))?.principal.account, ACCOUNT)
})

test('no secret in the clear: not in any row, not in what is printed; and it outlives a new cluster key', async () => {
  const all = await deployment()
  const { accessKeyId, created } = await all.accessKeys.ensureRoot(ACCOUNT)
  const secret = textOf(created) ?? assert.fail()
  const { rows } = await all.store.scan({ start: Buffer.of(0), end: Buffer.of(0xff), limit: 100 })
  assert.ok(rows.length >= 7)
  assert.ok(rows.every((row) => !Buffer.from(row.value).includes(secret)))
  const found = await all.accessKeys.lookup(accessKeyId)
  assert.ok(!JSON.stringify(found).includes(secret))
  await rotateCluster(all)
  assert.equal(textOf((await (await overRows(all.store, all.root)).lookup(accessKeyId))?.secret), secret)
})

test('generated ids use every symbol of their alphabet about equally', () => {
  const counts = new Map<string, number>()
  for (let index = 0; index < 4_000; index++) {
    for (const symbol of newAccessKeyId().slice(3)) counts.set(symbol, (counts.get(symbol) ?? 0) + 1)
  }
  assert.equal(counts.size, 36)
  const expected = (4_000 * 17) / 36
  // Six standard deviations: a bias of modulo 36 would stand out by more.
  for (const [symbol, count] of counts) assert.ok(Math.abs(count - expected) < 6 * Math.sqrt(expected), symbol)
})
