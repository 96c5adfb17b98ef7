/** How far the wall clock may run ahead of the steady one before it is taken for moved. */
const ALLOWED_DRIFT_MS = 60_000
/** A wall clock that is set right little by little gains or loses at most this part of what passes (adjtimex: 0.05 %). */
const ALLOWED_GAIN = 0.001

export interface LockClock {
  /** The earliest that it can be: by this, locks run out and rules fall due. */
  readonly lockNow: () => number
  /** The latest that it can be: from this, the time of a new lock is counted. */
  readonly lockFrom: () => number
}

/**
 * The clock of locks: the wall clock, held against what has really passed since the start. One that is moved forward while
 * the server runs ends no retention and makes no rule fall due; one that is moved back shortens none that begins then. Between
 * two starts the wall clock is all there is.
 */
export function createLockClock(now: () => number, steadyNow: () => number): LockClock {
  const startMs = now()
  const startSteadyMs = steadyNow()
  const passedMs = (): number => Math.max(0, steadyNow() - startSteadyMs)
  return {
    lockNow: () => Math.min(now(), Math.floor(startMs + passedMs() * (1 + ALLOWED_GAIN) + ALLOWED_DRIFT_MS)),
    lockFrom: () => Math.max(now(), Math.floor(startMs + passedMs() * (1 - ALLOWED_GAIN))),
  }
}
