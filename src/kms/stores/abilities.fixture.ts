import assert from 'node:assert/strict'
import { createHmac, createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import type { KeySpec, MacAlgorithm, SigningAlgorithm } from '../../operations/index.ts'
import { SecretBytes } from '../../secrets/index.ts'
import type { KeyStoreUnderTest } from './conformance.ts'
import { SIGNINGS } from './key-material.ts'
import { MaterialMissing, type MaterialHandle } from './key-store.ts'

const ONE: MaterialHandle = { keyUid: '0a'.repeat(16), version: 1 }
const OTHER: MaterialHandle = { keyUid: '0b'.repeat(16), version: 1 }
const CONTEXT = Buffer.from('context')
const MESSAGE = Buffer.from('a message of a few words')

const MACS = [
  ['HMAC_224', 'HMAC_SHA_224', 'sha224'],
  ['HMAC_256', 'HMAC_SHA_256', 'sha256'],
  ['HMAC_384', 'HMAC_SHA_384', 'sha384'],
  ['HMAC_512', 'HMAC_SHA_512', 'sha512'],
] as const satisfies readonly (readonly [KeySpec, MacAlgorithm, string])[]

const SIGNATURES: readonly (readonly [KeySpec, readonly SigningAlgorithm[]])[] = [
  ['RSA_2048', ['RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PSS_SHA_256', 'RSASSA_PSS_SHA_512']],
  ['ECC_NIST_P256', ['ECDSA_SHA_256']],
  ['ECC_NIST_P384', ['ECDSA_SHA_384']],
  ['ECC_NIST_P521', ['ECDSA_SHA_512']],
  ['ECC_SECG_P256K1', ['ECDSA_SHA_256']],
  ['ECC_NIST_EDWARDS25519', ['ED25519_SHA_512']],
]

/** The abilities that a maker of a key store says it has. */
export interface Abilities {
  readonly imports: boolean
  readonly macs: boolean
  readonly pairs: boolean
}

/** What a maker must do in the optional parts it has; for the others it must not pretend to have them. */
export function abilityConformance(maker: string, abilities: Abilities, make: () => Promise<KeyStoreUnderTest>): void {
  test(`key store ${maker}: has the optional parts that it says it has, and no others`, async () => {
    const { keyStore } = await make()
    const { imports, macs, pairs } = keyStore
    const has = { imports: imports !== undefined, macs: macs !== undefined, pairs: pairs !== undefined }
    assert.deepEqual(has, abilities)
  })
  if (abilities.imports) importConformance(maker, make)
  if (abilities.macs) macConformance(maker, make)
  if (abilities.pairs) pairConformance(maker, make)
}

function importConformance(maker: string, make: () => Promise<KeyStoreUnderTest>): void {
  test(`key store ${maker}: imported bytes wrap; gone, they are missing; the same bytes again open what they wrapped`, async () => {
    const { keyStore, commit } = await make()
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 5 + 1))
    const secret = new SecretBytes(Buffer.from(bytes))
    assert.ok(keyStore.imports !== undefined)
    await commit(await keyStore.imports.put(ONE, 'SYMMETRIC_DEFAULT', secret))
    secret.wipe()
    const plaintext = new SecretBytes(Buffer.from('plaintext'))
    const blob = await keyStore.wrap(ONE, plaintext, CONTEXT)
    await commit(await keyStore.release([ONE]))
    await keyStore.discard([ONE])
    await assert.rejects(keyStore.unwrap(ONE, blob, CONTEXT), MaterialMissing)
    await commit(await keyStore.imports.put(ONE, 'SYMMETRIC_DEFAULT', new SecretBytes(Buffer.from(bytes))))
    assert.ok((await keyStore.unwrap(ONE, blob, CONTEXT))?.equals(plaintext))
    await commit(await keyStore.imports.put(OTHER, 'SYMMETRIC_DEFAULT', new SecretBytes(Buffer.from(bytes))))
    assert.equal(await keyStore.unwrap(OTHER, blob, CONTEXT), undefined)
  })
}

function macConformance(maker: string, make: () => Promise<KeyStoreUnderTest>): void {
  test(`key store ${maker}: a MAC has its hash's length, is the key's own, and goes with the key`, async () => {
    for (const [spec, algorithm, hash] of MACS) {
      const { keyStore, commit } = await make()
      const { macs, imports } = keyStore
      assert.ok(macs !== undefined)
      for (const handle of [ONE, OTHER]) await commit(await keyStore.create(handle, spec))
      const mac = await macs.mac(ONE, algorithm, MESSAGE)
      assert.equal(mac.length, createHmac(hash, '').digest().length)
      assert.deepEqual(await macs.mac(ONE, algorithm, MESSAGE), mac)
      assert.notDeepEqual(await macs.mac(OTHER, algorithm, MESSAGE), mac)
      assert.notDeepEqual(await macs.mac(ONE, algorithm, Buffer.of(1)), mac)
      await commit(await keyStore.release([ONE]))
      await keyStore.discard([ONE])
      await assert.rejects(macs.mac(ONE, algorithm, MESSAGE), MaterialMissing)
      if (imports === undefined) continue
      const known = Buffer.alloc(mac.length, 7)
      await commit(await imports.put(ONE, spec, new SecretBytes(Buffer.from(known))))
      assert.deepEqual(await macs.mac(ONE, algorithm, MESSAGE), createHmac(hash, known).update(MESSAGE).digest())
    }
  })
}

function pairConformance(maker: string, make: () => Promise<KeyStoreUnderTest>): void {
  test(`key store ${maker}: signatures hold under the public key, for their message only`, async () => {
    for (const [spec, algorithms] of SIGNATURES) {
      const { keyStore, commit } = await make()
      assert.ok(keyStore.pairs !== undefined)
      await commit(await keyStore.create(ONE, spec))
      const key = createPublicKey({ key: await keyStore.pairs.publicKey(ONE), type: 'spki', format: 'der' })
      for (const algorithm of algorithms) {
        const signature = await keyStore.pairs.sign(ONE, algorithm, MESSAGE)
        const { hash, options } = SIGNINGS[algorithm]
        assert.ok(verify(hash, MESSAGE, { key, ...options }, signature), algorithm)
        assert.ok(!verify(hash, Buffer.of(1), { key, ...options }, signature), algorithm)
      }
      await commit(await keyStore.release([ONE]))
      await keyStore.discard([ONE])
      await assert.rejects(keyStore.pairs.publicKey(ONE), MaterialMissing)
    }
  })
}
