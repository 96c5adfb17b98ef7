const SHAPE = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d{2}):(\d{2})))?$/

const MINUTE_MS = 60_000

/**
 * A date, or a date and time with its zone, in milliseconds since 1970 (ISO 8601 as XML Schema's `dateTime` and `date` write
 * it; a date alone is its midnight UTC). Undefined for everything else: no day that does not exist, no hour 24, no year of
 * five digits (T-126).
 */
export function parseIsoDate(text: string): number | undefined {
  const found = SHAPE.exec(text)
  if (found === null) return undefined
  const number = (index: number): number => Number.parseInt(found[index] ?? '0', 10)
  const [year, month, day, hours, minutes, seconds] = [number(1), number(2), number(3), number(4), number(5), number(6)]
  const milliseconds = Number.parseInt((found[7] ?? '').padEnd(3, '0').slice(0, 3), 10)
  if (year < 1970 || hours > 23 || minutes > 59 || seconds > 59) return undefined
  const atMs = Date.UTC(year, month - 1, day, hours, minutes, seconds, milliseconds)
  const back = new Date(atMs)
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) return undefined
  const [zoneHours, zoneMinutes] = [number(9), number(10)]
  if (zoneHours > 14 || zoneMinutes > 59) return undefined
  const zoneMs = (zoneHours * 60 + zoneMinutes) * MINUTE_MS
  const result = found[8] === '-' ? atMs + zoneMs : atMs - zoneMs
  return result >= 0 ? result : undefined
}
