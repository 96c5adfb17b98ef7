import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { refuse } from '../operations/index.ts'
import { randomBytes, watchSeal, type SecretBytes } from '../secrets/index.ts'
import { EpochKeys } from './epoch-keys.ts'
import {
  EPOCH_BYTES,
  layoutOf,
  MASKED_BYTES,
  MAX_CLEAR_BYTES,
  MAX_ROW_KEY_BYTES,
  readLayout,
  TAG_BYTES,
  writePrefix,
} from './record-layout.ts'
import type { OpenedRecord, PeekedRecord, RecordSealer } from './sealed-record.ts'
import { Slab } from './slab.ts'

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const EPOCH_OFFSET = 4
const MASKED_DIGITS = 2 * MASKED_BYTES

/** Records under one epoch; after that the sealer takes a new one. Far below what the counter can hold. */
export const MAX_RECORDS_PER_EPOCH = 2 ** 40

export interface EpochRecordSealer extends RecordSealer {
  /** The epoch in use: 8 bytes. */
  readonly epoch: Uint8Array
  /** Takes a fresh epoch before the next seal: for a process that may have been resumed from a copy of itself. */
  renewEpoch(): void
}

/**
 * Seals and opens rows. `epoch` is 8 random bytes, never used by another process or an earlier start; drawn here
 * when it is not given, which is right everywhere but in tests and where the writer's epoch is drawn by the caller.
 * The metadata key is copied into a key object; the caller may wipe its own afterwards.
 */
export function createRecordSealer(options: {
  readonly metadataKey: SecretBytes
  readonly epoch?: Uint8Array
}): EpochRecordSealer {
  return new Sealer(options.metadataKey, options.epoch ?? randomBytes(EPOCH_BYTES))
}

class Sealer implements EpochRecordSealer {
  readonly #keys: EpochKeys
  readonly #masker: Masker
  /** For additional data: length, row key. Grows to the longest row key seen. */
  #bound = Buffer.alloc(256)
  readonly #nonce = Buffer.alloc(NONCE_BYTES)
  readonly #slab = new Slab()
  #epoch: Uint8Array
  #epochKey: KeyObject
  #counter = 0

  constructor(metadataKey: SecretBytes, epoch: Uint8Array) {
    if (epoch.length !== EPOCH_BYTES) throw new RangeError('an epoch has 8 bytes')
    this.#keys = new EpochKeys(metadataKey)
    this.#masker = new Masker(this.#keys.maskKey())
    this.#epoch = Uint8Array.from(epoch)
    this.#epochKey = this.#keys.of(this.#epoch)
  }

  get epoch(): Uint8Array {
    return this.#epoch
  }

  renewEpoch(): void {
    this.#epoch = randomBytes(EPOCH_BYTES)
    this.#epochKey = this.#keys.of(this.#epoch)
    this.#counter = 0
  }

