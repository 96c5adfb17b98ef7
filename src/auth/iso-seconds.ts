import { parseBasicIsoDate } from '../http/index.ts'
import { refuse } from '../operations/index.ts'

const ISO_SECONDS = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})Z$/

/** `yyyy-mm-ddThh:mm:ssZ` in milliseconds; everything else is refused before anything is compared (T-039). */
export function isoSeconds(text: string): number {
  const [, year, month, day, hour, minute, second] = ISO_SECONDS.exec(text) ?? []
  const basic = year === undefined ? undefined : `${year}${month}${day}T${hour}${minute}${second}Z`
  return (
    (basic === undefined ? undefined : parseBasicIsoDate(basic)) ??
    refuse({ kind: 'access-denied', reason: 'the time of the request cannot be read' })
  )
}
