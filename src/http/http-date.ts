const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

const FIXDATE = /^([A-Z][a-z]{2}), ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) (GMT|\+0000)$/
const BASIC = /^([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z$/

export interface HttpDateRule {
  /** Accept RFC 1123's `+0000` for `GMT`: older signing clients write it. Default: only `GMT`. */
  readonly zeroOffset?: boolean
}

/**
 * `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate, RFC 9110, 5.6.7) as milliseconds since 1970. Undefined for anything
 * else: other layouts, impossible days, a weekday that is not that day's, years before 1970.
 */
export function parseHttpDate(text: string, rule: HttpDateRule = {}): number | undefined {
  const fields = FIXDATE.exec(text)
  if (fields === null) return undefined
  const [, weekday = '', day = '', month = '', year = '', hour = '', minute = '', second = '', zone = ''] = fields
  if (zone !== 'GMT' && rule.zeroOffset !== true) return undefined
  const monthIndex = MONTHS.findIndex((name) => name === month)
  const timeMs = utcMs([digits(year), monthIndex, digits(day), digits(hour), digits(minute), digits(second)])
  if (timeMs === undefined || WEEKDAYS[new Date(timeMs).getUTCDay()] !== weekday) return undefined
  return timeMs
}

/** Milliseconds since 1970 as IMF-fixdate; milliseconds are dropped. */
export function formatHttpDate(timeMs: number): string {
  return new Date(timeMs).toUTCString()
}

/** `20250124T061530Z` (ISO 8601 basic, the form of `x-amz-date`) as milliseconds since 1970; undefined for anything else. */
export function parseBasicIsoDate(text: string): number | undefined {
  const fields = BASIC.exec(text)
  if (fields === null) return undefined
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = fields
  return utcMs([digits(year), digits(month) - 1, digits(day), digits(hour), digits(minute), digits(second)])
}

/** Milliseconds since 1970 as `yyyymmddThhmmssZ`; its first eight characters are the day of a credential scope. */
export function formatBasicIsoDate(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

/** Year, month from 0, day from 1, hour, minute, second; undefined where there is no such moment from 1970 on. */
function utcMs(parts: readonly [number, number, number, number, number, number]): number | undefined {
  const [year, month, day, hour, minute, second] = parts
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const lastDay = month === 1 && leap ? 29 : MONTH_DAYS[month]
  if (lastDay === undefined || day < 1 || day > lastDay) return undefined
  if (year < 1970 || hour > 23 || minute > 59 || second > 59) return undefined
  return Date.UTC(year, month, day, hour, minute, second)
}

/** The value of two or four digits that a pattern has matched already. */
function digits(text: string): number {
  return Number.parseInt(text, 10)
}
