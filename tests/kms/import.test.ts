import {
  CreateKeyCommand,
  DecryptCommand,
  DeleteImportedKeyMaterialCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  type AlgorithmSpec,
  type WrappingKeySpec,
} from '@aws-sdk/client-kms'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createCipheriv, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { testDirectory } from '../servers.ts'
import { kmsBench, refused } from './kms-bench.ts'

const { kms, move } = await kmsBench()
const DAY_MS = 86_400_000
const OPENSSL = spawnSync('openssl', ['version']).status === 0

/** What wraps the material: the `openssl` command, as people do it who keep their keys themselves. */
function openssl(words: readonly string[], directory: string): void {
  const { status, stderr } = spawnSync('openssl', words, { cwd: directory, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
}

function wrapped(material: Uint8Array, spki: Uint8Array, algorithm: AlgorithmSpec): Buffer {
  const directory = testDirectory()
  try {
    const file = (name: string): string => join(directory.path, name)
    writeFileSync(file('public.der'), spki)
    const hash = algorithm.endsWith('SHA_1') ? 'sha1' : 'sha256'
    const aes = algorithm.startsWith('RSA_AES_KEY_WRAP') ? randomBytes(32) : undefined
    writeFileSync(file('in'), aes ?? material)
    const oaep = ['rsa_padding_mode:oaep', `rsa_oaep_md:${hash}`, `rsa_mgf1_md:${hash}`].flatMap((one) => [
      '-pkeyopt',
      one,
    ])
    const key = ['-pubin', '-inkey', 'public.der', '-keyform', 'DER']
    openssl(['pkeyutl', '-encrypt', '-in', 'in', '-out', 'out', ...key, ...oaep], directory.path)
    const sealed = readFileSync(file('out'))
    if (aes === undefined) return sealed
    // AES key wrap with padding (RFC 5649), which the openssl command does not have in all versions.
    const cipher = createCipheriv('id-aes256-wrap-pad', aes, Buffer.from('A65959A6', 'hex'))
    return Buffer.concat([sealed, cipher.update(material), cipher.final()])
  } finally {
    directory.remove()
  }
}

async function newKey(): Promise<{ readonly id: string; readonly arn: string }> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Origin: 'EXTERNAL' }))
  const { KeyId, Arn, Enabled, KeyState, Origin } = KeyMetadata ?? assert.fail()
  assert.deepEqual([Enabled, KeyState, Origin], [false, 'PendingImport', 'EXTERNAL'])
  return { id: KeyId ?? assert.fail(), arn: Arn ?? assert.fail() }
}

async function parameters(
  KeyId: string,
  WrappingAlgorithm: AlgorithmSpec = 'RSAES_OAEP_SHA_256',
  WrappingKeySpec: WrappingKeySpec = 'RSA_2048',
): Promise<{ readonly token: Uint8Array; readonly publicKey: Uint8Array }> {
  const asked = new GetParametersForImportCommand({ KeyId, WrappingAlgorithm, WrappingKeySpec })
  const { ImportToken, PublicKey } = await kms.send(asked)
  return { token: ImportToken ?? assert.fail(), publicKey: PublicKey ?? assert.fail() }
}

async function importInto(
  KeyId: string,
  material: Uint8Array,
  more: object = {},
  algorithm: AlgorithmSpec = 'RSAES_OAEP_SHA_256',
) {
  const { token, publicKey } = await parameters(KeyId, algorithm)
  return kms.send(
    new ImportKeyMaterialCommand({
      KeyId,
      ImportToken: token,
      EncryptedKeyMaterial: wrapped(material, publicKey, algorithm),
      ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
      ...more,
    }),
  )
}

async function state(KeyId: string) {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }))
  return [KeyMetadata?.KeyState, KeyMetadata?.ExpirationModel, KeyMetadata?.ValidTo?.getTime()]
}

const skip = OPENSSL ? false : 'the openssl command is not here: apt-get install openssl'

