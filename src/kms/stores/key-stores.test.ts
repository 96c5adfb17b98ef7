import assert from 'node:assert/strict'
import { deployment } from '../keys/keys.fixture.ts'
import { openCluster } from '../cluster/open-cluster.ts'
import { abilityConformance } from './abilities.fixture.ts'
import { keyStoreConformance, type KeyStoreUnderTest } from './conformance.ts'
import { createLocalKeyStore } from './local.ts'
import { createMemoryKeyStore } from './memory.ts'

async function local(): Promise<KeyStoreUnderTest> {
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
}

async function memory(): Promise<KeyStoreUnderTest> {
  return { keyStore: createMemoryKeyStore(), commit: async () => undefined }
}

keyStoreConformance('local', { shared: true }, local)
keyStoreConformance('memory', { shared: false }, memory)
abilityConformance('local', { imports: true, macs: true, pairs: true }, local)
abilityConformance('memory', { imports: true, macs: true, pairs: true }, memory)
