const DIGITS = /^(?:0|[1-9][0-9]{0,15})$/

export interface NumberBounds {
  readonly min: number
  readonly max: number
}

/**
 * A whole number in decimal: ASCII digits only, no sign, no leading zero, no space, no exponent. Undefined for
 * everything else and for what lies outside the bounds, so that no comparison ever meets NaN.
 */
export function parseDecimal(text: string, bounds: NumberBounds): number | undefined {
  if (!DIGITS.test(text)) return undefined
  const value = Number.parseInt(text, 10)
  if (!Number.isSafeInteger(value)) return undefined
  return value >= bounds.min && value <= bounds.max ? value : undefined
}
