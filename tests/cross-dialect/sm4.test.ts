/** What SM4 sealed through one dialect reads back through every other, which calls it what it can. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type COS from 'cos-nodejs-sdk-v5'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { cosClient } from '../cos/cos-client.ts'
import { OBS_DOMAIN } from '../obs/obs-client.ts'
import { obsFetch } from '../obs/obs-fetch.ts'
import { newKey } from '../obs/obs-keys.ts'
import { OssClient, ossServer } from '../oss/oss-client.ts'
import { s3Client } from '../servers.ts'
import { sm4Test } from '../sm4-test.ts'

/** COS's client names no bucket without a number. */
const BUCKET = 'between-sm4-1250000000'
const AT = { Bucket: BUCKET, Region: 'cn-hangzhou' }
const OSS = 'x-oss-server-side-encryption'
const OBS = 'x-obs-server-side-encryption'
const COS_SSE = 'x-cos-server-side-encryption'
const SIZES = [9, 70_000]

let server: RunningCoffer
let s3: S3Client
let oss: OssClient
let cos: COS
let key: string

before(async () => {
  server = await ossServer({ domains: [OBS_DOMAIN] })
  s3 = s3Client(server)
  oss = new OssClient(server, { bucket: BUCKET })
  cos = cosClient(server)
  key = (await newKey(server)).keyId
  await oss.call('putBucket', BUCKET)
  // Of a bucket with a default, OBS gives encrypted objects without TLS too.
  await oss.call('putBucketEncryption', BUCKET, { SSEAlgorithm: 'AES256' })
})
after(() => server.close())

/** SM4 with keys of the service, or under a KMS key; of each what every dialect shows: method and, where it has a word, cipher. */
const SHOWN = {
  service: { oss: ['SM4', undefined], cos: 'SM4', obs: ['AES256', 'SM4'], s3: 'AES256' },
  kms: { oss: ['KMS', 'SM4'], cos: 'cos/kms', obs: ['kms', 'SM4'], s3: 'aws:kms' },
} as const

const WRITERS: readonly (readonly [
  name: string,
  keys: keyof typeof SHOWN,
  write: (name: string, body: Buffer) => Promise<unknown>,
])[] = [
  ['OSS', 'service', async (name, body) => oss.call('put', name, body, { headers: { [OSS]: 'SM4' } })],
  [
    'OSS',
    'kms',
    async (name, body) => {
      const headers = { [OSS]: 'KMS', [`${OSS}-key-id`]: key, 'x-oss-server-side-data-encryption': 'SM4' }
      return oss.call('put', name, body, { headers })
    },
  ],
  [
    'COS',
    'service',
    async (name, body) => cos.putObject({ ...AT, Key: name, Body: body, Headers: { [COS_SSE]: 'SM4' } }),
  ],
  [
    'OBS',
    'kms',
    async (name, body) => {
      const headers = { [OBS]: 'kms', [`${OBS}-kms-key-id`]: key, 'x-obs-server-side-data-encryption': 'SM4' }
      const put = await obsFetch(server, { method: 'PUT', bucket: BUCKET, key: name, body: body.toString(), headers })
      assert.equal(put.status, 200, put.text)
    },
  ],
]

for (const [writer, keys, write] of WRITERS) {
  test(`SM4 (${keys}) written through ${writer} reads back through every dialect`, sm4Test(), async () => {
    for (const size of SIZES) {
      const name = `${writer}-${keys}-${size}`
      const body = Buffer.alloc(size, name)
      await write(name, body)
      await expectEverywhere(name, body, SHOWN[keys])
    }
  })
}

async function expectEverywhere(name: string, body: Buffer, shown: (typeof SHOWN)[keyof typeof SHOWN]): Promise<void> {
  const ofOss = await oss.call('get', name)
  assert.deepEqual([ofOss.headers[OSS], ofOss.headers['x-oss-server-side-data-encryption']], shown.oss)
  assert.deepEqual(ofOss.said['content'], body)
  const ofCos = await cos.getObject({ ...AT, Key: name })
  assert.equal(ofCos.headers?.[COS_SSE], shown.cos)
  assert.deepEqual(ofCos.Body, body)
  const ofObs = await obsFetch(server, { bucket: BUCKET, key: name })
  assert.deepEqual([ofObs.headers[OBS], ofObs.headers['x-obs-server-side-data-encryption']], shown.obs)
  assert.equal(ofObs.text, body.toString())
  const ofS3 = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: name }))
  assert.equal(ofS3.ServerSideEncryption, shown.s3)
  assert.equal(await ofS3.Body?.transformToString(), body.toString())
}
