/**
 * An object that was written through one dialect reads back through every other, with that one's own headers: four writers,
 * every method that each of them has, bodies that lie in their row and bodies that do not, four readers.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3ServiceException,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3'
import type COS from 'cos-nodejs-sdk-v5'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { SSE as COS_SSE, SSE_KEY_ID as COS_KEY_ID } from '../cos/cos-bench.ts'
import { cosClient } from '../cos/cos-client.ts'
import { ObsClient, OBS_DOMAIN, OBS_REGION } from '../obs/obs-client.ts'
import { KEY_ID, kmsClient, OssClient, OSS_REGION, SSE } from '../oss/oss-client.ts'
import { ACCOUNT, memoryServer, REGION, s3Client } from '../servers.ts'

type Mode = 'none' | 'service key' | 'managed key' | 'chosen key' | 'two layers' | 'customer key'
const MODES: readonly Mode[] = ['none', 'service key', 'managed key', 'chosen key', 'two layers', 'customer key']
/** Without a default; and with one, so that OBS takes and gives what is encrypted without TLS. */
const PLAIN = 'between-dialects-1250000000'
const KEPT = 'encrypted-between-1250000000'
const CUSTOMER = Buffer.from('01234567890123456789012345678901')
const CUSTOMER_MD5 = 'KYvwGXoFFJ42a2u2GDWhwQ=='
/** In the row; in a stream of its own. */
const SIZES = [20, 40_000] as const

/** What a read shows: the bytes, the method and the key as this dialect writes them, the customer's algorithm. */
type Shown = readonly [body: string, method: string | undefined, key: string | undefined, customer: string | undefined]

/** One vendor's interface. */
interface Dialect {
  readonly name: string
  /** The word for each method; a method without one cannot be asked for here. `none` is never asked for. */
  readonly words: Readonly<Partial<Record<Mode, string>>>
  write(at: Place, body: string): Promise<unknown>
  /** Whole, and its head: both have to show the same. */
  read(at: Place): Promise<readonly [get: Shown, head: Shown]>
  /** As this dialect writes the id of a key. */
  keyName(id: string): string
  /** What is shown of a method that cannot be asked for here. */
  readonly shows: Readonly<Partial<Record<Mode, string>>>
}

interface Place {
  readonly Bucket: string
  readonly Key: string
  readonly mode: Mode
}

let server: RunningCoffer
let s3: S3Client
let oss: OssClient
let obs: ObsClient
let cos: COS
let chosen: string

before(async () => {
  server = await memoryServer({
    ...{ region: OSS_REGION, domains: [OBS_DOMAIN] },
    settings: { COFFER_REGIONS: `${OSS_REGION},${OBS_REGION},${REGION}` },
  })
  s3 = s3Client(server)
  oss = new OssClient(server)
  obs = new ObsClient(server)
  cos = cosClient(server)
  const { KeyMetadata } = await kmsClient(server).send(new CreateKeyCommand({}))
  chosen = KeyMetadata?.KeyId ?? assert.fail('no key')
  for (const bucket of [PLAIN, KEPT]) await oss.call('putBucket', bucket)
  await oss.call('putBucketEncryption', KEPT, { SSEAlgorithm: 'AES256' })
})
after(async () => {
  s3.destroy()
  await server.close()
})

function shown(body: unknown, ...more: readonly (string | undefined)[]): Shown {
  const [method, key, customer] = more
  return [String(body), method, key, customer]
}

const s3Dialect: Dialect = {
  name: 'S3',
  words: {
    ...{ none: '', 'service key': 'AES256', 'managed key': 'aws:kms', 'chosen key': 'aws:kms' },
    ...{ 'two layers': 'aws:kms:dsse', 'customer key': '' },
  },
  shows: { none: 'AES256' },
  keyName: (id) => `arn:aws:kms:${OSS_REGION}:${ACCOUNT}:key/${id}`,
  async write({ Bucket, Key, mode }, Body) {
    const word = s3Dialect.words[mode] ?? ''
    const wish: Partial<PutObjectCommandInput> = {
      ...(word === '' ? {} : { ServerSideEncryption: word as 'AES256' | 'aws:kms' | 'aws:kms:dsse' }),
      ...(mode === 'chosen key' || mode === 'two layers' ? { SSEKMSKeyId: chosen } : {}),
      ...(mode === 'customer key'
        ? { SSECustomerAlgorithm: 'AES256', SSECustomerKey: CUSTOMER.toString('base64') }
        : {}),
    }
    await s3.send(new PutObjectCommand({ Bucket, Key, Body, ...wish }))
  },
  async read({ Bucket, Key, mode }) {
    const customer = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: CUSTOMER.toString('base64') }
    const input = { Bucket, Key, ...(mode === 'customer key' ? customer : {}) }
    const got = await s3.send(new GetObjectCommand(input))
    const head = await s3.send(new HeadObjectCommand(input))
    const body = (await got.Body?.transformToString()) ?? ''
    return [
      shown(body, got.ServerSideEncryption, got.SSEKMSKeyId, got.SSECustomerAlgorithm),
      shown(body, head.ServerSideEncryption, head.SSEKMSKeyId, head.SSECustomerAlgorithm),
    ]
  },
}

