import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import { ownVectors } from '../../../tests/own-vectors.ts'
import { SecretBytes } from '../../secrets/index.ts'
import { newWrap } from './cluster-key.ts'
import { deployment } from '../keys/keys.fixture.ts'
import { rotateCluster } from './rotate-cluster.ts'
import { createSessionTokens, sealToken, type SessionTokens } from './session-tokens.ts'
import { hexOf, isRefused, numberOf, textOf, type VectorCase } from '../wraps/vectors.fixture.ts'

/** A deployment whose key of sessions is the case's, in the case's version. */
async function tokensOf(one: VectorCase): Promise<SessionTokens> {
  const { store, cluster } = await deployment()
  const name = { purpose: 'sts', id: 'system', version: numberOf(one, 'version') } as const
  await store.commit(await newWrap(store, cluster, name, new SecretBytes(hexOf(one, 'key'))))
  return createSessionTokens({ store, cluster })
}

for (const one of ownVectors('sessions/cst1.json') as readonly VectorCase[]) {
  test(`CST1: ${textOf(one, 'name')}`, async () => {
    const token = Buffer.from(textOf(one, 'token'), 'base64url')
    const opened = await (await tokensOf(one)).open(token)
    if (isRefused(one)) {
      assert.equal(opened, undefined)
      return
    }
    assert.equal(opened?.payload.toString('hex'), textOf(one, 'payload'))
    const key = createSecretKey(hexOf(one, 'key'))
    const sealed = sealToken(key, numberOf(one, 'version'), opened.payload, hexOf(one, 'salt'))
    assert.deepEqual(sealed.token, token)
    assert.ok(sealed.credential.equals(opened.credential))
  })
}

test('the key of sessions is made once by many, rests wrapped, and outlives a new cluster key', async () => {
  const all = await deployment()
  const payload = Buffer.from('{"canary":"session"}')
  const made = await Promise.all(Array.from({ length: 4 }, async () => createSessionTokens(all).seal(payload)))
  assert.equal(new Set(made.map(({ token }) => token.toString('hex'))).size, 4)
  await rotateCluster(all)
  const later = createSessionTokens(all)
  for (const { token, credential } of made) {
    const opened = await later.open(token)
    assert.deepEqual(opened?.payload, payload)
    assert.ok(opened.credential.equals(credential))
    assert.ok(!token.includes('canary'))
  }
})
