import { drawBytes } from '../random-identifiers.ts'
import type { BlobId } from './blob-store.ts'

export const EPOCH_BYTES = 8
export const RANDOM_BYTES = 16

const BLOB_ID = /^[0-9a-f]{48}$/

/** Whether `name` is spelled as a blob id: 48 lower-case hexadecimal digits. */
export function isBlobId(name: string): name is BlobId {
  return BLOB_ID.test(name)
}

/** 16 hexadecimal digits, fresh for each opening of a store. */
export function drawEpoch(): string {
  return drawBytes(EPOCH_BYTES).toString('hex')
}

/** A fresh unguessable id of this epoch. */
export function drawBlobId(epoch: string): BlobId {
  const id = epoch + drawBytes(RANDOM_BYTES).toString('hex')
  if (!isBlobId(id)) throw new RangeError('an epoch is 16 hexadecimal digits')
  return id
}

/** Ids come from records, and become file names: one that is not spelled as an id never reaches the disk. */
export function checkBlobId(id: BlobId): void {
  if (!isBlobId(id)) throw new RangeError('not a blob id')
}

export function checkBlobRange(range: { readonly offset: number; readonly length: number }): void {
  const { offset, length } = range
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
    throw new RangeError('offset and length are whole numbers, not negative')
  }
  if (!Number.isSafeInteger(offset + length)) throw new RangeError('the range ends beyond any blob')
}
