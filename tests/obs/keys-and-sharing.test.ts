/**
 * What Huawei's pages say of keys beyond uploads and downloads: a destroyed key, other accounts, material that is shown
 * nowhere, rights for each call, rights that no object needs. Keys are called by the official client of AWS KMS.
 */
import assert from 'node:assert/strict'
import { constants, publicEncrypt } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { GetParametersForImportCommand, ImportKeyMaterialCommand, KMSClient } from '@aws-sdk/client-kms'
import type { SignedCaller } from '../../src/operations/index.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { spellings, foundIn } from '../canaries/canary-search.ts'
import { EVERY_KMS_OPERATION } from '../kms/every-kms-operation.ts'
import { newUser, setRights } from '../rights/people.ts'
import { ROOT, signedFetch, type Answered, type Credentials } from '../rights/signed-fetch.ts'
import { ACCESS_KEY, REGION, SECRET_KEY } from '../servers.ts'
import { ObsClient, obsServer } from './obs-client.ts'
import { obsFetch } from './obs-fetch.ts'
import { newKey, ROOT_CALLER } from './obs-keys.ts'
import { FIRST_PAGE, OBS_RIGHTS, SECOND_PAGE } from './obs-people.ts'

const DAY_MS = 86_400_000
const BY_TLS = { 'x-forwarded-proto': 'https' }
/** Encrypted objects are reached without TLS where the bucket has a default. */
const DEFAULT = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }

let server: RunningCoffer
let obs: ObsClient

before(async () => {
  server = await obsServer({ region: REGION, settings: { COFFER_TRUSTED_PROXIES: '127.0.0.1' } })
  obs = new ObsClient(server)
  await obs.done('createBucket', { Bucket: 'keys' })
  await obs.done('setBucketEncryption', { Bucket: 'keys', Rule: DEFAULT })
})
after(() => server.close())

