import type { OperationKind, OperationOf, Results } from '../operations/index.ts'
import type { ObjectRooms } from './object-rooms.ts'
import type { Permit } from './permit.ts'

/** The shape of every verb without a body: those that answer from the permit alone need not look at the rest. */
export type Verb<Kind extends OperationKind> = (
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<Kind>,
) => Promise<Results[Kind]>
