import { refuse, type KeyDescription, type KeyListPage, type KeyTags } from '../../operations/index.ts'
import { changeKey } from './change-key.ts'
import type { KeyAsk } from './key-context.ts'
import { judgeOwnKey } from './key-lookup.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { pageOf } from './list-page.ts'

/** KMS developer guide, "Quotas" and "Tagging keys". */
export const MAX_TAGS_PER_KEY = 50
export const MAX_TAG_KEY_LENGTH = 128
export const MAX_TAG_VALUE_LENGTH = 256
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const RESERVED = /^aws:/i

export function tagKey(rooms: KeyRooms, request: KeyRequest, key: string, tags: KeyTags): Promise<KeyDescription> {
  const want = { change: 'tag-key', action: 'kms:TagResource', act: 'point-at', extra: tagFacts(tags) } as const
  return changeKey(rooms, request, key, want, ({ record }) => ({
    record: { ...record, tags: mergeTags(record.tags ?? [], tags) },
  }))
}

/** Tags that are not there are none to remove. */
export function untagKey(
  rooms: KeyRooms,
  request: KeyRequest,
  key: string,
  tagKeys: readonly string[],
): Promise<KeyDescription> {
  const extra = tagKeys.length === 0 ? {} : { 'aws:tagkeys': tagKeys }
  const want = { change: 'tag-key', action: 'kms:UntagResource', act: 'point-at', extra } as const
  return changeKey(rooms, request, key, want, ({ record }) => {
    for (const tagKey of tagKeys) demandTagKey(tagKey)
    const tags = (record.tags ?? []).filter(([name]) => !tagKeys.includes(name))
    return tags.length === (record.tags ?? []).length ? undefined : { record: { ...record, tags } }
  })
}

export async function listKeyTags(
  rooms: KeyRooms,
  request: KeyRequest,
  key: string,
  page?: KeyListPage,
): Promise<{ readonly tags: KeyTags; readonly next?: string }> {
  const { record } = await judgeOwnKey(rooms, request, key, { action: 'kms:ListResourceTags' })
  const { items, next } = pageOf(record.tags ?? [], ([name]) => name, page)
  return next === undefined ? { tags: items } : { tags: items, next }
}

/** The tags after `added` came to them. Refused: names and values that no tag can have, and too many. */
export function mergeTags(before: KeyTags, added: KeyTags): KeyTags {
  const merged = new Map(before)
  const seen = new Set<string>()
  for (const [name, value] of added) {
    demandTagKey(name)
    if (value.length > MAX_TAG_VALUE_LENGTH || !value.isWellFormed() || !TAG_TEXT.test(value)) {
      refuse({
        kind: 'invalid-tag',
        detail: `a value has at most ${MAX_TAG_VALUE_LENGTH} letters, digits and _.:/=+-@`,
      })
    }
    if (seen.has(name)) refuse({ kind: 'invalid-tag', detail: 'a key of a tag comes twice' })
    seen.add(name)
    merged.set(name, value)
  }
  if (merged.size > MAX_TAGS_PER_KEY) {
    refuse({ kind: 'limit-exceeded', limit: 'tags of a key', value: MAX_TAGS_PER_KEY })
  }
  return [...merged]
}

function demandTagKey(name: string): void {
  if (RESERVED.test(name)) refuse({ kind: 'invalid-tag', detail: 'keys that begin with aws: are reserved' })
  if (name.length >= 1 && name.length <= MAX_TAG_KEY_LENGTH && name.isWellFormed() && TAG_TEXT.test(name)) return
  refuse({ kind: 'invalid-tag', detail: `a key has 1 to ${MAX_TAG_KEY_LENGTH} letters, digits and _.:/=+-@` })
}

/** `aws:RequestTag/<key>` and `aws:TagKeys`, for conditions. Names are told apart without regard to case there. */
export function tagFacts(tags: KeyTags): NonNullable<KeyAsk['extra']> {
  const facts: Record<string, readonly string[]> = {}
  for (const [name, value] of tags) {
    const key = `aws:requesttag/${name.toLowerCase()}`
    facts[key] = [...(facts[key] ?? []), value]
  }
  return tags.length === 0 ? facts : { ...facts, 'aws:tagkeys': tags.map(([name]) => name) }
}
