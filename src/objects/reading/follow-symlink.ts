import {
  refuse,
  StoreFailure,
  type Awaitable,
  type ObjectKey,
  type OperationOf,
  type Results,
} from '../../operations/index.ts'
import type { ObjectVersion } from '../rows/object-record.ts'
import type { Permit } from '../permit.ts'

/** Asks for the right to what a link stands for, as the caller: the right to the link is none to its target (T-074). */
export type Follow = (target: ObjectKey) => Awaitable<Permit>

/** The version that was asked for is a link. */
class LinkFound extends Error {
  override readonly name = 'LinkFound'
  readonly target: ObjectKey

  constructor(target: ObjectKey) {
    super('a link')
    this.target = target
  }
}

export function stopAtLink({ detail }: ObjectVersion): void {
  if (detail.symlink !== undefined) throw new LinkFound(detail.symlink.target)
}

type Changeable<Asked> = { -readonly [Field in keyof Asked]: Asked[Field] }
type Read = OperationOf<'get-object' | 'head-object'>
type ReadResult = Results['get-object' | 'head-object']

/** Reads what is asked for, or what it links to: one step, so that there is no chain and no circle. */
export async function throughLink<Asked extends Read, Result extends ReadResult>(
  permit: Permit,
  operation: Asked,
  follow: Follow | undefined,
  read: (permit: Permit, operation: Asked) => Promise<Result>,
): Promise<Result> {
  try {
    return await read(permit, operation)
  } catch (error) {
    if (!(error instanceof LinkFound)) throw error
    const { target } = error
    if (follow === undefined) return refuse({ kind: 'symlink-target-missing', target })
    const through = await follow(target)
    // The target's own newest version: an id that was asked for is the link's.
    const newest: Changeable<Asked> = { ...operation, key: target }
    delete newest.versionId
    const result = await readTarget(target, () => read(through, newest))
    return { ...result, object: { ...result.object, bySymlink: true } }
  }
}

async function readTarget<Result>(target: ObjectKey, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof LinkFound) return refuse({ kind: 'invalid-symlink-target', target })
    if (error instanceof StoreFailure && error.failure.kind === 'no-such-key') {
      return refuse({ kind: 'symlink-target-missing', target })
    }
    throw error
  }
}
