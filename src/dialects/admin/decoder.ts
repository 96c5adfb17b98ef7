import type { OperationKind, OperationOf, Target } from '../../operations/index.ts'
import type { Fields } from './fields.ts'
import type { TargetReader } from './target.ts'

/** How one operation is read: its target out of the query at once, the rest out of the body later. */
export type Decoder<Kind extends OperationKind> = (target: TargetReader) => {
  readonly target: Omit<Target, 'kind'>
  readonly build: (body: Fields) => OperationOf<Kind>
}

export type Decoders<Kinds extends OperationKind> = { readonly [Kind in Kinds]: Decoder<Kind> }
