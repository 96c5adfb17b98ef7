import type {
  Checksum,
  DeleteOutcome,
  ListedObject,
  ListedVersion,
  ObjectDescription,
  Results,
  ShownEncryption,
  StoredObject,
} from '../../../operations/index.ts'
import { present } from '../../present.ts'
import { encodeConsoleFailure } from './failures.ts'
import { writeCursor } from './version-cursor.ts'
import type {
  ConsoleEncryptionJson,
  ConsoleListedObjectJson,
  ConsoleObjectJson,
  ConsoleStoredJson,
  DeletedJson,
  ObjectListingJson,
} from './wire.ts'

export function instant(ms: number): string {
  return new Date(ms).toISOString()
}

export function encryptionJson({ mode, cipher, keyArn, bucketKey }: ShownEncryption): ConsoleEncryptionJson {
  return { mode, cipher, ...present({ keyArn, bucketKey }) }
}

/** By the name of the algorithm, in base64; of several parts with their count. */
function checksumsJson(checksums: readonly Checksum[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    checksums.map(({ algorithm, value, parts }) => {
      const text = Buffer.from(value).toString('base64')
      return [algorithm, parts === undefined ? text : `${text}-${parts}`]
    }),
  )
}

export function objectJson({ object, tags, missing }: Results['describe-object'], key: string): ConsoleObjectJson {
  return {
    ...descriptionJson(object, key),
    ...(object.checksums.length === 0 ? {} : { checksums: checksumsJson(object.checksums) }),
    ...(tags === undefined ? {} : { tags: tags.map(([name, value]) => ({ key: name, value })) }),
    ...(missing.length === 0 ? {} : { missing }),
  }
}

function descriptionJson(object: ObjectDescription, key: string): ConsoleObjectJson {
  return {
    key,
    ...present({ versionId: object.versionId }),
    size: object.size,
    modified: instant(object.lastModifiedMs),
    etag: object.etag,
    ...present({ contentType: object.system.contentType }),
    class: object.storageClass,
    metadata: Object.fromEntries(object.metadata),
    tagCount: object.tagCount,
    encryption: encryptionJson(object.encryption),
    ...present({ parts: object.partsCount }),
  }
}

export function storedJson({ versionId, etag, size, encryption, checksums }: StoredObject): ConsoleStoredJson {
  return {
    ...present({ versionId }),
    etag,
    size,
    encryption: encryptionJson(encryption),
    checksums: checksumsJson(checksums),
  }
}

export function listingJson(listing: Results['list-objects']): ObjectListingJson {
  return {
    prefixes: listing.groups,
    items: listing.objects.map(listedJson),
    ...present({ next: listing.nextContinuation }),
  }
}

/** No ETags: they are most of a page's bytes, and no page shows them. */
function listedJson({ key, size, lastModifiedMs, storageClass, mode }: ListedObject): ConsoleListedObjectJson {
  return { key, size, modified: instant(lastModifiedMs), class: storageClass, ...present({ mode }) }
}

export function versionsJson(listing: Results['list-object-versions']): ObjectListingJson {
  const { versions, groups, truncated, nextKeyMarker, nextVersionIdMarker } = listing
  const next = truncated && nextKeyMarker !== undefined ? writeCursor(nextKeyMarker, nextVersionIdMarker) : undefined
  return { prefixes: groups, items: versions.map(versionJson), ...present({ next }) }
}

function versionJson(version: ListedVersion): ConsoleListedObjectJson {
  const { versionId, isLatest: latest, deleteMarker } = version
  return { ...listedJson(version), versionId, latest, ...(deleteMarker ? { deleteMarker } : {}) }
}

export function deletedJson(outcomes: readonly DeleteOutcome[], requestId: string): DeletedJson {
  return {
    items: outcomes.map((outcome) => {
      const named = { key: outcome.key, ...present({ versionId: outcome.versionId }) }
      if (outcome.kind === 'deleted') return outcome.result.deleteMarker ? { ...named, deleteMarker: true } : named
      const { body } = encodeConsoleFailure(outcome.failure, { requestId, method: 'POST', resource: '' })
      const refused: unknown = body instanceof Uint8Array ? JSON.parse(Buffer.from(body).toString('utf8')) : undefined
      return { ...named, error: errorOf(refused) }
    }),
  }
}

function errorOf(refused: unknown): { readonly code: string; readonly message: string } {
  const error: unknown =
    typeof refused === 'object' && refused !== null && 'error' in refused ? refused.error : undefined
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error))
    throw new TypeError('no error')
  return { code: String(error.code), message: String(error.message) }
}
