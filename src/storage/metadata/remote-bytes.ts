/** What arrived is not what the protocol allows. It ends the connection it came on, and nothing else. */
export class MalformedFrame extends Error {
  override readonly name = 'MalformedFrame'
}

/** Collects the bytes of one frame body; numbers are big-endian. */
export class ByteSink {
  readonly #pieces: Uint8Array[] = []
  #bytes = 0

  get length(): number {
    return this.#bytes
  }

  u8(value: number): this {
    return this.raw(Buffer.of(value))
  }

  u16(value: number): this {
    const bytes = Buffer.allocUnsafe(2)
    bytes.writeUInt16BE(value)
    return this.raw(bytes)
  }

  u32(value: number): this {
    const bytes = Buffer.allocUnsafe(4)
    bytes.writeUInt32BE(value)
    return this.raw(bytes)
  }

  /** A safe whole number, not negative. */
  u64(value: number): this {
    const bytes = Buffer.allocUnsafe(8)
    bytes.writeBigUInt64BE(BigInt(value))
    return this.raw(bytes)
  }

  /** A length of 4 bytes, then the bytes. */
  bytes(value: Uint8Array): this {
    return this.u32(value.length).raw(value)
  }

  raw(value: Uint8Array): this {
    this.#pieces.push(value)
    this.#bytes += value.length
    return this
  }

  append(other: ByteSink): this {
    for (const piece of other.#pieces) this.raw(piece)
    return this
  }

  pieces(): readonly Uint8Array[] {
    return this.#pieces
  }
}

/** Reads one frame body. Every read that passes the end throws MalformedFrame, and so does a rest at `end`. */
export class ByteSource {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  u8(): number {
    return this.raw(1).readUInt8()
  }

  u16(): number {
    return this.raw(2).readUInt16BE()
  }

  u32(): number {
    return this.raw(4).readUInt32BE()
  }

  u64(): number {
    const value = this.raw(8).readBigUInt64BE()
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new MalformedFrame('a number is too large')
    return Number(value)
  }

  i64(): bigint {
    return this.raw(8).readBigInt64BE()
  }

  /** At most `max` bytes. A view on the frame, not a copy. */
  bytes(max: number): Buffer {
    const length = this.u32()
    if (length > max) throw new MalformedFrame('a length passes its limit')
    return this.raw(length)
  }

  raw(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new MalformedFrame('the frame ends early')
    const bytes = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return bytes
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length
  }

  end(): void {
    if (!this.ended) throw new MalformedFrame('the frame has bytes too many')
  }
}
