/**
 * The blob contract: immutable bytes under fresh unguessable ids. A blob is written under its final name;
 * the metadata commit is what makes it exist. Every maker passes `conformance.ts`.
 */

/** 48 hexadecimal digits: the writing process's epoch (8 bytes) and 16 random bytes. */
export type BlobId = string & { readonly __brand: 'BlobId' }

export interface BlobWriter {
  readonly id: BlobId
  /**
   * Appends. Resolves when the next write may come (back-pressure); what failed is told by this call or a later one, by
   * `commit` at the latest. The buffers are the writer's from now on: they must not change before `commit` or `discard`.
   */
  write(pieces: readonly Uint8Array[]): Promise<void>
  /** Makes bytes and name durable, checks the byte count, closes. */
  commit(): Promise<{ readonly bytes: number }>
  /** Drops what was written. Safe at any time, also after a failure and twice; after `commit` it removes the blob. */
  discard(): Promise<void>
}

export interface BlobStore {
  /** The epoch that the ids of this process begin with: 16 hexadecimal digits. */
  readonly epoch: string
  create(): Promise<BlobWriter>
  /**
   * The bytes [offset, offset + length). Rejects with BlobMissing when there is no such blob, and with
   * BlobDamaged when it is shorter than asked. Reads ahead by a bounded amount; leaving the loop closes it.
   * Each buffer is the caller's until the next one is asked for, or the loop is left: then it is filled again.
   */
  read(
    id: BlobId,
    range: { readonly offset: number; readonly length: number },
    signal?: AbortSignal,
  ): AsyncIterable<Buffer>
  /** Removes; ids that do not exist are no error. */
  remove(ids: readonly BlobId[]): Promise<void>
  /** Every blob, in no order that means anything, with its size and age. */
  list(
    signal?: AbortSignal,
  ): AsyncIterable<{ readonly id: BlobId; readonly bytes: number; readonly writtenAtMs: number }>
  /** Free and total bytes, where the maker knows. */
  space(): Promise<{ readonly freeBytes: number; readonly totalBytes: number } | undefined>
  close(): Promise<void>
}

export class BlobMissing extends Error {
  override readonly name = 'BlobMissing'
}

export class BlobDamaged extends Error {
  override readonly name = 'BlobDamaged'
}

/** No space, no permission, or a sync that failed: nothing was made durable. */
export class BlobUnavailable extends Error {
  override readonly name = 'BlobUnavailable'
}
