import {
  MAX_NUMBERED_DOCUMENTS,
  refuse,
  type NumberedDocument,
  type RefererRules,
  type StoredDocument,
} from '../../operations/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { changeBucket } from './change-bucket.ts'
import { changeConfiguration, readConfiguration, scanDocuments } from './configuration-rows.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import type { Verb } from '../verb.ts'

/** Documents of a bucket: what was put is what is got. Dialects have validated what is put. */

export const getBucketTagging: Verb<'get-bucket-tagging'> = async (rooms, permit) => ({
  tags: (await readConfiguration(rooms, bucketOf(permit), 'tagging')) ?? refuse({ kind: 'no-such-tag-set' }),
})

export const putBucketTagging: Verb<'put-bucket-tagging'> = (rooms, permit, { kind, tags }) =>
  changeConfiguration(rooms, permit, kind, 'tagging', tags)

export const deleteBucketTagging: Verb<'delete-bucket-tagging'> = (rooms, permit, { kind }) =>
  changeConfiguration(rooms, permit, kind, 'tagging', undefined)

export const getBucketCors: Verb<'get-bucket-cors'> = async (rooms, permit, { bucket }) => ({
  cors:
    (await readConfiguration(rooms, bucketOf(permit), 'cors')) ??
    refuse({ kind: 'no-such-configuration', configuration: 'cors', bucket }),
})

export const putBucketCors: Verb<'put-bucket-cors'> = (rooms, permit, { kind, cors }) =>
  changeConfiguration(rooms, permit, kind, 'cors', cors, { alter: varying(cors.alwaysVary === true) })

export const deleteBucketCors: Verb<'delete-bucket-cors'> = (rooms, permit, { kind }) =>
  changeConfiguration(rooms, permit, kind, 'cors', undefined, { alter: varying(false) })

/** Every answer asks whether it varies by origin, so that is kept where every request looks. */
function varying(corsVaries: boolean): (bucket: BucketRecord) => BucketRecord {
  return (bucket) => ({ ...bucket, corsVaries })
}

export const getBucketWebsite: Verb<'get-bucket-website'> = async (rooms, permit, { bucket }) => ({
  website:
    (await readConfiguration(rooms, bucketOf(permit), 'website')) ??
    refuse({ kind: 'no-such-configuration', configuration: 'website', bucket }),
})

export const putBucketWebsite: Verb<'put-bucket-website'> = (rooms, permit, { kind, website }) =>
  changeConfiguration(rooms, permit, kind, 'website', website)

export const deleteBucketWebsite: Verb<'delete-bucket-website'> = (rooms, permit, { kind }) =>
  changeConfiguration(rooms, permit, kind, 'website', undefined)

export const getBucketReplication: Verb<'get-bucket-replication'> = async (rooms, permit, { bucket }) => ({
  replication:
    (await readConfiguration(rooms, bucketOf(permit), 'replication')) ??
    refuse({ kind: 'no-such-configuration', configuration: 'replication', bucket }),
})

export const putBucketReplication: Verb<'put-bucket-replication'> = (rooms, permit, { kind, replication }) =>
  changeConfiguration(rooms, permit, kind, 'replication', replication, { check: requireVersioning })

/** Copies follow versions: a bucket without them has nothing to follow (PutBucketReplication, `InvalidRequest`). */
async function requireVersioning({ versioning }: BucketRecord): Promise<void> {
  if (versioning === 'enabled') return
  const detail = 'Versioning must be Enabled on the bucket to apply a replication configuration.'
  refuse({ kind: 'invalid-request', detail })
}

export const deleteBucketReplication: Verb<'delete-bucket-replication'> = (rooms, permit, { kind }) =>
  changeConfiguration(rooms, permit, kind, 'replication', undefined)

export const getBucketAccelerate: Verb<'get-bucket-accelerate'> = async (rooms, permit) => {
  const accelerate = await readConfiguration(rooms, bucketOf(permit), 'accelerate')
  return accelerate === undefined ? {} : { accelerate }
}

