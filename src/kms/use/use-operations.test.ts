import assert from 'node:assert/strict'
import { createHash, createPrivateKey, createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import {
  HMAC_SPECS,
  MAC_ALGORITHM_OF,
  PAIR_SPECS,
  SIGNING_ALGORITHMS_OF,
  type FailureKind,
  type KeySpec,
  type KeyUsage,
  type KeyUseOperation,
} from '../../operations/index.ts'
import { SecretBytes } from '../../secrets/index.ts'
import { bytesOf, deployment, isFailure, OURS, rootOf, THEIRS, type Deployment } from '../keys/keys.fixture.ts'
import type { KeyRequest } from '../key-service.ts'
import { testUser, withPeople } from '../rights/people.fixture.ts'
import { SIGNINGS } from '../stores/key-material.ts'

const US = rootOf(OURS)
const THEM = rootOf(THEIRS)
const CONTEXT = { purpose: 'test' }
const MESSAGE = Buffer.from('message')
const SECRET = 'what must never be seen'

async function keyOf(all: Deployment, spec: KeySpec, usage: KeyUsage): Promise<string> {
  return (await all.keys.createKey(US, { description: '', spec, usage })).arn
}

test('data keys have the size that was asked for, 1 to 1,024 bytes, with their plaintext or without', async () => {
  const all = await deployment()
  const key = await keyOf(all, 'SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT')
  const { uses } = all.keys
  for (const sizeBytes of [1, 16, 32, 33, 1_024]) {
    const made = await uses['generate-data-key'](US, { key, sizeBytes, context: CONTEXT })
    const silent = await uses['generate-data-key-without-plaintext'](US, { key, sizeBytes, context: CONTEXT })
    assert.ok(!('plaintext' in silent))
    const opened = await uses.decrypt(US, { ciphertext: made.ciphertext, context: CONTEXT })
    assert.equal(opened.plaintext.length, sizeBytes)
    assert.deepEqual(
      opened.plaintext.expose((bytes) => Buffer.from(bytes)),
      made.plaintext.expose((bytes) => Buffer.from(bytes)),
    )
    const unseen = await uses.decrypt(US, { ciphertext: silent.ciphertext, context: CONTEXT })
    assert.equal(unseen.plaintext.length, sizeBytes)
    assert.deepEqual([opened.keyArn, opened.materialId], [made.keyArn, made.materialId])
  }
  for (const sizeBytes of [0, -1, 1.5, 1_025, Number.NaN]) {
    await assert.rejects(uses['generate-data-key'](US, { key, sizeBytes, context: {} }), isFailure('invalid-argument'))
    await assert.rejects(uses['generate-random'](US, { sizeBytes }), isFailure('invalid-argument'))
  }
  assert.equal((await uses['generate-random'](US, { sizeBytes: 1_024 })).bytes.length, 1_024)
})

test('a pair of data keys: the private half opens under its context, and belongs to the public one', async () => {
  const all = await deployment()
  const key = await keyOf(all, 'SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT')
  const { uses } = all.keys
  for (const pairSpec of PAIR_SPECS) {
    const made = await uses['generate-data-key-pair'](US, { key, pairSpec, context: CONTEXT })
    const { plaintext } = await uses.decrypt(US, { ciphertext: made.privateCiphertext, context: CONTEXT })
    const der = plaintext.expose((bytes) => Buffer.from(bytes))
    assert.ok(made.privatePlaintext.expose((bytes) => der.equals(bytes)))
    const half = createPublicKey(createPrivateKey({ key: der, type: 'pkcs8', format: 'der' }))
    assert.deepEqual(half.export({ type: 'spki', format: 'der' }), made.publicKey, pairSpec)
    assert.equal(made.pairSpec, pairSpec)
    const wrong = uses.decrypt(US, { ciphertext: made.privateCiphertext, context: {} })
    await assert.rejects(wrong, isFailure('invalid-ciphertext'))
  }
  const silent = await uses['generate-data-key-pair-without-plaintext'](US, {
    ...{ key, pairSpec: 'ECC_NIST_P256', context: {} },
  })
  assert.ok(!('privatePlaintext' in silent || 'privateKey' in silent))
  assert.ok((await uses.decrypt(US, { ciphertext: silent.privateCiphertext, context: {} })).plaintext.length > 100)
})

test('a MAC holds for its message, key and length only', async () => {
  const all = await deployment()
  const { uses } = all.keys
  for (const spec of HMAC_SPECS) {
    const algorithm = MAC_ALGORITHM_OF[spec]
    const key = await keyOf(all, spec, 'GENERATE_VERIFY_MAC')
    const other = await keyOf(all, spec, 'GENERATE_VERIFY_MAC')
    const { mac, keyArn } = await uses['generate-mac'](US, { key, message: MESSAGE, algorithm })
    assert.equal(keyArn, key)
    await uses['verify-mac'](US, { key, message: MESSAGE, mac, algorithm })
    const changed = Buffer.from(mac)
    changed[0] = (changed[0] ?? 0) ^ 1
    for (const wrong of [
      { key, message: MESSAGE, mac: changed, algorithm },
      { key, message: MESSAGE, mac: mac.subarray(1), algorithm },
      { key, message: Buffer.of(1), mac, algorithm },
      { key: other, message: MESSAGE, mac, algorithm },
    ]) {
      await assert.rejects(uses['verify-mac'](US, wrong), isFailure('invalid-mac'))
    }
    for (const message of [Buffer.alloc(0), Buffer.alloc(4_097)]) {
      await assert.rejects(uses['generate-mac'](US, { key, message, algorithm }), isFailure('invalid-argument'))
    }
  }
})

test('a signature holds under the public key that everybody may have, and verifies here too', async () => {
  const all = await deployment()
  const { uses } = all.keys
  for (const spec of PAIR_SPECS) {
    const key = await keyOf(all, spec, 'SIGN_VERIFY')
    const shown = await uses['get-public-key'](US, { key })
    assert.deepEqual([shown.keyArn, shown.spec, shown.usage], [key, spec, 'SIGN_VERIFY'])
    const publicKey = createPublicKey({ key: Buffer.from(shown.publicKey), type: 'spki', format: 'der' })
    for (const algorithm of SIGNING_ALGORITHMS_OF[spec]) {
      const asked = { key, message: MESSAGE, messageType: 'raw', algorithm } as const
      const { signature } = await uses.sign(US, asked)
      const { hash, options } = SIGNINGS[algorithm]
      assert.ok(verify(hash, MESSAGE, { key: publicKey, ...options }, signature), algorithm)
      await uses.verify(US, { ...asked, signature })
      for (const wrong of [
        { ...asked, signature: signature.subarray(1) },
        { ...asked, signature: Buffer.alloc(0) },
        { ...asked, message: Buffer.of(1), signature },
      ]) {
        await assert.rejects(uses.verify(US, wrong), isFailure('invalid-signature'))
      }
      const digest = createHash('sha256').update(MESSAGE).digest()
      const digested = uses.sign(US, { ...asked, message: digest, messageType: 'digest' })
      await assert.rejects(digested, isFailure('unsupported-operation'))
    }
  }
})

const RAW = { message: MESSAGE, messageType: 'raw' } as const
type Uses = Deployment['keys']['uses']
type On = { readonly uses: Uses; readonly request: KeyRequest; readonly key: string; readonly ciphertext: Uint8Array }

/** Every use of a key that is named, with the actions that it asks for; `usage`: what the key has to be for. */
const USES: Readonly<
  Record<
    Exclude<KeyUseOperation['kind'], 'generate-random'>,
    readonly [usage: KeyUsage, actions: readonly string[], run: (on: On) => Promise<unknown>]
  >
> = {
  encrypt: [
    ...(['ENCRYPT_DECRYPT', ['kms:Encrypt']] as const),
    ({ uses, request, key }) =>
      uses.encrypt(request, { key, plaintext: new SecretBytes(Buffer.from(SECRET)), context: {} }),
  ],
  decrypt: [
    ...(['ENCRYPT_DECRYPT', ['kms:Decrypt']] as const),
    ({ uses, request, key, ciphertext }) => uses.decrypt(request, { key, ciphertext, context: {} }),
  ],
  're-encrypt': [
    ...(['ENCRYPT_DECRYPT', ['kms:ReEncryptFrom', 'kms:ReEncryptTo']] as const),
    ({ uses, request, key, ciphertext }) =>
      uses['re-encrypt'](request, { ciphertext, sourceContext: {}, key, context: CONTEXT }),
  ],
  'generate-data-key': [
    ...(['ENCRYPT_DECRYPT', ['kms:GenerateDataKey']] as const),
    ({ uses, request, key }) => uses['generate-data-key'](request, { key, sizeBytes: 32, context: {} }),
  ],
  'generate-data-key-without-plaintext': [
    ...(['ENCRYPT_DECRYPT', ['kms:GenerateDataKeyWithoutPlaintext']] as const),
    ({ uses, request, key }) =>
      uses['generate-data-key-without-plaintext'](request, { key, sizeBytes: 32, context: {} }),
  ],
  'generate-data-key-pair': [
    ...(['ENCRYPT_DECRYPT', ['kms:GenerateDataKeyPair']] as const),
    ({ uses, request, key }) =>
      uses['generate-data-key-pair'](request, { key, pairSpec: 'ECC_NIST_EDWARDS25519', context: {} }),
  ],
  'generate-data-key-pair-without-plaintext': [
    ...(['ENCRYPT_DECRYPT', ['kms:GenerateDataKeyPairWithoutPlaintext']] as const),
    ({ uses, request, key }) =>
      uses['generate-data-key-pair-without-plaintext'](request, { key, pairSpec: 'ECC_NIST_P256', context: {} }),
  ],
  'generate-mac': [
    ...(['GENERATE_VERIFY_MAC', ['kms:GenerateMac']] as const),
    ({ uses, request, key }) => uses['generate-mac'](request, { key, message: MESSAGE, algorithm: 'HMAC_SHA_256' }),
  ],
  'verify-mac': [
    ...(['GENERATE_VERIFY_MAC', ['kms:VerifyMac']] as const),
    ({ uses, request, key }) =>
      uses['verify-mac'](request, { key, message: MESSAGE, mac: Buffer.alloc(32), algorithm: 'HMAC_SHA_256' }),
  ],
  'get-public-key': [
    ...(['SIGN_VERIFY', ['kms:GetPublicKey']] as const),
    ({ uses, request, key }) => uses['get-public-key'](request, { key }),
  ],
  sign: [
    ...(['SIGN_VERIFY', ['kms:Sign']] as const),
    ({ uses, request, key }) => uses.sign(request, { key, ...RAW, algorithm: 'ECDSA_SHA_256' }),
  ],
  verify: [
    ...(['SIGN_VERIFY', ['kms:Verify']] as const),
    ({ uses, request, key }) =>
      uses.verify(request, { key, ...RAW, algorithm: 'ECDSA_SHA_256', signature: Buffer.alloc(64) }),
  ],
}

/** What a use ends with: `done`, or the kind of its refusal. A wrong MAC or signature was looked at: the use is done. */
async function outcomeOf(use: Promise<unknown>): Promise<string> {
  const seen: FailureKind[] = ['key-invalid-usage', 'access-denied', 'dry-run', 'key-disabled', 'invalid-ciphertext']
  const examined: FailureKind[] = ['invalid-mac', 'invalid-signature']
  try {
    await use
    return 'done'
  } catch (error) {
    for (const kind of [...seen, ...examined]) {
      try {
        isFailure(kind)(error)
        return examined.includes(kind) ? 'done' : kind
      } catch {
        continue
      }
    }
    throw error
  }
}

/** A ciphertext of a key that a stranger has no right on is none, as far as he learns. */
function strangerSees(use: string): FailureKind {
  return use === 're-encrypt' ? 'invalid-ciphertext' : 'access-denied'
}

async function keysOfAllKinds(all: Deployment): Promise<Readonly<Record<KeyUsage, string>>> {
  return {
    ENCRYPT_DECRYPT: await keyOf(all, 'SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT'),
    GENERATE_VERIFY_MAC: await keyOf(all, 'HMAC_256', 'GENERATE_VERIFY_MAC'),
    SIGN_VERIFY: await keyOf(all, 'ECC_NIST_P256', 'SIGN_VERIFY'),
  }
}

test('T-106 each use is for keys of its usage: with every other kind of key it is refused, after the state was looked at', async () => {
  const all = await deployment()
  const keys = await keysOfAllKinds(all)
  const plaintext = new SecretBytes(Buffer.of(1))
  const { blob: ciphertext } = await all.keys.encrypt(US, { key: keys.ENCRYPT_DECRYPT, plaintext, context: {} })
  for (const state of ['enabled', 'disabled'] as const) {
    for (const [name, [usage, , run]] of Object.entries(USES)) {
      for (const [kind, key] of Object.entries(keys)) {
        if (name === 'decrypt' && kind !== usage) continue
        const outcome = await outcomeOf(run({ uses: all.keys.uses, request: US, key, ciphertext }))
        const expected = kind === usage ? 'done' : 'key-invalid-usage'
        assert.equal(outcome, state === 'disabled' ? 'key-disabled' : expected, `${name} with ${kind}, ${state}`)
      }
    }
    for (const key of Object.values(keys)) await all.keys.disableKey(US, key)
  }
})

test('each use asks for its own action as the caller, and for no other; without it nothing is done', async () => {
  const all = await withPeople()
  const keys = await keysOfAllKinds(all)
  const caller = testUser(OURS, 'alice')
  const request = { caller, requestId: 'request-1' }
  const may = async (statement: object) => all.say(caller, [{ Effect: 'Allow', Resource: '*', ...statement }])
  const plaintext = new SecretBytes(Buffer.of(1))
  const { blob: ciphertext } = await all.keys.encrypt(US, { key: keys.ENCRYPT_DECRYPT, plaintext, context: {} })
  for (const [name, [usage, actions, run]] of Object.entries(USES)) {
    const on = { uses: all.keys.uses, request, key: keys[usage], ciphertext }
    await may({ Action: actions })
    assert.equal(await outcomeOf(run(on)), 'done', name)
    for (const action of actions) {
      await may({ NotAction: action })
      assert.equal(await outcomeOf(run(on)), 'access-denied', `${name} without ${action}`)
    }
    assert.equal(await outcomeOf(run({ ...on, request: THEM })), strangerSees(name), name)
  }
  await may({ Action: 'kms:GenerateRandom' })
  await all.keys.uses['generate-random'](request, { sizeBytes: 1 })
  await may({ NotAction: 'kms:GenerateRandom' })
  await assert.rejects(all.keys.uses['generate-random'](request, { sizeBytes: 1 }), isFailure('access-denied'))
})

test('a dry run says what would be refused, and else that it was one; nothing is made', async () => {
  const all = await deployment()
  const keys = await keysOfAllKinds(all)
  const plaintext = new SecretBytes(Buffer.of(1))
  const { blob: ciphertext } = await all.keys.encrypt(US, { key: keys.ENCRYPT_DECRYPT, plaintext, context: {} })
  const request = { ...US, dryRun: true }
  for (const [name, [usage, , run]] of Object.entries(USES)) {
    const on = { uses: all.keys.uses, request, key: keys[usage], ciphertext }
    assert.equal(await outcomeOf(run(on)), 'dry-run', name)
    assert.equal(await outcomeOf(run({ ...on, request: { ...THEM, dryRun: true } })), strangerSees(name), name)
  }
  await assert.rejects(all.keys.uses['generate-random'](request, { sizeBytes: 1 }), isFailure('dry-run'))
})

test('Decrypt with a key named: by id, ARN or alias it must be the one of the ciphertext', async () => {
  const all = await deployment()
  const [one, two] = [
    await all.keys.createKey(US, { description: '' }),
    await all.keys.createKey(US, { description: '' }),
  ]
  await all.keys.setAlias(US, 'alias/one', one.keyId, false)
  const plaintext = new SecretBytes(Buffer.of(7))
  const { blob: ciphertext } = await all.keys.encrypt(US, { key: one.keyId, plaintext, context: {} })
  const { uses } = all.keys
  for (const key of [one.keyId, one.arn, 'alias/one']) {
    assert.equal((await uses.decrypt(US, { key, ciphertext, context: {} })).keyArn, one.arn)
  }
  await assert.rejects(uses.decrypt(US, { key: two.arn, ciphertext, context: {} }), isFailure('incorrect-key'))
  await assert.rejects(uses.decrypt(US, { key: 'alias/none', ciphertext, context: {} }), isFailure('key-not-found'))
  const sourced = uses['re-encrypt'](US, {
    ...{ ciphertext, sourceKey: two.keyId, sourceContext: {}, key: one.keyId, context: {} },
  })
  await assert.rejects(sourced, isFailure('incorrect-key'))
  for (const algorithm of ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] as const) {
    await assert.rejects(uses.decrypt(US, { ciphertext, context: {}, algorithm }), isFailure('key-invalid-usage'))
  }
})

