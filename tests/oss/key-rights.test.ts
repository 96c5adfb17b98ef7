/**
 * Who needs what, rows of OSS's page on server-side encryption, with policies in RAM's language and the official client.
 */
import assert from 'node:assert/strict'
import { CreateKeyCommand, type KMSClient } from '@aws-sdk/client-kms'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseAccountId, type Caller } from '../../src/operations/index.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ACCESS_KEY, ACCOUNT } from '../servers.ts'
import { CHECKOUT } from '../checkout.ts'
import { KEY_ID, kmsClient, OssClient, ossServer, SSE } from './oss-client.ts'

/** The account's number on the vendor's page. */
const UID = '1416614965936597'
const BUCKET = 'rights'
const LOOK_UP = ['kms:ListKeys', 'kms:ListAliases', 'kms:ListAliasesByKeyId', 'kms:DescribeKey']
const account = parseAccountId(ACCOUNT) ?? assert.fail()
const ROOT: Caller = {
  ...{ kind: 'account-root', account, arn: `arn:aws:iam::${ACCOUNT}:root` },
  ...{ accessKeyId: ACCESS_KEY, scheme: 'sigv4' },
}
const BY = { caller: ROOT, requestId: 'test' }

let server: RunningCoffer
let root: OssClient
let alice: OssClient
let [one, two] = ['', '']

before(async () => {
  server = await ossServer()
  root = new OssClient(server, { bucket: BUCKET })
  const { people } = server.rooms
  await people.perform(BY, { kind: 'create-user', name: 'alice', tags: {} })
  await people.perform(BY, { kind: 'set-account', account, vendors: { uid: UID } })
  const { accessKeyId, secret } = await people.perform(BY, { kind: 'create-access-key', name: 'alice' })
  const shown = secret.expose((bytes) => Buffer.from(bytes).toString('utf8'))
  alice = new OssClient(server, { bucket: BUCKET, accessKeyId, secret: shown })
  const keys = kmsClient(server)
  ;[one, two] = [await newKey(keys), await newKey(keys)]
  await root.call('putBucket', BUCKET)
  await root.call('putBucket', 'elsewhere')
  await root.call('put', 'kept', Buffer.from('kept'), { headers: { [SSE]: 'KMS', [KEY_ID]: one } })
})
after(() => server.close())

async function newKey(keys: KMSClient): Promise<string> {
  const { KeyMetadata } = await keys.send(new CreateKeyCommand({}))
  return KeyMetadata?.KeyId ?? assert.fail('no key')
}

interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
}

function allow(actions: readonly string[], resource = '*'): Statement {
  return { Effect: 'Allow', Action: actions, Resource: resource }
}

async function give(policyName: string, document: string): Promise<void> {
  await server.rooms.people.perform(BY, {
    kind: 'put-user-policy',
    name: 'alice',
    policyName,
    document,
    grammar: 'ram',
  })
}

/** Makes these statements all that alice may do. `sample`: and a text from the vendor's page, as it stands there. */
async function setRights(statements: readonly Statement[], sample = nothing()): Promise<void> {
  await give('rights', JSON.stringify({ Version: '1', Statement: statements }))
  await give('sample', sample)
}

function nothing(): string {
  return JSON.stringify({ Version: '1', Statement: [{ Effect: 'Deny', Action: 'oss:PutBucketCname', Resource: '*' }] })
}

function page(name: string): string {
  return readFileSync(join(CHECKOUT, 'vectors', 'policies', 'pages', `${name}.txt`), 'utf8')
}

const ALL_OSS = allow(['oss:*'])
const withKey = (key: string) => ({ headers: { [SSE]: 'KMS', [KEY_ID]: key } })
const FORBIDDEN = '403 AccessDenied'

async function configure(key = one): Promise<void> {
  await alice.call('putBucketEncryption', BUCKET, { SSEAlgorithm: 'KMS', KMSMasterKeyID: key })
}

async function upload(key = one): Promise<void> {
  await alice.call('put', 'uploaded', Buffer.from('new'), withKey(key))
}

/** `ok`, or status and code. */
async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'ok'
  } catch (error) {
    const { status, code } = Object(error) as { status?: unknown; code?: unknown }
    if (typeof status !== 'number') throw error
    return `${status} ${String(code)}`
  }
}

test('OSS-52 to configure, one has to be allowed to manage this bucket', async () => {
  await setRights([allow(['oss:PutBucketEncryption', 'oss:GetBucketEncryption'], 'acs:oss:*:*:elsewhere')])
  assert.equal(await alice.refusal('putBucketEncryption', BUCKET, { SSEAlgorithm: 'AES256' }), FORBIDDEN)
  await alice.call('putBucketEncryption', 'elsewhere', { SSEAlgorithm: 'AES256' })
  await setRights([allow(['oss:PutBucketEncryption', 'oss:GetBucketEncryption'], `acs:oss:*:*:${BUCKET}`)])
  await alice.call('putBucketEncryption', BUCKET, { SSEAlgorithm: 'AES256' })
})

