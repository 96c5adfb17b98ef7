import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomBytes, SecretBytes } from '../../secrets/index.ts'
import { bytesOf } from '../keys/keys.fixture.ts'
import { hexOf, isRefused, numberOf, textOf, vectorCases } from '../wraps/vectors.fixture.ts'
import { freshWraps, keptRoot, type RootKeeper } from './kept-root.ts'
import {
  MAX_PROTECTED_BYTES,
  MAX_REFERENCE_BYTES,
  readProviderWrap,
  unwrapUnderProvider,
  wrapUnderProvider,
} from './provider-wrap.ts'
import { readStoredWrap } from './stored-wrap.ts'

const CLUSTER_KEY = new SecretBytes(Buffer.from('0123456789abcdefghijklmnopqrstuv'))
const ROOT_KEY = new SecretBytes(Buffer.from('vutsrqponmlkjihgfedcba9876543210'))
const CLUSTER_ID = Buffer.alloc(16, 9)
const FACTS = {
  keeper: 'vault',
  ...{ clusterVersion: 7, way: 0, clusterId: CLUSTER_ID },
  ...{ reference: Buffer.from('transit/coffer'), protectedKey: Buffer.from('vault:v1:abc') },
} as const

/** A keeper that protects by remembering. */
function keeper(name: string): RootKeeper {
  const kept = new Map<string, SecretBytes>()
  return {
    ...{ kind: 'vault', place: name, given: name },
    protect: async () => {
      const rootKey = new SecretBytes(randomBytes(32))
      const protectedKey = randomBytes(20)
      kept.set(protectedKey.toString('hex'), rootKey.copy())
      return { rootKey, way: 0, reference: Buffer.from(name), protectedKey }
    },
    owns: async ({ reference }) => reference.toString() === name,
    recover: async ({ protectedKey }) => kept.get(protectedKey.toString('hex'))?.copy(),
  }
}

for (const one of vectorCases('envelopes/crw2')) {
  const verdict = isRefused(one) ? `is refused (${textOf(one, 'refused')})` : 'opens to the cluster key'
  test(`CRW2 of the second implementation: ${textOf(one, 'name')} ${verdict}`, () => {
    const rootKey = new SecretBytes(hexOf(one, 'rootKey'))
    const opened = unwrapUnderProvider(rootKey, hexOf(one, 'wrapped'), numberOf(one, 'clusterVersion'))
    const expected = isRefused(one) ? undefined : hexOf(one, 'clusterKey')
    assert.deepEqual(opened === undefined ? undefined : bytesOf(opened), expected)
  })
}

test('CRW2: what it says of itself is read back, whatever the lengths', () => {
  for (const reference of [0, 1, MAX_REFERENCE_BYTES]) {
    for (const length of [0, 1, MAX_PROTECTED_BYTES]) {
      const facts = { ...FACTS, reference: Buffer.alloc(reference, 1), protectedKey: Buffer.alloc(length, 2) }
      const wrapped = wrapUnderProvider(facts, ROOT_KEY, CLUSTER_KEY)
      const { rootId, ...read } = readProviderWrap(wrapped) ?? assert.fail()
      assert.deepEqual(read, facts)
      assert.deepEqual(readStoredWrap(wrapped)?.rootId, rootId)
      assert.ok(unwrapUnderProvider(ROOT_KEY, wrapped, 7)?.equals(CLUSTER_KEY))
    }
  }
  const tooLong = { ...FACTS, reference: Buffer.alloc(MAX_REFERENCE_BYTES + 1) }
  assert.throws(() => wrapUnderProvider(tooLong, ROOT_KEY, CLUSTER_KEY), RangeError)
})

test('CRW2: every flipped bit and every cut refuses', () => {
  const wrapped = wrapUnderProvider(FACTS, ROOT_KEY, CLUSTER_KEY)
  for (let bit = 0; bit < wrapped.length * 8; bit++) {
    const changed = Buffer.from(wrapped)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.equal(unwrapUnderProvider(ROOT_KEY, changed, 7), undefined, `bit ${bit}`)
  }
  for (let length = 0; length < wrapped.length; length++) {
    assert.equal(unwrapUnderProvider(ROOT_KEY, wrapped.subarray(0, length), 7), undefined, `${length} bytes`)
  }
  assert.equal(unwrapUnderProvider(ROOT_KEY, Buffer.concat([wrapped, Buffer.of(0)]), 7), undefined)
  assert.equal(unwrapUnderProvider(ROOT_KEY, wrapped, 8), undefined)
  assert.equal(unwrapUnderProvider(CLUSTER_KEY, wrapped, 7), undefined)
})

test('a kept root: its own wraps open, another keeper’s are another root’s, a damaged one is its own', async () => {
  const [one, two] = [keptRoot(keeper('one')), keptRoot(keeper('two'))]
  const wrapped = await one.wrap(CLUSTER_KEY, 1, CLUSTER_ID)
  assert.ok((await one.unwrap(wrapped, 1))?.equals(CLUSTER_KEY))
  assert.equal(await two.unwrap(wrapped, 1), undefined)
  assert.equal(await two.identify(wrapped), 'two')
  assert.equal(await one.identify(wrapped), readStoredWrap(wrapped)?.rootId)
  await assert.rejects(one.create())
})

test('what a rotation moves to opens only what it wrapped itself', async () => {
  const root = keptRoot(keeper('one'))
  const before = await root.wrap(CLUSTER_KEY, 1, CLUSTER_ID)
  const fresh = freshWraps(root)
  assert.equal(await fresh.unwrap(before, 1), undefined)
  const after = await fresh.wrap(CLUSTER_KEY, 1, CLUSTER_ID)
  assert.ok((await fresh.unwrap(after, 1))?.equals(CLUSTER_KEY))
  assert.ok((await root.unwrap(after, 1))?.equals(CLUSTER_KEY))
})
