/** Alibaba Cloud KMS by its own clients: RPC, and the newer signature. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kmsBench } from '../kms/kms-bench.ts'
import { ACCOUNT, REGION } from '../servers.ts'
import { alibabaAcs3, alibabaRpc, recordOf, textOf, type KeyClient, type Members } from './vendor-clients.ts'

const { server } = await kmsBench()
const rpc = alibabaRpc(server)
const acs3 = alibabaAcs3(server)

async function newKey(input: Members = {}): Promise<Members> {
  const { keyMetadata } = await rpc.done('CreateKey', input)
  return recordOf(keyMetadata)
}

async function newKeyId(): Promise<string> {
  return textOf(await newKey(), 'keyId')
}

async function refused(client: KeyClient, action: string, input: Members, code: string): Promise<void> {
  const answer = await client.call(action, input)
  assert.equal(answer.code, code, `${action} ${JSON.stringify(input)}: ${answer.message}`)
  assert.match(String(answer.members['RequestId']), /^\S{8,}$/)
  assert.equal(answer.members['HostId'], `kms.${REGION}.aliyuncs.com`)
}

test('CreateKey and DescribeKey tell everything of a key, by its id, its ARN and its alias', async () => {
  const made = await newKey({ description: 'for photos' })
  const keyId = textOf(made, 'keyId')
  assert.deepEqual(
    { ...made, creationDate: '', primaryKeyVersion: '' },
    {
      keyId,
      arn: `acs:kms:${REGION}:${ACCOUNT}:key/${keyId}`,
      keyState: 'Enabled',
      keyUsage: 'ENCRYPT/DECRYPT',
      keySpec: 'Aliyun_AES_256',
      origin: 'Aliyun_KMS',
      creator: ACCOUNT,
      creationDate: '',
      description: 'for photos',
      deleteDate: '',
      materialExpireTime: '',
      protectionLevel: 'SOFTWARE',
      automaticRotation: 'Disabled',
      primaryKeyVersion: '',
    },
  )
  assert.match(textOf(made, 'creationDate'), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  await rpc.done('CreateAlias', { keyId, aliasName: 'alias/photos' })
  for (const name of [keyId, textOf(made, 'arn'), 'alias/photos']) {
    const { keyMetadata } = await rpc.done('DescribeKey', { keyId: name })
    assert.deepEqual({ ...recordOf(keyMetadata) }, { ...made })
  }
})

test('keys and aliases are listed in numbered pages, with their number', async () => {
  for (let count = 0; count < 3; count++) await newKey()
  const first = await rpc.done('ListKeys', { pageSize: 2 })
  const total = Number(first['totalCount'])
  assert.ok(total >= 3)
  const ids: string[] = []
  for (let pageNumber = 1; pageNumber <= Math.ceil(total / 2); pageNumber++) {
    const page = await rpc.done('ListKeys', { pageNumber, pageSize: 2 })
    assert.deepEqual([page['pageNumber'], page['pageSize'], page['totalCount']], [pageNumber, 2, total])
    const keys = recordOf(page['keys'])['key']
    assert.ok(Array.isArray(keys))
    for (const key of keys) {
      const { keyId, keyArn } = recordOf(key)
      assert.equal(keyArn, `acs:kms:${REGION}:${ACCOUNT}:key/${String(keyId)}`)
      ids.push(String(keyId))
    }
  }
  assert.equal(new Set(ids).size, total)
  const keyId = await newKeyId()
  await rpc.done('CreateAlias', { keyId, aliasName: 'alias/one' })
  await rpc.done('CreateAlias', { keyId, aliasName: 'alias/two' })
  const own = await rpc.done('ListAliasesByKeyId', { keyId, pageSize: 1, pageNumber: 2 })
  assert.equal(own['totalCount'], 2)
  const shown = recordOf(own['aliases'])['alias']
  assert.ok(Array.isArray(shown))
  const alias = recordOf(shown[0])
  assert.deepEqual([alias['keyId'], alias['aliasName']], [keyId, 'alias/two'])
  assert.equal(alias['aliasArn'], `acs:kms:${REGION}:${ACCOUNT}:alias/two`)
  const all = await rpc.done('ListAliases', { pageSize: 100 })
  assert.match(JSON.stringify(all['aliases']), /alias\/one.*alias\/two/)
  await rpc.done('DeleteAlias', { aliasName: 'alias/one' })
  assert.equal((await rpc.done('ListAliasesByKeyId', { keyId }))['totalCount'], 1)
})

test('a data key opens with its context and by no other, whichever signature asks', async () => {
  const keyId = await newKeyId()
  await rpc.done('CreateAlias', { keyId, aliasName: 'alias/data' })
  const encryptionContext = { bucket: 'photos', 'odd name': 'a=b&c' }
  const made = await rpc.done('GenerateDataKey', { keyId: 'alias/data', keySpec: 'AES_256', encryptionContext })
  assert.equal(made['keyId'], keyId)
  const plaintext = Buffer.from(textOf(made, 'plaintext'), 'base64')
  assert.equal(plaintext.length, 32)
  const ciphertextBlob = textOf(made, 'ciphertextBlob')
  const opened = await rpc.done('Decrypt', { ciphertextBlob, encryptionContext })
  assert.deepEqual([opened['keyId'], opened['plaintext']], [keyId, made['plaintext']])
  const asText = await acs3.done('Decrypt', {
    CiphertextBlob: ciphertextBlob,
    EncryptionContext: JSON.stringify(encryptionContext),
  })
  assert.deepEqual([asText['KeyId'], asText['Plaintext']], [keyId, made['plaintext']])
  assert.match(textOf(asText, 'RequestId'), /^\S{8,}$/)
  await refused(rpc, 'Decrypt', { ciphertextBlob }, 'InvalidCiphertext')
  await refused(rpc, 'Decrypt', { ciphertextBlob: 'AAAA', encryptionContext }, 'InvalidCiphertext')
  const short = await rpc.done('GenerateDataKey', { keyId, numberOfBytes: 16 })
  assert.equal(Buffer.from(textOf(short, 'plaintext'), 'base64').length, 16)
  const hidden = await rpc.done('GenerateDataKeyWithoutPlaintext', { keyId, keySpec: 'AES_128' })
  assert.equal(hidden['plaintext'], undefined)
  const found = await rpc.done('Decrypt', { ciphertextBlob: textOf(hidden, 'ciphertextBlob') })
  assert.equal(Buffer.from(textOf(found, 'plaintext'), 'base64').length, 16)
})

test('Encrypt and Decrypt carry base64', async () => {
  const keyId = await newKeyId()
  const plaintext = Buffer.from('hello world').toString('base64')
  const { ciphertextBlob } = await rpc.done('Encrypt', { keyId, plaintext })
  assert.equal((await rpc.done('Decrypt', { ciphertextBlob }))['plaintext'], plaintext)
  await refused(rpc, 'Encrypt', { keyId, plaintext: 'no base64!' }, 'InvalidParameter')
})

test('a key is disabled, enabled, scheduled for deletion and kept', async () => {
  const keyId = await newKeyId()
  const state = async (): Promise<unknown> =>
    recordOf((await rpc.done('DescribeKey', { keyId }))['keyMetadata'])['keyState']
  await rpc.done('DisableKey', { keyId })
  assert.equal(await state(), 'Disabled')
  await refused(rpc, 'GenerateDataKey', { keyId }, 'Rejected.Disabled')
  await rpc.done('EnableKey', { keyId })
  assert.equal(await state(), 'Enabled')
  await refused(rpc, 'ScheduleKeyDeletion', { keyId, pendingWindowInDays: 6 }, 'InvalidParameter')
  await refused(rpc, 'ScheduleKeyDeletion', { keyId, pendingWindowInDays: 367 }, 'InvalidParameter')
  await rpc.done('ScheduleKeyDeletion', { keyId, pendingWindowInDays: 366 })
  assert.equal(await state(), 'PendingDeletion')
  await refused(rpc, 'GenerateDataKey', { keyId }, 'Rejected.PendingDeletion')
  await rpc.done('CancelKeyDeletion', { keyId })
  assert.equal(await state(), 'Disabled')
})

test('what cannot be done has the vendor’s codes, and does nothing', async () => {
  const keyId = await newKeyId()
  await rpc.done('CreateAlias', { keyId, aliasName: 'alias/taken' })
  const cases: readonly (readonly [string, Members, string])[] = [
    ['DescribeKey', { KeyId: '11111111-2222-4333-8444-555555555555' }, 'Forbidden.KeyNotFound'],
    ['DescribeKey', { KeyId: 'alias/nothing' }, 'Forbidden.KeyNotFound'],
    ['DescribeKey', {}, 'MissingParameter'],
    ['CreateAlias', { KeyId: keyId, AliasName: 'alias/taken' }, 'Forbidden.AliasAlreadyExists'],
    ['CreateAlias', { KeyId: keyId, AliasName: 'alias/acs/own' }, 'InvalidParameter'],
    ['CreateAlias', { KeyId: keyId, AliasName: 'noalias' }, 'InvalidParameter'],
    ['DeleteAlias', { AliasName: 'alias/nothing' }, 'Forbidden.AliasNotFound'],
    ['CreateKey', { KeySpec: 'Aliyun_SM4' }, 'UnsupportedOperation'],
    ['CreateKey', { KeySpec: 'AES_512' }, 'InvalidParameter'],
    ['CreateKey', { ProtectionLevel: 'HSM' }, 'UnsupportedOperation'],
    ['CreateKey', { DKMSInstanceId: 'kst-1' }, 'NotImplemented'],
    ['ListKeys', { PageSize: 101 }, 'InvalidParameter'],
    ['ListKeys', { PageNumber: 0 }, 'InvalidParameter'],
    ['ListKeys', { Filters: '[]' }, 'NotImplemented'],
    ['GenerateDataKey', { KeyId: keyId, NumberOfBytes: 1025 }, 'InvalidParameter'],
    ['GenerateDataKey', { KeyId: keyId, EncryptionContext: '{"a":1}' }, 'InvalidParameter'],
    ['GenerateDataKey', { KeyId: keyId, EncryptionContext: 'x' }, 'InvalidParameter'],
    ['GenerateDataKey', { KeyId: keyId, DryRun: 'true' }, 'DryRunOperationError'],
    ['AsymmetricSign', { KeyId: keyId }, 'NotImplemented'],
    ['FlyToTheMoon', {}, 'InvalidAction.NotFound'],
    ['toString', {}, 'InvalidAction.NotFound'],
  ]
  for (const [action, input, code] of cases) await refused(acs3, action, input, code)
})

test('a key that rotates by itself from the beginning, and later does not', async () => {
  const made = await newKey({ enableAutomaticRotation: true, rotationInterval: '365d' })
  assert.deepEqual([made['automaticRotation'], made['rotationInterval']], ['Enabled', '31536000s'])
  const keyId = textOf(made, 'keyId')
  await rpc.done('UpdateRotationPolicy', { keyId, enableAutomaticRotation: false })
  const { keyMetadata } = await rpc.done('DescribeKey', { keyId })
  assert.equal(recordOf(keyMetadata)['automaticRotation'], 'Disabled')
  await refused(acs3, 'CreateKey', { EnableAutomaticRotation: true, RotationInterval: '1h' }, 'InvalidParameter')
})
