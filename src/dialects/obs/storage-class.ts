/** OBS's classes are labels here, and go by Amazon's names inside: one object has one class in every dialect. */
import { refuse } from '../../operations/index.ts'
import { refuseUndone } from './obs-request.ts'

const CLASSES: readonly (readonly [obs: string, inside: string])[] = [
  ['STANDARD', 'STANDARD'],
  ['WARM', 'STANDARD_IA'],
  ['COLD', 'GLACIER'],
  ['DEEP_ARCHIVE', 'DEEP_ARCHIVE'],
  ['INTELLIGENT_TIERING', 'INTELLIGENT_TIERING'],
]
const INSIDE: ReadonlyMap<string, string> = new Map(CLASSES)
const OUTSIDE: ReadonlyMap<string, string> = new Map([
  ...CLASSES.map(([obs, inside]) => [inside, obs] as const),
  ...([
    ['ONEZONE_IA', 'WARM'],
    ['GLACIER_IR', 'WARM'],
    ['REDUCED_REDUNDANCY', 'STANDARD'],
  ] as const),
])

/** A class as it was asked for; case counts. */
export function classNamed(text: string): string {
  const inside = INSIDE.get(text)
  if (inside !== undefined) return inside
  if (text === 'HIGH_PERFORMANCE') return refuseUndone('The storage class HIGH_PERFORMANCE', 'x-obs-storage-class')
  return refuse({ kind: 'invalid-storage-class', value: text.slice(0, 64) })
}

export function shownClass(inside: string): string {
  return OUTSIDE.get(inside) ?? inside
}

/** Shown only where it is not the usual one. */
export function classHeader(inside: string): readonly (readonly [string, string])[] {
  const shown = shownClass(inside)
  return shown === 'STANDARD' ? [] : [['x-obs-storage-class', shown]]
}
