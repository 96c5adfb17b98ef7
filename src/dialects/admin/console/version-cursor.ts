import {
  isJsonObject,
  parseStrictJson,
  parseUploadId,
  parseVersionId,
  type JsonValue,
  type UploadId,
  type VersionId,
} from '../../../operations/index.ts'
import { badArgument } from '../target.ts'

/** Where a list of versions or of uploads goes on: two markers as one opaque text. They give no right. */
export function writeCursor(key: string, id: string | undefined): string {
  return Buffer.from(JSON.stringify(id === undefined ? { key } : { key, id })).toString('base64url')
}

export function readCursor(text: string): { readonly keyMarker: string; readonly versionIdMarker?: VersionId } {
  const { key, id } = membersOf(text)
  if (id === undefined) return { keyMarker: key }
  return { keyMarker: key, versionIdMarker: parseVersionId(id) ?? foreign() }
}

export function readUploadCursor(text: string): { readonly keyMarker: string; readonly uploadIdMarker?: UploadId } {
  const { key, id } = membersOf(text)
  if (id === undefined) return { keyMarker: key }
  return { keyMarker: key, uploadIdMarker: parseUploadId(id) ?? foreign() }
}

function membersOf(text: string): { readonly key: string; readonly id?: string } {
  if (!/^[A-Za-z0-9_-]{1,4096}$/.test(text)) return foreign()
  const bytes = Buffer.from(text, 'base64url')
  const value = bytes.toString('base64url') === text ? parsed(bytes) : undefined
  if (value === undefined || !isJsonObject(value)) return foreign()
  const [key, id] = [value.get('key'), value.get('id')]
  if (typeof key !== 'string' || (id !== undefined && typeof id !== 'string')) return foreign()
  return id === undefined ? { key } : { key, id }
}

function parsed(bytes: Uint8Array): JsonValue | undefined {
  try {
    return parseStrictJson(bytes)
  } catch {
    return undefined
  }
}

function foreign(): never {
  return badArgument('after', 'was not given by a list of this kind')
}
