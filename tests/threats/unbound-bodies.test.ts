import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { UNSIGNED_PAYLOAD } from '../../src/auth/index.ts'
import { EVERY_OPERATION } from './every-operation.ts'
import { BUCKET, expectRefused, startVictim, type Victim } from './oracle.ts'
import { presignedBytes, signedBytes, sigV2Bytes, type Header, type WireRequest } from './wire-request.ts'

const FAR: Header = ['X-Forwarded-For', '192.0.2.7']
const SECURE: Header = ['X-Forwarded-Proto', 'https']
const NOT_BOUND = { status: 400, code: 'InvalidRequest' }
const VERSIONING: WireRequest = {
  method: 'PUT',
  path: `/${BUCKET}`,
  query: 'versioning',
  body: '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
}

/** This machine is a proxy, so that requests can come from elsewhere. */
async function behindProxy(t: TestContext): Promise<Victim> {
  return startVictim(t, { settings: { COFFER_TRUSTED_PROXIES: '127.0.0.1' } })
}

test('T-052 the admin API takes no body that its signature does not hold, from nowhere and in no form', async (t) => {
  const victim = await behindProxy(t)
  const [operation] = Object.values(EVERY_OPERATION).filter(({ path }) => path === '/-/admin/v1/create-key')
  const request = operation ?? assert.fail()
  const notBound = { status: 400, code: 'invalid-request' }
  for (const unsignedHeaders of [[], [FAR], [FAR, SECURE]]) {
    const signing = { payloadHash: UNSIGNED_PAYLOAD, unsignedHeaders }
    await expectRefused(victim, signedBytes(request, signing), notBound, 'UNSIGNED-PAYLOAD')
    await expectRefused(victim, presignedBytes(request, { unsignedHeaders }), notBound, 'a URL')
    const trailer: WireRequest = {
      ...request,
      headers: [...(request.headers ?? []), ['x-amz-decoded-content-length', '2']],
      body: '2\r\n{}\r\n0\r\n\r\n',
    }
    const streaming = { payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', unsignedHeaders }
    const answer = await victim.send(signedBytes(trailer, streaming))
    assert.equal(answer.status, 400, answer.statusLine)
    await expectRefused(victim, sigV2Bytes(request, request.path, { unsignedHeaders }), notBound, 'SigV2')
  }
  const captured = signedBytes(request, { sentBody: '{"description":"e"}' })
  await expectRefused(victim, captured, { status: 400, code: 'signed-digest-mismatch' }, 'another body')
  const put: WireRequest = { method: 'PUT', path: `/-/admin/v1/objects/${BUCKET}/k`, body: 'x' }
  await expectRefused(victim, signedBytes(put, { payloadHash: UNSIGNED_PAYLOAD }), notBound, 'an object')
  await victim.ok(request)
  await victim.ok(put)
})

test('T-052 the configuration of a bucket is taken unsigned over TLS or from this machine only', async (t) => {
  const victim = await behindProxy(t)
  const unsigned = { payloadHash: UNSIGNED_PAYLOAD }
  await expectRefused(victim, signedBytes(VERSIONING, { ...unsigned, unsignedHeaders: [FAR] }), NOT_BOUND)
  await expectRefused(victim, presignedBytes(VERSIONING, { unsignedHeaders: [FAR] }), NOT_BOUND, 'a URL')
  const resource = `/${BUCKET}?versioning`
  await expectRefused(victim, sigV2Bytes(VERSIONING, resource, { unsignedHeaders: [FAR] }), NOT_BOUND, 'SigV2')
  const md5: Header = ['content-md5', 'AAAAAAAAAAAAAAAAAAAAAA==']
  const unsignedMd5 = { ...unsigned, unsignedHeaders: [FAR, md5] }
  await expectRefused(victim, signedBytes(VERSIONING, unsignedMd5), NOT_BOUND, 'an unsigned Content-MD5')
  // The neighbours: the digest, a signed checksum, SigV2's Content-MD5, TLS, this machine.
  await victim.ok(VERSIONING, 200, { unsignedHeaders: [FAR] })
  const checksum: WireRequest = { ...VERSIONING, headers: [['x-amz-checksum-sha256', sha256Of(VERSIONING.body)]] }
  await victim.ok(checksum, 200, { ...unsigned, unsignedHeaders: [FAR] })
  const digested: WireRequest = { ...VERSIONING, headers: [['Content-MD5', md5Of(VERSIONING.body)]] }
  assert.equal((await victim.send(sigV2Bytes(digested, resource, { unsignedHeaders: [FAR] }))).status, 200)
  await victim.ok(VERSIONING, 200, { ...unsigned, unsignedHeaders: [FAR, SECURE] })
  await victim.ok(VERSIONING, 200, unsigned)
  // Objects are not configuration: their bodies may be unsigned from everywhere.
  const put: WireRequest = { method: 'PUT', path: `/${BUCKET}/k`, body: 'x' }
  await victim.ok(put, 200, { ...unsigned, unsignedHeaders: [FAR] })
})

function sha256Of(body: WireRequest['body']): string {
  return createHash('sha256')
    .update(body ?? '')
    .digest('base64')
}

function md5Of(body: WireRequest['body']): string {
  return createHash('md5')
    .update(body ?? '')
    .digest('base64')
}
