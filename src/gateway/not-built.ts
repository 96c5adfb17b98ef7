import { refuse, type OperationKind } from '../operations/index.ts'
import type { Verb } from './verb.ts'

/** Refuses what is known and not built yet. */
export function notBuilt(what: string): never {
  return refuse({ kind: 'not-implemented', detail: `${what} is not there yet` })
}

/** A verb for it. */
export function notBuiltVerb<Kind extends OperationKind>(kind: Kind): Verb<Kind> {
  return async () => notBuilt(kind)
}
