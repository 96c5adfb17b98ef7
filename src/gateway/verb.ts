import type { PromisedBody } from '../auth/index.ts'
import type { Permit } from '../objects/index.ts'
import type { Awaitable, OperationKind, OperationOf, Results, Target } from '../operations/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'

/** A permit that can ask for the right to something else of the same request: each entry of a list is asked for by itself. */
export interface RequestPermit extends Permit {
  permitFor(target: Target): Awaitable<Permit>
  /** Whether the caller may do this too: for what an answer shows to those who may know it. Leaves no record. */
  mayAlso(target: Target): Promise<boolean>
}

/** Carries out one kind of operation. */
export type Verb<Kind extends OperationKind> = (
  rooms: GatewayRooms,
  permit: RequestPermit,
  operation: OperationOf<Kind>,
  body: PromisedBody,
) => Promise<Results[Kind]>

export type Verbs<Kinds extends OperationKind> = { readonly [Kind in Kinds]: Verb<Kind> }
