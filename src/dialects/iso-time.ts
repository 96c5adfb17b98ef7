const HOUR_MS = 3_600_000
/** The hour that was shown last: the objects of a page are often of the same, and dates are dear to write. */
let shownHour = { hour: -1, text: '' }
const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))
const THREE_DIGITS = Array.from({ length: 1_000 }, (_, value) => String(value).padStart(3, '0'))

/** `2009-10-12T17:50:30.000Z`, as XML answers show times. Whole milliseconds since 1970. */
export function isoTime(timeMs: number): string {
  const hour = Math.floor(timeMs / HOUR_MS)
  if (hour !== shownHour.hour) {
    shownHour = { hour, text: new Date(hour * HOUR_MS).toISOString().slice(0, '2009-10-12T17:'.length) }
  }
  const rest = timeMs - hour * HOUR_MS
  const seconds = Math.floor(rest / 1_000)
  const minutes = Math.floor(seconds / 60)
  const minute = TWO_DIGITS[minutes] ?? ''
  const second = TWO_DIGITS[seconds - minutes * 60] ?? ''
  return `${shownHour.text}${minute}:${second}.${THREE_DIGITS[rest - seconds * 1_000] ?? ''}Z`
}
