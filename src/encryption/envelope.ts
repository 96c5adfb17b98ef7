import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { refuse } from '../operations/index.ts'
import { equalInConstantTime, hkdfExpand, randomBytes, watchSeal } from '../secrets/index.ts'
import { SEAL_ID_BYTES } from './stream-context.ts'

/** The envelope of a DEK, `CDK1`. Byte table: docs/object-format.md, "CDK1". */
export const ENVELOPE_BYTES = 112

/** Under what a DEK is wrapped. 2 does not exist: a KMS data key is the DEK itself. */
export const ENVELOPE_SOURCES = { 'service-key': 1, 'bucket-key': 3, 'customer-key': 4 } as const
export type EnvelopeSource = keyof typeof ENVELOPE_SOURCES

/** Where the fields lie, in bytes from the beginning. */
const AT = { suite: 4, source: 5, layer: 6, zero: 7, salt: 8, commitment: 32, wrapped: 64, tag: 96 } as const
const MAGIC = Buffer.from('CDK1', 'ascii')
const SUITE_AES_256_GCM = 1
const CIPHER = 'aes-256-gcm'
const GCM = { authTagLength: 16 }
const DEK_BYTES = 32
const SALT_BYTES = 24
const DERIVED_BYTES = 32 + 12 + 32

const LABEL = Buffer.from('coffer/dek-wrap/v1\0', 'ascii')
/** Filled anew by each derivation, which is synchronous. */
const info = Buffer.alloc(LABEL.length + AT.commitment - AT.suite)
info.set(LABEL)
const additional = Buffer.alloc(AT.wrapped + SEAL_ID_BYTES)

export interface EnvelopeFacts {
  readonly source: EnvelopeSource
  readonly layer: number
  readonly sealId: Uint8Array
}

/** A fresh random DEK, and its wrap under `source`. The DEK's bytes exist only inside this call. */
export function wrapNewDek(sourceKey: KeyObject, facts: EnvelopeFacts): { dek: KeyObject; envelope: Buffer } {
  const bytes = randomBytes(DEK_BYTES)
  const envelope = wrapDek(sourceKey, facts, bytes)
  const dek = createSecretKey(bytes)
  bytes.fill(0)
  return { dek, envelope }
}

/** Wraps the 32 bytes of a DEK. `salt` is handed in by tests only. */
export function wrapDek(
  sourceKey: KeyObject,
  facts: EnvelopeFacts,
  dek: Uint8Array,
  salt: Uint8Array = randomBytes(SALT_BYTES),
): Buffer {
  if (dek.length !== DEK_BYTES || salt.length !== SALT_BYTES) throw new RangeError('a DEK has 32 bytes, its salt 24')
  const envelope = Buffer.alloc(ENVELOPE_BYTES)
  envelope.set(MAGIC)
  envelope[AT.suite] = SUITE_AES_256_GCM
  envelope[AT.source] = ENVELOPE_SOURCES[facts.source]
  envelope[AT.layer] = facts.layer
  envelope.set(salt, AT.salt)
  const derived = derive(sourceKey, envelope)
  envelope.set(derived.commitment, AT.commitment)
  watchSeal(derived.key, derived.nonce)
  const cipher = createCipheriv(CIPHER, derived.key, derived.nonce, GCM)
  cipher.setAAD(additionalData(envelope, facts.sealId))
  envelope.set(cipher.update(dek), AT.wrapped)
  cipher.final()
  envelope.set(cipher.getAuthTag(), AT.tag)
  return envelope
}

/**
 * The DEK in an envelope. Undefined: the commitment says that another source key made it. Anything else that is
 * not as written throws the `integrity` failure.
 */
export function unwrapDek(sourceKey: KeyObject, facts: EnvelopeFacts, bytes: Uint8Array): KeyObject | undefined {
  const dek = unwrapDekBytes(sourceKey, facts, bytes)
  if (dek === undefined) return undefined
  const key = createSecretKey(dek)
  dek.fill(0)
  return key
}

/** As `unwrapDek`, for who wraps it again at once; the caller wipes the bytes. */
export function unwrapDekBytes(sourceKey: KeyObject, facts: EnvelopeFacts, bytes: Uint8Array): Buffer | undefined {
  const envelope = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const asWritten =
    envelope.length === ENVELOPE_BYTES &&
    envelope.subarray(0, AT.suite).equals(MAGIC) &&
    envelope[AT.suite] === SUITE_AES_256_GCM &&
    envelope[AT.source] === ENVELOPE_SOURCES[facts.source] &&
    envelope[AT.layer] === facts.layer &&
    envelope[AT.zero] === 0
  if (!asWritten) return refuse({ kind: 'integrity', what: 'envelope' })
  const derived = derive(sourceKey, envelope)
  if (!equalInConstantTime(derived.commitment, envelope.subarray(AT.commitment, AT.wrapped))) return undefined
  const opener = createDecipheriv(CIPHER, derived.key, derived.nonce, GCM)
  opener.setAAD(additionalData(envelope, facts.sealId))
  opener.setAuthTag(envelope.subarray(AT.tag))
  const dek = opener.update(envelope.subarray(AT.wrapped, AT.tag))
  try {
    opener.final()
  } catch {
    dek.fill(0)
    return refuse({ kind: 'integrity', what: 'envelope' })
  }
  return dek
}

function derive(sourceKey: KeyObject, envelope: Buffer): { key: KeyObject; nonce: Buffer; commitment: Buffer } {
  if (sourceKey.symmetricKeySize !== 32) throw new RangeError('a wrap source has 32 bytes')
  envelope.copy(info, LABEL.length, AT.suite, AT.commitment)
  const derived = hkdfExpand('sha512', sourceKey, info, DERIVED_BYTES)
  const key = createSecretKey(derived.subarray(0, 32))
  derived.fill(0, 0, 32)
  return { key, nonce: derived.subarray(32, 44), commitment: derived.subarray(44, DERIVED_BYTES) }
}

/** The envelope up to the wrapped DEK, and the seal id. */
function additionalData(envelope: Buffer, sealId: Uint8Array): Buffer {
  if (sealId.length !== SEAL_ID_BYTES) throw new RangeError('a seal id has 16 bytes')
  envelope.copy(additional, 0, 0, AT.wrapped)
  additional.set(sealId, AT.wrapped)
  return additional
}
