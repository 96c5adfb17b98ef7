import { refuse } from '../../operations/index.ts'
import type { FormCondition, FormPolicy } from './form-policy.ts'

/** What a field without a condition is: `free`, as if it were covered; `hidden`: it is dropped; `refused`. */
export type Uncovered = 'free' | 'hidden' | 'refused'

/** What a form says, as its policy asks for it. Names in lower case. */
export interface FormFacts {
  readonly fields: ReadonlyMap<string, string>
  /** The bucket that is addressed: the policy is held against that one, whatever a field says (T-066). */
  readonly bucket: string
  /** Fields that policies call by another name. */
  readonly aliases?: ReadonlyMap<string, string>
}

/**
 * Holds a form against its policy: every condition is met, and every field that acts is in one (T-067). Returns the fields
 * that count. Refuses `form-policy`.
 */
export function coveredFields(
  facts: FormFacts,
  { conditions }: Pick<FormPolicy, 'conditions'>,
  uncovered: (name: string) => Uncovered,
): ReadonlyMap<string, string> {
  for (const condition of conditions) {
    const value = valueOf(facts, condition.field)
    if (value === undefined || !isMet(condition, value)) unmet(`Policy Condition failed: ${condition.shown}`)
  }
  const named = new Set(conditions.map(({ field }) => facts.aliases?.get(field) ?? field))
  const counted = new Map<string, string>()
  for (const [name, value] of facts.fields) {
    if (name.startsWith('x-ignore-')) continue
    const status = named.has(name) ? 'free' : uncovered(name)
    if (status === 'refused') unmet(`Extra input fields: ${name.slice(0, 128)}`)
    if (status === 'free') counted.set(name, value)
  }
  return counted
}

function valueOf({ fields, bucket, aliases }: FormFacts, field: string): string | undefined {
  return field === 'bucket' ? bucket : fields.get(aliases?.get(field) ?? field)
}

function isMet(condition: FormCondition, value: string): boolean {
  switch (condition.rule) {
    case 'eq':
      return value === condition.value
    case 'starts-with':
      return partsOf(condition.field, value).every((part) => part.startsWith(condition.value))
    case 'in':
      return condition.values.includes(value)
    case 'not-in':
      return !condition.values.includes(value)
  }
}

/** Several types between commas: each of them has to begin so (S3 API reference, "Condition matching"). */
function partsOf(field: string, value: string): readonly string[] {
  return field === 'content-type' ? value.split(',').map((part) => part.trim()) : [value]
}

function unmet(detail: string): never {
  return refuse({ kind: 'form-policy', detail: `Invalid according to Policy: ${detail}` })
}