test('OSS-53 OSS-54 setting, reading and removing the default are rights of their own', async () => {
  await root.call('putBucketEncryption', BUCKET, { SSEAlgorithm: 'AES256' })
  const tasks = {
    'oss:GetBucketEncryption': () => alice.call('getBucketEncryption', BUCKET),
    'oss:PutBucketEncryption': () => alice.call('putBucketEncryption', BUCKET, { SSEAlgorithm: 'AES256' }),
    'oss:DeleteBucketEncryption': () => alice.call('deleteBucketEncryption', BUCKET),
  }
  for (const [held] of Object.entries(tasks)) {
    await setRights([allow([held])])
    for (const [action, task] of Object.entries(tasks)) {
      assert.equal(await outcome(task()), action === held ? 'ok' : FORBIDDEN, `${held}: ${action}`)
    }
  }
})

const CONFIGURE_ROWS = [
  ['OSS-55', 'kms:ListKeys'],
  ['OSS-56', 'kms:ListAliases'],
  ['OSS-57', 'kms:ListAliasesByKeyId'],
  ['OSS-58', 'kms:DescribeKey'],
] as const
for (const [row, missing] of CONFIGURE_ROWS) {
  test(`${row} naming a key as the default needs ${missing}`, async () => {
    await setRights([ALL_OSS, allow(LOOK_UP)])
    await configure()
    await setRights([ALL_OSS, allow(LOOK_UP.filter((action) => action !== missing))])
    assert.equal(await outcome(configure(two)), FORBIDDEN)
    const { said } = await root.call('getBucketEncryption', BUCKET)
    assert.deepEqual(said['encryption'], { SSEAlgorithm: 'KMS', KMSMasterKeyID: one })
    await root.call('deleteBucketEncryption', BUCKET)
  })
}

test('OSS-56 OSS-58 the spellings of the prose count as the actions that there are', async () => {
  await setRights([ALL_OSS, allow(['kms:ListKeys', 'kms:Listalias', 'kms:ListAliasesByKeyId', 'kms:DescribeKeys'])])
  await configure()
  await root.call('deleteBucketEncryption', BUCKET)
})

test('OSS-59 the first sample, as it is printed, is enough to configure, and not to upload', async () => {
  await setRights([ALL_OSS], page('oss-configure'))
  await configure()
  assert.equal(await outcome(upload()), FORBIDDEN)
  await root.call('deleteBucketEncryption', BUCKET)
})

/** Every road by which something is written. */
const UPLOADS: Readonly<Record<string, (headers: Readonly<Record<string, string>>) => Promise<unknown>>> = {
  put: (headers) => alice.call('put', 'written', Buffer.from('x'), { headers }),
  copy: (headers) => alice.call('copy', 'written', 'plain', { headers }),
  multipart: (headers) => alice.call('initMultipartUpload', 'written', { headers }),
}

test('OSS-60 OSS-66 without oss:PutObject nothing is written, on no road', async () => {
  await root.call('put', 'plain', Buffer.from('plain'))
  await setRights([allow(['oss:GetObject', 'oss:ListObjects'])])
  for (const [road, write] of Object.entries(UPLOADS)) assert.equal(await outcome(write({})), FORBIDDEN, road)
  assert.equal((await root.refused('head', 'written')).status, 404)
  await setRights([allow(['oss:GetObject', 'oss:PutObject'])])
  for (const [road, write] of Object.entries(UPLOADS)) assert.equal(await outcome(write({})), 'ok', road)
  await root.call('delete', 'written')
})

const UPLOAD_ROWS = [
  ['OSS-61', 'kms:ListKeys'],
  ['OSS-62', 'kms:ListAliases'],
  ['OSS-63', 'kms:ListAliasesByKeyId'],
  ['OSS-64', 'kms:DescribeKey'],
  ['OSS-65', 'kms:GenerateDataKey'],
] as const
for (const [row, missing] of UPLOAD_ROWS) {
  test(`${row} OSS-66 an upload under a key that was named needs ${missing}; without it nothing is stored`, async () => {
    const needed = [...LOOK_UP, 'kms:GenerateDataKey']
    await root.call('put', 'written', Buffer.from('before'))
    await setRights([ALL_OSS, allow(needed.filter((action) => action !== missing))])
    for (const [road, write] of Object.entries(UPLOADS)) {
      assert.equal(await outcome(write({ [SSE]: 'KMS', [KEY_ID]: one })), FORBIDDEN, road)
    }
    assert.equal(await root.bytes('written'), 'before')
    const refused = await alice.refused('put', 'written', Buffer.from('x'), withKey(one))
    assert.equal(refused.message, 'This request is forbidden by kms')
    await setRights([ALL_OSS, allow(needed)])
    for (const [road, write] of Object.entries(UPLOADS)) {
      assert.equal(await outcome(write({ [SSE]: 'KMS', [KEY_ID]: one })), 'ok', road)
    }
    await root.call('delete', 'written')
  })
}

