const MIB = 1024 * 1024
/** Up to here a file goes in one request. */
export const ONE_REQUEST_BYTES = 16 * MIB
const LEAST_PART_BYTES = 8 * MIB
const MOST_PARTS = 9_000

/** The size of the parts of a larger file: at least 8 MiB, whole MiB, and never more than 9,000 of them. */
export function partSizeOf(fileBytes: number): number {
  return Math.max(LEAST_PART_BYTES, Math.ceil(fileBytes / MOST_PARTS / MIB) * MIB)
}

export interface PlannedPart {
  /** From 1. */
  readonly number: number
  readonly start: number
  readonly end: number
}

/** The parts of a file, in order, without a gap. */
export function partsOf(fileBytes: number, partBytes: number): readonly PlannedPart[] {
  const count = Math.max(1, Math.ceil(fileBytes / partBytes))
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    start: index * partBytes,
    end: Math.min(fileBytes, (index + 1) * partBytes),
  }))
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000
export const MOST_TRIES = 8

/** How long to wait before try `tries + 1`: doubling, with a part left to chance; what the server asks for wins. */
export function waitBeforeRetryMs(tries: number, chance: number, retryAfterSeconds?: number): number {
  if (retryAfterSeconds !== undefined) return retryAfterSeconds * 1_000
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1))
  return Math.round(longest / 2 + (longest / 2) * chance)
}

/** Nothing of the network, of a server that is away or busy, ends an upload at once. */
export function isWorthRetrying(status: number): boolean {
  return status === 0 || status === 429 || status >= 500
}
