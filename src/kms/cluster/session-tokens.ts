import { createSecretKey, type KeyObject } from 'node:crypto'
import { refuse } from '../../operations/index.ts'
import { hkdfExpand, randomBytes, SecretBytes } from '../../secrets/index.ts'
import { faultPoint, joinFragments, type MetadataStore } from '../../storage/index.ts'
import { newWrap, readWrap, type Cluster } from './cluster-key.ts'
import {
  KEY_BYTES,
  openCommitted,
  overheadOf,
  SALT_BYTES,
  saltHeader,
  sealCommitted,
} from '../wraps/committing-wrap.ts'
import { wrapRow, type WrapName } from '../kms-rows.ts'

/** `CST1`: magic, suite, three zeros, version of the key of sessions, salt (docs/people.md, "Session tokens"). */
const FORMAT = { label: 'coffer/session-token/v1', headerBytes: 12 + SALT_BYTES }
const MAGIC = Buffer.from('CST1')
const SUITE = 1
const CREDENTIAL_LABEL = Buffer.from('coffer/session-credential/v1\0')
const FIRST_VERSION = 1
const NOTHING_BOUND = Buffer.alloc(0)

/** What a temporary credential is made of, besides its token: bytes that only this deployment can derive from it. */
export const SESSION_CREDENTIAL_BYTES = 56

export interface OpenedToken {
  readonly payload: Buffer
  /** Derived from the whole token: any other token gives others (T-060). */
  readonly credential: SecretBytes
}

/** Seals what a session is into a token that its holder carries, so that nothing of it is stored. */
export interface SessionTokens {
  seal(payload: Uint8Array): Promise<{ readonly token: Buffer; readonly credential: SecretBytes }>
  /** Undefined: none of ours, changed, or of a key that is gone. */
  open(token: Uint8Array): Promise<OpenedToken | undefined>
}

/** The key of sessions rests wrapped under the cluster key; it is made when the first session is. */
export function createSessionTokens(rooms: {
  readonly store: MetadataStore
  readonly cluster: Cluster
}): SessionTokens {
  const held = new Map<number, KeyObject>()

  async function keyOf(version: number): Promise<KeyObject | undefined> {
    const known = held.get(version)
    if (known !== undefined) return known
    const secret = await readWrap(rooms.store, rooms.cluster, nameOf(version))
    if (secret === undefined) return undefined
    const key = secret.expose((bytes) => createSecretKey(bytes))
    secret.wipe()
    held.set(version, key)
    return key
  }

  async function currentKey(): Promise<KeyObject> {
    const known = await keyOf(FIRST_VERSION)
    if (known !== undefined) return known
    await makeKey(rooms.store, rooms.cluster)
    return (await keyOf(FIRST_VERSION)) ?? refuse({ kind: 'integrity', what: 'the key of sessions' })
  }

  return {
    seal: async (payload) => sealToken(await currentKey(), FIRST_VERSION, payload),
    open: async (token) => {
      const version = tokenVersion(token)
      const key = version === undefined ? undefined : await keyOf(version)
      return key === undefined ? undefined : openToken(key, token)
    },
  }
}

function nameOf(version: number): WrapName {
  return { purpose: 'sts', id: 'system', version }
}

/** Many make it at once, and one of them does. */
async function makeKey(store: MetadataStore, cluster: Cluster): Promise<void> {
  const name = nameOf(FIRST_VERSION)
  const secret = new SecretBytes(randomBytes(KEY_BYTES))
  const wrap = await newWrap(store, cluster, name, secret)
  secret.wipe()
  faultPoint('make-session-key:before-metadata-commit')
  // Many first sessions at once make one key: who comes second takes the first one's.
  await store.commit(joinFragments({ checks: [{ kind: 'absent', key: wrapRow(name) }], writes: [] }, wrap))
  faultPoint('make-session-key:after-metadata-commit')
}

/** For `createSessionTokens`, and for vectors. `salt` is drawn; vectors hand it in. */
export function sealToken(
  key: KeyObject,
  version: number,
  payload: Uint8Array,
  salt?: Uint8Array,
): { readonly token: Buffer; readonly credential: SecretBytes } {
  const header = Buffer.alloc(FORMAT.headerBytes)
  MAGIC.copy(header)
  header.writeUInt8(SUITE, 4)
  header.writeUInt32BE(version, 8)
  if (salt === undefined) saltHeader(header)
  else header.set(salt, FORMAT.headerBytes - SALT_BYTES)
  const token = sealCommitted(FORMAT, key, header, payload, NOTHING_BOUND)
  return { token, credential: credentialOf(key, token) }
}

export function openToken(key: KeyObject, token: Uint8Array): OpenedToken | undefined {
  const payload = openCommitted(FORMAT, key, token, NOTHING_BOUND)
  return payload === undefined ? undefined : { payload, credential: credentialOf(key, token) }
}

/** HKDF-Expand-SHA-512(key of sessions, label, 0, token): one block. */
function credentialOf(key: KeyObject, token: Uint8Array): SecretBytes {
  return new SecretBytes(hkdfExpand('sha512', key, Buffer.concat([CREDENTIAL_LABEL, token]), SESSION_CREDENTIAL_BYTES))
}

/** The version of the key that a token names; undefined for what is no token. */
function tokenVersion(token: Uint8Array): number | undefined {
  const bytes = Buffer.from(token.buffer, token.byteOffset, token.byteLength)
  if (bytes.length < overheadOf(FORMAT) || !bytes.subarray(0, 4).equals(MAGIC)) return undefined
  return bytes.readUInt32BE(4) === SUITE << 24 ? bytes.readUInt32BE(8) : undefined
}
