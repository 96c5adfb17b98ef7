import { createSecretKey, type KeyObject } from 'node:crypto'
import { hkdfExpand, SecretBytes } from '../../secrets/index.ts'
import {
  KEY_BYTES,
  openCommitted,
  overheadOf,
  SALT_BYTES,
  saltHeader,
  sealCommitted,
} from '../wraps/committing-wrap.ts'

/**
 * `CRW1`, the wrap of a cluster key under a root key, 144 bytes: magic, suite, derivation, two zeros, root id (8),
 * cluster version (4), scrypt salt (16), log2 N, r, p, a zero, salt (24), commitment, ciphertext, tag
 * (docs/key-hierarchy.md, "The root's wrap").
 */
const FORMAT = { label: 'coffer/root-wrap/v1', headerBytes: 40 + SALT_BYTES }
const MAGIC = Buffer.from('CRW1')
const SUITE = 1
const ROOT_ID_LABEL = Buffer.from('coffer/root-id/v1')
const NO_DERIVATION = 0
const SCRYPT = 1

export const ROOT_WRAP_BYTES = overheadOf(FORMAT) + KEY_BYTES
export const SCRYPT_SALT_BYTES = 16

/** How the root key comes from what a person keeps: as it is, or by scrypt with these parameters. */
export type RootDerivation =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'scrypt'
      readonly salt: Uint8Array
      readonly log2N: number
      readonly r: number
      readonly p: number
    }

/** What a wrap says of itself, unauthenticated: enough to find the root that opens it. */
export interface RootWrapFacts {
  readonly rootId: string
  readonly clusterVersion: number
  readonly derivation: RootDerivation
}

/** A root key and its public id: 8 bytes derived from it, which say nothing else about it. */
export interface RootKey {
  readonly key: KeyObject
  readonly id: string
}

/** The bytes are copied; the caller wipes its own. */
export function rootKeyFrom(bytes: SecretBytes): RootKey {
  const key = bytes.expose((exposed) => createSecretKey(exposed))
  return { key, id: hkdfExpand('sha512', key, ROOT_ID_LABEL, 8).toString('hex') }
}

export function wrapUnderRoot(
  root: RootKey,
  derivation: RootDerivation,
  clusterKey: SecretBytes,
  clusterVersion: number,
): Buffer {
  const header = Buffer.alloc(FORMAT.headerBytes)
  MAGIC.copy(header)
  header.writeUInt8(SUITE, 4)
  header.write(root.id, 8, 'hex')
  header.writeUInt32BE(clusterVersion, 16)
  if (derivation.kind === 'scrypt') {
    header.writeUInt8(SCRYPT, 5)
    header.set(derivation.salt, 20)
    header.set([derivation.log2N, derivation.r, derivation.p], 36)
  }
  return clusterKey.expose((bytes) => sealCommitted(FORMAT, root.key, saltHeader(header), bytes, Buffer.alloc(0)))
}

/** Undefined: another root's wrap, another version's, or damaged. */
export function unwrapUnderRoot(root: RootKey, wrapped: Uint8Array, clusterVersion: number): SecretBytes | undefined {
  const facts = readRootWrap(wrapped)
  if (facts?.rootId !== root.id || facts.clusterVersion !== clusterVersion) return undefined
  const bytes = openCommitted(FORMAT, root.key, wrapped, Buffer.alloc(0))
  return bytes === undefined ? undefined : new SecretBytes(bytes)
}

/** Undefined for what is no wrap of a root. */
export function readRootWrap(wrapped: Uint8Array): RootWrapFacts | undefined {
  const bytes = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.byteLength)
  if (bytes.length !== ROOT_WRAP_BYTES || !bytes.subarray(0, 4).equals(MAGIC)) return undefined
  if (bytes.readUInt8(4) !== SUITE || bytes.readUInt16BE(6) !== 0 || bytes.readUInt8(39) !== 0) return undefined
  const derivation = readDerivation(bytes)
  if (derivation === undefined) return undefined
  return { rootId: bytes.toString('hex', 8, 16), clusterVersion: bytes.readUInt32BE(16), derivation }
}

function readDerivation(bytes: Buffer): RootDerivation | undefined {
  const kind = bytes.readUInt8(5)
  const parameters = bytes.subarray(20, 39)
  if (kind === NO_DERIVATION) return parameters.every((byte) => byte === 0) ? { kind: 'none' } : undefined
  if (kind !== SCRYPT) return undefined
  const salt = Buffer.from(parameters.subarray(0, SCRYPT_SALT_BYTES))
  return { kind: 'scrypt', salt, log2N: bytes.readUInt8(36), r: bytes.readUInt8(37), p: bytes.readUInt8(38) }
}
