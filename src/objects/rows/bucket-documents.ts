import { refuse, type Awaitable } from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { MAX_VALUE_BYTES, type Fragment, type Key } from '../../storage/index.ts'
import type { BucketRecord } from './bucket-record.ts'
import type { DocumentKind, DocumentReference, Documents } from './document-reference.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { documentKey } from './row-keys.ts'
import { parseStoredJson } from './stored-json.ts'

/*
 * Settings of a bucket that many requests ask for and that may be too long for its row: pages of their own, which never
 * change. The bucket's row names them by a fresh id, so that what was read once may be kept for as long as the row says so.
 * Bytes: docs/object-format.md, "Documents of buckets".
 */

/** Parsed documents by bucket and id. */
export type DocumentCache = Map<string, Documents[DocumentKind]>

const PAGE_BYTES = MAX_VALUE_BYTES - 1_024
/** S3 takes a thousand rules: a quarter of this where each of them is as long as rules are. */
const MAX_PAGES = 32
const MAX_CACHED = 1_000

/** A document for the commit that names it. */
export interface NewDocument {
  readonly reference: DocumentReference
  readonly pages: readonly Buffer[]
}

export function newDocument(value: Documents[DocumentKind]): NewDocument {
  const text = Buffer.from(JSON.stringify({ v: 1, value }), 'utf8')
  const pages: Buffer[] = []
  for (let at = 0; at < text.length; at += PAGE_BYTES) pages.push(text.subarray(at, at + PAGE_BYTES))
  if (pages.length > MAX_PAGES) refuse({ kind: 'entity-too-large', limitBytes: MAX_PAGES * PAGE_BYTES })
  return { reference: { id: randomBytes(16).toString('hex'), pages: pages.length }, pages }
}

/** Writes a document's pages in the commit of its bucket's row. */
export function documentWrites(
  rooms: Pick<ObjectRooms, 'records'>,
  { uuid }: Pick<BucketRecord, 'uuid'>,
  { reference, pages }: NewDocument,
): Fragment {
  const writes = pages.map((secret, page) => {
    const key = documentKey(uuid, reference.id, page)
    return { kind: 'put', key, value: rooms.records.seal({ rowKey: key, clear: Buffer.alloc(0), secret }) } as const
  })
  return { checks: [], writes }
}

/** Removes what a bucket's row named before. */
export function documentRemoval(
  { uuid }: Pick<BucketRecord, 'uuid'>,
  reference: DocumentReference | undefined,
): Fragment {
  const writes = pageKeys(uuid, reference).map((key) => ({ kind: 'delete', key }) as const)
  return { checks: [], writes }
}

function pageKeys(uuid: Uint8Array, reference: DocumentReference | undefined): readonly Key[] {
  if (reference === undefined) return []
  return Array.from({ length: reference.pages }, (_, page) => documentKey(uuid, reference.id, page))
}

/** The document that the bucket's row names; undefined: none. At once where it was read before. */
export function readDocument<Kind extends DocumentKind>(
  rooms: Pick<ObjectRooms, 'store' | 'records' | 'documents'>,
  bucket: Pick<BucketRecord, 'uuid' | 'documents'>,
  kind: Kind,
): Awaitable<Documents[Kind] | undefined> {
  const reference = bucket.documents?.[kind]
  if (reference === undefined) return undefined
  const cacheKey = `${kind} ${Buffer.from(bucket.uuid).toString('hex')} ${reference.id}`
  const cached = rooms.documents.get(cacheKey)
  // Under this key only documents of this kind are kept.
  if (cached !== undefined) return cached as Documents[Kind]
  return readPages<Kind>(rooms, bucket.uuid, reference).then((value) => {
    if (rooms.documents.size >= MAX_CACHED) rooms.documents.clear()
    rooms.documents.set(cacheKey, value)
    return value
  })
}

interface StoredDocument {
  readonly v: 1
  readonly value: unknown
}

function isStored(stored: unknown): stored is StoredDocument {
  return typeof stored === 'object' && stored !== null && 'v' in stored && stored.v === 1 && 'value' in stored
}

async function readPages<Kind extends DocumentKind>(
  rooms: Pick<ObjectRooms, 'store' | 'records'>,
  uuid: Uint8Array,
  reference: DocumentReference,
): Promise<Documents[Kind]> {
  const keys = pageKeys(uuid, reference)
  const rows = await rooms.store.getMany(keys)
  const pieces = rows.map((row) => {
    // Replaced since the bucket's row was read: whoever asks again sees the new one.
    if (row === undefined) return refuse({ kind: 'contended', detail: 'the settings of the bucket changed' })
    return Buffer.from(rooms.records.open(row.key, row.value).secret)
  })
  const stored: unknown = parseStoredJson(Buffer.concat(pieces), 'bucket document')
  if (!isStored(stored)) return refuse({ kind: 'integrity', what: 'bucket document' })
  // Its pages authenticate, and only `newDocument` makes them.
  return stored.value as Documents[Kind]
}
