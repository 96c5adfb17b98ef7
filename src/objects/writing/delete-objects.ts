import {
  StoreFailure,
  type Awaitable,
  type DeleteOutcome,
  type OperationOf,
  type Results,
} from '../../operations/index.ts'
import { deleteOne } from './delete-object.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'

/** How many entries are worked on at a time. */
const AT_ONCE = 16

type Entry = OperationOf<'delete-objects'>['entries'][number]

/** Deletes many, each for itself and by its own right, which `permitOf` asks for. Entries of one name go in their order. */
export async function deleteObjects(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'delete-objects'>,
  permitOf: (entry: Entry) => Awaitable<Permit>,
): Promise<Results['delete-objects']> {
  const outcomes = new Map<number, DeleteOutcome>()
  const byName = new Map<string, number[]>()
  for (const [index, entry] of operation.entries.entries()) {
    const indexes = byName.get(entry.key)
    if (indexes === undefined) byName.set(entry.key, [index])
    else indexes.push(index)
  }
  const queue = [...byName.values()]
  const work = async (): Promise<void> => {
    for (let indexes = queue.shift(); indexes !== undefined; indexes = queue.shift()) {
      for (const index of indexes) {
        const entry = operation.entries[index]
        if (entry !== undefined) outcomes.set(index, await outcomeOf(rooms, permit, entry, operation, permitOf))
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, work))
  return { outcomes: operation.entries.flatMap((_, index) => outcomes.get(index) ?? []) }
}

async function outcomeOf(
  rooms: ObjectRooms,
  { signal }: Permit,
  entry: Entry,
  { bypassGovernance }: Pick<OperationOf<'delete-objects'>, 'bypassGovernance'>,
  permitOf: (entry: Entry) => Awaitable<Permit>,
): Promise<DeleteOutcome> {
  const { key, versionId } = entry
  const named = versionId === undefined ? { key } : { key, versionId }
  try {
    signal.throwIfAborted()
    const permit = await permitOf(entry)
    const wish = bypassGovernance === true ? { ...entry, bypassGovernance } : entry
    return { kind: 'deleted', ...named, result: await deleteOne(rooms, permit, wish) }
  } catch (error) {
    if (error instanceof StoreFailure) return { kind: 'failed', ...named, failure: error.failure }
    throw error
  }
}
