import {
  DecryptCommand,
  DisableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
  ReEncryptCommand,
  type EncryptCommandInput,
} from '@aws-sdk/client-kms'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kmsBench, NO_KEY_ID, refused } from './kms-bench.ts'

const { kms, newKey } = await kmsBench()

const one = await newKey()
const other = await newKey()
const EncryptionContext = { tenant: 'a', ünï: '✓' }

async function encrypted(more: Partial<EncryptCommandInput> = {}): Promise<Uint8Array> {
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId: one.id, Plaintext: Buffer.from('hello'), ...more }),
  )
  return CiphertextBlob ?? assert.fail()
}

test('Encrypt and Decrypt: without a hint, with the key named, of 1 and of 4,096 bytes', async () => {
  for (const Plaintext of [Buffer.from('x'), Buffer.alloc(4096, 7)]) {
    const sealed = await kms.send(new EncryptCommand({ KeyId: one.id, Plaintext, EncryptionContext }))
    assert.deepEqual([sealed.KeyId, sealed.EncryptionAlgorithm], [one.arn, 'SYMMETRIC_DEFAULT'])
    assert.ok((sealed.CiphertextBlob?.length ?? 0) <= 6144)
    for (const KeyId of [undefined, one.id, one.arn]) {
      const opened = await kms.send(
        new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext, KeyId }),
      )
      assert.deepEqual(Buffer.from(opened.Plaintext ?? []), Plaintext)
      assert.deepEqual([opened.KeyId, opened.EncryptionAlgorithm], [one.arn, 'SYMMETRIC_DEFAULT'])
      assert.match(opened.KeyMaterialId ?? '', /^[0-9a-f]{64}$/)
    }
  }
})

test('a ciphertext opens under its own context only, whatever the order of its pairs', async () => {
  const blob = await encrypted({ EncryptionContext: { a: '1', b: '2' } })
  const open = (context: Record<string, string> | undefined) =>
    kms.send(new DecryptCommand({ CiphertextBlob: blob, EncryptionContext: context }))
  assert.ok((await open({ b: '2', a: '1' })).Plaintext)
  for (const wrong of [undefined, {}, { a: '1' }, { a: '1', b: '3' }, { A: '1', b: '2' }, { a: '1', b: '2', c: '' }]) {
    const error = await refused(open(wrong), 'InvalidCiphertextException')
    assert.ok(['', 'UnknownError'].includes(error.message), error.message)
  }
})

test('a ciphertext that is none, is damaged, or belongs to another key', async () => {
  const blob = await encrypted()
  const open = (CiphertextBlob: Uint8Array, KeyId?: string) => kms.send(new DecryptCommand({ CiphertextBlob, KeyId }))
  for (const at of [0, 4, 9, 25, 30, 60, 90, blob.length - 1]) {
    const damaged = Uint8Array.from(blob)
    damaged[at] = (damaged[at] ?? 0) ^ 1
    await refused(open(damaged), 'InvalidCiphertextException')
  }
  await refused(open(blob.subarray(0, -1)), 'InvalidCiphertextException')
  await refused(open(Buffer.from('nothing of ours')), 'InvalidCiphertextException')
  await refused(
    open(blob, other.id),
    'IncorrectKeyException',
    'The key ID in the request does not identify a CMK that can perform this operation.',
  )
  await refused(open(blob, NO_KEY_ID), 'NotFoundException')
})

test('sizes of plaintexts are KMS’s, and a plaintext is not told in the refusal', async () => {
  const message =
    "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096"
  await refused(encrypted({ Plaintext: Buffer.alloc(4097) }), 'ValidationException', message)
  await refused(encrypted({ Plaintext: new Uint8Array(0) }), 'ValidationException')
})

test('ReEncrypt moves a ciphertext to another key and context, and names both keys', async () => {
  const blob = await encrypted({ EncryptionContext })
  const moved = await kms.send(
    new ReEncryptCommand({
      CiphertextBlob: blob,
      SourceEncryptionContext: EncryptionContext,
      SourceKeyId: one.arn,
      DestinationKeyId: other.id,
      DestinationEncryptionContext: { tenant: 'b' },
    }),
  )
  assert.deepEqual([moved.SourceKeyId, moved.KeyId], [one.arn, other.arn])
  assert.deepEqual(
    [moved.SourceEncryptionAlgorithm, moved.DestinationEncryptionAlgorithm],
    ['SYMMETRIC_DEFAULT', 'SYMMETRIC_DEFAULT'],
  )
  const opened = await kms.send(
    new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { tenant: 'b' } }),
  )
  assert.equal(Buffer.from(opened.Plaintext ?? []).toString(), 'hello')
  const wrong = new ReEncryptCommand({ CiphertextBlob: blob, DestinationKeyId: other.id })
  await refused(kms.send(wrong), 'InvalidCiphertextException')
  const foreign = new ReEncryptCommand({
    CiphertextBlob: blob,
    SourceEncryptionContext: EncryptionContext,
    SourceKeyId: other.id,
    DestinationKeyId: one.id,
  })
  await refused(kms.send(foreign), 'IncorrectKeyException')
})