const ossDialect: Dialect = {
  name: 'OSS',
  words: { none: '', 'service key': 'AES256', 'managed key': 'KMS', 'chosen key': 'KMS' },
  shows: { 'two layers': 'KMS' },
  keyName: (id) => id,
  async write({ Bucket, Key, mode }, body) {
    const word = ossDialect.words[mode] ?? ''
    const headers = {
      ...(word === '' ? {} : { [SSE]: word }),
      ...(mode === 'chosen key' ? { [KEY_ID]: chosen } : {}),
    }
    await new OssClient(server, { bucket: Bucket }).call('put', Key, Buffer.from(body), { headers })
  },
  async read({ Bucket, Key }) {
    const client = new OssClient(server, { bucket: Bucket })
    const got = await client.call('get', Key)
    const head = await client.call('head', Key)
    const body = String(got.said['content'])
    return [shown(body, got.headers[SSE], got.headers[KEY_ID]), shown(body, head.headers[SSE], head.headers[KEY_ID])]
  },
}

const obsDialect: Dialect = {
  name: 'OBS',
  words: { none: '', 'service key': 'AES256', 'managed key': 'kms', 'chosen key': 'kms', 'customer key': '' },
  shows: { 'two layers': 'kms' },
  keyName: (id) => `${OSS_REGION}:${ACCOUNT.padStart(32, '0')}:key/${id}`,
  async write({ Bucket, Key, mode }, Body) {
    const word = obsDialect.words[mode] ?? ''
    await obs.done('putObject', {
      ...{ Bucket, Key, Body },
      ...(word === '' ? {} : { SseKms: word }),
      ...(mode === 'chosen key' ? { SseKmsKey: chosen } : {}),
      ...(mode === 'customer key' ? { SseC: 'AES256', SseCKey: CUSTOMER.toString() } : {}),
    })
  },
  async read({ Bucket, Key, mode }) {
    const at = { Bucket, Key, ...(mode === 'customer key' ? { SseC: 'AES256', SseCKey: CUSTOMER.toString() } : {}) }
    const got = await obs.done('getObject', at)
    const head = await obs.done('getObjectMetadata', at)
    const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
    const of = (said: Readonly<Record<string, unknown>>): Shown =>
      shown(got['Content'], text(said['SseKms']), text(said['SseKmsKey']), text(said['SseC']))
    return [of(got), of(head)]
  },
}

const COS_CUSTOMER = {
  [`${COS_SSE}-customer-algorithm`]: 'AES256',
  [`${COS_SSE}-customer-key`]: CUSTOMER.toString('base64'),
  [`${COS_SSE}-customer-key-MD5`]: CUSTOMER_MD5,
}

const cosDialect: Dialect = {
  name: 'COS',
  words: { none: '', 'service key': 'AES256', 'managed key': 'cos/kms', 'chosen key': 'cos/kms', 'customer key': '' },
  shows: { 'two layers': 'cos/kms' },
  keyName: (id) => id,
  async write({ Bucket, Key, mode }, Body) {
    const word = cosDialect.words[mode] ?? ''
    const Headers = {
      ...(word === '' ? {} : { [COS_SSE]: word }),
      ...(mode === 'chosen key' ? { [COS_KEY_ID]: chosen } : {}),
      ...(mode === 'customer key' ? COS_CUSTOMER : {}),
    }
    await cos.putObject({ Bucket, Key, Body, Region: REGION, Headers })
  },
  async read({ Bucket, Key, mode }) {
    const at = { Bucket, Key, Region: REGION, Headers: mode === 'customer key' ? COS_CUSTOMER : {} }
    const got = await cos.getObject(at)
    const head = await cos.headObject(at)
    const of = ({ headers = {} }: { readonly headers?: COS.Headers }): Shown => {
      const text = (name: string): string | undefined => (name in headers ? String(headers[name]) : undefined)
      return shown(got.Body, text(COS_SSE), text(COS_KEY_ID), text(`${COS_SSE}-customer-algorithm`))
    }
    return [of(got), of(head)]
  },
}

