import { refuse } from '../../operations/index.ts'
import { joinFragments, type MetadataReader } from '../../storage/index.ts'
import { isTokenBlob } from '../wraps/ciphertext-blob.ts'
import { wrapRow } from '../kms-rows.ts'
import type { KeyStore, MaterialHandle } from './key-store.ts'

/**
 * A key store that makes everything new in a token, and goes on serving what lies in rows from before. Which of both
 * has a version is seen from its row; of a blob, from the blob.
 */
export function createResidentKeyStore(parts: {
  readonly store: MetadataReader
  readonly local: KeyStore
  readonly token: KeyStore
}): KeyStore {
  const { store, local, token } = parts
  const inRows = async ({ keyUid, version }: MaterialHandle): Promise<boolean> => {
    const [row] = await store.getMany([wrapRow({ purpose: 'key', id: keyUid, version })])
    return row !== undefined
  }
  const { macs, pairs } = local
  return {
    create: (handle, spec = 'SYMMETRIC_DEFAULT') => {
      if (spec === 'SYMMETRIC_DEFAULT') return token.create(handle)
      return refuse({ kind: 'unsupported-operation', detail: `keys of spec ${spec} in a token` })
    },
    wrap: async (handle, plaintext, context) =>
      ((await inRows(handle)) ? local : token).wrap(handle, plaintext, context),
    unwrap: async (handle, blob, context) => {
      const owner = isTokenBlob(blob) || !(await inRows(handle)) ? token : local
      return owner.unwrap(handle, blob, context)
    },
    release: async (handles) => joinFragments(await local.release(handles), await token.release(handles)),
    discard: async (handles) => {
      await local.discard(handles)
      await token.discard(handles)
    },
    resume: async () => token.resume?.(),
    reachable: async (handle) => ((await token.reachable?.(handle)) ?? true) || inRows(handle),
    // Used, where they were made before; nothing of these kinds is made or taken in any more.
    ...(macs === undefined ? {} : { macs }),
    ...(pairs === undefined ? {} : { pairs }),
  }
}
