/**
 * The contract of a sealed row: a clear part that is authenticated, and a secret part that is sealed with it.
 * Bytes: docs/object-format.md, "Records".
 */
export interface OpenedRecord {
  readonly clear: Uint8Array
  readonly secret: Uint8Array
}

/** What can be told of a record without its row key. */
export interface PeekedRecord {
  /** The value; its clear part lies from `start` to `end`. A view of that part alone would cost more than reading it. */
  readonly value: Buffer
  readonly start: number
  readonly end: number
  /** 32 lower-case digits; undefined: nothing is masked. */
  readonly maskedHex: string | undefined
}

export interface RecordSealer {
  /**
   * A row's value: AES-256-GCM under this process's epoch key, nonce = the process's counter, AAD = row key and
   * clear part. `mask`: 16 bytes that are stored masked in the clear part of the value (an ETag), if given.
   */
  seal(record: {
    readonly rowKey: Uint8Array
    readonly clear: Uint8Array
    readonly secret: Uint8Array
    /** Secret bytes that follow `secret`, spared a copy. */
    readonly tail?: Uint8Array
    readonly masked?: Uint8Array
  }): Buffer
  /** Authenticates against the row key and opens. Throws the `integrity` failure. `masked` comes back unmasked. */
  open(rowKey: Uint8Array, value: Uint8Array): OpenedRecord & { readonly masked?: Uint8Array }
  /**
   * The clear part and the unmasked bytes of many rows, unauthenticated and without opening them: for listings.
   * `value` may be cut after the clear part.
   */
  peek(value: Uint8Array): { readonly clear: Uint8Array; readonly masked?: Uint8Array }
  /** As `peek`, for a page of rows: one call of the cipher unmasks them all. What was masked comes in hexadecimal. */
  peekMany(values: readonly Uint8Array[]): readonly PeekedRecord[]
}
