import type { AccountId } from '../operations/index.ts'
import { randomBytes } from '../secrets/index.ts'
import type { Key, Write } from '../storage/index.ts'

/** Every row that this room owns. All keys are ASCII text; numbers are fixed-width hexadecimal, so that they sort. */

/** Purposes under which a secret rests, wrapped under the cluster key. The purpose is bound to the wrap. */
export type WrapPurpose = 'metadata' | 'audit' | 'service' | 'key' | 'import' | 'access-key' | 'sts'

/** What a wrap holds: purpose, whose, and which generation of it. All three are bound to the wrap. */
export interface WrapName {
  readonly purpose: WrapPurpose
  /** ASCII letters, digits, `_`, `-`, `.`: a uid, an account, an access key id. */
  readonly id: string
  readonly version: number
}

export type ReferrerKind = 'version' | 'upload' | 'default'
export const REFERRER_KINDS: readonly ReferrerKind[] = ['version', 'upload', 'default']

export interface RowRange {
  readonly start: Key
  readonly end: Key
}

function text(...parts: readonly string[]): Buffer {
  return Buffer.from(parts.join('/'), 'latin1')
}

function hex32(value: number): string {
  return value.toString(16).padStart(8, '0')
}

function hex64(value: number): string {
  return value.toString(16).padStart(16, '0')
}

/** All rows whose key begins with `prefix` (which ends in `/`): `0` follows `/`. */
function under(prefix: string): RowRange {
  return { start: Buffer.from(prefix, 'latin1'), end: Buffer.from(`${prefix.slice(0, -1)}0`, 'latin1') }
}

/** The version of the cluster key under which new wraps are made: 4 bytes, big-endian. Each new wrap checks it. */
export const CLUSTER_ROW: Key = text('cluster')
/** Present while material was removed and the cluster key has not been replaced since. */
export const SHRED_ROW: Key = text('cluster-shred')
/** 16 random bytes that name this deployment to whoever keeps its root. Not secret. */
export const CLUSTER_ID_ROW: Key = text('cluster-id')
export const ROOT_ROWS: RowRange = under('root/')
export const WRAP_ROWS: RowRange = under('wrap/')

export function rootRow(clusterVersion: number, rootId: string): Key {
  return text('root', hex32(clusterVersion), rootId)
}

export function wrapRow(name: WrapName): Key {
  return text('wrap', name.purpose, name.id, hex32(name.version))
}

/** The name that a row of `WRAP_ROWS` holds, or undefined. */
export function wrapNameOf(key: Key): WrapName | undefined {
  const match = /^wrap\/(metadata|audit|service|key|import|access-key|sts)\/([\w.-]+)\/([0-9a-f]{8})$/.exec(
    Buffer.from(key).toString('latin1'),
  )
  const [, purpose, id, version] = match ?? []
  if (purpose === undefined || id === undefined || version === undefined) return undefined
  return { purpose: purpose as WrapPurpose, id, version: parseHex(version) }
}

function parseHex(digits: string): number {
  return Buffer.from(digits, 'hex').readUInt32BE()
}

export function keyRow(uid: string): Key {
  return text('key', uid)
}

export const KEY_ROWS: RowRange = under('key/')

/** The uid, where a row of `KEY_ROWS` is a key's record. */
export function keyUidOf(key: Key): string | undefined {
  return /^key\/([0-9a-f]{32})$/.exec(Buffer.from(key).toString('latin1'))?.[1]
}

/** Changed by scheduling, cancelling and carrying out a deletion; every reference checks it. */
export function lifeRow(uid: string): Key {
  return text('key', uid, 'life')
}

/** The key policy that somebody put; absent: the default policy. */
export function keyPolicyRow(uid: string): Key {
  return text('key', uid, 'policy')
}

/** `grantId`: 64 hexadecimal digits, the first half of which stands for the grantee. */
export function grantRow(uid: string, grantId: string): Key {
  return text('grant', uid, grantId)
}

/** The grants of a key whose ids begin so; all of them by default. */
export function grantRows(uid: string, beginning = ''): RowRange {
  const start = `grant/${uid}/${beginning}`
  return { start: Buffer.from(start, 'latin1'), end: Buffer.from(`${start}~`, 'latin1') }
}

/** Index of the grants that a principal may retire: `party` stands for it, in 32 hexadecimal digits. */
export function retireRow(party: string, uid: string, grantId: string): Key {
  return text('retire', party, uid, grantId)
}

export function retireRows(party: string): RowRange {
  return under(`retire/${party}/`)
}

export function retireNameOf(key: Key): { readonly uid: string; readonly grantId: string } | undefined {
  const match = /^retire\/[0-9a-f]{32}\/([0-9a-f]{32})\/([0-9a-f]{64})$/.exec(Buffer.from(key).toString('latin1'))
  const [, uid, grantId] = match ?? []
  return uid === undefined || grantId === undefined ? undefined : { uid, grantId }
}