const DIALECTS: readonly Dialect[] = [s3Dialect, ossDialect, obsDialect, cosDialect]

/** What this reader has to show of an object in this mode, under the key of this id. */
function expected(reader: Dialect, mode: Mode, body: string, id: string | undefined): Shown {
  if (mode === 'customer key') return shown(body, undefined, undefined, 'AES256')
  const word = reader.shows[mode] ?? reader.words[mode] ?? ''
  return shown(body, word === '' ? undefined : word, id === undefined ? undefined : reader.keyName(id))
}

for (const writer of DIALECTS) {
  for (const mode of MODES) {
    if (writer.words[mode] === undefined) continue
    test(`written through ${writer.name} (${mode}), read through every dialect`, async () => {
      const Bucket = mode === 'none' ? PLAIN : KEPT
      for (const size of SIZES) {
        const at = { Bucket, Key: `${writer.name}/${mode}/${size}`, mode }
        const body = `${at.Key} `.repeat(size / 10)
        await writer.write(at, body)
        const [[, , arn]] = await s3Dialect.read(at)
        const id = arn?.split('/').at(-1)
        assert.equal(id !== undefined, ['managed key', 'chosen key', 'two layers'].includes(mode))
        if (mode === 'chosen key' || mode === 'two layers') assert.equal(id, chosen)
        for (const reader of DIALECTS) {
          if (reader === ossDialect && mode === 'customer key') continue
          for (const said of await reader.read(at)) {
            assert.deepEqual(said, expected(reader, mode, body, id), `${reader.name} reads ${at.Key}`)
          }
        }
      }
    })
  }
}

test('under a customer’s key nobody reads without it, and OSS, which has no such method, at all', async () => {
  for (const writer of DIALECTS) {
    if (writer.words['customer key'] === undefined) continue
    const at = { Bucket: KEPT, Key: `held/${writer.name}`, mode: 'customer key' } as const
    await writer.write(at, 'body')
    const bare = { ...at, mode: 'none' } as const
    await assert.rejects(s3Dialect.read(bare), (error) => error instanceof S3ServiceException)
    assert.match(await new OssClient(server, { bucket: KEPT }).refusal('get', at.Key), /^40[03] /)
    assert.equal((await obs.call('getObject', { Bucket: KEPT, Key: at.Key })).status, 400)
    await assert.rejects(cosDialect.read(bare))
  }
})

test('a bucket begins as its dialect has it, and every dialect shows what it is', async () => {
  await s3.send(new CreateBucketCommand({ Bucket: 'made-by-s3' }))
  await obs.done('createBucket', { Bucket: 'made-by-obs' })
  const { said } = await oss.call('getBucketEncryption', 'made-by-s3')
  assert.deepEqual(said['encryption'], { SSEAlgorithm: 'AES256' })
  const { Rule } = await obs.done('getBucketEncryption', { Bucket: 'made-by-s3' })
  assert.match(JSON.stringify(Rule), /"SSEAlgorithm":"AES256"/)
  for (const bucket of [PLAIN, 'made-by-obs']) {
    assert.equal(await oss.refusal('getBucketEncryption', bucket), '404 NoSuchServerSideEncryptionRule')
    assert.equal((await obs.call('getBucketEncryption', { Bucket: bucket })).code, 'NoSuchEncryptionConfiguration')
  }
})

test('copies between all dialects are made by the rule of the bucket that they come to, and show it everywhere', async () => {
  await cosDialect.write({ Bucket: PLAIN, Key: 'source', mode: 'none' }, 'text')
  await obs.done('copyObject', { Bucket: KEPT, Key: 'by-obs', CopySource: `${PLAIN}/source` })
  await new OssClient(server, { bucket: KEPT }).call('copy', 'by-oss', `/${PLAIN}/source`)
  for (const Key of ['by-obs', 'by-oss']) {
    const at = { Bucket: KEPT, Key, mode: 'service key' } as const
    for (const reader of DIALECTS) {
      for (const said of await reader.read(at)) {
        assert.deepEqual(said, expected(reader, 'service key', 'text', undefined), `${reader.name} reads ${Key}`)
      }
    }
  }
})
