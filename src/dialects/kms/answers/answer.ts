import type { KeyOperation, OperationOf, Results } from '../../../operations/index.ts'

/** Operations of keys that KMS's wire has; what depends on a key is asked for elsewhere. */
export type KmsKind = Exclude<KeyOperation['kind'], 'key-dependents'>

/** The members of an answer; undefined: KMS answers with an empty body. */
export type Answered<Kind extends KmsKind> = (result: Results[Kind], operation: OperationOf<Kind>) => object | undefined

export type Answers<Kinds extends KmsKind> = { readonly [Kind in Kinds]: Answered<Kind> }

export function nothing(): undefined {
  return undefined
}

/** `NextMarker` and `Truncated` of a list. */
export function pageMembers(next: string | undefined): object {
  return next === undefined ? { Truncated: false } : { NextMarker: next, Truncated: true }
}