test('re-encryption to the same key moves a ciphertext to its current material', async () => {
  const all = await deployment()
  const { keyId } = await all.keys.createKey(US, { description: '' })
  const before = await all.keys.uses['generate-data-key'](US, { key: keyId, sizeBytes: 16, context: {} })
  await all.keys.rotateKey(US, keyId)
  const moved = await all.keys.uses['re-encrypt'](US, {
    ...{ ciphertext: before.ciphertext, sourceContext: {}, key: keyId, context: {} },
  })
  assert.equal(moved.sourceMaterialId, before.materialId)
  assert.equal(moved.materialId, (await all.keys.describeKey(US, keyId)).materialId)
  assert.notEqual(moved.materialId, before.materialId)
})

test('what cannot be made is refused: usages that do not go with a spec, encryption under RSA, a spec without its usage', async () => {
  const all = await deployment()
  const refused: readonly (readonly [KeySpec, KeyUsage | undefined, FailureKind])[] = [
    ['HMAC_256', undefined, 'invalid-argument'],
    ['HMAC_256', 'ENCRYPT_DECRYPT', 'invalid-argument'],
    ['HMAC_256', 'SIGN_VERIFY', 'invalid-argument'],
    ['SYMMETRIC_DEFAULT', 'GENERATE_VERIFY_MAC', 'invalid-argument'],
    ['ECC_NIST_P256', 'ENCRYPT_DECRYPT', 'invalid-argument'],
    ['RSA_2048', 'GENERATE_VERIFY_MAC', 'invalid-argument'],
    ['RSA_2048', 'ENCRYPT_DECRYPT', 'unsupported-operation'],
  ]
  for (const [spec, usage, kind] of refused) {
    const terms = usage === undefined ? { description: '', spec } : { description: '', spec, usage }
    await assert.rejects(all.keys.createKey(US, terms), isFailure(kind), `${spec} ${usage ?? ''}`)
  }
  assert.deepEqual(await all.keys.listKeys(US), [])
})

