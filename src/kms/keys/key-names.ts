import { parseAccountId, type AccountId } from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'

/** The texts by which keys are named: id, ARN, alias, alias ARN. */
export type KeyName =
  | { readonly kind: 'id'; readonly keyId: string; readonly at?: KeyPlace }
  | { readonly kind: 'alias'; readonly alias: string; readonly at?: KeyPlace }

/** Of an ARN: where the key is. */
export interface KeyPlace {
  readonly region: string
  readonly account: AccountId
}

export const MAX_KEY_TEXT = 2_048
export const MAX_ALIAS_LENGTH = 256

const KEY_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/
const ALIAS = /^alias\/[A-Za-z0-9/_-]{1,250}$/
/** Not of AWS: the managed key in the words of OBS. */
const BARE_MANAGED = 'obs/default'
const ARN = /^arn:aws:kms:([a-z0-9-]{1,64}):([0-9]{12}):(key\/(.+)|alias\/.+)$/
/** Names of the servers' own keys, in every dialect: nobody makes or moves one of these. */
const RESERVED_ALIASES = ['alias/aws/', 'alias/acs/', 'alias/obs/', 'alias/cos/', 'alias/coffer/']

/** As OBS writes one: region, domain id (an account's digits, with zeros before them or without), id. */
const OBS_LONG = /^([a-z0-9-]{1,64}):(?:0{20})?([0-9]{12}):key\/(.+)$/

/** Undefined: no text that can name a key. */
export function parseKeyName(text: string): KeyName | undefined {
  if (text.length > MAX_KEY_TEXT) return undefined
  const [, place, domain, id] = OBS_LONG.exec(text) ?? []
  if (place !== undefined && domain !== undefined && id !== undefined) {
    return parseKeyName(`arn:aws:kms:${place}:${domain}:key/${id}`)
  }
  if (KEY_ID.test(text)) return { kind: 'id', keyId: text }
  if (ALIAS.test(text) || text === BARE_MANAGED) return { kind: 'alias', alias: text }
  const [, region, accountText, resource, keyId] = ARN.exec(text) ?? []
  const account = accountText === undefined ? undefined : parseAccountId(accountText)
  if (region === undefined || account === undefined || resource === undefined) return undefined
  const at = { region, account }
  if (keyId !== undefined) return KEY_ID.test(keyId) ? { kind: 'id', keyId, at } : undefined
  return ALIAS.test(resource) ? { kind: 'alias', alias: resource, at } : undefined
}

/** Why a text cannot become somebody's alias; undefined: it can. */
export function aliasProblem(alias: string): string | undefined {
  if (alias.length > MAX_ALIAS_LENGTH) return `longer than ${MAX_ALIAS_LENGTH} characters`
  if (!ALIAS.test(alias)) return 'alias/ and then letters, digits, /, _ or -'
  const reserved = RESERVED_ALIASES.find((prefix) => alias.startsWith(prefix))
  return reserved === undefined ? undefined : `names that begin with ${reserved} are reserved`
}

/** `alias`: with its beginning `alias/`. */
export function aliasArn(region: string, account: AccountId, alias: string): string {
  return `arn:aws:kms:${region}:${account}:${alias}`
}

/** Whether an operator may give this id to a new key. */
export function isKeyId(text: string): boolean {
  return KEY_ID.test(text)
}

/** A random UUID, version 4 (RFC 9562, 5.4). */
export function newKeyId(): string {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** A text as it may stand in a refusal. */
export function shownKeyText(text: string): string {
  return text.length <= 256 ? text : `${text.slice(0, 256)}...`
}