test('OSS-67 the second sample is enough to upload, in parts too, and not to download', async () => {
  await setRights([ALL_OSS], page('oss-upload'))
  await upload()
  const body = Buffer.alloc(220 * 1024, 3)
  await alice.call('multipartUpload', 'large', body, { partSize: 100 * 1024, ...withKey(one) })
  for (const key of ['uploaded', 'large']) assert.equal((await alice.refused('get', key)).status, 403, key)
  const { said } = await root.call('get', 'large')
  assert.ok(Buffer.isBuffer(said['content']) && said['content'].equals(body))
})

test('OSS-68 without oss:GetObject nothing is read', async () => {
  await root.call('put', 'plain', Buffer.from('plain'))
  await setRights([allow(['oss:PutObject', 'oss:ListObjects'])])
  assert.equal(await alice.refusal('get', 'plain'), FORBIDDEN)
  await setRights([allow(['oss:GetObject'])])
  assert.equal(await alice.bytes('plain'), 'plain')
})

test('OSS-69 OSS-70 a download under a key that was named needs kms:Decrypt, whole, in pieces and as a source', async () => {
  const reads = [
    () => alice.call('get', 'kept'),
    () => alice.call('get', 'kept', { headers: { Range: 'bytes=0-1' } }),
    () => alice.call('copy', 'copied', 'kept'),
  ]
  await setRights([ALL_OSS])
  for (const read of reads) assert.equal(await outcome(read()), FORBIDDEN)
  assert.equal((await alice.refused('get', 'kept')).message, 'This request is forbidden by kms')
  await setRights([ALL_OSS, allow(['kms:Decrypt'])])
  for (const read of reads) assert.equal(await outcome(read()), 'ok')
})

test('OSS-71 the third sample is enough to download, and not to upload', async () => {
  await setRights([ALL_OSS], page('oss-download'))
  assert.equal(await alice.bytes('kept'), 'kept')
  assert.equal(await outcome(upload()), FORBIDDEN)
})

test('OSS-72 with None, AES256 and alias/acs/oss no right on keys is needed', async () => {
  await setRights([ALL_OSS])
  const rules = [
    undefined,
    { SSEAlgorithm: 'AES256' },
    { SSEAlgorithm: 'KMS' },
    { SSEAlgorithm: 'KMS', KMSMasterKeyID: 'alias/acs/oss' },
  ]
  for (const rule of rules) {
    if (rule === undefined) await alice.call('deleteBucketEncryption', BUCKET)
    else await alice.call('putBucketEncryption', BUCKET, rule)
    await alice.call('put', 'free', Buffer.from('free'))
    assert.equal(await alice.bytes('free'), 'free')
  }
  await alice.call('put', 'named', Buffer.from('named'), withKey('alias/acs/oss'))
  assert.equal(await alice.bytes('named'), 'named')
  await alice.call('deleteBucketEncryption', BUCKET)
})

test('OSS-73 the star of the samples means every key of the account with that number, and of no other', async () => {
  await setRights([ALL_OSS], page('oss-upload'))
  await upload(one)
  await upload(two)
  await server.rooms.people.perform(BY, { kind: 'set-account', account, vendors: { uid: '1416614965936598' } })
  assert.equal(await outcome(upload(one)), FORBIDDEN)
  await server.rooms.people.perform(BY, { kind: 'set-account', account, vendors: { uid: UID } })
})

test('OSS-74 an id in the star’s place narrows a sample to that key, in either spelling', async () => {
  for (const path of [one, `key/${one}`]) {
    await setRights([ALL_OSS], page('oss-upload').replace(`${UID}:*`, `${UID}:${path}`))
    await upload(one)
    assert.equal(await outcome(upload(two)), FORBIDDEN, path)
    await setRights([ALL_OSS], page('oss-download').replace(`${UID}:*`, `${UID}:${path}`))
    assert.equal(await alice.bytes('kept'), 'kept', path)
  }
})

test('OSS-75 OSS-76 other versions are refused; comments are kept byte for byte, inside a text they are text', async () => {
  const refused = async (document: string): Promise<void> => {
    await assert.rejects(give('sample', document), { message: 'malformed-policy' })
  }
  await refused(page('oss-upload').replace('"Version": "1"', '"Version": "2"'))
  await refused(`${page('oss-upload')} /* unclosed`)
  await give('sample', page('oss-upload'))
  const shown = await server.rooms.people.perform(BY, { kind: 'get-user-policy', name: 'alice', policyName: 'sample' })
  assert.equal(shown.document, page('oss-upload'))
})

test('OSS-77 a Deny of a listed action beats the sample, for the key that it names only', async () => {
  for (const action of [...LOOK_UP, 'kms:GenerateDataKey']) {
    const deny = { Effect: 'Deny', Action: action, Resource: `acs:kms:*:*:key/${one}` } as const
    await setRights([ALL_OSS, deny], page('oss-upload'))
    assert.equal(await outcome(upload(one)), FORBIDDEN, action)
    assert.equal(await outcome(upload(two)), 'ok', action)
  }
})
