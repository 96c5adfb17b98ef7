import { formatBasicIsoDate, parseBasicIsoDate, parseHttpDate, type HttpHeaders } from '../http/index.ts'
import { refuse } from '../operations/index.ts'

/** A request's own time, in both spellings. */
export interface RequestTime {
  readonly timeMs: number
  /** `yyyymmddThhmmssZ` */
  readonly timestamp: string
}

/**
 * The time of a header-signed request: `x-amz-date` where there is one, else `Date`. Only the two grammars of the
 * schemes are read; what does not parse, or is missing, is refused before anything is compared (T-039).
 */
export function headerTime(headers: HttpHeaders): RequestTime {
  const amzDate = headers.get('x-amz-date')
  const text = amzDate ?? headers.get('date')
  if (text === undefined) {
    return refuse({ kind: 'access-denied', reason: 'a signed request needs a Date or x-amz-date header' })
  }
  const basicMs = parseBasicIsoDate(text)
  if (basicMs !== undefined) return { timeMs: basicMs, timestamp: text }
  const timeMs = parseHttpDate(text, { zeroOffset: true })
  if (timeMs === undefined) return refuse({ kind: 'access-denied', reason: 'the date of the request cannot be read' })
  return { timeMs, timestamp: formatBasicIsoDate(timeMs) }
}

/** Refuses a time that lies further from `nowMs` than allowed, either way. */
export function refuseSkew(timeMs: number, nowMs: number, clockSkewMs: number): void {
  if (!(Math.abs(nowMs - timeMs) <= clockSkewMs)) refuse({ kind: 'request-time-too-skewed' })
}
