import type { KeyObject } from 'node:crypto'
import { refuse, type DataCipher } from '../operations/index.ts'
import { Slab } from '../records/index.ts'
import { equalInConstantTime, randomBytes } from '../secrets/index.ts'
import { deriveSegmentKeys, streamHeader } from './segment-keys.ts'
import { SegmentOpener, SegmentSealer } from './segments.ts'
import { HEADER_BYTES, sealedLength, SALT_BYTES, SMALL_SEGMENT_BYTES } from './sizes.ts'

/** The longest body that is stored as one message of one segment. */
export const MAX_INLINE_BYTES = SMALL_SEGMENT_BYTES - 1

/**
 * One C2SP message whose input key is the wrap source itself. A body is one segment; the outer layer of a doubly
 * sealed body may be two.
 */
export function sealMessage(
  cipher: DataCipher,
  inputKey: KeyObject,
  context: Uint8Array,
  plaintext: Uint8Array,
  salt: Uint8Array = randomBytes(SALT_BYTES),
): Buffer {
  const keys = deriveSegmentKeys(cipher, inputKey, SMALL_SEGMENT_BYTES, salt, context)
  const pieces: Uint8Array[] = [streamHeader(salt, keys.commitment)]
  const sealer = new SegmentSealer(keys, SMALL_SEGMENT_BYTES)
  if (plaintext.length > MAX_INLINE_BYTES) {
    sealer.push(plaintext, pieces)
    sealer.end(pieces)
  } else {
    sealer.sealOnly(plaintext, pieces)
  }
  return joined(pieces, sealedLength(plaintext.length, SMALL_SEGMENT_BYTES))
}

/** Throws the `integrity` failure for anything but what `sealMessage` made with this key and context. */
export function openMessage(cipher: DataCipher, inputKey: KeyObject, context: Uint8Array, message: Uint8Array): Buffer {
  if (message.length < HEADER_BYTES) return refuse({ kind: 'integrity', what: 'message' })
  const keys = deriveSegmentKeys(cipher, inputKey, SMALL_SEGMENT_BYTES, message.subarray(0, SALT_BYTES), context)
  if (!equalInConstantTime(keys.commitment, message.subarray(SALT_BYTES, HEADER_BYTES))) {
    return refuse({ kind: 'integrity', what: 'message' })
  }
  const opener = new SegmentOpener(keys, SMALL_SEGMENT_BYTES)
  const body = message.subarray(HEADER_BYTES)
  if (body.length < SMALL_SEGMENT_BYTES) return opener.openOnly(body)
  const pieces: Uint8Array[] = []
  opener.push(body, pieces)
  opener.end(pieces)
  return joined(
    pieces,
    pieces.reduce((sum, piece) => sum + piece.length, 0),
  )
}

const slab = new Slab()

function joined(pieces: readonly Uint8Array[], bytes: number): Buffer {
  const whole = slab.take(bytes)
  let offset = 0
  for (const piece of pieces) {
    whole.set(piece, offset)
    offset += piece.length
  }
  return whole
}
