import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { environmentOf, parseRootKey, resolveRootKey } from '../../src/config/index.ts'
import { openRootProvider, RootRefused, RootUnavailable, type RootProvider } from '../../src/kms/index.ts'
import { rootSettingOf } from '../../src/processes/root-setting.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import { ACCESS_KEY_ID, awsKmsContract, failure, KEY_ARN, SECRET_KEY, type KmsContract } from './aws-kms-contract.ts'

const CLUSTER_KEY = new SecretBytes(Buffer.from('the cluster key of thirty-two by'))
const CLUSTER_ID = Buffer.alloc(16, 3)

function rootOf(contract: KmsContract, secret = SECRET_KEY, keyArn = KEY_ARN): Promise<RootProvider> {
  const query = `endpoint=${contract.endpoint}&access-key-id=${ACCESS_KEY_ID}&secret-key=env:SECRET_OF_TEST`
  const env = environmentOf({ SECRET_OF_TEST: secret })
  return openRootProvider(rootSettingOf(resolveRootKey(parseRootKey(`aws-kms:${keyArn}?${query}`), env)))
}

async function contractOf(t: TestContext): Promise<KmsContract> {
  const contract = await awsKmsContract()
  t.after(async () => {
    await contract.close()
    assert.deepEqual(contract.violations, [])
  })
  return contract
}

test('AWS KMS: one GenerateDataKey for a wrap, Decrypt to open it, both bound to the deployment', async (t) => {
  const contract = await contractOf(t)
  const root = await rootOf(contract)
  const wrapped = await root.wrap(CLUSTER_KEY, 2, CLUSTER_ID)
  assert.ok((await root.unwrap(wrapped, 2))?.equals(CLUSTER_KEY))
  assert.deepEqual(
    contract.calls.map(({ operation }) => operation),
    ['GenerateDataKey', 'Decrypt'],
  )
  assert.deepEqual(contract.calls[1]?.members['EncryptionContext'], { 'coffer:cluster': CLUSTER_ID.toString('hex') })
  assert.equal(await root.unwrap(wrapped, 3), undefined)
  const elsewhere = Buffer.from(wrapped)
  elsewhere[20] = 0xff
  assert.equal(await root.unwrap(elsewhere, 2), undefined, 'another deployment')
  assert.notEqual(await root.identify(wrapped), await root.identify(await root.wrap(CLUSTER_KEY, 2, CLUSTER_ID)))
})

test('AWS KMS: another key’s wrap is not opened, and not asked for', async (t) => {
  const contract = await contractOf(t)
  const wrapped = await (await rootOf(contract)).wrap(CLUSTER_KEY, 1, CLUSTER_ID)
  const before = contract.calls.length
  const other = await rootOf(contract, SECRET_KEY, KEY_ARN.replace('1234abcd', '4321abcd'))
  assert.equal(await other.unwrap(wrapped, 1), undefined)
  assert.match(await other.identify(wrapped), /4321abcd/)
  assert.equal(contract.calls.length, before)
})

test('AWS KMS: a wrong secret and a right that is missing refuse the start, and the secret is in no sentence', async (t) => {
  const contract = await contractOf(t)
  const wrong = await rootOf(contract, 'wrong-secret-0123456789-0123456789')
  await assert.rejects(wrong.wrap(CLUSTER_KEY, 1, CLUSTER_ID), (error: unknown) => {
    assert.ok(error instanceof RootRefused)
    assert.match(error.message, /InvalidSignatureException/)
    assert.equal(error.message.includes('wrong-secret'), false)
    return true
  })
  contract.fault = () => failure('AccessDeniedException')
  await assert.rejects((await rootOf(contract)).wrap(CLUSTER_KEY, 1, CLUSTER_ID), RootRefused)
})

const AWAY: readonly (readonly [string, KmsContract['fault']])[] = [
  ['throttles', () => failure('ThrottlingException')],
  ['has no key store', () => failure('KeyUnavailableException', 500)],
  ['has the key disabled', () => failure('com.amazonaws.kms#DisabledException')],
  ['is behind a broken proxy', () => ({ status: 502 })],
  ['sends elsewhere', () => ({ status: 302 })],
  ['answers without JSON', () => ({ status: 200, body: 'hello' })],
  ['answers with another key', () => ({ status: 200, body: { KeyId: 'arn:other', Plaintext: '' } })],
  ['answers endlessly', () => ({ status: 200, body: { KeyId: KEY_ARN, Plaintext: 'A'.repeat(100_000) } })],
]
for (const [name, fault] of AWAY) {
  test(`T-118: a key service that ${name} is away, never another root`, async (t) => {
    const contract = await contractOf(t)
    const wrapped = await (await rootOf(contract)).wrap(CLUSTER_KEY, 1, CLUSTER_ID)
    contract.fault = fault
    await assert.rejects((await rootOf(contract)).unwrap(wrapped, 1), RootUnavailable)
    contract.fault = () => undefined
    assert.ok((await (await rootOf(contract)).unwrap(wrapped, 1))?.equals(CLUSTER_KEY))
  })
}

test('T-118: a key service that answers with another data key opens nothing', async (t) => {
  const contract = await contractOf(t)
  const root = await rootOf(contract)
  const wrapped = await root.wrap(CLUSTER_KEY, 1, CLUSTER_ID)
  for (const length of [0, 31, 32]) {
    const body = { KeyId: KEY_ARN, Plaintext: Buffer.alloc(length, 1).toString('base64') }
    contract.fault = () => ({ status: 200, body })
    assert.equal(await root.unwrap(wrapped, 1), undefined, `${length} bytes`)
  }
})