test('data keys of every size, with and without their plaintext, open to what was shown', async () => {
  for (const [size, bytes] of [
    [{ KeySpec: 'AES_256' }, 32],
    [{ KeySpec: 'AES_128' }, 16],
    [{ NumberOfBytes: 1 }, 1],
    [{ NumberOfBytes: 1024 }, 1024],
  ] as const) {
    const made = await kms.send(new GenerateDataKeyCommand({ KeyId: one.id, EncryptionContext, ...size }))
    assert.equal(made.Plaintext?.length, bytes)
    assert.equal(made.KeyId, one.arn)
    assert.match(made.KeyMaterialId ?? '', /^[0-9a-f]{64}$/)
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob, EncryptionContext }))
    assert.deepEqual(opened.Plaintext, made.Plaintext)
    const sealed = await kms.send(
      new GenerateDataKeyWithoutPlaintextCommand({ KeyId: one.id, EncryptionContext, ...size }),
    )
    assert.ok(!('Plaintext' in sealed))
    const later = await kms.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext }))
    assert.equal(later.Plaintext?.length, bytes)
    if (bytes > 1) assert.notDeepEqual(later.Plaintext, made.Plaintext)
  }
  const both = new GenerateDataKeyCommand({ KeyId: one.id, KeySpec: 'AES_256', NumberOfBytes: 32 })
  await refused(kms.send(both), 'ValidationException', 'Please specify either number of bytes or key spec.')
  const neither = new GenerateDataKeyCommand({ KeyId: one.id })
  await refused(kms.send(neither), 'ValidationException', 'Please specify either number of bytes or key spec.')
})

test('GenerateRandom gives as many bytes as were asked for, never the same', async () => {
  const random = async (NumberOfBytes: number | undefined) =>
    (await kms.send(new GenerateRandomCommand({ NumberOfBytes }))).Plaintext
  for (const size of [1, 12, 44, 91, 1024]) assert.equal((await random(size))?.length, size)
  assert.notDeepEqual(await random(32), await random(32))
  await refused(random(undefined), 'ValidationException', 'NumberOfBytes is required.')
  for (const [size, words] of [
    [
      0,
      "1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      1025,
      "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024",
    ],
  ] as const) {
    await refused(random(size), 'ValidationException', words)
  }
})

test('DryRun: what would be done is told, nothing is done, and what would be refused is refused', async () => {
  const Plaintext = Buffer.from('x')
  const blob = await encrypted()
  const dry = { DryRun: true }
  for (const command of [
    new EncryptCommand({ KeyId: one.id, Plaintext, ...dry }),
    new DecryptCommand({ CiphertextBlob: blob, ...dry }),
    new ReEncryptCommand({ CiphertextBlob: blob, DestinationKeyId: other.id, ...dry }),
    new GenerateDataKeyCommand({ KeyId: one.id, KeySpec: 'AES_256', ...dry }),
    new GenerateDataKeyWithoutPlaintextCommand({ KeyId: one.id, KeySpec: 'AES_256', ...dry }),
  ]) {
    const asked: Promise<unknown> = kms.send(command as EncryptCommand)
    await refused(asked, 'DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.')
  }
  const gone = await newKey()
  await kms.send(new DisableKeyCommand({ KeyId: gone.id }))
  await refused(kms.send(new EncryptCommand({ KeyId: gone.id, Plaintext, ...dry })), 'DisabledException')
  await refused(kms.send(new EncryptCommand({ KeyId: NO_KEY_ID, Plaintext, ...dry })), 'NotFoundException')
})

test('keys of another usage, and algorithms that do not go with a key', async () => {
  const hmac = await newKey({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
  await refused(
    encrypted({ KeyId: hmac.id }),
    'InvalidKeyUsageException',
    `${hmac.arn} key usage is GENERATE_VERIFY_MAC which is not valid for Encrypt.`,
  )
  const asked = kms.send(new GenerateDataKeyCommand({ KeyId: hmac.id, KeySpec: 'AES_256' }))
  await refused(asked, 'InvalidKeyUsageException')
  await refused(encrypted({ EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }), 'InvalidKeyUsageException')
})
