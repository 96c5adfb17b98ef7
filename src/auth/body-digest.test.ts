import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { sha256OfPieces } from './body-digest.ts'

test('the digest does not depend on how the body is cut (FIPS 180-2, appendix B.1: abc)', async () => {
  const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  for (const pieces of [['abc'], ['a', 'bc'], ['a', '', 'b', 'c']]) {
    assert.equal(await sha256OfPieces(Readable.from(pieces.map((piece) => Buffer.from(piece)))), expected)
  }
})
