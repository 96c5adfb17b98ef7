import { refuse } from '../operations/index.ts'

/** The text is no policy. */
export function malformed(detail: string): never {
  return refuse({ kind: 'malformed-policy', detail })
}
