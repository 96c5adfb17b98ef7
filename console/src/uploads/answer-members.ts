/** A member of an answer that was not read into a type yet. */
function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return new Map<string, unknown>(Object.entries(value)).get(name)
}

export function textOf(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name)
  return typeof member === 'string' ? member : undefined
}

export function numberOf(value: unknown, name: string): number | undefined {
  const member = memberOf(value, name)
  return typeof member === 'number' ? member : undefined
}

export function itemsOf(value: unknown): readonly unknown[] {
  const items = memberOf(value, 'items')
  return Array.isArray(items) ? items : []
}

/** The member `mode` of the member `encryption`. */
export function modeOf(value: unknown): string | undefined {
  return textOf(memberOf(value, 'encryption'), 'mode')
}

/** A member of the member `checksums`. */
export function checksumOf(value: unknown, algorithm: string): string | undefined {
  return textOf(memberOf(value, 'checksums'), algorithm)
}
