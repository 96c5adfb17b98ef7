import { SecretBytes } from '../../secrets/index.ts'
import {
  COMMITMENT_BYTES,
  KEY_BYTES,
  openCommitted,
  SALT_BYTES,
  saltHeader,
  sealCommitted,
  TAG_BYTES,
} from '../wraps/committing-wrap.ts'
import { rootKeyFrom } from './root-wrap.ts'

/**
 * `CRW2`, the wrap of a cluster key under a root key that a provider protects: an HSM, a key server, a cloud's KMS. The
 * root key is drawn for this one wrap; the header carries it as the provider gave it back, protected
 * (docs/key-hierarchy.md, "The wrap of a root that a provider keeps").
 */
const LABEL = 'coffer/root-wrap/v2'
const MAGIC = Buffer.from('CRW2')
const SUITE = 1
const FIXED_BYTES = 40
export const CLUSTER_ID_BYTES = 16
export const MAX_REFERENCE_BYTES = 1_024
export const MAX_PROTECTED_BYTES = 6_144

/** Who keeps the root, by the byte that stands for it. */
export const KEEPER_CODES = { pkcs11: 1, vault: 2, 'aws-kms': 3 } as const
export type KeeperKind = keyof typeof KEEPER_CODES

/** What a wrap says of itself; unauthenticated until it is opened. */
export interface ProviderWrapFacts {
  readonly rootId: string
  readonly clusterVersion: number
  readonly keeper: KeeperKind
  /** How the keeper protected the root key, where it knows several ways; 0 otherwise. */
  readonly way: number
  readonly clusterId: Buffer
  /** Which of the keeper's keys, in its own words. */
  readonly reference: Buffer
  /** The root key as the keeper gave it back. */
  readonly protectedKey: Buffer
}

/** Wraps a cluster key under a root key that was drawn for this wrap. The caller wipes both. */
export function wrapUnderProvider(
  facts: Omit<ProviderWrapFacts, 'rootId'>,
  rootKey: SecretBytes,
  clusterKey: SecretBytes,
): Buffer {
  const { reference, protectedKey, clusterId } = facts
  const tooLong = reference.length > MAX_REFERENCE_BYTES || protectedKey.length > MAX_PROTECTED_BYTES
  if (tooLong || clusterId.length !== CLUSTER_ID_BYTES) throw new RangeError('does not fit in a wrap of a root')
  const root = rootKeyFrom(rootKey)
  const header = Buffer.alloc(FIXED_BYTES + reference.length + protectedKey.length + SALT_BYTES)
  MAGIC.copy(header)
  header.set([SUITE, KEEPER_CODES[facts.keeper], facts.way, 0], 4)
  header.write(root.id, 8, 'hex')
  header.writeUInt32BE(facts.clusterVersion, 16)
  header.set(clusterId, 20)
  header.writeUInt16BE(reference.length, 36)
  header.writeUInt16BE(protectedKey.length, 38)
  header.set(reference, FIXED_BYTES)
  header.set(protectedKey, FIXED_BYTES + reference.length)
  const format = { label: LABEL, headerBytes: header.length }
  return clusterKey.expose((bytes) => sealCommitted(format, root.key, saltHeader(header), bytes, Buffer.alloc(0)))
}

/** Undefined: not the root key of this wrap, another version's, or damaged. */
export function unwrapUnderProvider(
  rootKey: SecretBytes,
  wrapped: Uint8Array,
  clusterVersion: number,
): SecretBytes | undefined {
  const facts = readProviderWrap(wrapped)
  if (facts?.clusterVersion !== clusterVersion || rootKey.length !== KEY_BYTES) return undefined
  const root = rootKeyFrom(rootKey)
  if (root.id !== facts.rootId) return undefined
  const format = { label: LABEL, headerBytes: headerBytesOf(facts) }
  const bytes = openCommitted(format, root.key, wrapped, Buffer.alloc(0))
  return bytes === undefined ? undefined : new SecretBytes(bytes)
}

/** Undefined for what is no wrap of this format. */
export function readProviderWrap(wrapped: Uint8Array): ProviderWrapFacts | undefined {
  const bytes = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.byteLength)
  if (bytes.length < FIXED_BYTES || !bytes.subarray(0, 4).equals(MAGIC)) return undefined
  if (bytes.readUInt8(4) !== SUITE || bytes.readUInt8(7) !== 0) return undefined
  const keeper = keeperOf(bytes.readUInt8(5))
  const [referenceBytes, protectedBytes] = [bytes.readUInt16BE(36), bytes.readUInt16BE(38)]
  if (keeper === undefined || referenceBytes > MAX_REFERENCE_BYTES || protectedBytes > MAX_PROTECTED_BYTES) {
    return undefined
  }
  const protectedAt = FIXED_BYTES + referenceBytes
  const facts = {
    rootId: bytes.toString('hex', 8, 16),
    clusterVersion: bytes.readUInt32BE(16),
    keeper,
    way: bytes.readUInt8(6),
    clusterId: Buffer.from(bytes.subarray(20, 36)),
    reference: Buffer.from(bytes.subarray(FIXED_BYTES, protectedAt)),
    protectedKey: Buffer.from(bytes.subarray(protectedAt, protectedAt + protectedBytes)),
  }
  const wanted = FIXED_BYTES + referenceBytes + protectedBytes + SALT_BYTES + COMMITMENT_BYTES + KEY_BYTES + TAG_BYTES
  return bytes.length === wanted ? facts : undefined
}

function headerBytesOf(facts: ProviderWrapFacts): number {
  return FIXED_BYTES + facts.reference.length + facts.protectedKey.length + SALT_BYTES
}

function keeperOf(code: number): KeeperKind | undefined {
  const kinds: readonly KeeperKind[] = ['pkcs11', 'vault', 'aws-kms']
  return kinds.find((kind) => KEEPER_CODES[kind] === code)
}

/** What a keeper binds the root key to, where it can bind something: which deployment, and which of its cluster keys. */
export function keeperBinding(clusterId: Uint8Array, clusterVersion: number): Buffer {
  const version = Buffer.alloc(4)
  version.writeUInt32BE(clusterVersion)
  return Buffer.concat([Buffer.from(LABEL), Buffer.of(0), clusterId, version])
}
