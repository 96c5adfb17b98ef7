/** `explain-policy`: the answer is the one that the request gets, and names the statement that made it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ACCOUNT, memoryServer } from '../servers.ts'
import { newUser, setRights, type StatementText } from './people.ts'
import { ROOT, signedFetch, type Answered, type Credentials, type Wanted } from './signed-fetch.ts'

const BUCKET = 'asked'
const OBJECT = `arn:aws:s3:::${BUCKET}/a`

let server: RunningCoffer
let user: Credentials

before(async () => {
  server = await memoryServer()
  user = await newUser(server.endpoint, 'alice')
  await as(ROOT, { method: 'PUT', path: `/${BUCKET}` })
  await as(ROOT, { method: 'PUT', path: `/${BUCKET}/a`, body: 'a' })
})
after(async () => server.close())

async function as(who: Credentials, wanted: Wanted): Promise<Answered> {
  return signedFetch(server.endpoint, who, wanted)
}

interface Explained {
  readonly principal: string
  readonly decision: string
  readonly reason: string
  readonly sides: readonly { readonly side: string; readonly says: string; readonly sid?: string }[]
}

async function ask(who: Credentials, body: object): Promise<Answered> {
  const headers = { 'content-type': 'application/json' }
  return as(who, { method: 'POST', path: '/-/admin/v1/explain-policy', headers, body: JSON.stringify(body) })
}

async function explained(body: object): Promise<Explained> {
  const answer = await ask(ROOT, { principal: 'alice', action: 's3:GetObject', resource: OBJECT, ...body })
  assert.equal(answer.status, 200, answer.text)
  return JSON.parse(answer.text) as Explained
}

test('what is explained is what happens, for every way of being allowed and refused', async () => {
  const allow: StatementText = {
    Sid: 'reads',
    Effect: 'Allow',
    Action: 's3:Get*',
    Resource: `arn:aws:s3:::${BUCKET}/*`,
  }
  const deny: StatementText = { Sid: 'stops', Effect: 'Deny', Action: 's3:GetObject', Resource: '*' }
  const other: StatementText = { Sid: 'lists', Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }
  const cases = [
    [[other], 'no-opinion', undefined],
    [[allow], 'allow', 'reads'],
    [[allow, deny], 'explicit-deny', 'stops'],
  ] as const
  for (const [statements, decision, sid] of cases) {
    await setRights(server.endpoint, 'alice', statements)
    const { status } = await as(user, { path: `/${BUCKET}/a` })
    assert.equal(status, decision === 'allow' ? 200 : 403)
    const answer = await explained({})
    assert.equal(answer.decision, decision)
    assert.equal(answer.principal, `arn:aws:iam::${ACCOUNT}:user/alice`)
    const identity = answer.sides.find(({ side }) => side === 'identity')
    assert.equal(identity?.sid, sid)
  }
})

test('the bucket’s policy has its say, and conditions see what they are given', async () => {
  await setRights(server.endpoint, 'alice', [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }])
  const body = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        ...{
          Sid: 'office',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:GetObject',
          Resource: `arn:aws:s3:::${BUCKET}/*`,
        },
        Condition: { NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
      },
    ],
  })
  assert.equal((await as(ROOT, { method: 'PUT', path: `/${BUCKET}`, query: 'policy=', body })).status, 204)
  assert.equal((await as(user, { path: `/${BUCKET}/a` })).status, 200)
  const inside = { context: [{ key: 'aws:SourceIp', value: '127.0.0.1' }] }
  assert.equal((await explained(inside)).decision, 'allow')
  const outside = await explained({ context: [{ key: 'aws:SourceIp', value: '192.0.2.1' }] })
  assert.equal(outside.decision, 'explicit-deny')
  assert.match(outside.reason, /office/)
  await as(ROOT, { method: 'DELETE', path: `/${BUCKET}`, query: 'policy=' })
})

test('a key: its policy and the caller’s, by alias; the root of the account has what the key policy gives', async () => {
  const headers = { 'content-type': 'application/json' }
  const made = await as(ROOT, {
    ...{ method: 'POST', path: '/-/admin/v1/create-key', headers },
    body: JSON.stringify({ description: 'd', alias: 'alias/asked' }),
  })
  assert.equal(made.status, 200, made.text)
  const onKey = { action: 'kms:Decrypt', resource: 'alias/asked' }
  await setRights(server.endpoint, 'alice', [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }])
  assert.equal((await explained(onKey)).decision, 'no-opinion')
  await setRights(server.endpoint, 'alice', [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }])
  const allowed = await explained(onKey)
  assert.equal(allowed.decision, 'allow')
  assert.ok(allowed.sides.some(({ side, says }) => side === 'resource' && says === 'delegates'))
  assert.equal((await explained({ ...onKey, principal: 'root' })).decision, 'allow')
})

test('T-088 to ask is a right of its own; nobody is found who is not there; what is no question is refused', async () => {
  await setRights(server.endpoint, 'alice', [{ Effect: 'Allow', Action: ['s3:*', 'kms:*', 'iam:*'], Resource: '*' }])
  const question = { principal: 'alice', action: 's3:GetObject', resource: OBJECT }
  assert.equal((await ask(user, question)).status, 403)
  await setRights(server.endpoint, 'alice', [{ Effect: 'Allow', Action: 'coffer:ExplainPolicy', Resource: '*' }])
  assert.equal((await ask(user, question)).status, 200)
  for (const principal of [
    'nobody',
    'role/nobody',
    `arn:aws:iam::${ACCOUNT}:user/nobody`,
    'arn:aws:iam::000000000009:root',
  ]) {
    assert.equal((await ask(ROOT, { ...question, principal })).status, 404, principal)
  }
  for (const bad of [
    { action: 'GetObject' },
    { action: 's3:*' },
    { principal: 7 },
    { wish: 1 },
    { context: [{ key: 'x' }] },
  ]) {
    assert.equal((await ask(ROOT, { ...question, ...bad })).status, 400, JSON.stringify(bad))
  }
})

test('lists have their say where they count: of the bucket, and of an object that its list opens', async () => {
  await setRights(server.endpoint, 'alice', [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }])
  const done = async (wanted: Wanted): Promise<void> => {
    const answer = await as(ROOT, wanted)
    assert.ok(answer.status < 300, answer.text)
  }
  await done({ method: 'PUT', path: '/listed' })
  const body = '<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>'
  await done({ method: 'PUT', path: '/listed', query: 'ownershipControls=', body })
  await done({ method: 'DELETE', path: '/listed', query: 'publicAccessBlock=' })
  await done({ method: 'PUT', path: '/listed/open', body: 'x', headers: { 'x-amz-acl': 'public-read' } })
  await done({ method: 'PUT', path: '/listed/closed', body: 'x' })
  const check = async (key: string, decision: string): Promise<Explained> => {
    const { status } = await as(user, { path: `/listed/${key}` })
    assert.equal(status, decision === 'allow' ? 200 : 403)
    const answer = await explained({ resource: `arn:aws:s3:::listed/${key}` })
    assert.equal(answer.decision, decision, key)
    return answer
  }
  const open = await check('open', 'allow')
  assert.match(open.reason, /access control list of the object/)
  assert.ok(open.sides.some(({ side, says }) => side === 'also' && says === 'allow'))
  await check('closed', 'no-opinion')
  // Who may read may not write, and an enforced owner switches lists off.
  const write = await explained({ resource: 'arn:aws:s3:::listed/open', action: 's3:PutObject' })
  assert.equal(write.decision, 'no-opinion')
  const enforced = body.replace('ObjectWriter', 'BucketOwnerEnforced')
  await done({ method: 'PUT', path: '/listed', query: 'ownershipControls=', body: enforced })
  await check('open', 'no-opinion')
})
