import type { Answer, KeyOperation, OperationOf, Results } from '../operations/index.ts'

/** One operation of a vendor's key service as it was asked for, and how its answer is spelled. */
export interface AskedOperation {
  readonly operation: KeyOperation
  /** The members of the answer; a request id and what stands around them come later. */
  answer(done: Answer): object
}

/** Ties the two together: an answer is spelled by who read its request, for paging and defaults stand in both. */
export function asked<Kind extends KeyOperation['kind']>(
  operation: OperationOf<Kind> & KeyOperation,
  answer: (result: Results[Kind]) => object,
): AskedOperation {
  // An answer holds the result of its operation, and this one is asked for the answer to `operation` alone.
  return { operation, answer: ({ result }) => answer(result as Results[Kind]) }
}
