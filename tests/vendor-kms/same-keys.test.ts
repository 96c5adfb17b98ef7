/** One set of keys behind every face: what one makes, all use; and objects rest under the same keys. */
import {
  DecryptCommand,
  DescribeKeyCommand,
  GenerateDataKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kmsBench } from '../kms/kms-bench.ts'
import { at, cosClient } from '../cos/cos-client.ts'
import { ObsClient, OBS_DOMAIN } from '../obs/obs-client.ts'
import { KEY_ID, OssClient, SSE } from '../oss/oss-client.ts'
import { s3Client } from '../servers.ts'
import { alibabaAcs3, alibabaRpc, huawei, recordOf, tencent, textOf, type KeyClient } from './vendor-clients.ts'

const { server, kms } = await kmsBench({ domains: [OBS_DOMAIN] })
const rpc = alibabaRpc(server)
const acs3 = alibabaAcs3(server)
const dew = huawei(server)
const tc = tencent(server)

type Make = (name: string) => Promise<string>

const MAKERS: Readonly<Record<string, Make>> = {
  alibaba: async (Description) =>
    textOf(recordOf((await acs3.done('CreateKey', { Description }))['KeyMetadata']), 'KeyId'),
  huawei: async (key_alias) => textOf(recordOf((await dew.done('create-key', { key_alias }))['key_info']), 'key_id'),
  tencent: async (Alias) => textOf(await tc.done('CreateKey', { Alias }), 'KeyId'),
}

/** How each face makes a data key and opens one; base64 all over, whatever the wire has. */
interface Face {
  readonly wrap: (keyId: string) => Promise<readonly [plaintext: string, ciphertext: string]>
  readonly open: (keyId: string, ciphertext: string) => Promise<string>
}

const toBase64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')
const toHex = (text: string): string => Buffer.from(text, 'base64').toString('hex')
const shown = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? assert.fail()).toString('base64')

function alibabaFace(client: KeyClient, [key, plain, cipher]: readonly [string, string, string]): Face {
  return {
    wrap: async (keyId) => {
      const made = await client.done('GenerateDataKey', { [key]: keyId })
      return [textOf(made, plain), textOf(made, cipher)]
    },
    open: async (_keyId, ciphertext) => textOf(await client.done('Decrypt', { [cipher]: ciphertext }), plain),
  }
}

const FACES: Readonly<Record<string, Face>> = {
  aws: {
    wrap: async (KeyId) => {
      const made = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))
      return [shown(made.Plaintext), shown(made.CiphertextBlob)]
    },
    open: async (_keyId, ciphertext) =>
      shown((await kms.send(new DecryptCommand({ CiphertextBlob: Buffer.from(ciphertext, 'base64') }))).Plaintext),
  },
  'alibaba rpc': alibabaFace(rpc, ['keyId', 'plaintext', 'ciphertextBlob']),
  'alibaba acs3': alibabaFace(acs3, ['KeyId', 'Plaintext', 'CiphertextBlob']),
  huawei: {
    wrap: async (key_id) => {
      const made = await dew.done('create-datakey', { key_id, datakey_length: '256' })
      return [toBase64(textOf(made, 'plain_text')), toBase64(textOf(made, 'cipher_text'))]
    },
    open: async (key_id, ciphertext) => {
      const asked = { key_id, cipher_text: toHex(ciphertext), datakey_cipher_length: '32' }
      return toBase64(textOf(await dew.done('decrypt-datakey', asked), 'data_key'))
    },
  },
  tencent: {
    wrap: async (KeyId) => {
      const made = await tc.done('GenerateDataKey', { KeyId, KeySpec: 'AES_256' })
      return [textOf(made, 'Plaintext'), textOf(made, 'CiphertextBlob')]
    },
    open: async (_keyId, CiphertextBlob) => textOf(await tc.done('Decrypt', { CiphertextBlob }), 'Plaintext'),
  },
}

