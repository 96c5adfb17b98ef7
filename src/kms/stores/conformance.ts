import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SecretBytes } from '../../secrets/index.ts'
import type { Fragment } from '../../storage/index.ts'
import { readBlob } from '../wraps/ciphertext-blob.ts'
import { MaterialMissing, type KeyStore, type MaterialHandle } from './key-store.ts'

export interface KeyStoreUnderTest {
  readonly keyStore: KeyStore
  /** Makes what a fragment asks for durable. */
  readonly commit: (fragment: Fragment) => Promise<void>
  /** The same material as another process sees it; undefined for a maker that keeps it in one process. */
  readonly reopened?: () => Promise<KeyStore>
}

const ONE: MaterialHandle = { keyUid: '01'.repeat(16), version: 1 }
const SECOND_VERSION: MaterialHandle = { ...ONE, version: 2 }
const OTHER: MaterialHandle = { keyUid: '02'.repeat(16), version: 1 }
const CONTEXT = Buffer.from('context')
const PLAINTEXT = new SecretBytes(Buffer.from('thirty-two bytes of plaintext...'))

/** What every maker of a key store must do. `shared`: its material is there for other processes as well. */
export function keyStoreConformance(
  maker: string,
  { shared }: { readonly shared: boolean },
  make: () => Promise<KeyStoreUnderTest>,
): void {
  const created = async (...handles: readonly MaterialHandle[]): Promise<KeyStoreUnderTest> => {
    const made = await make()
    for (const handle of handles) await made.commit(await made.keyStore.create(handle))
    return made
  }

  test(`key store ${maker}: unwraps what it wrapped, for the same handle and context only`, async () => {
    const { keyStore } = await created(ONE, SECOND_VERSION, OTHER)
    const blob = await keyStore.wrap(ONE, PLAINTEXT, CONTEXT)
    assert.deepEqual(readBlob(blob), ONE)
    assert.ok((await keyStore.unwrap(ONE, blob, CONTEXT))?.equals(PLAINTEXT))
    assert.equal(await keyStore.unwrap(ONE, blob, Buffer.alloc(0)), undefined)
    for (const handle of [SECOND_VERSION, OTHER]) assert.equal(await keyStore.unwrap(handle, blob, CONTEXT), undefined)
    const changed = Buffer.from(blob)
    changed[90] = (changed[90] ?? 0) ^ 1
    assert.equal(await keyStore.unwrap(ONE, changed, CONTEXT), undefined)
    assert.equal(await keyStore.unwrap(ONE, Buffer.alloc(0), CONTEXT), undefined)
  })

  test(`key store ${maker}: material that was never made is missing, for both directions`, async () => {
    const { keyStore } = await created(ONE)
    const blob = await keyStore.wrap(ONE, PLAINTEXT, CONTEXT)
    await assert.rejects(keyStore.wrap(OTHER, PLAINTEXT, CONTEXT), MaterialMissing)
    await assert.rejects(keyStore.unwrap(OTHER, blob, CONTEXT), MaterialMissing)
  })

  test(`key store ${maker}: versions of a key are independent, and an old one goes on unwrapping`, async () => {
    const { keyStore, commit } = await created(ONE)
    const before = await keyStore.wrap(ONE, PLAINTEXT, CONTEXT)
    await commit(await keyStore.create(SECOND_VERSION))
    const after = await keyStore.wrap(SECOND_VERSION, PLAINTEXT, CONTEXT)
    assert.ok((await keyStore.unwrap(ONE, before, CONTEXT))?.equals(PLAINTEXT))
    assert.ok((await keyStore.unwrap(SECOND_VERSION, after, CONTEXT))?.equals(PLAINTEXT))
  })

  test(`key store ${maker}: what was given up and discarded is gone, twice is no error, others stay`, async () => {
    const { keyStore, commit } = await created(ONE, SECOND_VERSION, OTHER)
    const [blob, other] = [await keyStore.wrap(ONE, PLAINTEXT, CONTEXT), await keyStore.wrap(OTHER, PLAINTEXT, CONTEXT)]
    for (let twice = 0; twice < 2; twice++) {
      await commit(await keyStore.release([ONE, SECOND_VERSION]))
      await keyStore.discard([ONE, SECOND_VERSION])
    }
    await assert.rejects(keyStore.unwrap(ONE, blob, CONTEXT), MaterialMissing)
    await assert.rejects(keyStore.wrap(SECOND_VERSION, PLAINTEXT, CONTEXT), MaterialMissing)
    assert.ok((await keyStore.unwrap(OTHER, other, CONTEXT))?.equals(PLAINTEXT))
  })

  test(`key store ${maker}: giving up alone destroys nothing`, async () => {
    const { keyStore } = await created(ONE)
    const blob = await keyStore.wrap(ONE, PLAINTEXT, CONTEXT)
    await keyStore.release([ONE])
    assert.ok((await keyStore.unwrap(ONE, blob, CONTEXT))?.equals(PLAINTEXT))
  })

  // Some makers keep material in one process: they say so, and nothing pretends to have been tested.
  if (!shared) return
  test(`key store ${maker}: another process unwraps what this one wrapped`, async () => {
    const { keyStore, reopened } = await created(ONE)
    const blob = await keyStore.wrap(ONE, PLAINTEXT, CONTEXT)
    assert.ok(reopened !== undefined)
    assert.ok((await (await reopened()).unwrap(ONE, blob, CONTEXT))?.equals(PLAINTEXT))
  })
}
