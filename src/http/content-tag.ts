import { createHash } from 'node:crypto'

const TAG_CHARS = 22

/** A name for a content that is no secret, for `ETag` and `If-Match`: 128 bits of its SHA-256, in base64url. */
export function contentTag(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url').slice(0, TAG_CHARS)
}