test('a data key of every face opens at every face, under a key that any of them made', async () => {
  for (const [maker, make] of Object.entries(MAKERS)) {
    const keyId = await make(`made-by-${maker}`)
    for (const [from, { wrap }] of Object.entries(FACES)) {
      const [plaintext, ciphertext] = await wrap(keyId)
      assert.equal(Buffer.from(plaintext, 'base64').length, 32, from)
      for (const [at, { open }] of Object.entries(FACES)) {
        assert.equal(await open(keyId, ciphertext), plaintext, `${maker}: from ${from}, at ${at}`)
      }
    }
  }
})

test('OBSB-08 objects of S3, OSS, OBS and COS rest under keys that the vendors’ faces made, and end with them', async () => {
  const s3 = s3Client(server)
  const oss = new OssClient(server, { bucket: 'under-keys' })
  const obs = new ObsClient(server)
  await s3.send(new CreateBucketCommand({ Bucket: 'under-keys' }))
  const cos = cosClient(server)
  await cos.putBucket(at('under-keys'))
  for (const [maker, make] of Object.entries(MAKERS)) {
    const keyId = await make(`objects-by-${maker}`)
    const how = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyId } as const
    await s3.send(new PutObjectCommand({ Bucket: 'under-keys', Key: `s3-${maker}`, Body: maker, ...how }))
    await oss.call('put', `oss-${maker}`, Buffer.from(maker), { headers: { [SSE]: 'KMS', [KEY_ID]: keyId } })
    const obsObject = { Bucket: 'under-keys', Key: `obs-${maker}`, Body: maker, SseKms: 'kms', SseKmsKey: keyId }
    await obs.done('putObject', obsObject)
    const cosMode = { ServerSideEncryption: 'cos/kms', SSEKMSKeyId: keyId } as const
    await cos.putObject({ ...at('under-keys'), Key: `cos-${maker}`, Body: maker, ...cosMode })
    assert.equal(String((await cos.getObject({ ...at('under-keys'), Key: `cos-${maker}` })).Body), maker)
    for (const vendor of ['s3', 'oss', 'obs']) {
      const got = await s3.send(new GetObjectCommand({ Bucket: 'under-keys', Key: `${vendor}-${maker}` }))
      assert.deepEqual([await got.Body?.transformToString(), got.SSEKMSKeyId?.split('/').at(-1)], [maker, keyId])
    }
    // OBSB-08: a key in use is not deleted, whoever asks.
    const inUse = await Promise.all([
      acs3.call('ScheduleKeyDeletion', { KeyId: keyId, PendingWindowInDays: 7 }),
      dew.call('schedule-key-deletion', { key_id: keyId, pending_days: '7' }),
      tc.call('ScheduleKeyDeletion', { KeyId: keyId, PendingWindowInDays: 7 }),
    ])
    assert.deepEqual(
      inUse.map(({ code }) => code),
      ['Rejected.StateModifiedFailed', 'KMS.0213', 'ResourceUnavailable.CmkStateNotSupport'],
    )
    for (const { message } of inUse) assert.match(message, /4 object versions, 0 uploads and 0 bucket defaults/)
    await tc.done('DisableKey', { KeyId: keyId })
    await assert.rejects(s3.send(new GetObjectCommand({ Bucket: 'under-keys', Key: `s3-${maker}` })))
  }
  s3.destroy()
})

test('an alias made by one face names the key at the others', async () => {
  const key_id = textOf(recordOf((await dew.done('create-key', { key_alias: 'shared-name' }))['key_info']), 'key_id')
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/shared-name' }))
  assert.equal(KeyMetadata?.KeyId, key_id)
  const seen = recordOf((await acs3.done('DescribeKey', { KeyId: 'alias/shared-name' }))['KeyMetadata'])
  assert.equal(seen['KeyId'], key_id)
  assert.equal(recordOf((await tc.done('DescribeKey', { KeyId: key_id }))['KeyMetadata'])['Alias'], 'shared-name')
  const taken = await tc.call('CreateKey', { Alias: 'shared-name' })
  assert.equal(taken.code, 'InvalidParameterValue.AliasAlreadyExists')
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key_id, PendingWindowInDays: 7 }))
  assert.equal(recordOf((await dew.done('describe-key', { key_id }))['key_info'])['key_state'], '4')
})
