import {
  MAX_BATCH_BYTES,
  MAX_BATCH_ITEMS,
  MAX_BOUND_BYTES,
  MAX_DELIMITER_BYTES,
  MAX_KEY_BYTES,
  MAX_READ_ROWS,
  MAX_VALUE_BYTES,
  type Check,
  type Fragment,
  type GroupRange,
  type Key,
  type ScanRange,
  type Write,
} from './metadata-store.ts'

/*
 * What every maker refuses before anything happens. A request outside the limits is a mistake of the calling room,
 * not of a client, hence RangeError.
 */

/** The largest magnitude of one `add`: a signed 64-bit number. */
export const MAX_DELTA = 2n ** 63n - 1n

/** Returns the bytes that the batch occupies. Throws RangeError when it passes a limit. */
export function checkBatch(batch: Fragment): number {
  const items = batch.checks.length + batch.writes.length
  if (items > MAX_BATCH_ITEMS) throw new RangeError(`a batch has at most ${MAX_BATCH_ITEMS} checks and writes`)
  let bytes = 0
  for (const check of batch.checks) bytes += checkBytes(check)
  for (const write of batch.writes) bytes += writeBytes(write)
  if (bytes > MAX_BATCH_BYTES) throw new RangeError(`a batch has at most ${MAX_BATCH_BYTES} bytes`)
  return bytes
}

function checkBytes(check: Check): number {
  switch (check.kind) {
    case 'revision':
    case 'absent':
      return keyBytes(check.key)
    case 'empty':
      return boundBytes(check.start) + boundBytes(check.end)
    case 'sum':
      return keyBytes(check.counter)
  }
}

function writeBytes(write: Write): number {
  switch (write.kind) {
    case 'put':
      if (write.value.length > MAX_VALUE_BYTES) throw new RangeError(`a value has at most ${MAX_VALUE_BYTES} bytes`)
      return keyBytes(write.key) + write.value.length
    case 'delete':
      return keyBytes(write.key)
    case 'add':
      if (write.delta > MAX_DELTA || write.delta < -MAX_DELTA) throw new RangeError('a delta has at most 63 bits')
      return keyBytes(write.counter)
  }
}

function keyBytes(key: Key): number {
  if (key.length > MAX_KEY_BYTES) throw new RangeError(`a key has at most ${MAX_KEY_BYTES} bytes`)
  return key.length
}

function boundBytes(bound: Key): number {
  if (bound.length > MAX_BOUND_BYTES) throw new RangeError(`a bound has at most ${MAX_BOUND_BYTES} bytes`)
  return bound.length
}

export function checkKeys(keys: readonly Key[]): void {
  if (keys.length > MAX_READ_ROWS) throw new RangeError(`at most ${MAX_READ_ROWS} keys at once`)
  for (const key of keys) keyBytes(key)
}

export function checkScan(range: ScanRange): void {
  boundBytes(range.start)
  boundBytes(range.end)
  checkCount('limit', range.limit, MAX_READ_ROWS)
  if (range.valueBytes !== undefined) checkCount('valueBytes', range.valueBytes, MAX_VALUE_BYTES)
}

export function checkGroups(range: GroupRange): void {
  checkScan(range)
  checkCount('from', range.from, MAX_BOUND_BYTES)
  if (range.delimiter.length === 0) throw new RangeError('a delimiter has at least one byte')
  checkCount('delimiter', range.delimiter.length, MAX_DELIMITER_BYTES)
}

function checkCount(name: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(`${name} is a whole number from 0 to ${max}`)
  }
}
