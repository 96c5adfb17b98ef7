/** Several measurements of one thing, as one line of a table. */
export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** Throws for no measurements at all: a benchmark without a number is a failure. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right)
  const [min] = sorted
  const max = sorted.at(-1)
  if (min === undefined || max === undefined) throw new RangeError('nothing was measured')
  return { min, median: quantileOf(sorted, 0.5), max }
}

/** The value below which `share` of the sorted values lie; between two values, in proportion. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  const place = (sorted.length - 1) * share
  const low = sorted[Math.floor(place)] ?? NaN
  const high = sorted[Math.ceil(place)] ?? NaN
  return low + (high - low) * (place - Math.floor(place))
}

/** `values` over `floors`, pair by pair: both of a pair were measured one right after the other. */
export function ratiosOf(values: readonly number[], floors: readonly number[]): readonly number[] {
  if (values.length !== floors.length) throw new RangeError('a ratio needs both of its measurements')
  return values.map((value, index) => value / (floors[index] ?? NaN))
}
