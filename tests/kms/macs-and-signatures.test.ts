import {
  DecryptCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
  type DataKeyPairSpec,
  type KeySpec,
  type MacAlgorithmSpec,
  type SigningAlgorithmSpec,
} from '@aws-sdk/client-kms'
import assert from 'node:assert/strict'
import { constants, createPrivateKey, createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { kmsBench, refused } from './kms-bench.ts'

const { kms, newKey } = await kmsBench()
const Message = Buffer.from('some important message')

const MACS: readonly (readonly [KeySpec, MacAlgorithmSpec, bytes: number])[] = [
  ['HMAC_224', 'HMAC_SHA_224', 28],
  ['HMAC_256', 'HMAC_SHA_256', 32],
  ['HMAC_384', 'HMAC_SHA_384', 48],
  ['HMAC_512', 'HMAC_SHA_512', 64],
]

for (const [KeySpec, MacAlgorithm, bytes] of MACS) {
  test(`${KeySpec}: a MAC is made and verified, and no other is right`, async () => {
    const { id: KeyId, arn } = await newKey({ KeySpec, KeyUsage: 'GENERATE_VERIFY_MAC' })
    const made = await kms.send(new GenerateMacCommand({ KeyId, Message, MacAlgorithm }))
    assert.deepEqual([made.KeyId, made.MacAlgorithm, made.Mac?.length], [arn, MacAlgorithm, bytes])
    const checked = await kms.send(new VerifyMacCommand({ KeyId: arn, Message, MacAlgorithm, Mac: made.Mac }))
    assert.deepEqual([checked.KeyId, checked.MacAlgorithm, checked.MacValid], [arn, MacAlgorithm, true])
    const wrong = Uint8Array.from(made.Mac ?? [])
    wrong[0] = (wrong[0] ?? 0) ^ 1
    for (const [message, mac] of [
      [Message, wrong],
      [Message, wrong.subarray(0, 8)],
      [Buffer.from('some other message'), made.Mac],
    ] as const) {
      const asked = kms.send(new VerifyMacCommand({ KeyId, Message: message, MacAlgorithm, Mac: mac }))
      await refused(asked, 'KMSInvalidMacException')
    }
    const other = MacAlgorithm === 'HMAC_SHA_256' ? 'HMAC_SHA_512' : 'HMAC_SHA_256'
    const words = `Algorithm ${other} is incompatible with key spec ${KeySpec}.`
    await refused(
      kms.send(new GenerateMacCommand({ KeyId, Message, MacAlgorithm: other })),
      'InvalidKeyUsageException',
      words,
    )
    const dry = kms.send(new GenerateMacCommand({ KeyId, Message, MacAlgorithm, DryRun: true }))
    await refused(dry, 'DryRunOperationException')
  })
}

const PAIRS: readonly DataKeyPairSpec[] = [
  'RSA_2048',
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_SECG_P256K1',
  'ECC_NIST_EDWARDS25519',
]

for (const KeyPairSpec of PAIRS) {
  test(`a pair of data keys of ${KeyPairSpec}: both halves belong together, the private one opens under its context`, async () => {
    const { id: KeyId, arn } = await newKey()
    const EncryptionContext = { pair: KeyPairSpec }
    const made = await kms.send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec, EncryptionContext }))
    assert.deepEqual([made.KeyId, made.KeyPairSpec], [arn, KeyPairSpec])
    const pkcs8 = Buffer.from(made.PrivateKeyPlaintext ?? [])
    const spki = Buffer.from(made.PublicKey ?? [])
    const own = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }))
    assert.deepEqual(own.export({ format: 'der', type: 'spki' }), spki)
    const open = (CiphertextBlob: Uint8Array | undefined, context: Record<string, string>) =>
      kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }))
    const opened = await open(made.PrivateKeyCiphertextBlob, EncryptionContext)
    assert.deepEqual(Buffer.from(opened.Plaintext ?? []), pkcs8)
    await refused(open(made.PrivateKeyCiphertextBlob, {}), 'InvalidCiphertextException')
    const sealed = await kms.send(new GenerateDataKeyPairWithoutPlaintextCommand({ KeyId, KeyPairSpec }))
    assert.ok(!('PrivateKeyPlaintext' in sealed))
    const later = await open(sealed.PrivateKeyCiphertextBlob, {})
    const hidden = createPrivateKey({ key: Buffer.from(later.Plaintext ?? []), format: 'der', type: 'pkcs8' })
    assert.deepEqual(
      createPublicKey(hidden).export({ format: 'der', type: 'spki' }),
      Buffer.from(sealed.PublicKey ?? []),
    )
  })
}