for (const algorithm of [
  'RSAES_OAEP_SHA_256',
  'RSAES_OAEP_SHA_1',
  'RSA_AES_KEY_WRAP_SHA_256',
  'RSA_AES_KEY_WRAP_SHA_1',
] as const) {
  test(
    `material that openssl wrapped with ${algorithm} is imported, used, forgotten, and imported again`,
    { skip },
    async () => {
      const { id: KeyId, arn } = await newKey()
      const encrypt = () => kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }))
      await refused(encrypt(), 'KMSInvalidStateException', `${arn} is pending import.`)
      const material = randomBytes(32)
      const imported = await importInto(KeyId, material, {}, algorithm)
      assert.equal(imported.KeyId, arn)
      assert.match(imported.KeyMaterialId ?? '', /^[0-9a-f]{64}$/)
      assert.deepEqual(await state(KeyId), ['Enabled', 'KEY_MATERIAL_DOES_NOT_EXPIRE', undefined])
      const { CiphertextBlob } = await encrypt()
      const forgotten = await kms.send(new DeleteImportedKeyMaterialCommand({ KeyId }))
      assert.equal(forgotten.KeyId, arn)
      assert.deepEqual(await state(KeyId), ['PendingImport', undefined, undefined])
      const open = () => kms.send(new DecryptCommand({ CiphertextBlob }))
      await refused(open(), 'KMSInvalidStateException', `${arn} is pending import.`)
      await refused(importInto(KeyId, randomBytes(32), {}, algorithm), 'IncorrectKeyMaterialException')
      const again = await importInto(KeyId, material, {}, algorithm)
      assert.equal(again.KeyMaterialId, imported.KeyMaterialId)
      assert.equal(Buffer.from((await open()).Plaintext ?? []).toString(), 'x')
    },
  )
}

test('material goes at its time, and comes back when it is imported again', { skip }, async () => {
  const { id: KeyId, arn } = await newKey()
  const ValidTo = new Date(Math.floor(Date.now() / 1000) * 1000 + 2 * DAY_MS)
  const material = randomBytes(32)
  await importInto(KeyId, material, { ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo })
  assert.deepEqual(await state(KeyId), ['Enabled', 'KEY_MATERIAL_EXPIRES', ValidTo.getTime()])
  move(3 * DAY_MS)
  const encrypt = () => kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }))
  await refused(encrypt(), 'KMSInvalidStateException', `${arn} is pending import.`)
  assert.equal((await state(KeyId))[0], 'PendingImport')
  await importInto(KeyId, material)
  assert.ok((await encrypt()).CiphertextBlob)
})

test('an import token is for its key, for a day, and no other token is one', { skip }, async () => {
  const [one, other] = [await newKey(), await newKey()]
  const { token, publicKey } = await parameters(one.id)
  const EncryptedKeyMaterial = wrapped(randomBytes(32), publicKey, 'RSAES_OAEP_SHA_256')
  const ExpirationModel = 'KEY_MATERIAL_DOES_NOT_EXPIRE'
  const into = (KeyId: string, ImportToken: Uint8Array, sealed: Uint8Array = EncryptedKeyMaterial) =>
    kms.send(new ImportKeyMaterialCommand({ KeyId, ImportToken, EncryptedKeyMaterial: sealed, ExpirationModel }))
  await refused(into(other.id, token), 'InvalidImportTokenException')
  const forged = Uint8Array.from(token)
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
  await refused(into(one.id, forged), 'InvalidImportTokenException')
  await refused(into(one.id, token, randomBytes(256)), 'InvalidCiphertextException')
  const short = wrapped(randomBytes(31), publicKey, 'RSAES_OAEP_SHA_256')
  await refusedAny(into(one.id, token, short))
  move(DAY_MS + 60_000)
  await refused(into(one.id, token), 'ExpiredImportTokenException')
})

test('material without an end needs none, one with an end needs it; keys made here take none', async () => {
  const { id: KeyId } = await newKey()
  const { token: ImportToken } = await parameters(KeyId)
  const asked = new ImportKeyMaterialCommand({ KeyId, ImportToken, EncryptedKeyMaterial: randomBytes(256) })
  await refused(
    kms.send(asked),
    'ValidationException',
    'A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES',
  )
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  await refused(
    parameters(KeyMetadata?.KeyId ?? ''),
    'UnsupportedOperationException',
    `${KeyMetadata?.Arn} origin is AWS_KMS which is not valid for this operation.`,
  )
})

async function refusedAny(asked: Promise<unknown>): Promise<void> {
  await assert.rejects(asked)
}
