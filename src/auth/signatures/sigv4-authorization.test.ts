import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSigV4Header } from './sigv4-authorization.ts'

const SIGNATURE = 'ab'.repeat(32)
const HEAD =
  'AWS4-HMAC-SHA256 Credential=AKID/20260124/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature='

test('what is remembered of an Authorization header is what reading it anew would give', () => {
  const first = parseSigV4Header(HEAD + SIGNATURE)
  const again = parseSigV4Header(HEAD + 'cd'.repeat(32))
  assert.deepEqual({ ...again, signature: SIGNATURE }, first)
  assert.equal(again.signature, 'cd'.repeat(32))
  // Whatever is no signature in its one spelling is read anew, and says what it said.
  for (const odd of ['', 'AB'.repeat(32), `${SIGNATURE} `, 'x']) {
    assert.equal(parseSigV4Header(HEAD + odd).signature, odd.trim(), JSON.stringify(odd))
  }
})

test('T-038 a signature that begins like its own field is not remembered as another spelling of one', () => {
  const twice = `${HEAD}Signature=`
  assert.equal(parseSigV4Header(`${twice}x`).signature, 'Signature=x')
  assert.equal(parseSigV4Header(twice + SIGNATURE).signature, `Signature=${SIGNATURE}`)
  assert.equal(parseSigV4Header(twice + SIGNATURE).signature, `Signature=${SIGNATURE}`)
})
