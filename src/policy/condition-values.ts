import { POLICY_LIMITS } from './limits.ts'

/** One value of a condition, or of a request, as what it stands for; undefined: it is none. */

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/
/** ISO 8601 in the forms of W3C's note on dates; a time needs its zone, because one guessed would be anybody's. */
const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2}))?)?)?$/
const EPOCH_SECONDS = /^(?:0|[1-9]\d{4,11})$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** A decimal number, of so many digits that it is exact. */
export function numberOf(text: string): number | undefined {
  if (!NUMBER.test(text) || text.replace(/[-.]/g, '').length > POLICY_LIMITS.numberDigits) return undefined
  return Number(text)
}

/** Milliseconds since 1970: of a date, or of seconds since 1970. */
export function instantOf(text: string): number | undefined {
  if (EPOCH_SECONDS.test(text)) return Number(text) * 1_000
  const found = DATE.exec(text)
  if (found === null) return undefined
  const [, year = '', month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    found
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`)
  // The 31st of February becomes a day of March: it is none.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(8, 10) !== day) return undefined
  const offset = offsetMs(zone)
  return offset === undefined ? undefined : ms - offset
}

const MINUTE_MS = 60_000

function offsetMs(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))]
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS
}

export function truthOf(text: string): boolean | undefined {
  const word = text.toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : undefined
}

/** Bytes, as hexadecimal digits. */
export function bytesOf(text: string): string | undefined {
  return BASE64.test(text) ? Buffer.from(text, 'base64').toString('hex') : undefined
}
