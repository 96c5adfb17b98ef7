import type { JsonValue } from '../../operations/index.ts'
import { malformed } from '../policy-problem.ts'

/** One text, or a list of texts with at least one in it. */
export function textsOf(value: JsonValue, element: string): readonly string[] {
  const texts = listOf(value).map((item) => {
    if (typeof item !== 'string') return malformed(`${element} must be a text or a list of texts`)
    return item
  })
  return texts.length === 0 ? malformed(`${element} is empty`) : texts
}

/** The values of a condition: texts, and numbers and truths written without quotes. */
export function conditionTexts(value: JsonValue, element: string): readonly string[] {
  const texts = listOf(value).map((item) => {
    if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') return String(item)
    return malformed(`${element} must have texts for values`)
  })
  return texts.length === 0 ? malformed(`${element} has no value`) : texts
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value]
}