const SIGNATURES: readonly (readonly [KeySpec, SigningAlgorithmSpec, hash: string])[] = [
  ['RSA_2048', 'RSASSA_PSS_SHA_256', 'sha256'],
  ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_512', 'sha512'],
  ['ECC_NIST_P256', 'ECDSA_SHA_256', 'sha256'],
  ['ECC_NIST_P384', 'ECDSA_SHA_384', 'sha384'],
  ['ECC_SECG_P256K1', 'ECDSA_SHA_256', 'sha256'],
]

for (const [KeySpec, SigningAlgorithm, hash] of SIGNATURES) {
  test(`${KeySpec} with ${SigningAlgorithm}: of a message, verified here and by the public key`, async () => {
    const { id: KeyId, arn } = await newKey({ KeySpec, KeyUsage: 'SIGN_VERIFY' })
    const shown = await kms.send(new GetPublicKeyCommand({ KeyId }))
    assert.deepEqual([shown.KeyId, shown.KeySpec, shown.KeyUsage], [arn, KeySpec, 'SIGN_VERIFY'])
    assert.ok(shown.SigningAlgorithms?.includes(SigningAlgorithm))
    const key = createPublicKey({ key: Buffer.from(shown.PublicKey ?? []), format: 'der', type: 'spki' })
    const made = await kms.send(new SignCommand({ KeyId, Message, SigningAlgorithm }))
    assert.deepEqual([made.KeyId, made.SigningAlgorithm], [arn, SigningAlgorithm])
    const signature = Buffer.from(made.Signature ?? [])
    const pss = SigningAlgorithm.includes('PSS')
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : {}
    assert.ok(verify(hash, Message, { key, ...pss }, signature))
    const asked = { KeyId, Message, MessageType: 'RAW', SigningAlgorithm } as const
    const checked = await kms.send(new VerifyCommand({ ...asked, Signature: signature }))
    assert.deepEqual([checked.KeyId, checked.SignatureValid], [arn, true])
    const bad = Buffer.from(signature)
    bad.writeUInt8(bad.readUInt8(bad.length - 1) ^ 1, bad.length - 1)
    for (const wrong of [
      { ...asked, Signature: bad },
      { ...asked, Message: Buffer.from('other'), Signature: signature },
    ]) {
      await refused(kms.send(new VerifyCommand(wrong)), 'KMSInvalidSignatureException')
    }
    // A digest that the caller made: node:crypto has no way to sign one with every kind of key.
    const digest = new SignCommand({ ...asked, MessageType: 'DIGEST' })
    await refused(kms.send(digest), 'UnsupportedOperationException')
  })
}

test('RSA keys that encrypt are not made here', async () => {
  const wanted = newKey({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
  await refused(wanted, 'UnsupportedOperationException')
})

test('keys of another usage are told so', async () => {
  const symmetric = await newKey()
  const hmac = await newKey({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
  const mac = kms.send(new GenerateMacCommand({ KeyId: symmetric.id, Message, MacAlgorithm: 'HMAC_SHA_256' }))
  await refused(
    mac,
    'InvalidKeyUsageException',
    `${symmetric.arn} key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.`,
  )
  const sign = kms.send(new SignCommand({ KeyId: hmac.id, Message, SigningAlgorithm: 'RSASSA_PSS_SHA_256' }))
  await refused(
    sign,
    'InvalidKeyUsageException',
    `${hmac.arn} key usage is GENERATE_VERIFY_MAC which is not valid for Sign.`,
  )
  await refused(kms.send(new GetPublicKeyCommand({ KeyId: symmetric.id })), 'InvalidKeyUsageException')
})
