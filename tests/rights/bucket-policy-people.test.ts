/** Bucket policies and people: who is named, who only shares a name, and what stands between. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ACCOUNT, memoryServer } from '../servers.ts'
import { iam, newUser, setRights } from './people.ts'
import { ROOT, signedFetch, type Answered, type Credentials, type Wanted } from './signed-fetch.ts'

const BUCKET = 'people'
const RESOURCE = `arn:aws:s3:::${BUCKET}`

let server: RunningCoffer

before(async () => {
  server = await memoryServer()
  await asRoot({ method: 'PUT', path: `/${BUCKET}` })
  await asRoot({ method: 'PUT', path: `/${BUCKET}/a`, body: 'a' })
})
after(async () => server.close())

async function asRoot(wanted: Wanted): Promise<Answered> {
  const answer = await signedFetch(server.endpoint, ROOT, wanted)
  assert.ok(answer.status < 300, `${wanted.path}: ${answer.text}`)
  return answer
}

async function putPolicy(...statements: readonly object[]): Promise<void> {
  const body = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  await asRoot({ method: 'PUT', path: `/${BUCKET}`, query: 'policy=', body })
}

async function statusOf(who: Credentials, wanted: Wanted): Promise<number> {
  return (await signedFetch(server.endpoint, who, wanted)).status
}

const READ: Wanted = { path: `/${BUCKET}/a` }
const arnOf = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`
const reading = (principal: unknown): object => ({
  ...{ Effect: 'Allow', Principal: principal, Action: 's3:GetObject', Resource: `${RESOURCE}/*` },
})

test('a user without any policy may what the bucket’s policy gives to that user, and nothing else', async () => {
  const ann = await newUser(server.endpoint, 'ann')
  const ben = await newUser(server.endpoint, 'ben')
  assert.equal(await statusOf(ann, READ), 403)
  await putPolicy(reading({ AWS: arnOf('ann') }))
  assert.equal(await statusOf(ann, READ), 200)
  assert.equal(await statusOf(ben, READ), 403)
  assert.equal(await statusOf(ann, { method: 'PUT', path: `/${BUCKET}/b`, body: 'b' }), 403)
  assert.equal(await statusOf(ann, { path: `/${BUCKET}` }), 403)
})

test('T-079 a user of the same name who came later inherits nothing', async () => {
  const old = await newUser(server.endpoint, 'cleo')
  await putPolicy(reading({ AWS: arnOf('cleo') }))
  assert.equal(await statusOf(old, READ), 200)
  await iam(server.endpoint, 'DeleteAccessKey', { UserName: 'cleo', AccessKeyId: old.accessKeyId })
  await iam(server.endpoint, 'DeleteUser', { UserName: 'cleo' })
  assert.equal(await statusOf(old, READ), 403)
  const namesake = await newUser(server.endpoint, 'cleo')
  assert.equal(await statusOf(namesake, READ), 403)
  await putPolicy(reading({ AWS: arnOf('cleo') }))
  assert.equal(await statusOf(namesake, READ), 200)
})

test('naming the account delegates: the user’s own policy has to allow as well', async () => {
  const dan = await newUser(server.endpoint, 'dan')
  await putPolicy(reading({ AWS: `arn:aws:iam::${ACCOUNT}:root` }))
  assert.equal(await statusOf(dan, READ), 403)
  await setRights(server.endpoint, 'dan', [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${RESOURCE}/*` }])
  assert.equal(await statusOf(dan, READ), 200)
})

test('T-078 what is revoked is refused at once: a policy of the user, of the bucket, an access key', async () => {
  const eve = await newUser(server.endpoint, 'eve')
  const allows = [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] as const
  for (let round = 0; round < 20; round++) {
    await setRights(server.endpoint, 'eve', allows)
    assert.equal(await statusOf(eve, READ), 200)
    await iam(server.endpoint, 'DeleteUserPolicy', { UserName: 'eve', PolicyName: 'rights' })
    assert.equal(await statusOf(eve, READ), 403)
    await putPolicy(reading({ AWS: arnOf('eve') }))
    assert.equal(await statusOf(eve, READ), 200)
    await asRoot({ method: 'DELETE', path: `/${BUCKET}`, query: 'policy=' })
    assert.equal(await statusOf(eve, READ), 403)
  }
  await setRights(server.endpoint, 'eve', allows)
  const key = { UserName: 'eve', AccessKeyId: eve.accessKeyId }
  await iam(server.endpoint, 'UpdateAccessKey', { ...key, Status: 'Inactive' })
  assert.equal(await statusOf(eve, READ), 403)
  await iam(server.endpoint, 'UpdateAccessKey', { ...key, Status: 'Active' })
  assert.equal(await statusOf(eve, READ), 200)
})

test('T-075 each entry of a list is asked for by itself, and answered by itself', async () => {
  const fay = await newUser(server.endpoint, 'fay')
  for (const key of ['mine/1', 'mine/2', 'other/1']) {
    await asRoot({ method: 'PUT', path: `/${BUCKET}/${key}`, body: key })
  }
  await setRights(server.endpoint, 'fay', [
    { Effect: 'Allow', Action: 's3:DeleteObject', Resource: `${RESOURCE}/mine/*` },
  ])
  const entries = ['mine/1', 'other/1', 'mine/2'].map((key) => `<Object><Key>${key}</Key></Object>`).join('')
  const body = `<Delete>${entries}</Delete>`
  const answer = await signedFetch(server.endpoint, fay, {
    ...{ method: 'POST', path: `/${BUCKET}`, query: 'delete=', body },
    headers: { 'content-md5': await md5Of(body) },
  })
  assert.equal(answer.status, 200, answer.text)
  assert.deepEqual(
    [...answer.text.matchAll(/<Deleted><Key>([^<]+)</g)].map(([, key]) => key),
    ['mine/1', 'mine/2'],
  )
  assert.match(answer.text, /<Error><Key>other\/1<\/Key><Code>AccessDenied<\/Code>/)
  await asRoot({ path: `/${BUCKET}/other/1` })
  const gone = await signedFetch(server.endpoint, ROOT, { path: `/${BUCKET}/mine/1` })
  assert.equal(gone.code, 'NoSuchKey')
})

async function md5Of(text: string): Promise<string> {
  const { createHash } = await import('node:crypto')
  return createHash('md5').update(text).digest('base64')
}

test('T-074 a copy reads its source by the caller’s right; tags go along only for who may read and set them', async () => {
  const gus = await newUser(server.endpoint, 'gus')
  await asRoot({ method: 'PUT', path: `/${BUCKET}/tagged`, headers: { 'x-amz-tagging': 'a=b' }, body: 't' })
  await asRoot({ method: 'PUT', path: `/${BUCKET}/plain`, body: 'p' })
  const copy = (from: string, more: Record<string, string> = {}): Wanted => ({
    ...{ method: 'PUT', path: `/${BUCKET}/copy-of-${from}` },
    headers: { 'x-amz-copy-source': `/${BUCKET}/${from}`, ...more },
  })
  const allow = async (...actions: string[]): Promise<void> =>
    setRights(server.endpoint, 'gus', [{ Effect: 'Allow', Action: actions, Resource: '*' }])
  await allow('s3:PutObject')
  assert.equal(await statusOf(gus, copy('plain')), 403)
  await allow('s3:PutObject', 's3:GetObject')
  assert.equal(await statusOf(gus, copy('plain')), 200)
  assert.equal(await statusOf(gus, copy('tagged')), 403)
  assert.equal(await statusOf(gus, copy('tagged', { 'x-amz-tagging-directive': 'REPLACE' })), 200)
  await allow('s3:PutObject', 's3:GetObject', 's3:GetObjectTagging')
  assert.equal(await statusOf(gus, copy('tagged')), 403)
  await allow('s3:PutObject', 's3:GetObject', 's3:GetObjectTagging', 's3:PutObjectTagging')
  assert.equal(await statusOf(gus, copy('tagged')), 200)
})
