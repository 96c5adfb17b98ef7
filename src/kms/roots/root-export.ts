import { createSecretKey, scrypt } from 'node:crypto'
import { randomBytes, SecretBytes } from '../../secrets/index.ts'
import {
  KEY_BYTES,
  openCommitted,
  overheadOf,
  SALT_BYTES,
  saltHeader,
  sealCommitted,
} from '../wraps/committing-wrap.ts'
import { SCRYPT_LIMITS, SCRYPT_PARAMETERS } from './passphrase.ts'
import { rootKeyFrom, SCRYPT_SALT_BYTES } from './root-wrap.ts'

/**
 * `CRX1`, a copy of a root key under a passphrase, 144 bytes, kept as one line of base64: magic, suite, derivation, two
 * zeros, id of the root that is copied (8), four zeros, scrypt salt (16), log2 N, r, p, a zero, salt (24), commitment,
 * ciphertext, tag (docs/key-hierarchy.md, "A copy of the root under a passphrase").
 */
const FORMAT = { label: 'coffer/root-export/v1', headerBytes: 40 + SALT_BYTES }
const MAGIC = Buffer.from('CRX1')
const SUITE = 1
const SCRYPT = 1
const EXPORT_BYTES = overheadOf(FORMAT) + KEY_BYTES
const TEXT_BYTES = Math.ceil(EXPORT_BYTES / 3) * 4
export const MAX_EXPORT_TEXT_BYTES = TEXT_BYTES + 2

interface Cost {
  readonly log2N: number
  readonly r: number
  readonly p: number
}

/** The text of a copy, with a line end. The caller wipes both secrets. */
export async function exportRootKey(rootKey: SecretBytes, passphrase: SecretBytes): Promise<string> {
  const salt = randomBytes(SCRYPT_SALT_BYTES)
  const header = Buffer.alloc(FORMAT.headerBytes)
  MAGIC.copy(header)
  header.set([SUITE, SCRYPT], 4)
  header.write(rootKeyFrom(rootKey).id, 8, 'hex')
  header.set(salt, 20)
  header.set([SCRYPT_PARAMETERS.log2N, SCRYPT_PARAMETERS.r, SCRYPT_PARAMETERS.p], 36)
  const wrapping = await stretched(passphrase, salt, SCRYPT_PARAMETERS)
  const bytes = rootKey.expose((exposed) =>
    sealCommitted(FORMAT, wrapping, saltHeader(header), exposed, Buffer.alloc(0)),
  )
  return `${bytes.toString('base64')}\n`
}

/** Undefined: no copy of a root, a changed one, or another passphrase. */
export async function importRootKey(text: Uint8Array, passphrase: SecretBytes): Promise<SecretBytes | undefined> {
  const line = Buffer.from(text)
    .toString('latin1')
    .replace(/\r?\n$/, '')
  const bytes = Buffer.from(line, 'base64')
  if (bytes.length !== EXPORT_BYTES || bytes.toString('base64') !== line) return undefined
  if (!bytes.subarray(0, 4).equals(MAGIC) || bytes[4] !== SUITE || bytes[5] !== SCRYPT) return undefined
  const cost = { log2N: bytes.readUInt8(36), r: bytes.readUInt8(37), p: bytes.readUInt8(38) }
  const zeros = bytes.readUInt16BE(6) === 0 && bytes.readUInt32BE(16) === 0 && bytes.readUInt8(39) === 0
  if (!zeros || !isAccepted(cost)) return undefined
  const wrapping = await stretched(passphrase, bytes.subarray(20, 36), cost)
  const opened = openCommitted(FORMAT, wrapping, bytes, Buffer.alloc(0))
  if (opened === undefined) return undefined
  const key = new SecretBytes(opened)
  return rootKeyFrom(key).id === bytes.toString('hex', 8, 16) ? key : undefined
}

function isAccepted(cost: Cost): boolean {
  const within = (value: number, [least, most]: readonly [number, number]): boolean => value >= least && value <= most
  const { log2N, r, p } = SCRYPT_LIMITS
  return within(cost.log2N, log2N) && within(cost.r, r) && within(cost.p, p)
}

function stretched(passphrase: SecretBytes, salt: Uint8Array, { log2N, r, p }: Cost) {
  const N = 2 ** log2N
  const maxmem = 128 * N * r + 128 * r * p + 1024 * 1024
  return new Promise<ReturnType<typeof createSecretKey>>((resolve, reject) => {
    passphrase.expose((bytes) =>
      scrypt(bytes, salt, KEY_BYTES, { N, r, p, maxmem }, (error, derived) => {
        if (error !== null) {
          reject(error)
          return
        }
        resolve(createSecretKey(derived))
        derived.fill(0)
      }),
    )
  })
}
