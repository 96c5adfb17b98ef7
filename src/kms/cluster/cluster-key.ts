import { createSecretKey, type KeyObject } from 'node:crypto'
import { refuse } from '../../operations/index.ts'
import { SecretBytes } from '../../secrets/index.ts'
import type { Fragment, MetadataReader } from '../../storage/index.ts'
import {
  KEY_BYTES,
  openCommitted,
  overheadOf,
  SALT_BYTES,
  saltHeader,
  sealCommitted,
} from '../wraps/committing-wrap.ts'
import { CLUSTER_ROW, wrapRow, type WrapName } from '../kms-rows.ts'

/** `CWK1`: magic, suite, three zeros, cluster version, salt (docs/key-hierarchy.md, "Wraps under the cluster key"). */
const FORMAT = { label: 'coffer/cluster-wrap/v1', headerBytes: 12 + SALT_BYTES }
const MAGIC = Buffer.from('CWK1')
const SUITE = 1

/** Largest secret that is wrapped: the private half of RSA_4096 has about 2,400 bytes, everything else is shorter. */
export const MAX_WRAPPED_SECRET_BYTES = 4_096

/** How a process gets a version of the cluster key that it does not hold: from the root, or from its supervisor. */
export type FetchClusterKey = (version: number) => Promise<SecretBytes | undefined>

/**
 * The cluster key in its versions: wraps what rests in metadata. A process holds the versions it met; a version that
 * it does not know is fetched, and `sealed` is thrown when nobody has it.
 */
export class Cluster {
  readonly #keys = new Map<number, KeyObject>()
  readonly #fetch: FetchClusterKey
  #version: number

  constructor(version: number, key: SecretBytes, fetch: FetchClusterKey) {
    this.#version = version
    this.#fetch = fetch
    this.adopt(version, key)
  }

  /** The newest version that this process has met. */
  get version(): number {
    return this.#version
  }

  /** Takes a version in. The bytes are copied; the caller wipes its own. */
  adopt(version: number, key: SecretBytes): void {
    if (key.length !== KEY_BYTES) throw new RangeError('a cluster key has 32 bytes')
    this.#keys.set(
      version,
      key.expose((bytes) => createSecretKey(bytes)),
    )
    this.#version = Math.max(this.#version, version)
  }

  /** Forgets every version before `version`. */
  forgetBefore(version: number): void {
    for (const held of [...this.#keys.keys()]) if (held < version) this.#keys.delete(held)
  }

  /** A version's bytes, for the channel from the supervisor to its workers and for nothing else. */
  async exportKey(version: number): Promise<SecretBytes> {
    return new SecretBytes((await this.#key(version)).export())
  }

  /** Wraps under the version that the store says is current (`newWrap` reads it). */
  async wrap(name: WrapName, secret: SecretBytes, clusterVersion: number): Promise<Buffer> {
    if (secret.length > MAX_WRAPPED_SECRET_BYTES) throw new RangeError('too long to be wrapped')
    const key = await this.#key(clusterVersion)
    const header = Buffer.alloc(FORMAT.headerBytes)
    MAGIC.copy(header)
    header.writeUInt8(SUITE, 4)
    header.writeUInt32BE(clusterVersion, 8)
    return secret.expose((bytes) => sealCommitted(FORMAT, key, saltHeader(header), bytes, boundName(name)))
  }

  /** Throws `integrity` when it does not open under the version it names, for exactly this name. */
  async unwrap(name: WrapName, wrapped: Uint8Array): Promise<SecretBytes> {
    const version = wrapVersion(wrapped)
    if (version === undefined) return refuse({ kind: 'integrity', what: `wrap of ${name.purpose}` })
    const secret = openCommitted(FORMAT, await this.#key(version), wrapped, boundName(name))
    if (secret === undefined) return refuse({ kind: 'integrity', what: `wrap of ${name.purpose}` })
    return new SecretBytes(secret)
  }

  async #key(version: number): Promise<KeyObject> {
    const held = this.#keys.get(version)
    if (held !== undefined) return held
    const fetched = await this.#fetch(version)
    if (fetched === undefined) return refuse({ kind: 'sealed' })
    this.adopt(version, fetched)
    fetched.wipe()
    return this.#key(version)
  }
}

/** A cluster for a process that got the key over its supervisor's channel. `fetch` asks the supervisor for others. */
export function clusterFromKey(
  key: SecretBytes,
  version: number,
  fetch: FetchClusterKey = async () => undefined,
): Cluster {
  return new Cluster(version, key, fetch)
}

/** The cluster version that a wrap names, or undefined for what is no wrap. */
export function wrapVersion(wrapped: Uint8Array): number | undefined {
  const bytes = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.byteLength)
  if (bytes.length < overheadOf(FORMAT) || !bytes.subarray(0, 4).equals(MAGIC)) return undefined
  if (bytes.readUInt32BE(4) !== SUITE << 24) return undefined
  return bytes.readUInt32BE(8)
}

/** What a commit carries that puts a new secret to rest: its wrap, and the check that no newer cluster key was made. */
export async function newWrap(
  store: MetadataReader,
  cluster: Cluster,
  name: WrapName,
  secret: SecretBytes,
): Promise<Fragment> {
  const [row] = await store.getMany([CLUSTER_ROW])
  if (row === undefined) return refuse({ kind: 'sealed' })
  const wrapped = await cluster.wrap(name, secret, readClusterVersion(row.value))
  return {
    checks: [{ kind: 'revision', key: CLUSTER_ROW, revision: row.revision }],
    writes: [{ kind: 'put', key: wrapRow(name), value: wrapped }],
  }
}

/** The secret that rests under a name; undefined when there is none. */
export async function readWrap(
  store: MetadataReader,
  cluster: Cluster,
  name: WrapName,
): Promise<SecretBytes | undefined> {
  const [row] = await store.getMany([wrapRow(name)])
  return row === undefined ? undefined : cluster.unwrap(name, row.value)
}

export function clusterVersionValue(version: number): Buffer {
  const value = Buffer.alloc(4)
  value.writeUInt32BE(version)
  return value
}

export function readClusterVersion(value: Uint8Array): number {
  if (value.length !== 4) return refuse({ kind: 'integrity', what: 'version of the cluster key' })
  return Buffer.from(value).readUInt32BE()
}

/** LP(purpose), LP(id), u32 version; LP is a u32 length and the bytes. */
function boundName(name: WrapName): Buffer {
  const bound = Buffer.alloc(12 + name.purpose.length + name.id.length)
  let at = bound.writeUInt32BE(name.purpose.length)
  at += bound.write(name.purpose, at, 'latin1')
  at = bound.writeUInt32BE(name.id.length, at)
  at += bound.write(name.id, at, 'latin1')
  bound.writeUInt32BE(name.version, at)
  return bound
}