test('T-101 no plaintext, private half, MAC or message is in a record, a row or what is printed of an answer', async () => {
  const all = await deployment()
  const keys = await keysOfAllKinds(all)
  const { uses } = all.keys
  const plaintext = new SecretBytes(Buffer.from(SECRET))
  const { ciphertext } = await uses.encrypt(US, { key: keys.ENCRYPT_DECRYPT, plaintext, context: {} })
  const opened = await uses.decrypt(US, { ciphertext, context: {} })
  const pair = await uses['generate-data-key-pair'](US, {
    ...{ key: keys.ENCRYPT_DECRYPT, pairSpec: 'ECC_NIST_P256', context: {} },
  })
  const dataKey = await uses['generate-data-key'](US, { key: keys.ENCRYPT_DECRYPT, sizeBytes: 32, context: {} })
  const random = await uses['generate-random'](US, { sizeBytes: 32 })
  const mac = { key: keys.GENERATE_VERIFY_MAC, message: Buffer.from(SECRET), algorithm: 'HMAC_SHA_256' } as const
  const made = await uses['generate-mac'](US, mac)
  const secrets = [
    Buffer.from(SECRET),
    Buffer.from(made.mac),
    ...[pair.privatePlaintext, dataKey.plaintext, random.bytes].map((one) => one.expose((bytes) => Buffer.from(bytes))),
  ]
  const { rows } = await all.store.scan({ start: Buffer.of(0), end: Buffer.of(0xff), limit: 1_000 })
  const stored = Buffer.concat(rows.map((row) => row.value))
  const said = JSON.stringify([all.audited, opened, pair.privatePlaintext, dataKey.plaintext, random])
  for (const secret of secrets) {
    assert.ok(!stored.includes(secret))
    for (const form of ['hex', 'base64', 'latin1'] as const) assert.ok(!said.includes(secret.toString(form)))
  }
  assert.equal(bytesOf(plaintext).toString(), SECRET)
})
