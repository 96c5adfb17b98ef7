import { StoreFailure, type FailureKind } from '../../src/operations/index.ts'

/** What comes of it, or the failure that refused it. Any other error is a defect. */
export function valueOrRefusal<Value>(act: () => Value): { readonly value: Value } | { readonly refused: FailureKind } {
  try {
    return { value: act() }
  } catch (error) {
    if (error instanceof StoreFailure && error.failure.kind !== 'internal') return { refused: error.failure.kind }
    throw error
  }
}

export async function settledOrRefusal<Value>(
  act: () => Promise<Value>,
): Promise<{ readonly value: Value } | { readonly refused: FailureKind }> {
  try {
    return { value: await act() }
  } catch (error) {
    if (error instanceof StoreFailure && error.failure.kind !== 'internal') return { refused: error.failure.kind }
    throw error
  }
}

/** The input in pieces, cut at places that follow from `random`. */
export function cut(bytes: Buffer, random: (below: number) => number): readonly Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random(random(4) === 0 ? 3 : bytes.length)
    pieces.push(bytes.subarray(at, at + length))
    at += length
  }
  return pieces
}
