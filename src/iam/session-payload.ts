import {
  isJsonObject,
  parseAccountId,
  parseStrictJson,
  type AccountId,
  type DirectorySession,
  type EntityTags,
  type JsonList,
  type JsonObject,
  type JsonValue,
  type Session,
} from '../operations/index.ts'

/** What a session token holds, in canonical JSON: short names, in this order, absent ones left out (docs/people.md). */
export interface SessionPayload {
  readonly tokenId: string
  readonly account: AccountId
  readonly subject: SessionSubject
  readonly issuedMs: number
  readonly expiresMs: number
  readonly policies: readonly string[]
  readonly policyArns: readonly string[]
  readonly tags: EntityTags
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string
  readonly directory?: DirectorySession
}

/** Whose session it is: a role's, or of the user or root behind a lasting access key. */
export type SessionSubject =
  | {
      readonly kind: 'role'
      readonly roleId: string
      readonly name: string
      readonly path: string
      readonly session: string
    }
  | { readonly kind: 'key'; readonly accessKeyId: string }

/** Depth and values of a payload: tags are the most. */
const LIMITS = { maxDepth: 4, maxValues: 512 }

export function encodePayload(payload: SessionPayload): Buffer {
  const { tokenId, account, subject, issuedMs, expiresMs, policies, policyArns, tags, transitiveTagKeys } = payload
  const who =
    subject.kind === 'role'
      ? { r: subject.roleId, n: subject.name, p: subject.path, s: subject.session }
      : { k: subject.accessKeyId }
  const fields = {
    ...{ t: tokenId, a: account, ...who, i: issuedMs, e: expiresMs },
    ...(policies.length === 0 ? {} : { P: policies }),
    ...(policyArns.length === 0 ? {} : { A: policyArns }),
    ...(Object.keys(tags).length === 0 ? {} : { T: Object.entries(tags) }),
    ...(transitiveTagKeys.length === 0 ? {} : { K: transitiveTagKeys }),
    ...(payload.sourceIdentity === undefined ? {} : { S: payload.sourceIdentity }),
    ...(payload.directory === undefined ? {} : { D: directoryFields(payload.directory) }),
  }
  return Buffer.from(JSON.stringify(fields), 'utf8')
}

function directoryFields({ bucket, bucketId, mode, encryption }: DirectorySession): object {
  return {
    ...{ b: bucket, m: mode },
    ...(bucketId === undefined ? {} : { u: bucketId }),
    ...(encryption === undefined ? {} : { e: encryption.mode === 'sse-s3' ? '' : encryption.keyArn }),
  }
}

/** `broken`: it is there, and is none of ours. */
function directoryOf(value: JsonValue | undefined): DirectorySession | 'none' | 'broken' {
  if (value === undefined) return 'none'
  if (!isJsonObject(value)) return 'broken'
  const [bucket, mode, bucketId, key] = ['b', 'm', 'u', 'e'].map((field) => textOf(value, field))
  if (bucket === undefined || (mode !== 'read-only' && mode !== 'read-write')) return 'broken'
  const encryption = key === '' ? { mode: 'sse-s3' as const } : { mode: 'sse-kms' as const, keyArn: key ?? '' }
  return {
    ...{ bucket, mode },
    ...(bucketId === undefined ? {} : { bucketId }),
    ...(key === undefined ? {} : { encryption }),
  }
}

/** Undefined: not a payload. It was sealed by us, so that would be one of a release to come. */
export function decodePayload(bytes: Uint8Array): SessionPayload | undefined {
  const value = parseStrictJson(bytes, LIMITS)
  if (!isJsonObject(value)) return undefined
  const account = parseAccountId(textOf(value, 'a') ?? '')
  const subject = subjectOf(value)
  const tokenId = textOf(value, 't')
  const [issuedMs, expiresMs] = [value.get('i'), value.get('e')]
  if (account === undefined || subject === undefined || tokenId === undefined) return undefined
  if (typeof issuedMs !== 'number' || typeof expiresMs !== 'number') return undefined
  const sourceIdentity = textOf(value, 'S')
  const directory = directoryOf(value.get('D'))
  // What meant to restrict is never passed over.
  if (directory === 'broken') return undefined
  const tags = listOf(value.get('T')).map((pair) => listOf(pair).filter(isText))
  return {
    ...{ tokenId, account, subject, issuedMs, expiresMs },
    policies: listOf(value.get('P')).filter(isText),
    policyArns: listOf(value.get('A')).filter(isText),
    tags: Object.fromEntries(tags.map(([key = '', text = '']) => [key, text])),
    transitiveTagKeys: listOf(value.get('K')).filter(isText),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    ...(directory === 'none' ? {} : { directory }),
  }
}

function subjectOf(value: JsonObject): SessionSubject | undefined {
  const accessKeyId = textOf(value, 'k')
  if (accessKeyId !== undefined) return { kind: 'key', accessKeyId }
  const [roleId, name, path, session] = ['r', 'n', 'p', 's'].map((field) => textOf(value, field))
  if (roleId === undefined || name === undefined || path === undefined || session === undefined) return undefined
  return { kind: 'role', roleId, name, path, session }
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string'
}

function textOf(value: JsonObject, name: string): string | undefined {
  const text = value.get(name)
  return typeof text === 'string' ? text : undefined
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : []
}

function isList(value: JsonValue | undefined): value is JsonList {
  return Array.isArray(value)
}

/** What the payload says of a session, as callers carry it. */
export function sessionOf(payload: SessionPayload): Session {
  const { tokenId, issuedMs, expiresMs, policies, policyArns, tags, transitiveTagKeys, sourceIdentity } = payload
  return {
    ...{ tokenId, issuedMs, expiresMs, policies, policyArns, tags, transitiveTagKeys, mfa: false },
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    ...(payload.subject.kind === 'key' ? { ofKey: payload.subject.accessKeyId } : {}),
    ...(payload.directory === undefined ? {} : { directory: payload.directory }),
  }
}
