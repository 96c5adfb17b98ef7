import { refuse, StoreFailure, type PolicyFault, type ValidatePolicy } from '../operations/index.ts'
import { parsePolicy } from '../policy/index.ts'

/** Whether the text would be taken, and why not; whom it names is looked up only when it is put. */
export function validatePolicy({ text, grammar, use, bucket }: ValidatePolicy): {
  readonly problems: readonly PolicyFault[]
} {
  try {
    parsePolicy(grammar, use, text, bucket === undefined ? {} : { bucket })
    return { problems: [] }
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    const { failure } = error
    if (failure.kind === 'policy-too-large') {
      return { problems: [{ message: `the policy is longer than ${failure.limitBytes} bytes` }] }
    }
    if (failure.kind !== 'malformed-policy') return refuse(failure)
    return { problems: [{ message: failure.detail, ...placeOf(text, failure.detail) }] }
  }
}

/** Where a fault is: the character that the reader stopped at, or the only place of what it quotes. */
function placeOf(text: string, detail: string): Pick<PolicyFault, 'line' | 'column'> {
  const [, stopped] = /at character ([0-9]+)$/.exec(detail) ?? []
  if (stopped !== undefined) return lineAndColumn(text, Number(stopped))
  const quoted = /"([^"]+)"|‘([^’]+)’|“([^”]+)”/.exec(detail)
  const wanted = quoted?.[1] ?? quoted?.[2] ?? quoted?.[3]
  if (wanted === undefined) return {}
  const at = text.indexOf(JSON.stringify(wanted))
  return at < 0 || text.indexOf(JSON.stringify(wanted), at + 1) >= 0 ? {} : lineAndColumn(text, at)
}

function lineAndColumn(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  return { line, column: at - (before.lastIndexOf('\n') + 1) + 1 }
}
