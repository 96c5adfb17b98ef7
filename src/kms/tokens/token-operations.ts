import { createHash } from 'node:crypto'
import { equalInConstantTime } from '../../secrets/index.ts'
import { CKA, CKM, type Handle, type Mechanism } from './cryptoki.ts'
import { isAway, isSessionGone, isUnclear } from './cryptoki-results.ts'
import { TokenAway, TokenRefused, type SealHow, type TokenKey, type TokenSealed, type TokenWay } from './token.ts'
import { demandKey, findKey, findObjects, type OpenToken } from './token-session.ts'
import { keyTemplate, newKeyTemplate, passingTemplate } from './token-templates.ts'

/** What a session does for `Token`, call by call; all of it blocks. */

const IV_BYTES = 12
const TAG_BYTES = 16
const DIGEST_BYTES = 32
/** What padding and a wrap's check value add at most, and room for modules that ask for more. */
const WRAP_ROOM_BYTES = 64
const WAYS: readonly TokenWay[] = ['gcm', 'key-wrap-kwp', 'key-wrap-pad']
const MECHANISMS: Readonly<Record<TokenWay, number>> = {
  gcm: CKM.AES_GCM,
  'key-wrap-kwp': CKM.AES_KEY_WRAP_KWP,
  'key-wrap-pad': CKM.AES_KEY_WRAP_PAD,
}

/** Asks the token itself, not the session: a session may outlive what it was opened with. */
export function checkToken(token: OpenToken, only: TokenWay | undefined): void {
  token.module.C_GetTokenInfo(token.slot)
  wayOf(token, only)
}

export function listKeyIds(token: OpenToken, label: string): readonly string[] {
  const { module, session } = token
  const ids = findObjects(token, keyTemplate({ label })).map((object) => {
    const [id] = module.C_GetAttributeValue(session, object, [{ type: CKA.ID }])
    return Buffer.isBuffer(id?.value) ? id.value.toString('hex') : ''
  })
  return ids.sort()
}

export function makeTokenKey(token: OpenToken, key: TokenKey): void {
  const { module, session } = token
  const there = findKey(token, key)
  const object = there ?? module.C_GenerateKey(session, { mechanism: CKM.AES_KEY_GEN }, newKeyTemplate(key))
  const proofs = [CKA.LOCAL, CKA.ALWAYS_SENSITIVE, CKA.NEVER_EXTRACTABLE].map((type) => ({ type }))
  const values = module.C_GetAttributeValue(session, object, proofs)
  if (values.length === proofs.length && values.every(({ value }) => isTrue(value))) return
  if (there === undefined) module.C_DestroyObject(session, object)
  throw new TokenRefused('it makes keys that could leave it')
}

function isTrue(value: unknown): boolean {
  return value === true || (Buffer.isBuffer(value) && value.length > 0 && value.every((byte) => byte === 1))
}

export function destroyTokenKey(token: OpenToken, key: TokenKey): void {
  for (const object of findObjects(token, keyTemplate(key))) token.module.C_DestroyObject(token.session, object)
  token.handles.delete(`${key.id} ${key.label}`)
}

/** The way that this token knows, or `only`. */
export function wayOf({ mechanisms }: Pick<OpenToken, 'mechanisms'>, only?: TokenWay): TokenWay {
  const way = (only === undefined ? WAYS : [only]).find((one) => mechanisms.has(MECHANISMS[one]))
  if (way === undefined) throw new TokenRefused(`it knows none of ${only ?? 'AES-GCM and AES key wrap with padding'}`)
  return way
}

export function sealInToken(
  token: OpenToken,
  key: TokenKey,
  plaintext: Buffer,
  bound: Buffer,
  how: SealHow = {},
): TokenSealed {
  const object = demandKey(token, key)
  const way = wayOf(token, how.only)
  const bytes =
    way === 'gcm' ? encrypt(token, object, plaintext, bound, how.ivAt) : wrap(token, way, object, plaintext, bound)
  return { way, bytes }
}

/** Undefined: the token finds it damaged. */
export function openInToken(token: OpenToken, key: TokenKey, sealed: TokenSealed, bound: Buffer): Buffer | undefined {
  const object = demandKey(token, key)
  if (sealed.way === 'gcm') return decrypt(token, object, sealed.bytes, bound)
  const opened = tried(token, object, () => unwrap(token, sealed.way, object, sealed.bytes))
  return opened === undefined ? undefined : withoutDigest(opened, bound)
}

