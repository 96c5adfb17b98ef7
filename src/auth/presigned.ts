import { parseBasicIsoDate, parseDecimal } from '../http/index.ts'
import { refuse } from '../operations/index.ts'
import type { RequestTime } from './clock-skew.ts'
import type { AuthLimits } from './limits.ts'
import { SIGV4_MAX_URL_SECONDS } from './limits.ts'

/**
 * The time of a SigV4 URL, when it may be used now. X-Amz-Date and X-Amz-Expires have one grammar each; what does not
 * parse is refused before it is compared (T-039, T-040). Ended: `request-expired`; not begun: `request-time-too-skewed`.
 */
export function presignedTime(time: string, expires: string, nowMs: number, limits: AuthLimits): RequestTime {
  const malformed = (detail: string): never => refuse({ kind: 'malformed-query-authorization', detail })
  const timeMs = parseBasicIsoDate(time) ?? malformed('X-Amz-Date must be yyyymmddThhmmssZ')
  const maxSeconds = Math.min(limits.maxUrlSeconds, SIGV4_MAX_URL_SECONDS)
  const seconds =
    parseDecimal(expires, { min: 1, max: maxSeconds }) ?? malformed(`X-Amz-Expires must be 1 to ${maxSeconds} seconds`)
  if (timeMs - nowMs > limits.clockSkewMs) refuse({ kind: 'request-time-too-skewed' })
  if (nowMs > timeMs + seconds * 1_000) refuse({ kind: 'request-expired' })
  return { timeMs, timestamp: time }
}
