import type { KeyObject } from 'node:crypto'
import type { KeySpec } from '../../operations/index.ts'
import type { SecretBytes } from '../../secrets/index.ts'
import { openBlob, readBlob, sealBlob } from '../wraps/ciphertext-blob.ts'
import { freshMaterial, macOf, materialKey, publicHalf, secretBytesOf, signatureOf } from './key-material.ts'
import { MaterialMissing, type KeyStore, type MaterialHandle } from './key-store.ts'

const NOTHING = { checks: [], writes: [] } as const

/** Material in the memory of this process, gone with it: for tests of what stands above a key store. */
export function createMemoryKeyStore(): KeyStore {
  const keys = new Map<string, KeyObject>()

  const material = (handle: MaterialHandle): KeyObject => {
    const key = keys.get(nameOf(handle))
    if (key === undefined) throw new MaterialMissing()
    return key
  }
  const take = (handle: MaterialHandle, spec: KeySpec, secret: SecretBytes): typeof NOTHING => {
    const form = secretBytesOf(spec) === undefined ? 'private' : 'secret'
    keys.set(
      nameOf(handle),
      secret.expose((bytes) => materialKey(bytes, form)),
    )
    return NOTHING
  }

  return {
    create: async (handle, spec = 'SYMMETRIC_DEFAULT') => {
      if (keys.has(nameOf(handle))) return NOTHING
      const fresh = await freshMaterial(spec)
      take(handle, spec, fresh)
      fresh.wipe()
      return NOTHING
    },
    wrap: async (handle, plaintext, context) => sealBlob(material(handle), handle, plaintext, context),
    unwrap: async (handle, blob, context) => {
      const key = material(handle)
      const facts = readBlob(blob)
      const own = facts?.keyUid === handle.keyUid && facts.version === handle.version
      return own ? openBlob(key, blob, context) : undefined
    },
    release: async () => NOTHING,
    discard: async (handles) => {
      for (const handle of handles) keys.delete(nameOf(handle))
    },
    imports: { put: async (handle, spec, secret) => take(handle, spec, secret) },
    macs: { mac: async (handle, algorithm, message) => macOf(material(handle), algorithm, message) },
    pairs: {
      publicKey: async (handle) => publicHalf(material(handle)),
      sign: async (handle, algorithm, message) => signatureOf(material(handle), algorithm, message),
    },
  }
}

function nameOf(handle: MaterialHandle): string {
  return `${handle.keyUid}/${handle.version}`
}
