import { decodeBase64Strict } from '../../http/index.ts'
import { refuse } from '../../operations/index.ts'
import { FORM_LIMITS } from './form-limits.ts'
import type { LengthRange } from './form-file.ts'
import { decodeUtf8 } from './part-head.ts'

/** What a field has to be. `field` in lower case, without its `$`. `shown`: as the policy writes it, for refusals. */
export type FormCondition = { readonly field: string; readonly shown: string } & (
  | { readonly rule: 'eq' | 'starts-with'; readonly value: string }
  /** OSS alone. */
  | { readonly rule: 'in' | 'not-in'; readonly values: readonly string[] }
)

/** The policy document of a form (S3 API reference, "POST policy"; the other vendors took it over). */
export interface FormPolicy {
  /** The document itself, before base64: COS signs its digest. */
  readonly document: Uint8Array
  readonly expiresMs: number
  readonly conditions: readonly FormCondition[]
  readonly length: LengthRange
}

/** Reads the text of the `policy` field. Whatever is not exactly such a document: `malformed-form-policy`. */
export function parseFormPolicy(base64: string): FormPolicy {
  const document = decodeBase64Strict(base64.replaceAll(/[\r\n]/g, '')) ?? malformed('The policy is not base64.')
  const text = decodeUtf8(document) ?? malformed('The policy is not UTF-8.')
  const { expiration, conditions, ...others } = objectOf(parseJson(text), 'The policy is no JSON object.')
  if (Object.keys(others).length > 0) malformed('A policy holds expiration and conditions, and nothing else.')
  if (typeof expiration !== 'string') return malformed('The policy has no expiration.')
  if (!Array.isArray(conditions)) return malformed('The policy has no list of conditions.')
  if (conditions.length > FORM_LIMITS.maxConditions) malformed('The policy has too many conditions.')
  const read: FormCondition[] = []
  let length: LengthRange = { minBytes: 0, maxBytes: FORM_LIMITS.maxFileBytes }
  for (const condition of conditions as readonly unknown[]) {
    if (!Array.isArray(condition)) read.push(...exactly(condition))
    else if (ruleOf(condition) === 'content-length-range') length = narrowed(length, condition)
    else read.push(compared(condition))
  }
  const expiresMs = parseExpiration(expiration) ?? malformed('The expiration of the policy cannot be read.')
  return { document, expiresMs, conditions: read, length }
}

/** JSON with the two escapes that policies have besides JSON's own: `\$` and `\v`. */
function parseJson(text: string): unknown {
  const plain = text.replaceAll(/\\([\s\S])/g, (escape, character: string) =>
    character === '$' ? '$' : character === 'v' ? '\\u000b' : escape,
  )
  try {
    return JSON.parse(plain)
  } catch {
    return malformed('The policy is no JSON.')
  }
}

function objectOf(value: unknown, problem: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return malformed(problem)
  return Object.fromEntries(Object.entries(value))
}

/** `{"acl": "public-read"}`: one or more fields and what each has to be. */
function exactly(condition: unknown): readonly FormCondition[] {
  const entries = Object.entries(objectOf(condition, 'A condition is neither an object nor a list.'))
  if (entries.length === 0) malformed('A condition is empty.')
  return entries.map(([name, value]) => {
    const shown = JSON.stringify(['eq', `$${name}`, value])
    return { field: name.toLowerCase(), shown, rule: 'eq', value: textOf(value) }
  })
}

function ruleOf(condition: readonly unknown[]): string {
  const [rule] = condition
  return typeof rule === 'string' ? rule.toLowerCase() : malformed('A condition does not say what it compares.')
}

function compared(condition: readonly unknown[]): FormCondition {
  const rule = ruleOf(condition)
  const [, name, operand] = condition
  if (condition.length !== 3 || typeof name !== 'string' || !/^\$?[^$]/.test(name)) {
    return malformed('A condition has the form [rule, "$field", value].')
  }
  // OSS takes the name without its sign, too.
  const about = { field: name.replace(/^\$/, '').toLowerCase(), shown: JSON.stringify(condition) }
  if (rule === 'eq' || rule === 'starts-with') return { ...about, rule, value: textOf(operand) }
  if (rule !== 'in' && rule !== 'not-in') return malformed('A condition compares in an unknown way.')
  if (!Array.isArray(operand) || operand.length > FORM_LIMITS.maxConditions) {
    return malformed('A condition of this kind has a list of values.')
  }
  return { ...about, rule, values: (operand as readonly unknown[]).map(textOf) }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return Number.isSafeInteger(value) ? String(value) : malformed('A condition compares with a text.')
}

function narrowed({ minBytes, maxBytes }: LengthRange, condition: readonly unknown[]): LengthRange {
  const [, first, last] = condition
  const [least, most] = [bytesOf(first), bytesOf(last)]
  if (condition.length !== 3 || least === undefined || most === undefined || least > most) {
    return malformed('A content-length-range is two lengths, the smaller one first.')
  }
  return { minBytes: Math.max(minBytes, least), maxBytes: Math.min(maxBytes, most) }
}

function bytesOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^[0-9]{1,16}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

const EXPIRATION = /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?Z$/

/** `2026-01-15T09:30:00Z`, with or without a fraction; undefined for everything else (T-039). */
function parseExpiration(text: string): number | undefined {
  const [, day, time, fraction = '0'] = EXPIRATION.exec(text) ?? []
  if (day === undefined || time === undefined) return undefined
  const timeMs = Date.parse(`${day}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}Z`)
  // A day that is none (February 30) comes back as another one.
  return Number.isFinite(timeMs) && new Date(timeMs).toISOString().startsWith(`${day}T${time}`) ? timeMs : undefined
}

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-form-policy', detail })
}
