import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SecretBytes } from '../../secrets/index.ts'
import { bytesOf } from '../keys/keys.fixture.ts'
import type { RootProvider } from './root-provider.ts'
import { hexOf, isRefused, numberOf, textOf, vectorCases, type VectorCase } from '../wraps/vectors.fixture.ts'
import { fixedRoot } from './fixed-root.ts'
import { passphraseRoot, SCRYPT_PARAMETERS } from './passphrase.ts'
import { readRootWrap, ROOT_WRAP_BYTES } from './root-wrap.ts'

const CASES = vectorCases('envelopes/crw1')
const CLUSTER_KEY = new SecretBytes(Buffer.from('abcdefghijklmnopqrstuvwxyz012345'))
const CLUSTER_ID = Buffer.alloc(16, 9)

function rootOfCase(one: VectorCase): RootProvider {
  return 'passphrase' in one
    ? passphraseRoot('a test', new SecretBytes(Buffer.from(textOf(one, 'passphrase'))))
    : fixedRoot('env', 'a test', new SecretBytes(hexOf(one, 'rootKey')))
}

for (const one of CASES) {
  const verdict = isRefused(one) ? `is refused (${textOf(one, 'refused')})` : 'opens to the cluster key'
  test(`CRW1 of the second implementation: ${textOf(one, 'name')} ${verdict}`, async () => {
    const opened = await rootOfCase(one).unwrap(hexOf(one, 'wrapped'), numberOf(one, 'clusterVersion'))
    const expected = isRefused(one) ? undefined : hexOf(one, 'clusterKey')
    assert.deepEqual(opened === undefined ? undefined : bytesOf(opened), expected)
  })
}

test('CRW1: the public id of a root is the one that the second implementation derives', async () => {
  for (const one of CASES.filter((candidate) => !isRefused(candidate))) {
    assert.equal(await rootOfCase(one).identify(hexOf(one, 'wrapped')), textOf(one, 'rootId'))
  }
})

test('CRW1: every flipped bit refuses', async () => {
  const root = fixedRoot('env', 'a test', new SecretBytes(Buffer.from('0123456789abcdefghijklmnopqrstuv')))
  const wrapped = await root.wrap(CLUSTER_KEY, 1, CLUSTER_ID)
  assert.equal(wrapped.length, ROOT_WRAP_BYTES)
  for (let bit = 0; bit < wrapped.length * 8; bit++) {
    const changed = Buffer.from(wrapped)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.equal(await root.unwrap(changed, 1), undefined, `bit ${bit}`)
  }
  assert.ok((await root.unwrap(wrapped, 1))?.equals(CLUSTER_KEY))
})

test('a passphrase is stretched by scrypt with N = 2^17, r = 8, p = 1, under a fresh salt that the wrap keeps', async () => {
  const root = passphraseRoot('a test', new SecretBytes(Buffer.from('correct horse battery staple\n')))
  const [one, two] = [await root.wrap(CLUSTER_KEY, 1, CLUSTER_ID), await root.wrap(CLUSTER_KEY, 1, CLUSTER_ID)]
  const derivations = [one, two].map((wrapped) => readRootWrap(wrapped)?.derivation)
  const salts = derivations.map((derivation) => {
    assert.equal(derivation?.kind, 'scrypt')
    const { salt, ...parameters } = derivation
    assert.deepEqual(parameters, { kind: 'scrypt', ...SCRYPT_PARAMETERS })
    assert.deepEqual(SCRYPT_PARAMETERS, { log2N: 17, r: 8, p: 1 })
    return Buffer.from(salt).toString('hex')
  })
  assert.notEqual(salts[0], salts[1])
  assert.notEqual(await root.identify(one), await root.identify(two))
  // The line end of a passphrase file is no part of the passphrase.
  const again = passphraseRoot('another place', new SecretBytes(Buffer.from('correct horse battery staple')))
  assert.ok((await again.unwrap(one, 1))?.equals(CLUSTER_KEY))
})
