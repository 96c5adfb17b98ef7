import assert from 'node:assert/strict'
import { deployment } from '../keys.fixture.ts'
import { openCluster } from '../open-cluster.ts'
import { keyStoreConformance } from './conformance.ts'
import { createLocalKeyStore } from './local.ts'
import { createMemoryKeyStore } from './memory.ts'

keyStoreConformance('local', { shared: true }, async () => {
  const { store, cluster, root } = await deployment()
  return {
    keyStore: createLocalKeyStore({ store, cluster }),
    commit: async (fragment) => {
      assert.equal((await store.commit(fragment)).kind, 'committed')
    },
    reopened: async () => {
      const opened = await openCluster({ store, root, allowCreate: false })
      return createLocalKeyStore({ store, cluster: opened.cluster })
    },
  }
})

keyStoreConformance('memory', { shared: false }, async () => ({
  keyStore: createMemoryKeyStore(),
  commit: async () => undefined,
}))
