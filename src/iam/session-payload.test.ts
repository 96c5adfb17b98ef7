import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { ownVectors } from '../../tests/own-vectors.ts'
import { SecretBytes } from '../secrets/index.ts'
import { credentialOf } from './session-credential.ts'
import { decodePayload, encodePayload } from './session-payload.ts'

interface GoodCase {
  readonly name: string
  readonly key: string
  readonly payload: string
  readonly token: string
  readonly accessKeyId: string
  readonly secret: string
}

const CASES = ownVectors('sessions/cst1.json').filter(
  (one): one is GoodCase => typeof one === 'object' && one !== null && 'payload' in one,
)

test('there are sessions among the vectors', () => {
  assert.equal(CASES.length, 5)
})

for (const { name, key, payload, token, accessKeyId, secret } of CASES) {
  test(`what a token says and the access key that follows from it: ${name}`, () => {
    const bytes = Buffer.from(payload, 'hex')
    const read = decodePayload(bytes) ?? assert.fail()
    assert.deepEqual(encodePayload(read), bytes)
    const label = Buffer.from('coffer/session-credential/v1\0')
    const info = Buffer.concat([label, Buffer.from(token, 'base64url'), Buffer.of(1)])
    const derived = createHmac('sha512', Buffer.from(key, 'hex')).update(info).digest().subarray(0, 56)
    const made = credentialOf(new SecretBytes(derived))
    assert.equal(made.accessKeyId, accessKeyId)
    assert.equal(
      made.secret.expose((text) => Buffer.from(text).toString('latin1')),
      secret,
    )
  })
}

test('what is no session is none', () => {
  const bad = ['[]', '{}', '{"t":"x","a":"1","k":"A","i":1,"e":2}', '{"t":"x","a":"000000000001","i":1,"e":2}']
  for (const text of [...bad, '{"t":"x","a":"000000000001","k":"A","i":"1","e":2}']) {
    assert.equal(decodePayload(Buffer.from(text)), undefined, text)
  }
})