export function grantCounter(uid: string): Key {
  return text('count', 'grants', uid)
}

export function keyIdRow(account: AccountId, keyId: string): Key {
  return text('keyid', account, keyId)
}

export function keyIdRows(account: AccountId): RowRange {
  return under(`keyid/${account}/`)
}

/** Taken for ever by whoever used the id first, in whatever account. */
export function takenIdRow(keyId: string): Key {
  return text('keyid-taken', keyId)
}

export function aliasRow(account: AccountId, alias: string): Key {
  return text('alias', account, alias)
}

export function aliasRows(account: AccountId): RowRange {
  return under(`alias/${account}/`)
}

export function useRow(uid: string, version: number, kind: ReferrerKind, id: Uint8Array): Key {
  return text('use', uid, hex32(version), kind, Buffer.from(id).toString('hex'))
}

export function useRows(uid: string): RowRange {
  return under(`use/${uid}/`)
}

/** The version and kind that a row of `useRows` names. */
export function useRowOf(key: Key): { readonly version: number; readonly kind: ReferrerKind } | undefined {
  const match = /^use\/[0-9a-f]{32}\/([0-9a-f]{8})\/(\w+)\//.exec(Buffer.from(key).toString('latin1'))
  const [, version, name] = match ?? []
  const kind = REFERRER_KINDS.find((one) => one === name)
  return version === undefined || kind === undefined ? undefined : { version: parseHex(version), kind }
}

/** How many referrers of a kind hold a version of a key. */
export function useCounter(uid: string, version: number, kind: ReferrerKind): Key {
  return text('count', 'key', uid, hex32(version), kind)
}

/** How often a token was allowed to use a version of a key: reserved in advance, so never less than it did. */
export function tokenUseCounter(uid: string, version: number): Key {
  return text('count', 'token-uses', uid, hex32(version))
}

/** A version that was given up, and whose key may still be in the token. */
export function tokenDiscardRow(uid: string, version: number): Key {
  return text('token-discard', uid, hex32(version))
}

export const TOKEN_DISCARD_ROWS: RowRange = under('token-discard/')

/** The version that a row of `TOKEN_DISCARD_ROWS` names. */
export function tokenDiscardOf(key: Key): { readonly keyUid: string; readonly version: number } | undefined {
  const match = /^token-discard\/([0-9a-f]{32})\/([0-9a-f]{8})$/.exec(Buffer.from(key).toString('latin1'))
  const [, keyUid, version] = match ?? []
  return keyUid === undefined || version === undefined ? undefined : { keyUid, version: parseHex(version) }
}

export function keyCounter(account: AccountId): Key {
  return text('count', 'keys', account)
}

/** What falls due: a rotation, a deletion, the end of imported material or of a token for importing. */
export type DueKind = 'rotate' | 'destroy' | 'expire'

/** Index of what falls due. */
export function dueRow(what: DueKind, atMs: number, uid: string): Key {
  return text('due', what, hex64(atMs), uid)
}

/** Everything due at `untilMs` or before. */
export function dueRows(what: DueKind, untilMs: number): RowRange {
  return { start: text('due', what, ''), end: text('due', what, hex64(untilMs + 1)) }
}

/** The uid and time that a row of the due index names. */
export function dueOf(key: Key): { readonly uid: string; readonly atMs: number } | undefined {
  const match = /^due\/\w+\/([0-9a-f]{16})\/([0-9a-f]{32})$/.exec(Buffer.from(key).toString('latin1'))
  const [, at, uid] = match ?? []
  if (at === undefined || uid === undefined) return undefined
  return { uid, atMs: Number(Buffer.from(at, 'hex').readBigUInt64BE()) }
}

/** A token for importing material into a key: sealed facts. */
export function importRow(uid: string, tokenId: string): Key {
  return text('import', uid, tokenId)
}

export function importRows(uid: string): RowRange {
  return under(`import/${uid}/`)
}

/** The token that a row of `importRows` is of: 64 hexadecimal digits. */
export function tokenIdOf(key: Key): string | undefined {
  return /^import\/[0-9a-f]{32}\/([0-9a-f]{64})$/.exec(Buffer.from(key).toString('latin1'))?.[1]
}

export function serviceRow(account: AccountId): Key {
  return text('service', account)
}

/** The guard of an account: changed by everything that changes people, policies, keys or bucket settings of it. */
export function guardRow(account: AccountId): Key {
  return text('gen', account)
}

export function isGuardRow(key: Key): boolean {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1', 0, 4) === 'gen/'
}

/** What every change of keys and aliases carries: decisions that rest on the account are made again. */
export function changeGuard(account: AccountId): Write {
  return { kind: 'put', key: guardRow(account), value: randomBytes(16) }
}
