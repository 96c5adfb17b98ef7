export const DAY_MS = 24 * 60 * 60 * 1_000

/** The first midnight UTC at or after a time (S3 lifecycle: actions happen at the next one after their days). */
export function nextMidnight(timeMs: number): number {
  return Math.ceil(timeMs / DAY_MS) * DAY_MS
}
