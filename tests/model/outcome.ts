import assert from 'node:assert/strict'
import type { Answer, FailureKind, Operation, OperationKind, Results } from '../../src/operations/index.ts'

/** One request as a driver sends it. */
export interface Request {
  readonly operation: Operation
  readonly body?: Buffer
}

/** What came of it. `bytes`: the body of a GET. */
export type Outcome =
  | { readonly kind: 'done'; readonly answer: Answer; readonly bytes?: Buffer }
  | { readonly kind: 'refused'; readonly failure: FailureKind; readonly deleteMarker?: string; readonly detail: string }

/** Whatever carries out requests: the engine in this process, or a server behind HTTP. */
export interface Driver {
  run(request: Request): Promise<Outcome>
  /** Moves the store's clock. */
  pass(ms: number): void
  nowMs(): number
  /** Two kinds of failure that this driver cannot tell apart are the same for it. */
  sameFailure(left: FailureKind, right: FailureKind, operation: OperationKind): boolean
  /** What a driver cannot see of an answer, as `kind.field`. */
  readonly unseen: ReadonlySet<string>
  /** The unit of times in answers that are no listings. */
  readonly timeUnitMs: number
}

/** The result of an operation that had to succeed. */
export function resultOf<Kind extends OperationKind>(kind: Kind, outcome: Outcome): Results[Kind] {
  if (outcome.kind === 'refused') {
    assert.fail(`${kind} was refused with ${outcome.failure} (${outcome.detail}); it had to be done`)
  }
  assert.equal(outcome.answer.operation.kind, kind)
  // The kind was compared: an answer pairs it with its own result.
  return outcome.answer.result as Results[Kind]
}
