import type { KeyObject } from 'node:crypto'
import type { SecretBytes } from '../../secrets/index.ts'
import type { Fragment, MetadataReader } from '../../storage/index.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { openBlob, readBlob, sealBlob } from '../wraps/ciphertext-blob.ts'
import { newWrap, readWrap, type Cluster } from '../cluster/cluster-key.ts'
import { wrapRow, type WrapName } from '../kms-rows.ts'
import { freshMaterial, macOf, materialKey, publicHalf, signatureOf } from './key-material.ts'
import { MaterialMissing, type KeyStore, type MaterialHandle } from './key-store.ts'

/** Keys whose newest versions stay unwrapped in memory. */
export const CACHED_KEYS = 10_000

/** Material in metadata rows, wrapped under the cluster key. */
export function createLocalKeyStore(rooms: { readonly store: MetadataReader; readonly cluster: Cluster }): KeyStore {
  const { store, cluster } = rooms
  const held = new BoundedCache<Map<number, KeyObject>>(CACHED_KEYS)

  async function material(handle: MaterialHandle, form: 'secret' | 'private' = 'secret'): Promise<KeyObject> {
    const known = held.get(handle.keyUid)?.get(handle.version)
    if (known !== undefined) return known
    const bytes = await readWrap(store, cluster, nameOf(handle))
    if (bytes === undefined) throw new MaterialMissing()
    const key = bytes.expose((exposed) => materialKey(exposed, form))
    bytes.wipe()
    const versions = held.get(handle.keyUid) ?? new Map<number, KeyObject>()
    held.set(handle.keyUid, versions.set(handle.version, key))
    return key
  }

  const rest = (handle: MaterialHandle, bytes: SecretBytes): Promise<Fragment> =>
    newWrap(store, cluster, nameOf(handle), bytes)

  return {
    create: async (handle, spec = 'SYMMETRIC_DEFAULT') => {
      const fresh = await freshMaterial(spec)
      const fragment = await rest(handle, fresh)
      fresh.wipe()
      return fragment
    },
    wrap: async (handle, plaintext, context) => sealBlob(await material(handle), handle, plaintext, context),
    unwrap: async (handle, blob, context) => {
      const key = await material(handle)
      return isOf(handle, blob) ? openBlob(key, blob, context) : undefined
    },
    release: async (handles) => ({
      checks: [],
      writes: handles.map((handle) => ({ kind: 'delete', key: wrapRow(nameOf(handle)) })),
    }),
    discard: async (handles) => {
      for (const handle of handles) held.delete(handle.keyUid)
    },
    imports: { put: (handle, _spec, bytes) => rest(handle, bytes) },
    macs: { mac: async (handle, algorithm, message) => macOf(await material(handle), algorithm, message) },
    pairs: {
      publicKey: async (handle) => publicHalf(await material(handle, 'private')),
      sign: async (handle, algorithm, message) => signatureOf(await material(handle, 'private'), algorithm, message),
    },
  }
}

function nameOf(handle: MaterialHandle): WrapName {
  return { purpose: 'key', id: handle.keyUid, version: handle.version }
}

function isOf(handle: MaterialHandle, blob: Uint8Array): boolean {
  const facts = readBlob(blob)
  return facts?.keyUid === handle.keyUid && facts.version === handle.version
}