async function callKms(who: Credentials, name: string, body: object, at = server): Promise<Answered> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${name}` }
  const sent = { method: 'POST', path: '/', headers: { ...headers, ...BY_TLS }, body: JSON.stringify(body) }
  return signedFetch(at.endpoint, who, { ...sent, service: 'kms' })
}

function kindOf({ text }: Answered): string {
  return /"__type":"(?:[^"#]*#)?([A-Za-z]+)/.exec(text)?.[1] ?? ''
}

test('OBSB-09 after a key that is in use was destroyed all the same, a download is 400 and no byte; HEAD, list and delete go on', async () => {
  let nowMs = Date.now()
  const own = await obsServer({
    now: () => nowMs,
    settings: { COFFER_KMS_ALLOW_DELETE_IN_USE: 'on', COFFER_JOBS_KEYS_MS: '100' },
  })
  try {
    const client = new ObsClient(own)
    await client.done('createBucket', { Bucket: 'lost' })
    await client.done('setBucketEncryption', { Bucket: 'lost', Rule: DEFAULT })
    const { keyId } = await newKey(own)
    await client.done('putObject', { Bucket: 'lost', Key: 'k', Body: 'text', SseKms: 'kms', SseKmsKey: keyId })
    await own.rooms.keys.scheduleDeletion({ caller: ROOT_CALLER, requestId: 'test' }, keyId, 7, true)
    nowMs += 8 * DAY_MS
    // Requests are signed by the server's clock, which the vendor's client cannot be told.
    const ask = (method: string, more: object = {}) =>
      obsFetch(own, { method, bucket: 'lost', key: 'k', headers: { date: new Date(nowMs).toUTCString() }, ...more })
    // The job that destroys what is due comes by ten times a second.
    for (let tries = 0; (await ask('GET')).code !== 'KMS.NotFoundException'; tries++) {
      assert.ok(tries < 500, 'the key was not destroyed')
      await pause(20)
    }
    const lost = await ask('GET')
    assert.deepEqual([lost.status, lost.text.includes('text<')], [400, false])
    assert.equal((await ask('HEAD')).headers['x-obs-server-side-encryption'], 'kms')
    assert.match((await ask('GET', { key: '' })).text, /<Key>k<\/Key>/)
    assert.equal((await ask('DELETE')).status, 204)
    assert.equal((await ask('HEAD')).status, 404)
  } finally {
    await own.close()
  }
})

interface OtherAccount {
  readonly account: string
  readonly client: ObsClient
}

async function otherAccount(): Promise<OtherAccount> {
  const by = { caller: ROOT_CALLER as SignedCaller, requestId: 'test' }
  const made = await server.rooms.people.perform(by, { kind: 'create-account', name: 'second', vendors: {} })
  const secretAccessKey = made.rootSecret.expose((bytes) => Buffer.from(bytes).toString('utf8'))
  const accessKeyId = made.account.rootAccessKeyId ?? assert.fail()
  return { account: made.account.account, client: new ObsClient(server, { accessKeyId, secretAccessKey }) }
}

test('OBSB-12 another account that a policy lets in reads what is not encrypted, and the rest only under a key that was given to it', async () => {
  const { account, client } = await otherAccount()
  const Bucket = 'others'
  await obs.done('createBucket', { Bucket })
  await obs.done('setBucketEncryption', { Bucket, Rule: DEFAULT })
  const block = '<PublicAccessBlockConfiguration></PublicAccessBlockConfiguration>'
  await obsFetch(server, { method: 'PUT', bucket: Bucket, query: 'publicAccessBlock', body: block })
  const statement = { Effect: 'Allow', Principal: '*', Action: ['GetObject'], Resource: [`${Bucket}/*`] }
  await obs.done('setBucketPolicy', { Bucket, Policy: JSON.stringify({ Statement: [statement] }) })
  const { keyId } = await newKey(server)
  await obs.done('deleteBucketEncryption', { Bucket })
  await obs.done('putObject', { Bucket, Key: 'plain', Body: 'text' })
  await obs.done('setBucketEncryption', { Bucket, Rule: DEFAULT })
  await obs.done('putObject', { Bucket, Key: 'own', Body: 'text', SseKms: 'kms', SseKmsKey: keyId })
  await obs.done('putObject', { Bucket, Key: 'default', Body: 'text', SseKms: 'kms' })
  await obs.done('putObject', { Bucket, Key: 'service', Body: 'text', SseKms: 'AES256' })
  const read = async (Key: string): Promise<number> => (await client.call('getObject', { Bucket, Key })).status
  assert.equal(await read('plain'), 200)
  for (const key of ['own', 'default', 'service']) assert.equal(await read(key), 403, key)
  const grantee = { kind: 'principal', arn: `arn:aws:iam::${account}:root` } as const
  await server.rooms.keys.createGrant({ caller: ROOT_CALLER, requestId: 'test' }, keyId, {
    ...{ grantee, operations: ['Decrypt', 'DescribeKey'] },
  })
  assert.equal(await read('own'), 200)
  for (const key of ['default', 'service']) assert.equal(await read(key), 403, key)
})

test('OBSA-36 the material of a key is in no answer of any call, in no record, no metric: raw, hexadecimal or base64', async () => {
  const kms = new KMSClient({
    ...{ endpoint: server.endpoint, region: REGION, maxAttempts: 1 },
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
  })
  const written: string[] = []
  const made = await callKms(ROOT, 'CreateKey', { Origin: 'EXTERNAL' })
  const keyId = /"KeyId":"([^"]+)"/.exec(made.text)?.[1] ?? assert.fail(made.text)
  const asked = { KeyId: keyId, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' } as const
  const { PublicKey, ImportToken } = await kms.send(new GetParametersForImportCommand(asked))
  const material = Buffer.from('the material of a key, 32 bytes.')
  const EncryptedKeyMaterial = publicEncrypt(
    {
      key: `-----BEGIN PUBLIC KEY-----\n${Buffer.from(PublicKey ?? []).toString('base64')}\n-----END PUBLIC KEY-----`,
      ...{ padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    },
    material,
  )
  const ExpirationModel = 'KEY_MATERIAL_DOES_NOT_EXPIRE'
  await kms.send(new ImportKeyMaterialCommand({ KeyId: keyId, ImportToken, EncryptedKeyMaterial, ExpirationModel }))
  kms.destroy()
  await callKms(ROOT, 'CreateAlias', { AliasName: 'alias/photos', TargetKeyId: keyId })
  const at = { Bucket: 'keys', Key: 'under-imported' }
  await obs.done('putObject', { ...at, Body: 'text', SseKms: 'kms', SseKmsKey: keyId })
  written.push(JSON.stringify(await obs.done('getObject', at)), JSON.stringify(await obs.done('getObjectMetadata', at)))
  for (const [name, body] of Object.entries(EVERY_KMS_OPERATION)) {
    if (/^(Schedule|DeleteImported|DeleteAlias|DisableKey$)/.test(name)) continue
    const { text, headers } = await callKms(ROOT, name, body)
    written.push(name, text, JSON.stringify([...headers]))
  }
  written.push(await (await fetch(`${server.endpoint}/-/metrics`)).text())
  const needles = spellings('the material', material)
  assert.deepEqual(foundIn('what was answered', Buffer.from(written.join('\n')), needles), [])
  // That the search can find, and that the key was the one in use.
  assert.equal(foundIn('a control', Buffer.from(`x${material.toString('base64')}`), needles).length > 0, true)
  assert.ok(written.some((text) => text.includes(keyId)))
})

/** Calls that no right of their own is for: whoever retires a grant is named by the grant. */
const WITHOUT_RIGHT = new Set(['RetireGrant'])
/** Where the right is not called as the call is. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  ReEncrypt: ['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
}

test('OBSA-39 every call of the key service is refused without its right, and with it is not refused for that', async () => {
  const own = await obsServer({ region: REGION, settings: { COFFER_TRUSTED_PROXIES: '127.0.0.1' } })
  try {
    const who = await newUser(own.endpoint, 'clerk')
    for (const [name, body] of Object.entries(EVERY_KMS_OPERATION)) {
      if (WITHOUT_RIGHT.has(name)) continue
      const made = await callKms(ROOT, 'CreateKey', {}, own)
      const keyId = /"KeyId":"([^"]+)"/.exec(made.text)?.[1] ?? assert.fail(made.text)
      await callKms(ROOT, 'CreateAlias', { AliasName: 'alias/photos', TargetKeyId: keyId }, own)
      const sealed = await callKms(ROOT, 'Encrypt', { KeyId: keyId, Plaintext: 'dGV4dA==' }, own)
      const blob = /"CiphertextBlob":"([^"]+)"/.exec(sealed.text)?.[1]
      const ofKey = Object.entries(body).flatMap(([field, value]) =>
        value === 'alias/photos' && field !== 'AliasName' ? [[field, keyId] as const] : [],
      )
      const sent = {
        ...body,
        ...Object.fromEntries(ofKey),
        ...('CiphertextBlob' in body ? { CiphertextBlob: blob } : {}),
      }
      const everything = { Effect: 'Allow', Action: 'kms:*', Resource: '*' } as const
      const needed = RIGHTS[name] ?? [`kms:${name}`]
      await setRights(own.endpoint, 'clerk', [everything, { Effect: 'Deny', Action: needed, Resource: '*' }])
      assert.equal(kindOf(await callKms(who, name, sent, own)), 'AccessDeniedException', `${name} without its right`)
      await setRights(own.endpoint, 'clerk', [{ Effect: 'Allow', Action: needed, Resource: '*' }])
      const allowed = await callKms(who, name, sent, own)
      assert.notEqual(kindOf(allowed), 'AccessDeniedException', `${name} with its right: ${allowed.text}`)
      for (const AliasName of ['alias/photos', 'alias/other']) await callKms(ROOT, 'DeleteAlias', { AliasName }, own)
    }
  } finally {
    await own.close()
  }
})

test('OBSA-25 OBSB-30 OBSB-34 OBSB-35 rights that no object needs are needed where keys are listed and small data is encrypted', async () => {
  const { keyId } = await newKey(server)
  const by = { caller: ROOT_CALLER, requestId: 'test' }
  const user = await newUser(server.endpoint, 'small')
  const client = new ObsClient(server, { accessKeyId: user.accessKeyId, secretAccessKey: user.secret })
  const rights = async (list: readonly string[]): Promise<void> => {
    const Statement = [{ Effect: 'Allow', Action: [...OBS_RIGHTS, ...list] }]
    await server.rooms.people.perform(by, {
      ...{ kind: 'put-user-policy', name: 'small', policyName: 'rights', grammar: 'huawei' },
      document: JSON.stringify({ Version: '1.1', Statement }),
    })
  }
  const upload = async (): Promise<number> =>
    (await client.call('putObject', { Bucket: 'keys', Key: 'small', Body: 'x', SseKms: 'kms', SseKmsKey: keyId }))
      .status
  const download = async (): Promise<number> =>
    (await client.call('getObject', { Bucket: 'keys', Key: 'small' })).status
  const small = { KeyId: keyId, Plaintext: 'dGV4dA==' }

  await rights(SECOND_PAGE)
  const sealed = await callKms(user, 'Encrypt', small)
  const CiphertextBlob = /"CiphertextBlob":"([^"]+)"/.exec(sealed.text)?.[1] ?? assert.fail(sealed.text)
  assert.match((await callKms(user, 'Decrypt', { CiphertextBlob })).text, /"Plaintext":"dGV4dA=="/)
  await rights(SECOND_PAGE.filter((one) => one !== 'kms:cmk:crypto'))
  assert.equal(kindOf(await callKms(user, 'Encrypt', small)), 'AccessDeniedException')
  assert.equal(kindOf(await callKms(user, 'Decrypt', { CiphertextBlob })), 'AccessDeniedException')
  assert.deepEqual([await upload(), await download()], [200, 200])

  for (const page of [FIRST_PAGE, SECOND_PAGE]) {
    await rights(page)
    assert.equal((await callKms(user, 'ListKeys', {})).status, 200)
    await rights(page.filter((one) => one !== 'kms:cmk:list'))
    assert.equal(kindOf(await callKms(user, 'ListKeys', {})), 'AccessDeniedException')
    assert.deepEqual([await upload(), await download()], [200, 200])
  }
})