export const putBucketAccelerate: Verb<'put-bucket-accelerate'> = (rooms, permit, { kind, accelerate }) =>
  changeConfiguration(rooms, permit, kind, 'accelerate', accelerate)

export const getBucketRequestPayment: Verb<'get-bucket-request-payment'> = async (_rooms, permit) => ({
  payer: bucketOf(permit).payer ?? 'bucket-owner',
})

export const putBucketRequestPayment: Verb<'put-bucket-request-payment'> = (rooms, permit, { kind, payer }) =>
  changeBucket(rooms, permit, kind, (bucket) => ({ ...bucket, payer }))

const NO_REFERERS: RefererRules = { enabled: false, allowEmpty: true, allowed: [], denied: [] }

export const getBucketReferer: Verb<'get-bucket-referer'> = async (_rooms, permit) => ({
  referer: bucketOf(permit).referer ?? NO_REFERERS,
})

export const putBucketReferer: Verb<'put-bucket-referer'> = async (rooms, permit, { kind, referer }) => {
  // Every request reads it with the bucket: its lists are kept short.
  if (JSON.stringify(referer).length > MAX_REFERER_BYTES) {
    refuse({ kind: 'entity-too-large', limitBytes: MAX_REFERER_BYTES })
  }
  return changeBucket(rooms, permit, kind, (bucket) => ({ ...bucket, referer }))
}

const MAX_REFERER_BYTES = 16 * 1024

const MAX_PAGE = 100

/** The document of an id; refused where there is none. */
export async function getNumberedDocument(
  rooms: ObjectRooms,
  permit: Permit,
  document: NumberedDocument,
  id: string,
): Promise<{ readonly document: StoredDocument }> {
  const bucket = bucketOf(permit)
  const found = await readConfiguration(rooms, bucket, `${document}/${id}`)
  return {
    document: found ?? refuse({ kind: 'no-such-configuration', configuration: document, bucket: bucket.name }),
  }
}

export async function listNumberedDocuments(
  rooms: ObjectRooms,
  permit: Permit,
  document: NumberedDocument,
  after = '',
): Promise<{ readonly documents: readonly StoredDocument[]; readonly next?: string }> {
  const found = await scanDocuments(rooms, bucketOf(permit), document, after, MAX_PAGE)
  const documents = found.slice(0, MAX_PAGE)
  const next = found.length > MAX_PAGE ? documents.at(-1)?.id : undefined
  return next === undefined ? { documents } : { documents, next }
}

export function putNumberedDocument(
  rooms: ObjectRooms,
  permit: Permit,
  verb: string,
  document: NumberedDocument,
  stored: StoredDocument,
): Promise<undefined> {
  const name = `${document}/${stored.id}` as const
  return changeConfiguration(rooms, permit, verb, name, stored, {
    check: async (bucket) => {
      if ((await readConfiguration(rooms, bucket, name)) !== undefined) return
      const all = await scanDocuments(rooms, bucket, document, '', MAX_NUMBERED_DOCUMENTS)
      if (all.length < MAX_NUMBERED_DOCUMENTS) return
      refuse({ kind: 'too-many-configurations', limit: MAX_NUMBERED_DOCUMENTS })
    },
  })
}

/** Removing what is not there is an error: an id that was mistyped would look removed. */
export function deleteNumberedDocument(
  rooms: ObjectRooms,
  permit: Permit,
  verb: string,
  document: NumberedDocument,
  id: string,
): Promise<undefined> {
  return changeConfiguration(rooms, permit, verb, `${document}/${id}`, undefined, {
    check: async (bucket) => {
      if ((await readConfiguration(rooms, bucket, `${document}/${id}`)) !== undefined) return
      refuse({ kind: 'no-such-configuration', configuration: document, bucket: bucket.name })
    },
  })
}
