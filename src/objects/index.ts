/**
 * Objects: buckets, versions, uploads. One file per verb, each `verb(rooms, permit, operation, body?)`.
 *
 * Promises: nothing happens without a `Permit`; a write is one metadata commit that carries the permit's guards, so
 * it happens whole, or not at all, and only while the right lasts; what is acknowledged is durable; a blob exists
 * because a row says so, and goes only when no reader can need it.
 * It does not know the key service: it asks `encryption` for keys and gets streams.
 * May import `encryption`, `storage`, `records`, `operations`, `secrets`.
 */
export type { BucketRecord } from './bucket-record.ts'
export { openBucket, readBucket } from './bucket-rows.ts'
export { changeGuard, readGuards } from './guards.ts'
export { createObjectRooms, type ObjectOptions, type ObjectRooms } from './object-rooms.ts'
export type { Permit } from './permit.ts'
export type { ReadLeases } from './read-leases.ts'
export { bucketKey, guardKey } from './row-keys.ts'
