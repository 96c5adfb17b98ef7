/** An object that was written through one dialect reads back through every other, with that one's own headers. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { KEY_ID, kmsClient, OssClient, ossServer, SSE } from '../oss/oss-client.ts'
import { s3Client } from '../servers.ts'

type Mode = 'none' | 'service key' | 'managed key' | 'chosen key'
const MODES: readonly Mode[] = ['none', 'service key', 'managed key', 'chosen key']
const BUCKET = 'between-dialects'

/** One vendor's interface: how something is written in a mode, and what a read shows of it. */
interface Dialect {
  readonly name: string
  write(key: string, mode: Mode): Promise<void>
  /** The bytes, the method and the id of the key, each as this dialect calls it. */
  read(key: string): Promise<readonly (string | undefined)[]>
  /** What a read shows of an object in this mode. `id`: of its key. */
  shows(mode: Mode, id: string | undefined): readonly (string | undefined)[]
}

let server: RunningCoffer
let s3: S3Client
let oss: OssClient
let chosen: string

before(async () => {
  server = await ossServer()
  s3 = s3Client(server)
  oss = new OssClient(server, { bucket: BUCKET })
  const { KeyMetadata } = await kmsClient(server).send(new CreateKeyCommand({}))
  chosen = KeyMetadata?.KeyId ?? assert.fail('no key')
  await oss.call('putBucket', BUCKET)
})
after(() => server.close())

const DIALECTS: readonly Dialect[] = [
  {
    name: 'S3',
    async write(key, mode) {
      const wishes: Readonly<Record<Mode, Partial<PutObjectCommandInput>>> = {
        none: {},
        'service key': { ServerSideEncryption: 'AES256' },
        'managed key': { ServerSideEncryption: 'aws:kms' },
        'chosen key': { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: chosen },
      }
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: key, ...wishes[mode] }))
    },
    async read(key) {
      const { Body, ServerSideEncryption, SSEKMSKeyId } = await s3.send(
        new GetObjectCommand({ Bucket: BUCKET, Key: key }),
      )
      return [await Body?.transformToString(), ServerSideEncryption, SSEKMSKeyId?.split('/').at(-1)]
    },
    shows: (_mode, id) => (id === undefined ? ['AES256', undefined] : ['aws:kms', id]),
  },
  {
    name: 'OSS',
    async write(key, mode) {
      const wishes: Readonly<Record<Mode, Readonly<Record<string, string>>>> = {
        none: {},
        'service key': { [SSE]: 'AES256' },
        'managed key': { [SSE]: 'KMS' },
        'chosen key': { [SSE]: 'KMS', [KEY_ID]: chosen },
      }
      await oss.call('put', key, Buffer.from(key), { headers: wishes[mode] })
    },
    async read(key) {
      const { said, headers } = await oss.call('get', key)
      return [String(said['content']), headers[SSE], headers[KEY_ID]]
    },
    shows: (mode, id) => {
      if (mode === 'none') return [undefined, undefined]
      return id === undefined ? ['AES256', undefined] : ['KMS', id]
    },
  },
]

for (const writer of DIALECTS) {
  for (const mode of MODES) {
    test(`written through ${writer.name} (${mode}), read through every dialect`, async () => {
      const key = `${writer.name}-${mode}`
      await writer.write(key, mode)
      const [, , id] = await writer.read(key)
      assert.equal(id === undefined, mode === 'none' || mode === 'service key')
      for (const reader of DIALECTS) {
        assert.deepEqual(await reader.read(key), [key, ...reader.shows(mode, id)], reader.name)
      }
    })
  }
}

test('a bucket begins as its dialect has it, and every dialect shows what it is', async () => {
  await s3.send(new CreateBucketCommand({ Bucket: 'made-by-s3' }))
  const { said } = await oss.call('getBucketEncryption', 'made-by-s3')
  assert.deepEqual(said['encryption'], { SSEAlgorithm: 'AES256' })
  assert.equal(await oss.refusal('getBucketEncryption', BUCKET), '404 NoSuchServerSideEncryptionRule')
})
