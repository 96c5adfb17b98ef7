import type { WriteKeys } from '../../encryption/index.ts'
import type { CustomerKey, ObjectBody, ObjectKey, StoredObject } from '../../operations/index.ts'
import { refuse } from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { joinFragments } from '../../storage/index.ts'
import { checksumsAmong } from '../bodies/body-sums.ts'
import { likeStored, resultOfChange, type Changeable } from './change-content.ts'
import { commitDeciding, type Decision } from '../commit-deciding.ts'
import { toldVersion, withEvent } from '../deliveries/event-rows.ts'
import { blobOwner } from './new-version.ts'
import type { ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { inlineBytes } from '../reading/open-object.ts'
import type { Permit } from '../permit.ts'
import { bucketOf, scopeOf } from '../permitted-bucket.ts'
import { nextPlace, placeVersion, readName } from './place-version.ts'
import { dropBody, storeBody, type StoredBody } from '../bodies/store-body.ts'

/** A new body for an object that lies in its row, made from the one that it has. */
export interface InlineRewrite {
  readonly key: ObjectKey
  readonly found: Changeable
  readonly customer: CustomerKey | undefined
  readonly verb: 'truncate-object' | 'modify-object'
  readonly bodyOf: (before: Buffer) => ObjectBody
}

/**
 * An inline message is one piece of ciphertext: its object is read and sealed anew, under a new seal id and by the same
 * method and key, and takes the place of what it was. Everything else about it stays.
 */
export async function rewriteInline(rooms: ObjectRooms, permit: Permit, rewrite: InlineRewrite): Promise<StoredObject> {
  const { key, found, customer, verb } = rewrite
  const bucket = bucketOf(permit)
  const before = await openInlineBody(rooms, permit, rewrite)
  const sealId = randomBytes(16)
  const request = likeStored(found.version.detail.encryption, customer)
  const keys = await rooms.encryption.beginWrite(scopeOf(permit, bucket, key, sealId), request)
  try {
    const body = await storeBody(rooms, {
      ...{ keys, body: rewrite.bodyOf(before), expect: {}, partNumber: 1, mayInline: true },
      ...{ signal: permit.signal, verb },
    })
    return await commitDeciding(
      rooms,
      permit,
      verb,
      (current) => decide(rooms, current, rewrite, { keys, sealId, body }),
      () => dropBody(rooms, body),
    )
  } finally {
    keys.dispose()
  }
}

async function openInlineBody(
  rooms: ObjectRooms,
  permit: Permit,
  { key, found: { version }, customer }: InlineRewrite,
): Promise<Buffer> {
  const scope = scopeOf(permit, bucketOf(permit), key, version.header.sealId)
  const keys = await rooms.encryption.beginRead(scope, version.detail.encryption, customer, 'inline')
  try {
    return inlineBytes(keys, version, { first: 0, length: version.header.size })
  } finally {
    keys.dispose()
  }
}

interface Sealed {
  readonly keys: WriteKeys
  readonly sealId: Uint8Array
  readonly body: StoredBody
}

async function decide(
  rooms: ObjectRooms,
  permit: Permit,
  { key, found }: InlineRewrite,
  { keys, sealId, body }: Sealed,
): Promise<Decision<StoredObject>> {
  const bucket = bucketOf(permit)
  const state = await readName(rooms, bucket, key)
  // Whatever changed in the row since it was read: the new one would take it back.
  if (state.live?.row.revision !== found.row.revision) {
    return refuse({ kind: 'contended', detail: 'the object was replaced or changed meanwhile' })
  }
  const { header, detail } = state.live.version
  const inline = body.place.kind === 'inline' ? body.place.sealed : undefined
  const form = inline === undefined ? 'streams' : 'inline'
  const listed = checksumsAmong(body.sums)[0]?.algorithm
  const { mode, storageClass } = header
  const version: ObjectVersion = {
    kind: 'object',
    header: {
      ...{ deleteMarker: false, inline: inline !== undefined, mode, storageClass, parts: 0, size: body.size },
      ...{ modifiedMs: rooms.now(), sealId, ...nextPlace(rooms, bucket, state) },
      ...(listed === undefined ? {} : { checksumAlgorithm: listed }),
    },
    etag: body.etag,
    detail: {
      ...{ ...detail, encryption: keys.stored(form), checksums: keys.maskChecksums(form, 0, body.sums) },
      manifest:
        body.place.kind === 'inline'
          ? { kind: 'inline' }
          : { kind: 'stream', blob: body.place.blob, stream: body.place.stream },
    },
    ...(inline === undefined ? {} : { inline }),
  }
  const owner = body.place.kind === 'stream' ? [blobOwner(body.place.blob, sealId)] : []
  const fragment = joinFragments(
    placeVersion(rooms, bucket, key, state, version),
    { checks: [], writes: owner },
    await keys.reference('version'),
  )
  const told = { name: 's3:ObjectCreated:Put', key, ...toldVersion(bucket, version) } as const
  return withEvent(rooms, permit, told, { fragment, result: resultOfChange(bucket, version, keys) })
}
