import type { PromisedBody } from '../auth/index.ts'
import type { Permit } from '../objects/index.ts'
import type { OperationKind, OperationOf, Results } from '../operations/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'

/** Carries out one kind of operation. */
export type Verb<Kind extends OperationKind> = (
  rooms: GatewayRooms,
  permit: Permit,
  operation: OperationOf<Kind>,
  body: PromisedBody,
) => Promise<Results[Kind]>

export type Verbs<Kinds extends OperationKind> = { readonly [Kind in Kinds]: Verb<Kind> }
