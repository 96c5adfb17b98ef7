import { refuse, type EntityTags } from '../operations/index.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import type { EntityKind } from './people-rows.ts'

/** `[\w+=,.@-]` (IAM API reference, CreateUser). */
const NAME = /^[A-Za-z0-9_+=,.@-]+$/
/** `/`, or begins and ends with it, printable ASCII between. */
const PATH = /^\/(?:[\x21-\x7e]+\/)?$/
const PATH_PREFIX = /^\/[\x21-\x7e]*$/
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const RESERVED_TAG = /^aws:/i

const NAME_CHARS: Readonly<Record<EntityKind, number>> = {
  user: PEOPLE_LIMITS.userNameChars,
  group: PEOPLE_LIMITS.groupNameChars,
  role: PEOPLE_LIMITS.roleNameChars,
  policy: PEOPLE_LIMITS.policyNameChars,
}

export function demandName(kind: EntityKind, name: string): void {
  if (NAME.test(name) && name.length <= NAME_CHARS[kind]) return
  const detail = `1 to ${NAME_CHARS[kind]} letters, digits and _ + = , . @ -`
  refuse({ kind: 'invalid-argument', argument: `${kind} name`, value: shown(name), detail })
}

/** 2 to 64 of the characters of names (STS API reference, AssumeRole). */
export function demandSessionName(argument: string, name: string): void {
  if (NAME.test(name) && name.length >= 2 && name.length <= 64) return
  refuse({
    kind: 'invalid-argument',
    argument,
    value: shown(name),
    detail: '2 to 64 letters, digits and _ + = , . @ -',
  })
}

/** The path, or `/`. */
export function pathOf(path: string | undefined): string {
  if (path === undefined) return '/'
  if (PATH.test(path) && path.length <= PEOPLE_LIMITS.pathChars) return path
  return refuse({ kind: 'invalid-argument', argument: 'path', value: shown(path), detail: 'begins and ends with /' })
}

export function pathPrefixOf(prefix: string | undefined): string {
  if (prefix === undefined) return '/'
  if (PATH_PREFIX.test(prefix) && prefix.length <= PEOPLE_LIMITS.pathChars) return prefix
  return refuse({ kind: 'invalid-argument', argument: 'path prefix', value: shown(prefix), detail: 'begins with /' })
}

export function demandDescription(description: string | undefined): void {
  if (description === undefined || (description.length <= PEOPLE_LIMITS.descriptionChars && !hasControls(description)))
    return
  const detail = `at most ${PEOPLE_LIMITS.descriptionChars} characters, and no control characters`
  refuse({ kind: 'invalid-argument', argument: 'description', detail })
}

/** Control characters but tabs and line ends (IAM API reference, CreateRole). */
export function hasControls(text: string): boolean {
  return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(text) || !text.isWellFormed()
}

/** Refuses keys and values that are no tags, and two keys that differ in case alone: conditions would see one of them (T-096). */
export function demandTags(tags: EntityTags): void {
  const entries = Object.entries(tags)
  if (entries.length > PEOPLE_LIMITS.tags) {
    refuse({ kind: 'limit-exceeded', limit: 'tags', value: PEOPLE_LIMITS.tags })
  }
  const seen = new Set<string>()
  for (const [key, value] of entries) {
    demandTagKey(key)
    if (!TAG_TEXT.test(value) || value.length > PEOPLE_LIMITS.tagValueChars || !value.isWellFormed()) {
      refuse({ kind: 'invalid-tag', detail: `the value of ${shown(key)}` })
    }
    const folded = key.toLowerCase()
    if (seen.has(folded)) refuse({ kind: 'invalid-tag', detail: `${shown(key)} comes twice` })
    seen.add(folded)
  }
}

export function demandTagKey(key: string): void {
  const good = key.length > 0 && key.length <= PEOPLE_LIMITS.tagKeyChars && TAG_TEXT.test(key) && key.isWellFormed()
  if (!good || RESERVED_TAG.test(key)) refuse({ kind: 'invalid-tag', detail: `the key ${shown(key)}` })
}

/** The tags with some more of them, which take the place of those whose keys differ in case alone. */
export function withTags(tags: EntityTags, more: EntityTags): EntityTags {
  demandTags(more)
  const left = Object.entries(withoutTags(tags, Object.keys(more)))
  const joined = Object.fromEntries([...left, ...Object.entries(more)])
  demandTags(joined)
  return joined
}

export function withoutTags(tags: EntityTags, keys: readonly string[]): EntityTags {
  const gone = new Set(keys.map((key) => key.toLowerCase()))
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key.toLowerCase())))
}

const MAX_SHOWN_CHARS = 64

/** A text that a refusal repeats: short. */
export function shown(text: string): string {
  return text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}...` : text
}
