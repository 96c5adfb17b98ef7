import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SecretBytes } from '../../secrets/index.ts'
import { clusterFromKey, readWrap, wrapVersion, type Cluster } from './cluster-key.ts'
import { bytesOf, deployment, isFailure } from '../keys/keys.fixture.ts'
import { wrapRow, type WrapName, type WrapPurpose } from '../kms-rows.ts'
import { hexOf, isRefused, numberOf, textOf, vectorCases, type VectorCase } from '../wraps/vectors.fixture.ts'

const PURPOSES: readonly WrapPurpose[] = ['metadata', 'audit', 'service', 'key', 'access-key', 'sts']
const NAME: WrapName = { purpose: 'key', id: '00'.repeat(16), version: 1 }

function nameOf(one: VectorCase): WrapName {
  const purpose = PURPOSES.find((candidate) => candidate === textOf(one, 'purpose'))
  assert.ok(purpose !== undefined)
  return { purpose, id: textOf(one, 'id'), version: numberOf(one, 'version') }
}

/** A cluster that holds the case's key under whatever version its wrap names. */
function clusterOf(one: VectorCase): Cluster {
  const key = new SecretBytes(hexOf(one, 'clusterKey'))
  return clusterFromKey(key, 1, async () => key.copy())
}

test('CWK1: every wrap of the second implementation opens to its secret, and damaged ones are refused', async () => {
  const cases = vectorCases('envelopes/cwk1')
  assert.ok(cases.filter(isRefused).length >= 10)
  for (const one of cases) {
    const opening = clusterOf(one).unwrap(nameOf(one), hexOf(one, 'wrapped'))
    if (isRefused(one)) await assert.rejects(opening, isFailure('integrity'), textOf(one, 'name'))
    else assert.deepEqual(bytesOf(await opening), hexOf(one, 'secret'), textOf(one, 'name'))
  }
})

test('a version that nobody has is `sealed`, never a guess', async () => {
  const { cluster } = await deployment()
  const wrapped = await cluster.wrap(NAME, new SecretBytes(Buffer.alloc(32, 1)), 1)
  const stranger = clusterFromKey(new SecretBytes(Buffer.alloc(32, 2)), 7)
  await assert.rejects(stranger.unwrap(NAME, wrapped), isFailure('sealed'))
  assert.equal(wrapVersion(wrapped), 1)
})

test('a worker that was handed the key opens what the primary wrapped', async () => {
  const { cluster } = await deployment()
  const secret = new SecretBytes(Buffer.from('a secret of any length'))
  const wrapped = await cluster.wrap(NAME, secret, cluster.version)
  const worker = clusterFromKey(await cluster.exportKey(cluster.version), cluster.version)
  assert.ok((await worker.unwrap(NAME, wrapped)).equals(secret))
})

test('a wrap that lies in another row does not open there', async () => {
  const { store, cluster } = await deployment()
  const other: WrapName = { ...NAME, version: 2 }
  const wrapped = await cluster.wrap(NAME, new SecretBytes(Buffer.alloc(32, 1)), 1)
  await store.commit({ checks: [], writes: [{ kind: 'put', key: wrapRow(other), value: wrapped }] })
  await assert.rejects(readWrap(store, cluster, other), isFailure('integrity'))
})