  seal(record: {
    readonly rowKey: Uint8Array
    readonly clear: Uint8Array
    readonly secret: Uint8Array
    readonly tail?: Uint8Array
    readonly masked?: Uint8Array
  }): Buffer {
    const { rowKey, clear, secret, tail, masked } = record
    if (clear.length > MAX_CLEAR_BYTES) throw new RangeError('the clear part of a record is too long')
    if (masked !== undefined && masked.length !== MASKED_BYTES) throw new RangeError('masked bytes are 16')
    if (this.#counter >= MAX_RECORDS_PER_EPOCH) this.renewEpoch()
    const layout = layoutOf(masked !== undefined, clear.length)
    const tagAt = layout.sealed + secret.length + (tail?.length ?? 0)
    const value = this.#slab.take(tagAt + TAG_BYTES)
    writePrefix(value, masked !== undefined, clear.length, this.#epoch, this.#counter++)
    if (masked !== undefined && layout.masked !== undefined) {
      this.#masker.mask(value.subarray(EPOCH_OFFSET, EPOCH_OFFSET + MASKED_BYTES), masked, value, layout.masked)
    }
    value.set(clear, layout.clear)
    const nonce = this.#nonceOf(value)
    watchSeal(this.#epochKey, nonce)
    const cipher = createCipheriv(CIPHER, this.#epochKey, nonce, { authTagLength: TAG_BYTES })
    cipher.setAAD(this.#additional(rowKey, value, layout.sealed))
    value.set(cipher.update(secret), layout.sealed)
    if (tail !== undefined) value.set(cipher.update(tail), layout.sealed + secret.length)
    cipher.final()
    value.set(cipher.getAuthTag(), tagAt)
    return value
  }

  open(rowKey: Uint8Array, bytes: Uint8Array): OpenedRecord & { readonly masked?: Uint8Array } {
    const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const layout = readLayout(value)
    const end = value.length - TAG_BYTES
    if (end < layout.sealed) return refuse({ kind: 'integrity', what: 'record' })
    const key = this.#keys.at(value, EPOCH_OFFSET)
    const opener = createDecipheriv(CIPHER, key, this.#nonceOf(value), { authTagLength: TAG_BYTES })
    opener.setAAD(this.#additional(rowKey, value, layout.sealed))
    opener.setAuthTag(value.subarray(end))
    const secret = opener.update(value.subarray(layout.sealed, end))
    try {
      opener.final()
    } catch {
      secret.fill(0)
      return refuse({ kind: 'integrity', what: 'record' })
    }
    const clear = value.subarray(layout.clear, layout.sealed)
    return layout.masked === undefined
      ? { clear, secret }
      : { clear, secret, masked: this.#unmask(value, layout.masked) }
  }

  peek(bytes: Uint8Array): { readonly clear: Uint8Array; readonly masked?: Uint8Array } {
    const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const layout = readLayout(value)
    const clear = value.subarray(layout.clear, layout.sealed)
    return layout.masked === undefined ? { clear } : { clear, masked: this.#unmask(value, layout.masked) }
  }

  peekMany(values: readonly Uint8Array[]): readonly PeekedRecord[] {
    const positions = Buffer.allocUnsafe(values.length * MASKED_BYTES)
    const bytes = values.map((value, index) => {
      const buffer = asBuffer(value)
      copyPosition(buffer, positions, index * MASKED_BYTES)
      return buffer
    })
    const masks = this.#masker.masks(positions)
    const layouts = bytes.map((value, index) => {
      const layout = readLayout(value)
      if (layout.masked !== undefined) xorInto(masks, index * MASKED_BYTES, value, layout.masked)
      return layout
    })
    const digits = masks.toString('hex')
    return bytes.map((value, index) => {
      const { masked, clear: start = 0, sealed: end = 0 } = layouts[index] ?? {}
      const at = index * MASKED_DIGITS
      return { value, start, end, maskedHex: masked === undefined ? undefined : digits.slice(at, at + MASKED_DIGITS) }
    })
  }

  #unmask(value: Buffer, offset: number): Uint8Array {
    const masked = Buffer.allocUnsafe(MASKED_BYTES)
    this.#masker.apply(
      value.subarray(EPOCH_OFFSET, EPOCH_OFFSET + MASKED_BYTES),
      value.subarray(offset, offset + MASKED_BYTES),
      masked,
      0,
    )
    return masked
  }

  /** Four zero bytes and the counter; the epoch is in the key. */
  #nonceOf(value: Buffer): Buffer {
    value.copy(this.#nonce, 4, EPOCH_OFFSET + EPOCH_BYTES, EPOCH_OFFSET + EPOCH_BYTES + 8)
    return this.#nonce
  }

  /** u16 length of the row key, the row key, and the value up to its ciphertext. */
  #additional(rowKey: Uint8Array, value: Buffer, sealedOffset: number): Buffer {
    if (rowKey.length > MAX_ROW_KEY_BYTES) throw new RangeError('a row key is too long')
    const bytes = 2 + rowKey.length + sealedOffset
    if (bytes > this.#bound.length) this.#bound = Buffer.alloc(bytes * 2)
    this.#bound.writeUInt16BE(rowKey.length, 0)
    this.#bound.set(rowKey, 2)
    value.copy(this.#bound, 2 + rowKey.length, 0, sealedOffset)
    return this.#bound.subarray(0, bytes)
  }
}

/**
 * The mask of 16 bytes: AES-256 of (epoch, counter), one block. One cipher object serves for ever: without padding,
 * ECB keeps nothing between blocks, and making a cipher costs three times what using it does.
 */
class Masker {
  readonly #key: KeyObject
  readonly #block: { update(block: Uint8Array): Buffer }

  constructor(key: KeyObject) {
    this.#key = key
    this.#block = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
  }

  /** Masks what is to be stored: once for each position. */
  mask(position: Uint8Array, input: Uint8Array, output: Buffer, offset: number): void {
    watchSeal(this.#key, position)
    this.apply(position, input, output, offset)
  }

  apply(position: Uint8Array, input: Uint8Array, output: Buffer, offset: number): void {
    const mask = this.#block.update(position)
    for (let index = 0; index < MASKED_BYTES; index++) {
      output[offset + index] = (mask[index] ?? 0) ^ (input[index] ?? 0)
    }
  }

  /** The masks of as many positions as there are, one behind the other. */
  masks(positions: Uint8Array): Buffer {
    return this.#block.update(positions)
  }
}

/** Epoch and counter; of a value that is too short for them what there is: its layout is refused. */
function copyPosition(value: Buffer, target: Buffer, offset: number): void {
  for (let index = 0; index < MASKED_BYTES; index++) target[offset + index] = value[EPOCH_OFFSET + index] ?? 0
}

function xorInto(target: Buffer, offset: number, input: Buffer, inputOffset: number): void {
  for (let index = 0; index < MASKED_BYTES; index++) {
    target[offset + index] = (target[offset + index] ?? 0) ^ (input[inputOffset + index] ?? 0)
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
