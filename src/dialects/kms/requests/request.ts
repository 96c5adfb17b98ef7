import { refuse, type KeyListPage, type KeyOperation, type KeyTags } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import type { JsonValue } from '../../../operations/index.ts'
import { blob, flag, text, whole } from '../scalars.ts'
import { optional, required, type Input, type Members, type Shape } from '../shape.ts'
import { readInput, structure, structures, textMap, texts } from '../structures.ts'

/** Reads the body of one operation of the wire as one of ours. */
export interface RequestReader {
  /** The members that it looks at; all others are passed over. */
  readonly members: readonly string[]
  read(body: JsonValue): KeyOperation
}

/** Limits and patterns are those of the KMS API reference, version 2014-11-01. */
export function request<Of extends Members>(members: Of, build: (input: Input<Of>) => KeyOperation): RequestReader {
  const shape = structure(members)
  return { members: Object.keys(members), read: (body) => build(readInput(shape, body)) }
}

/** A sentence of KMS's own for what no single member's shape can say. */
export function invalid(detail: string): never {
  return refuse({ kind: 'invalid-request', detail })
}

/** Any name of a key: its id, its ARN, an alias, the ARN of one. For what uses a key or describes it. */
export const KEY_ID = text({ min: 1, max: 2048 })
const ALIAS = /^(?:arn:[^:]*:kms:[^:]*:[^:]*:)?alias\//
/** Its id or its ARN. What changes a key, or tells its settings, does not follow an alias. */
export const OWN_KEY_ID: Shape<string> = {
  read: (value, path, problems) => {
    const read = KEY_ID.read(value, path, problems)
    return read !== undefined && ALIAS.test(read) ? refuse({ kind: 'invalid-arn', arn: read }) : read
  },
}
export const DESCRIPTION = text({ min: 0, max: 8192, hidden: true })
/** Tab, line ends, and what latin-1 can print. */
export const POLICY = text({ min: 1, max: 131_072, pattern: /^[\t\n\r\u0020-\u00ff]+$/, hidden: true })
export const POLICY_NAME = text({ min: 1, max: 128, pattern: /^\w+$/ })
export const ALIAS_NAME = text({ min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ })
export const PRINCIPAL = text({ min: 1, max: 256, pattern: /^[\w+=,.@:/-]+$/ })
export const MATERIAL_ID = text({ min: 64, max: 64, pattern: /^[a-f0-9]+$/ })
export const GRANT_TOKENS = texts(text({ min: 1, max: 8192, hidden: true }), { max: 10 })
export const CIPHERTEXT = blob(1, 6144)
export const MESSAGE = blob(1, 4096)
/** Pairs of one context; the bytes of all have a limit of their own. */
export const CONTEXT = textMap(256)
export const TAGS = structures(
  structure({
    TagKey: required(text({ min: 1, max: 128 })),
    TagValue: required(text({ min: 0, max: 256 })),
  }),
  200,
)

export function tagsOf(tags: readonly { readonly TagKey: string; readonly TagValue: string }[]): KeyTags {
  return tags.map(({ TagKey, TagValue }) => [TagKey, TagValue])
}

const PAGE_LIMIT = whole(1, 1000)
const MARKER = text({ min: 1, max: 1024, pattern: /^[\u0020-\u00ff]*$/, hidden: true })

/** The members of every list. */
export const PAGE = { Limit: optional(PAGE_LIMIT), Marker: optional(MARKER) } as const

/** Present where absent means the number that KMS documents. */
export function pageOf(
  input: { readonly Limit?: number; readonly Marker?: string },
  defaultLimit: number,
): { readonly page: KeyListPage } {
  return { page: { limit: input.Limit ?? defaultLimit, ...present({ after: input.Marker }) } }
}

/** The members of everything that uses a key. */
export const USE = { GrantTokens: optional(GRANT_TOKENS), DryRun: optional(flag) } as const

export function useOf(input: { readonly GrantTokens?: readonly string[]; readonly DryRun?: boolean }) {
  return present({ grantTokens: input.GrantTokens, dryRun: input.DryRun })
}
