/**
 * Records: rows whose secret part is sealed, and whose clear part is authenticated with it.
 *
 * Promises: a row that was changed, moved to another key or cut does not open; no nonce is used twice under a
 * key; the clear part can be listed without opening anything.
 * Bytes: docs/object-format.md, "Records". May import `secrets` and `operations`.
 */
export { createRecordSealer, type EpochRecordSealer } from './record-sealer.ts'
export { Slab } from './slab.ts'
export type { OpenedRecord, PeekedRecord, RecordSealer } from './sealed-record.ts'
