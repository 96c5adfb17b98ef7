import { createSecretKey, type KeyObject } from 'node:crypto'
import { hkdfExpand, type SecretBytes } from '../secrets/index.ts'
import { EPOCH_BYTES } from './record-layout.ts'

const KEY_BYTES = 32
const RECORD_LABEL = Buffer.from('coffer/record/v1\0', 'ascii')
const MASK_LABEL = Buffer.from('coffer/record-mask/v1\0', 'ascii')

/** Epochs whose keys a reader keeps. An epoch is one start of one process, so few are in use at a time. */
export const MAX_CACHED_EPOCHS = 256

/** The keys of records, by epoch: derived once, the least recently used is forgotten first. */
export class EpochKeys {
  readonly #root: KeyObject
  readonly #byEpoch = new Map<string, KeyObject>()
  /** The one read last, by the two halves of its epoch. */
  #last: { readonly high: number; readonly low: number; readonly key: KeyObject } | undefined

  constructor(metadataKey: SecretBytes) {
    this.#root = metadataKey.expose((bytes) => createSecretKey(bytes))
  }

  /** As `of`, from where an epoch stands in a record. Most records that one process reads are of one epoch. */
  at(value: Buffer, offset: number): KeyObject {
    const high = value.readUInt32BE(offset)
    const low = value.readUInt32BE(offset + 4)
    const last = this.#last
    if (last?.high === high && last.low === low) return last.key
    const key = this.of(value.subarray(offset, offset + EPOCH_BYTES))
    this.#last = { high, low, key }
    return key
  }

  of(epoch: Uint8Array): KeyObject {
    const name = Buffer.from(epoch.buffer, epoch.byteOffset, epoch.byteLength).toString('latin1')
    const known = this.#byEpoch.get(name)
    if (known !== undefined) {
      this.#byEpoch.delete(name)
      this.#byEpoch.set(name, known)
      return known
    }
    const info = Buffer.alloc(RECORD_LABEL.length + EPOCH_BYTES)
    info.set(RECORD_LABEL)
    info.set(epoch, RECORD_LABEL.length)
    const key = this.#derive(info)
    if (this.#byEpoch.size >= MAX_CACHED_EPOCHS) {
      const oldest = this.#byEpoch.keys().next()
      if (oldest.done !== true) this.#byEpoch.delete(oldest.value)
    }
    this.#byEpoch.set(name, key)
    return key
  }

  /** One for all epochs, so that a page of a listing unmasks without looking epochs up. */
  maskKey(): KeyObject {
    return this.#derive(MASK_LABEL)
  }

  #derive(info: Uint8Array): KeyObject {
    const bytes = hkdfExpand('sha512', this.#root, info, KEY_BYTES)
    const key = createSecretKey(bytes)
    bytes.fill(0)
    return key
  }
}
