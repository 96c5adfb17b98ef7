import { createSecretKey, type KeyObject } from 'node:crypto'
import { randomBytes } from '../../secrets/index.ts'
import { openBlob, readBlob, sealBlob } from '../ciphertext-blob.ts'
import { KEY_BYTES } from '../committing-wrap.ts'
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

  return {
    create: async (handle) => {
      const name = nameOf(handle)
      if (!keys.has(name)) keys.set(name, createSecretKey(randomBytes(KEY_BYTES)))
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
  }
}

function nameOf(handle: MaterialHandle): string {
  return `${handle.keyUid}/${handle.version}`
}
