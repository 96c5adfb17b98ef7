/** Vectors of the vendor's own signers, and what is refused by its name. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authenticatorOf, credentialOf, failureOf, requestOf, type Fixture } from './request.fixture.ts'
import type { Verified } from './verified.ts'

const ID = 'COFFERTESTAK00000001'
const NOW_MS = Date.UTC(2026, 0, 15, 8, 30)
const DATE = 'Thu, 15 Jan 2026 08:30:00 GMT'
const SCOPE = '20260115/cn-north-4/s3/aws4_request'
const authenticator = authenticatorOf({
  credentials: async (id) => (id === ID ? credentialOf(ID, 'coffer/test+secret/0123456789abcdefABCDEF') : undefined),
  now: () => NOW_MS,
  regions: ['cn-north-4'],
  hostBucket: (_service, host) => /^([a-z0-9.-]+)\.obs\.coffer\.test$/.exec(host.name)?.[1],
})

async function verified(fixture: Fixture): Promise<Verified> {
  const identity = await authenticator.authenticate(requestOf(fixture), 'obs')
  return identity.kind === 'verified' ? identity : assert.fail('nobody was verified')
}

const kindOf = async (fixture: Fixture, service = 'obs'): Promise<string> =>
  (await failureOf(() => authenticator.authenticate(requestOf(fixture), service))).kind

const C1 = {
  path: '/vault/k',
  host: 'obs.coffer.test',
  headers: [
    ['date', DATE],
    ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
    [
      'authorization',
      `AWS4-HMAC-SHA256 Credential=${ID}/${SCOPE},SignedHeaders=date;host;x-amz-content-sha256,Signature=0013d494d944730fc991c1c47bd7f55129f92071a93413174ddfa42a41a86f30`,
    ],
  ],
} as const satisfies Fixture

test('C1: a header signature of SigV4, as the clients of OBS make it', async () => {
  const { scheme, accessKeyId } = await verified(C1)
  assert.deepEqual([scheme, accessKeyId], ['sigv4', ID])
  assert.equal(await kindOf({ ...C1, path: '/vault/j' }), 'signature-does-not-match')
  assert.equal(await kindOf({ ...C1, method: 'PUT' }), 'signature-does-not-match')
})

test('C2: a URL signed by SigV4, with the bucket in its host', async () => {
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${ID}%2F${SCOPE.replaceAll('/', '%2F')}&X-Amz-Date=20260115T083000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host`
  const signature = 'a2e07acbdb9c2ad80370d1cb59a2d78dfa3fbedf18647bd853818ee68097d72d'
  const fixture = { path: '/k', host: 'vault.obs.coffer.test', query: `${query}&X-Amz-Signature=${signature}` }
  assert.equal((await verified(fixture)).scheme, 'sigv4-query')
  assert.equal(await kindOf({ ...fixture, host: 'another.obs.coffer.test' }), 'signature-does-not-match')
  assert.equal(await kindOf({ ...fixture, query: `${fixture.query}&acl` }), 'signature-does-not-match')
})

test('T-048 D5: a link to a folder is refused by its name, for it would open more than its path', async () => {
  const document =
    '{"expiration":"2026-01-15T09:30:00Z","conditions":[["matches","$bucket",""],["starts-with","$key","pub/"]]}'
  const policy = encodeURIComponent(Buffer.from(document).toString('base64'))
  const query = `AccessKeyId=${ID}&Policy=${policy}&prefix=pub%2F&Signature=${encodeURIComponent('kTtGlL4iPZ/agEmnV4+63ZlVqNg=')}`
  for (const path of ['/', '/pub/a']) {
    assert.equal(await kindOf({ path, host: 'vault.obs.coffer.test', query }), 'not-implemented')
  }
})

test('schemes that are known and not taken are refused by their names', async () => {
  const V2 = 'OSS2 AccessKeyId:id,AdditionalHeaders:host,Signature:c2lnbmF0dXJl'
  assert.equal(await kindOf({ headers: [['authorization', V2]] }, 'oss'), 'unsupported-signature')
  const url = 'x-oss-signature-version=OSS2&x-oss-expires=60&x-oss-access-key-id=id&x-oss-signature=c2ln'
  assert.equal(await kindOf({ query: url }, 'oss'), 'unsupported-signature')
  const whole = `q-sign-algorithm=sha1&q-ak=${ID}&q-sign-time=1;2&q-key-time=1;2&q-header-list=host&q-url-param-list=&q-signature=${'0'.repeat(40)}`
  for (const sign of [encodeURIComponent(whole), 'fRGimYc2geGpLfw068rcMoOinwthPTEyNTAwMDAwMDA%3D']) {
    assert.equal(await kindOf({ query: `sign=${sign}` }, 'cos'), 'unsupported-signature')
    assert.equal(await kindOf({ query: `Sign=${sign}` }, 'cos'), 'unsupported-signature')
  }
})
