import type { WriteKeys } from '../../encryption/index.ts'
import { refuse, type ObjectBody, type OperationOf, type Results, type StoredObject } from '../../operations/index.ts'
import { BodyDigests } from '../bodies/body-digests.ts'
import {
  commitOfSplice,
  decidingOn,
  findChangeable,
  keysOfChange,
  resultOfChange,
  type Changeable,
} from './change-content.ts'
import { MAX_OBJECT_BYTES } from '../uploads/check-parts.ts'
import { commitDeciding, type Decision } from '../commit-deciding.ts'
import { blobOwner } from './new-version.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { formOf } from '../reading/open-object.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { rewriteInline } from './rewrite-inline.ts'
import { partsUsed } from './splice-extents.ts'
import { dropBody, storeBody, type StoredBody } from '../bodies/store-body.ts'

type Modify = OperationOf<'modify-object'>

/**
 * Writes a body over the bytes at a position: one new stream and one commit, however large the object is. The stream has
 * a salt and a part number of its own, so nothing is sealed twice under one key and nonce; what lay there before is not
 * rewritten, the table names it no more.
 */
export async function modifyObject(
  rooms: ObjectRooms,
  permit: Permit,
  operation: Modify,
  body: ObjectBody,
): Promise<Results['modify-object']> {
  const { key, position, customer } = operation
  const found = await findChangeable(rooms, permit, key)
  requireInside(position, found.version.header.size)
  if (formOf(found.version) === 'inline') return modifyInline(rooms, permit, operation, found, body)
  const keys = await keysOfChange(rooms, permit, key, found, customer)
  try {
    return await modifyStreams(rooms, permit, operation, found, { keys, body })
  } finally {
    keys.dispose()
  }
}

function requireInside(position: number, size: number): void {
  if (position <= size) return
  refuse({
    ...{ kind: 'invalid-argument', argument: 'position', value: String(position) },
    detail: `The object ends at ${size}: nothing is written beyond that.`,
  })
}

async function modifyStreams(
  rooms: ObjectRooms,
  permit: Permit,
  operation: Modify,
  found: Changeable,
  { keys, body }: { readonly keys: WriteKeys; readonly body: ObjectBody },
): Promise<StoredObject> {
  const { key } = operation
  const part = partsUsed(found.version.detail.manifest) + 1
  const stored = await storeBody(rooms, {
    ...{ keys, body, expect: operation.expect, partNumber: part, mayInline: false },
    ...{ signal: permit.signal, verb: operation.kind },
  })
  // What writes nothing leaves no stream.
  if (stored.size === 0) await dropBody(rooms, stored)
  return commitDeciding(
    rooms,
    permit,
    operation.kind,
    (current) =>
      decidingOn(rooms, current, key, found, (now) => decide(rooms, current, operation, now, { keys, part, stored })),
    () => dropBody(rooms, stored),
  )
}

interface Written {
  readonly keys: WriteKeys
  readonly part: number
  readonly stored: StoredBody
}

async function decide(
  rooms: ObjectRooms,
  permit: Permit,
  { key, position }: Modify,
  now: Changeable,
  { keys, part, stored }: Written,
): Promise<Decision<StoredObject>> {
  const { size } = now.version.header
  requireInside(position, size)
  const end = position + stored.size
  if (end > MAX_OBJECT_BYTES) refuse({ kind: 'entity-too-large', limitBytes: MAX_OBJECT_BYTES })
  if (stored.size === 0) return { result: resultOfChange(bucketOf(permit), now.version, keys) }
  const { place } = stored
  if (place.kind !== 'stream') return refuse({ kind: 'internal' })
  const { blob, stream } = place
  const splice = { first: position, end, fresh: { part, blob, stream, from: 0, bytes: stored.size } }
  const writes = [blobOwner(blob, now.version.header.sealId)]
  return commitOfSplice(rooms, permit, now, { key, keys, splice, writes })
}

async function modifyInline(
  rooms: ObjectRooms,
  permit: Permit,
  { key, position, customer, expect, kind: verb }: Modify,
  found: Changeable,
  body: ObjectBody,
): Promise<StoredObject> {
  // What was promised is promised of the bytes that came, and not of the whole.
  const digests = await BodyDigests.start(rooms.digestThread, {
    ...{ expect, md5: false },
    ...(body.length === undefined ? {} : { length: body.length }),
  })
  try {
    const bodyOf = (before: Buffer): ObjectBody => writtenOver(before, position, body, digests)
    return await rewriteInline(rooms, permit, { key, found, customer, verb, bodyOf })
  } finally {
    digests.abandon()
  }
}

/** What was there, with a body over it from `position` on. */
function writtenOver(before: Buffer, position: number, body: ObjectBody, digests: BodyDigests): ObjectBody {
  const { length } = body
  return {
    ...(length === undefined ? {} : { length: Math.max(before.length, position + length) }),
    async *read(signal) {
      if (position > 0) yield before.subarray(0, position)
      let at = position
      for await (const piece of body.read(signal)) {
        const behind = digests.update(piece)
        if (behind !== undefined) await behind
        at += piece.length
        yield piece
      }
      if (length !== undefined && at - position !== length) refuse({ kind: 'incomplete-body' })
      await digests.finish(body)
      if (at < before.length) yield before.subarray(at)
    },
    trailer: () => undefined,
  }
}
