import { test } from 'node:test'
import { createAccessKeys } from '../../src/iam/index.ts'
import { parseAccountId } from '../../src/operations/index.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import assert from 'node:assert/strict'
import { codeOf, startVictim } from './oracle.ts'
import { signedBytes, type WireRequest } from './wire-request.ts'

const OTHER = parseAccountId('000000000002') ?? assert.fail()
const OTHER_KEY = { accessKeyId: 'CFROTHEROTHEROTHER22', secret: 'other-secret-0123456789-0123456789-012345' }

function admin(operation: string): WireRequest {
  const headers = [['Content-Type', 'application/json']] as const
  return { method: 'POST', path: `/-/admin/v1/${operation}`, headers, body: '' }
}

test("T-086 the server, its store and its audit log are the first account's: the root of another is nobody to them", async (t) => {
  const victim = await startVictim(t)
  const { rooms } = victim.server
  const secret = new SecretBytes(Buffer.from(OTHER_KEY.secret))
  await createAccessKeys(rooms).ensureRoot(OTHER, { accessKeyId: OTHER_KEY.accessKeyId, secret })
  for (const operation of ['server-status', 'verify-store', 'search-audit']) {
    await victim.ok(admin(operation))
    const answer = await victim.send(signedBytes(admin(operation), OTHER_KEY))
    assert.equal(answer.status, 403, `${operation}: ${answer.body.toString()}`)
    assert.equal(codeOf(answer), 'access-denied')
  }
  // They are somebody in their own account.
  const buckets = await victim.send(signedBytes({ path: '/' }, OTHER_KEY))
  assert.equal(buckets.status, 200)
  assert.ok(!buckets.body.toString().includes('bucket-one'))
})
