import { refuse, type ObjectBody, type OperationOf, type Results } from '../../operations/index.ts'
import { commitDeciding } from '../commit-deciding.ts'
import { commitOfSplice, decidingOn, findChangeable, keysOfChange, resultOfChange } from './change-content.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { formOf } from '../reading/open-object.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { rewriteInline } from './rewrite-inline.ts'

/**
 * Cuts an object at a length, in one commit. Of an object in streams only the table changes: nothing is sealed, and a
 * blob of which something is left stays as it is, whole.
 */
export async function truncateObject(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'truncate-object'>,
): Promise<Results['truncate-object']> {
  const { key, length, customer, kind: verb } = operation
  const found = await findChangeable(rooms, permit, key)
  requireInside(length, found.version.header.size)
  if (formOf(found.version) === 'inline') {
    const bodyOf = (before: Buffer): ObjectBody => bodyFrom(before.subarray(0, length))
    return rewriteInline(rooms, permit, { key, found, customer, verb, bodyOf })
  }
  const keys = await keysOfChange(rooms, permit, key, found, customer)
  try {
    return await commitDeciding(rooms, permit, verb, (current) =>
      decidingOn(rooms, current, key, found, (now) => {
        const { size } = now.version.header
        requireInside(length, size)
        if (length === size) return { result: resultOfChange(bucketOf(current), now.version, keys) }
        return commitOfSplice(rooms, current, now, { key, keys, splice: { first: length, end: size }, writes: [] })
      }),
    )
  } finally {
    keys.dispose()
  }
}

function requireInside(length: number, size: number): void {
  if (length <= size) return
  refuse({
    ...{ kind: 'invalid-argument', argument: 'length', value: String(length) },
    detail: `The object has ${size} bytes: it cannot be cut at more.`,
  })
}

function bodyFrom(bytes: Uint8Array): ObjectBody {
  return {
    length: bytes.length,
    async *read() {
      if (bytes.length > 0) yield bytes
    },
    trailer: () => undefined,
  }
}
