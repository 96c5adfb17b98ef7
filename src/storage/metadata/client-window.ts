import { asBuffer } from './key-order.ts'

/** Batches that one client may have unanswered; older outcomes are forgotten. */
export const WINDOW_BATCHES = 4_096

const WINDOW_BYTES = WINDOW_BATCHES / 8
const HEADER_BYTES = 16

/**
 * Which of a client's last 4,096 sequence numbers were committed. Written in the wave that commits them:
 * highest number (8 bytes), time of writing in milliseconds (8 bytes), then one bit for each number modulo 4,096.
 */
export class ClientWindow {
  #highest: number
  readonly #bits: Buffer

  private constructor(highest: number, bits: Buffer) {
    this.#highest = highest
    this.#bits = bits
  }

  static empty(): ClientWindow {
    return new ClientWindow(0, Buffer.alloc(WINDOW_BYTES))
  }

  static read(stored: Uint8Array): ClientWindow {
    const bytes = asBuffer(stored)
    return new ClientWindow(Number(bytes.readBigUInt64BE(0)), Buffer.from(bytes.subarray(HEADER_BYTES)))
  }

  static writtenAtMs(stored: Uint8Array): number {
    return Number(asBuffer(stored).readBigUInt64BE(8))
  }

  copy(): ClientWindow {
    return new ClientWindow(this.#highest, Buffer.from(this.#bits))
  }

  /** Numbers begin at 1. One that fell out of the window can no longer be told, so it must not be asked. */
  has(sequence: number): boolean {
    if (sequence > this.#highest || sequence <= this.#highest - WINDOW_BATCHES) return false
    const slot = sequence % WINDOW_BATCHES
    return ((this.#bits[slot >> 3] ?? 0) & (1 << (slot & 7))) !== 0
  }

  add(sequence: number): void {
    if (sequence <= this.#highest - WINDOW_BATCHES) throw new RangeError('the sequence number is too old')
    const skipped = Math.min(sequence - this.#highest, WINDOW_BATCHES)
    for (let back = 0; back < skipped; back++) this.#set(sequence - back, false)
    this.#highest = Math.max(this.#highest, sequence)
    this.#set(sequence, true)
  }

  stored(nowMs: number): Buffer {
    const header = Buffer.alloc(HEADER_BYTES)
    header.writeBigUInt64BE(BigInt(this.#highest), 0)
    header.writeBigUInt64BE(BigInt(Math.trunc(nowMs)), 8)
    return Buffer.concat([header, this.#bits])
  }

  #set(sequence: number, committed: boolean): void {
    const slot = sequence % WINDOW_BATCHES
    const bit = 1 << (slot & 7)
    const byte = this.#bits[slot >> 3] ?? 0
    this.#bits[slot >> 3] = committed ? byte | bit : byte & ~bit
  }
}
