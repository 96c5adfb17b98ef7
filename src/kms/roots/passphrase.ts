import { scrypt } from 'node:crypto'
import { randomBytes, SecretBytes } from '../../secrets/index.ts'
import { KEY_BYTES } from '../wraps/committing-wrap.ts'
import { RootRefused, type RootProvider } from './root-provider.ts'
import {
  readRootWrap,
  rootKeyFrom,
  SCRYPT_SALT_BYTES,
  unwrapUnderRoot,
  wrapUnderRoot,
  type RootDerivation,
  type RootKey,
} from './root-wrap.ts'

/** RFC 7914 with N = 2^17, r = 8, p = 1: 128 MiB and about half a second. Stored with each wrap. */
export const SCRYPT_PARAMETERS = { log2N: 17, r: 8, p: 1 } as const
/** What a stored wrap may ask for: nothing weaker than ours, nothing that eats the machine. */
export const SCRYPT_LIMITS = { log2N: [17, 20], r: [8, 8], p: [1, 4] } as const
export const MIN_PASSPHRASE_BYTES = 12
export const MAX_PASSPHRASE_BYTES = 1_024

type ScryptDerivation = Extract<RootDerivation, { kind: 'scrypt' }>

/**
 * The root from a passphrase. `source` says in words where it was read. One line end at its end is not part of it.
 * Each new wrap draws a salt, so a passphrase has another public id with each.
 */
export function passphraseRoot(source: string, passphrase: SecretBytes): RootProvider {
  const place = `the passphrase from ${source}`
  const secret = withoutLineEnd(passphrase)
  if (secret.length < MIN_PASSPHRASE_BYTES || secret.length > MAX_PASSPHRASE_BYTES) {
    throw new RootRefused(`${place} must have ${MIN_PASSPHRASE_BYTES} to ${MAX_PASSPHRASE_BYTES} bytes`)
  }
  // Deriving takes half a second: the key of the last salt is kept.
  let last: { readonly salt: string; readonly root: Promise<RootKey> } | undefined
  const derive = (derivation: ScryptDerivation): Promise<RootKey> => {
    const salt = `${Buffer.from(derivation.salt).toString('hex')} ${derivation.log2N} ${derivation.r} ${derivation.p}`
    if (last?.salt !== salt) last = { salt, root: stretch(secret, derivation) }
    return last.root
  }
  return {
    kind: 'passphrase',
    place,
    canCreate: false,
    create: async () => {
      throw new RootRefused('a passphrase is not made by the server')
    },
    wrap: async (clusterKey, clusterVersion) => {
      const derivation = { kind: 'scrypt', salt: randomBytes(SCRYPT_SALT_BYTES), ...SCRYPT_PARAMETERS } as const
      return wrapUnderRoot(await derive(derivation), derivation, clusterKey, clusterVersion)
    },
    unwrap: async (wrapped, clusterVersion) => {
      const derivation = acceptedDerivation(wrapped)
      return derivation === undefined ? undefined : unwrapUnderRoot(await derive(derivation), wrapped, clusterVersion)
    },
    identify: async (wrapped) => {
      const derivation = acceptedDerivation(wrapped)
      return derivation === undefined ? 'of another kind' : (await derive(derivation)).id
    },
  }
}

function acceptedDerivation(wrapped: Uint8Array): ScryptDerivation | undefined {
  const derivation = readRootWrap(wrapped)?.derivation
  if (derivation?.kind !== 'scrypt') return undefined
  const within = (value: number, [least, most]: readonly [number, number]): boolean => value >= least && value <= most
  const accepted =
    within(derivation.log2N, SCRYPT_LIMITS.log2N) &&
    within(derivation.r, SCRYPT_LIMITS.r) &&
    within(derivation.p, SCRYPT_LIMITS.p)
  return accepted ? derivation : undefined
}

function withoutLineEnd(passphrase: SecretBytes): SecretBytes {
  return passphrase.expose((bytes) => {
    let length = bytes.length
    if (bytes[length - 1] === 0x0a) length--
    if (length < bytes.length && bytes[length - 1] === 0x0d) length--
    return new SecretBytes(Uint8Array.from(bytes.subarray(0, length)))
  })
}

function stretch(secret: SecretBytes, { salt, log2N, r, p }: ScryptDerivation): Promise<RootKey> {
  const N = 2 ** log2N
  // Node refuses what needs more than 32 MiB unless it is told; scrypt needs 128 * N * r bytes and a little.
  const maxmem = 128 * N * r + 128 * r * p + 1024 * 1024
  return new Promise((resolve, reject) => {
    secret.expose((bytes) =>
      scrypt(bytes, salt, KEY_BYTES, { N, r, p, maxmem }, (error, derived) => {
        if (error !== null) {
          reject(error)
          return
        }
        const key = new SecretBytes(derived)
        const root = rootKeyFrom(key)
        key.wipe()
        resolve(root)
      }),
    )
  })
}