function gcm(token: OpenToken, iv: Buffer, aad: Buffer): Mechanism {
  const parameter = { type: token.gcmParameter, iv, aad, ivBits: IV_BYTES * 8, tagBits: TAG_BYTES * 8 }
  return { mechanism: CKM.AES_GCM, parameter }
}

/** The IV is random and the token's own; whoever uses a key often counts (at most 2^32 under one key). */
function encrypt(token: OpenToken, object: Handle, plaintext: Buffer, bound: Buffer, ivAt?: number): Buffer {
  const { module, session } = token
  const iv = Buffer.from(module.C_GenerateRandom(session, Buffer.alloc(IV_BYTES)))
  if (iv.length !== IV_BYTES || iv.every((byte) => byte === 0)) throw new TokenRefused('it draws no random bytes')
  if (ivAt !== undefined) bound.set(iv, ivAt)
  module.C_EncryptInit(session, gcm(token, iv, bound), object)
  const ciphertext = module.C_Encrypt(session, plaintext, Buffer.alloc(plaintext.length + TAG_BYTES))
  if (ciphertext.length !== plaintext.length + TAG_BYTES)
    throw new TokenRefused('its AES-GCM leaves no tag of 16 bytes')
  return Buffer.concat([iv, ciphertext])
}

function decrypt(token: OpenToken, object: Handle, sealed: Buffer, bound: Buffer): Buffer | undefined {
  if (sealed.length < IV_BYTES + TAG_BYTES) return undefined
  const { module, session } = token
  const ciphertext = sealed.subarray(IV_BYTES)
  module.C_DecryptInit(session, gcm(token, Buffer.from(sealed.subarray(0, IV_BYTES)), bound), object)
  return tried(token, object, () => module.C_Decrypt(session, Buffer.from(ciphertext), Buffer.alloc(ciphertext.length)))
}

/**
 * A token's refusal to open is an answer; modules give it many numbers. What is a fault of the device is none, and
 * where the number may mean both, the same key has to do something that it can do.
 */
function tried(token: OpenToken, object: Handle, open: () => Buffer): Buffer | undefined {
  try {
    return open()
  } catch (error) {
    if (isSessionGone(error) || isAway(error)) throw error
    if (isUnclear(error)) demandAlive(token, object)
    return undefined
  }
}

function demandAlive(token: OpenToken, object: Handle): void {
  const probe = Buffer.alloc(DIGEST_BYTES, 1)
  try {
    if (wayOf(token) === 'gcm') encrypt(token, object, probe, Buffer.alloc(0))
    else wrap(token, wayOf(token), object, probe, Buffer.alloc(0))
  } catch {
    throw new TokenAway('it does not work with its own key')
  }
}

/** A wrap of a key binds nothing: what is bound goes along as a digest. */
function wrap(token: OpenToken, way: TokenWay, object: Handle, plaintext: Buffer, bound: Buffer): Buffer {
  const { module, session } = token
  const value = Buffer.concat([plaintext, digestOf(bound)])
  try {
    const passing = module.C_CreateObject(session, passingTemplate(value))
    try {
      const output = Buffer.alloc(value.length + WRAP_ROOM_BYTES)
      return Buffer.from(module.C_WrapKey(session, { mechanism: MECHANISMS[way] }, object, passing, output))
    } finally {
      module.C_DestroyObject(session, passing)
    }
  } finally {
    value.fill(0)
  }
}

function unwrap(token: OpenToken, way: TokenWay, object: Handle, wrapped: Buffer): Buffer {
  const { module, session } = token
  const passing = module.C_UnwrapKey(session, { mechanism: MECHANISMS[way] }, object, wrapped, passingTemplate())
  try {
    const [value] = module.C_GetAttributeValue(session, passing, [{ type: CKA.VALUE }])
    return Buffer.isBuffer(value?.value) ? value.value : Buffer.alloc(0)
  } finally {
    module.C_DestroyObject(session, passing)
  }
}

function withoutDigest(opened: Buffer, bound: Buffer): Buffer | undefined {
  const digestAt = opened.length - DIGEST_BYTES
  if (digestAt < 0) return undefined
  const plaintext = Buffer.from(opened.subarray(0, digestAt))
  const good = equalInConstantTime(opened.subarray(digestAt), digestOf(bound))
  opened.fill(0)
  if (good) return plaintext
  plaintext.fill(0)
  return undefined
}

function digestOf(bound: Buffer): Buffer {
  return createHash('sha256').update(bound).digest()
}
