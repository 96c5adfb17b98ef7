import { refuse } from '../../operations/index.ts'
import type { KeyMembers } from '../key-members.ts'

const INTERVAL = /^([1-9][0-9]{0,8})([dhms])$/
const UNITS_A_DAY: Readonly<Record<string, number>> = { d: 1, h: 24, m: 1_440, s: 86_400 }

/** `RotationInterval` in days: a number and its unit, as `365d`, `8760h` or `31536000s`. Whole days only. */
export function periodOf(members: KeyMembers): number {
  const text = members.text('RotationInterval', 16)
  const [, number = '', unit = ''] = INTERVAL.exec(text) ?? []
  const days = Number(number) / (UNITS_A_DAY[unit] ?? Number.NaN)
  if (Number.isSafeInteger(days)) return days
  const detail = 'is a number of days as in 365d, or the same in hours or seconds'
  return refuse({ kind: 'invalid-argument', argument: 'RotationInterval', value: text, detail })
}
