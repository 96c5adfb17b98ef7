import { parseDecimal } from '../../http/index.ts'
import { refuse } from '../../operations/index.ts'
import type { AuthLimits } from '../limits.ts'

/** Seconds since 1970 that still are a date of this era: ten digits. */
const MAX_SECONDS = 9_999_999_999

/**
 * Whether a signature may be used now: within `q-sign-time` and within `q-key-time`, each `<start>;<end>` in seconds
 * since 1970 (T-039, T-040). Ended: `request-expired`; not begun: `request-time-too-skewed`.
 */
export function checkCosTimes(signTime: string, keyTime: string, nowMs: number, limits: AuthLimits): void {
  for (const text of [signTime, keyTime]) checkPeriod(text, nowMs, limits)
}

function checkPeriod(text: string, nowMs: number, { clockSkewMs, maxSigV2UrlSeconds }: AuthLimits): void {
  const denied = (reason: string): never => refuse({ kind: 'access-denied', reason })
  const [from, to, ...more] = text.split(';', 3)
  const start = parseDecimal(from ?? '', { min: 0, max: MAX_SECONDS })
  const end = parseDecimal(to ?? '', { min: 0, max: MAX_SECONDS })
  if (start === undefined || end === undefined || more.length > 0) return denied('a period of time cannot be read')
  if (end < start) denied('a period of time ends before it begins')
  if (end - start > maxSigV2UrlSeconds) denied(`a period of time is longer than ${maxSigV2UrlSeconds} seconds`)
  if (start * 1_000 - nowMs > clockSkewMs) refuse({ kind: 'request-time-too-skewed' })
  if (nowMs > end * 1_000) refuse({ kind: 'request-expired' })
}
