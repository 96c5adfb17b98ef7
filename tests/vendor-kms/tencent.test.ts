/** Tencent Cloud KMS by its general client, which signs by TC3. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kmsBench } from '../kms/kms-bench.ts'
import { ACCOUNT, REGION } from '../servers.ts'
import { recordOf, sendRaw, tencent, textOf, type Members } from './vendor-clients.ts'

const { server } = await kmsBench()
const kms = tencent(server)
let made = 0

async function newKeyId(input: Members = {}): Promise<string> {
  return textOf(await kms.done('CreateKey', { Alias: `key-${++made}`, ...input }), 'KeyId')
}

async function refused(action: string, input: Members, code: string): Promise<void> {
  const answer = await kms.call(action, input)
  assert.equal(answer.code, code, `${action} ${JSON.stringify(input)}: ${answer.message}`)
}

async function metadata(KeyId: string): Promise<Members> {
  return recordOf((await kms.done('DescribeKey', { KeyId }))['KeyMetadata'])
}

test('CreateKey and DescribeKey: times are seconds, the alias stands bare', async () => {
  const done = await kms.done('CreateKey', { Alias: 'photos', Description: 'for photos' })
  const KeyId = textOf(done, 'KeyId')
  const { CreateTime, RequestId, ...rest } = done
  assert.ok(Number.isSafeInteger(CreateTime) && Number(CreateTime) < 9_999_999_999)
  assert.match(String(RequestId), /^\S{8,}$/)
  assert.deepEqual(rest, {
    ...{ KeyId, Alias: 'photos', Description: 'for photos', KeyState: 'Enabled', KeyUsage: 'ENCRYPT_DECRYPT' },
    ...{ TagCode: 0, TagMsg: '' },
  })
  assert.deepEqual(await metadata(KeyId), {
    ...{ KeyId, Alias: 'photos', CreateTime, Description: 'for photos', KeyState: 'Enabled' },
    ...{ KeyUsage: 'ENCRYPT_DECRYPT', Type: 1, CreatorUin: Number(ACCOUNT), KeyRotationEnabled: false, Owner: 'user' },
    ...{ NextRotateTime: 0, DeletionDate: 0, Origin: 'TENCENT_KMS', ValidTo: 0, Region: REGION },
    ResourceId: `creatorUin/${Number(ACCOUNT)}/keyId/${KeyId}`,
  })
  await refused('CreateKey', { Alias: 'photos' }, 'InvalidParameterValue.AliasAlreadyExists')
  await refused('CreateKey', {}, 'MissingParameter')
})

test('keys are listed by offset, in short and in detail', async () => {
  const disabled = await newKeyId()
  await newKeyId()
  await kms.done('DisableKey', { KeyId: disabled })
  const { TotalCount } = await kms.done('ListKeys', { Limit: 1 })
  const ids: unknown[] = []
  for (let Offset = 0; Offset < Number(TotalCount); Offset++) {
    const { Keys } = await kms.done('ListKeys', { Limit: 1, Offset })
    assert.ok(Array.isArray(Keys) && Keys.length === 1)
    ids.push(recordOf(Keys[0])['KeyId'])
  }
  assert.equal(new Set(ids).size, TotalCount)
  const off = await kms.done('ListKeyDetail', { KeyState: 2 })
  assert.equal(off['TotalCount'], 1)
  assert.deepEqual(off['KeyMetadatas'], [await metadata(disabled)])
  await refused('ListKeys', { Role: 1 }, 'UnsupportedOperation')
  await refused('ListKeys', { Limit: 201 }, 'InvalidParameterValue')
})

test('data keys and small data, in base64, with a context as JSON text', async () => {
  const KeyId = await newKeyId()
  const EncryptionContext = '{"name":"test","n":"1"}'
  const one = await kms.done('GenerateDataKey', { KeyId, KeySpec: 'AES_128', EncryptionContext })
  assert.equal(Buffer.from(textOf(one, 'Plaintext'), 'base64').length, 16)
  const CiphertextBlob = textOf(one, 'CiphertextBlob')
  const opened = await kms.done('Decrypt', { CiphertextBlob, EncryptionContext: '{"n":"1","name":"test"}' })
  assert.deepEqual([opened['KeyId'], opened['Plaintext']], [KeyId, one['Plaintext']])
  await refused('Decrypt', { CiphertextBlob }, 'InvalidParameterValue.InvalidCiphertext')
  await refused('GenerateDataKey', { KeyId }, 'MissingParameter')
  const long = await kms.done('GenerateDataKey', { KeyId, NumberOfBytes: 1024 })
  assert.equal(Buffer.from(textOf(long, 'Plaintext'), 'base64').length, 1024)
  const Plaintext = Buffer.from('hello').toString('base64')
  const sealed = await kms.done('Encrypt', { KeyId, Plaintext })
  const { Plaintext: back } = await kms.done('Decrypt', { CiphertextBlob: sealed['CiphertextBlob'] })
  assert.equal(back, Plaintext)
  await refused('Encrypt', { KeyId, Plaintext: '?' }, 'InvalidParameterValue.InvalidPlaintext')
  await refused('Decrypt', { CiphertextBlob, EncryptionPublicKey: 'x' }, 'UnsupportedOperation')
})

test('a key is disabled, enabled, rotates, is scheduled for deletion and kept', async () => {
  const KeyId = await newKeyId()
  await kms.done('DisableKey', { KeyId })
  await refused('GenerateDataKey', { KeyId, KeySpec: 'AES_256' }, 'ResourceUnavailable.CmkDisabled')
  await kms.done('EnableKey', { KeyId })
  await kms.done('EnableKeyRotation', { KeyId })
  const status = await kms.done('GetKeyRotationStatus', { KeyId })
  assert.deepEqual([status['KeyRotationEnabled'], status['RotateDays']], [true, 365])
  await kms.done('DisableKeyRotation', { KeyId })
  await refused('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 31 }, 'InvalidParameterValue')
  const gone = await kms.done('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
  assert.equal(gone['KeyId'], KeyId)
  assert.equal((await metadata(KeyId))['DeletionDate'], gone['DeletionDate'])
  await refused('Encrypt', { KeyId, Plaintext: 'AAAA' }, 'ResourceUnavailable.CmkStateNotSupport')
  await kms.done('CancelKeyDeletion', { KeyId })
  assert.equal((await metadata(KeyId))['KeyState'], 'Disabled')
})

test('failures are answers with status 200, an error and a request id', async () => {
  await refused('DescribeKey', { KeyId: 'nothing' }, 'ResourceUnavailable.CmkNotFound')
  await refused('AsymmetricSm2Decrypt', { KeyId: 'x' }, 'UnsupportedOperation')
  await refused('FlyToTheMoon', {}, 'InvalidAction')
  const headers = { 'x-tc-action': 'ListKeys', 'x-tc-version': '2019-01-18', 'content-type': 'application/json' }
  const nobody = await sendRaw(server, { method: 'POST', path: '/', headers, body: '{}' })
  const response = recordOf(nobody.members['Response'])
  assert.equal(nobody.status, 200)
  assert.equal(recordOf(response['Error'])['Code'], 'AuthFailure.InvalidAuthorization')
  assert.equal(response['RequestId'], nobody.headers['x-tc-requestid'])
})
