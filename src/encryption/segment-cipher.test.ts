import assert from 'node:assert/strict'
import { createHmac, createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import { aesSegments, sm4Available, sm4Segments } from './segment-cipher.ts'
import { bodyOf } from './test-scope.fixture.ts'

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const skip = sm4Available() ? {} : { skip: 'this runtime has no SM4' }

/** RFC 8998, A.1: the ciphertext of SM4-GCM is that of SM4-CTR from the counter block nonce and 2. */
const RFC_8998 = {
  key: hex('0123456789abcdeffedcba9876543210'),
  nonce: hex('00001234567800000000abcd'),
  plaintext: hex(
    'aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd' +
      'eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa',
  ),
  ciphertext:
    '17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735' +
    'd82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d',
}
const macKey = createSecretKey(Buffer.alloc(32, 7))
const sm4 = () => sm4Segments(createSecretKey(RFC_8998.key), macKey)

test('SM4: the ciphertext is that of RFC 8998, the tag an HMAC-SM3 over nonce, length and ciphertext', skip, () => {
  const out: Uint8Array[] = []
  sm4().seal(RFC_8998.nonce, RFC_8998.plaintext, out)
  const [ciphertext, tag, ...more] = out.map((piece) => Buffer.from(piece).toString('hex'))
  assert.equal(ciphertext, RFC_8998.ciphertext)
  const covered = Buffer.concat([RFC_8998.nonce, hex('0000000000000040'), hex(RFC_8998.ciphertext)])
  assert.equal(tag, createHmac('sm3', macKey).update(covered).digest('hex').slice(0, 32))
  assert.deepEqual(more, [])
})

for (const [name, make] of [
  ['AES-256', () => aesSegments(createSecretKey(Buffer.alloc(32, 1)))],
  ['SM4', sm4],
] as const) {
  test(
    `${name}: a segment opens under its own nonce and as it was sealed, and otherwise not`,
    name === 'SM4' ? skip : {},
    () => {
      for (const length of [0, 1, 16, 1000, 65_536]) {
        const nonce = Buffer.alloc(12, 3)
        const out: Uint8Array[] = []
        make().seal(nonce, bodyOf(length), out)
        const sealed = Buffer.concat(out)
        assert.equal(sealed.length, length + 16)
        assert.deepEqual(make().open(nonce, sealed), bodyOf(length))
        assert.equal(make().open(Buffer.alloc(12, 4), sealed), undefined)
        for (const at of [0, Math.floor(sealed.length / 2), sealed.length - 1]) {
          const damaged = Buffer.from(sealed)
          damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at)
          assert.equal(make().open(nonce, damaged), undefined)
        }
        if (length > 0) assert.equal(make().open(nonce, sealed.subarray(1)), undefined)
      }
    },
  )
}

test('SM4: one instance seals segment after segment, and another opens them in any order', skip, () => {
  const sealer = sm4()
  const opener = sm4()
  const sealed = [1, 2, 3].map((number) => {
    const out: Uint8Array[] = []
    sealer.seal(Buffer.alloc(12, number), bodyOf(number * 100), out)
    return { number, bytes: Buffer.concat(out) }
  })
  for (const { number, bytes } of sealed.reverse()) {
    assert.deepEqual(opener.open(Buffer.alloc(12, number), bytes), bodyOf(number * 100))
  }
})
