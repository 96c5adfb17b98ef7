const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** `1,204,331`, in every locale. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `3.1 TiB`, `412 GiB`, `17 B`: three digits at most. */
export function size(bytes: number): string {
  let value = bytes
  let unit = 0
  // 1,023.5 and more would round to four digits.
  while (value >= 1_023.5 && unit < UNITS.length - 1) {
    value /= 1_024
    unit += 1
  }
  const digits = unit === 0 || value >= 9.95 ? 0 : 1
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`
}

/** `1 version`, `2 versions`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** `3 d 4 h`, `5 min`, `12 s`. */
export function duration(ms: number): string {
  if (ms >= DAY_MS) return `${Math.floor(ms / DAY_MS)} d ${Math.floor((ms % DAY_MS) / HOUR_MS)} h`
  if (ms >= HOUR_MS) return `${Math.floor(ms / HOUR_MS)} h ${Math.floor((ms % HOUR_MS) / MINUTE_MS)} min`
  return ms >= MINUTE_MS ? `${Math.floor(ms / MINUTE_MS)} min` : `${Math.floor(ms / SECOND_MS)} s`
}

/** `2026-11-20 14:02` in the person's zone. What is no time is shown as it is. */
export function localTime(iso: string, timeZone: string, withSeconds = false): string {
  const ms = Date.parse(iso)
  if (Number.isNaN(ms)) return iso
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(ms)
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? ''
  const time = `${part('hour')}:${part('minute')}${withSeconds ? `:${part('second')}` : ''}`
  return `${part('year')}-${part('month')}-${part('day')} ${time}`
}

/** `24h`, `30d`, `15min`, a day `2026-11-20` (its start in UTC), or an instant in ISO 8601. Undefined: none of these. */
export function parseSince(text: string, nowMs: number): Date | undefined {
  const [, digits, unit] = /^([1-9][0-9]{0,5})(s|min|h|d)$/.exec(text) ?? []
  if (digits !== undefined && unit !== undefined) {
    const unitMs = { s: SECOND_MS, min: MINUTE_MS, h: HOUR_MS, d: DAY_MS }[unit] ?? 0
    return new Date(Math.max(0, nowMs - Number(digits) * unitMs))
  }
  const shape = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/
  if (!shape.test(text)) return undefined
  const date = new Date(text)
  // A day that does not exist rolls over to another one.
  const day = text.slice(0, 10)
  if (Number.isNaN(date.getTime()) || new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day) return undefined
  return date
}
