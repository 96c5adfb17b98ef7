import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { PasswordJson, SessionJson } from '../../src/dialects/admin/wire.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { memoryServer } from '../servers.ts'
import {
  codeOf,
  cookieOf,
  openPage,
  pageHeaders,
  pageOf,
  send,
  type ConsoleAnswer,
  type SignedInPage,
} from './console-client.ts'

const FIRST = 'correct horse battery'
const SECOND = 'another staple of hay'

let server: RunningCoffer
let root: SignedInPage
let nowMs = Date.now()

before(async () => {
  server = await memoryServer({ console: true, now: () => nowMs })
  root = await openPage(server.consoleUrl ?? '')
})
after(() => server.close())

function good(answer: ConsoleAnswer, status = 200): ConsoleAnswer {
  assert.equal(answer.status, status, answer.bytes.toString('utf8'))
  return answer
}

async function makeUser(name: string): Promise<void> {
  good(await root.call('people/users', { method: 'POST', body: { name } }), 201)
}

function setPassword(name: string, password: string, mustChange = false): Promise<ConsoleAnswer> {
  return root.call(`people/users/${name}/password`, { method: 'PUT', body: { password, mustChange } })
}

function signInAs(user: string, password: string, more: object = {}): Promise<ConsoleAnswer> {
  const url = server.consoleUrl ?? ''
  const body = { account: root.session.account, user, password, ...more }
  return send(url, '/api/v1/session', { method: 'POST', body, headers: pageHeaders(url, 'POST') })
}

async function openAs(user: string, password: string, more: object = {}): Promise<SignedInPage> {
  const answer = good(await signInAs(user, password, more))
  return pageOf(server.consoleUrl ?? '', cookieOf(answer), answer.json as SessionJson)
}

test('a user signs in with a password, has the rights of the user, and signs no links', async () => {
  await makeUser('alice')
  assert.equal((await root.call('people/users/alice/password')).status, 404)
  good(await setPassword('alice', FIRST))
  const { user, mustChange } = good(await root.call('people/users/alice/password')).json as PasswordJson
  assert.deepEqual([user, mustChange], ['alice', false])
  const page = await openAs('alice', FIRST)
  assert.deepEqual([page.session.name, page.session.kind, page.session.by], ['alice', 'user', 'password'])
  assert.equal((await page.call('buckets')).status, 403)
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
  })
  good(await root.call('people/users/alice/inline-policies/all', { method: 'PUT', body: { document } }))
  good(await page.call('buckets', { method: 'POST', body: { name: 'alices' } }), 201)
  good(await page.call('buckets/alices/object?key=a', { method: 'PUT', bytes: Buffer.from('a') }))
  const share = await page.call('buckets/alices/object/share', { method: 'POST', body: { key: 'a', seconds: 60 } })
  assert.equal(share.status, 400, share.bytes.toString('utf8'))
  assert.equal(page.session.account, root.session.account)
})

test('wrong passwords, unknown users and unknown accounts get one answer, and nothing of a password is told', async () => {
  await makeUser('bob')
  good(await setPassword('bob', FIRST))
  const answers = [
    await signInAs('bob', 'wrong horse battery'),
    await signInAs('nobody', FIRST),
    await signInAs('bob', FIRST, { account: '999999999999' }),
    await signInAs('böb', FIRST),
  ]
  for (const answer of answers) {
    assert.deepEqual([answer.status, codeOf(answer)], [401, 'SignInRefused'])
    assert.equal(answer.headers['set-cookie'], undefined)
  }
  for (const weak of ['short', 'aaaaaaaaaaaaaaaa', `${'x'.repeat(60)}yz`.repeat(3), 'with\u0007control chars']) {
    const answer = good(await setPassword('bob', weak), 400)
    assert.ok(!answer.bytes.toString('utf8').includes(weak))
  }
  good(await signInAs('bob', FIRST))
})

test('a password that has to be changed opens nothing before that, and the change signs in', async () => {
  await makeUser('dave')
  good(await setPassword('dave', FIRST, true))
  const asked = await signInAs('dave', FIRST)
  assert.deepEqual([asked.status, codeOf(asked)], [403, 'PasswordChangeNeeded'])
  assert.equal(asked.headers['set-cookie'], undefined)
  assert.equal((await signInAs('dave', FIRST, { newPassword: FIRST })).status, 400)
  assert.equal((await signInAs('dave', FIRST, { newPassword: 'short' })).status, 400)
  const page = await openAs('dave', FIRST, { newPassword: SECOND })
  assert.equal(page.session.name, 'dave')
  assert.equal((await signInAs('dave', FIRST)).status, 401)
  assert.equal((await signInAs('dave', SECOND, { newPassword: 'a third one of them' })).status, 400, 'not asked for')
  await new Promise((resolve) => setImmediate(resolve))
  const found = good(await root.call('audit/events?action=iam:ChangePassword')).json as {
    readonly items: readonly unknown[]
  }
  assert.equal(found.items.length, 1)
  assert.ok(!JSON.stringify(found).includes(SECOND))
})

test('sessions end with the password, with the user, and with a revocation', async () => {
  await makeUser('erin')
  good(await setPassword('erin', FIRST))
  const first = await openAs('erin', FIRST)
  good(await first.call('sessions'))
  good(await setPassword('erin', SECOND))
  assert.equal((await first.call('sessions')).status, 401)
  const second = await openAs('erin', SECOND)
  good(await root.call('people/users/erin/sessions', { method: 'DELETE' }))
  nowMs += 1_000
  assert.equal((await second.call('sessions')).status, 401)
  const third = await openAs('erin', SECOND)
  good(await root.call('people/users/erin', { method: 'PATCH', body: { newName: 'erin-b' } }))
  good(await third.call('sessions'))
  assert.equal((await root.call('people/users/erin-b', { method: 'DELETE' })).status, 409, 'the password first')
  good(await root.call('people/users/erin-b/password', { method: 'DELETE' }))
  assert.equal((await third.call('sessions')).status, 401)
  good(await root.call('people/users/erin-b', { method: 'DELETE' }))
})

test('T-148 one changes one’s own by knowing it, with the right to; guesses there wait with those of the sign-in', async () => {
  await makeUser('frank')
  good(await setPassword('frank', FIRST))
  let page = await openAs('frank', FIRST)
  const change = (oldPassword: string, newPassword: string): Promise<ConsoleAnswer> =>
    page.call('password', { method: 'POST', body: { oldPassword, newPassword } })
  assert.equal((await change(FIRST, SECOND)).status, 403)
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iam:ChangePassword', Resource: '*' }],
  })
  good(await root.call('people/users/frank/inline-policies/own', { method: 'PUT', body: { document } }))
  assert.equal((await change('not the old one', SECOND)).status, 400)
  assert.equal((await change(FIRST, FIRST)).status, 400)
  good(await change(FIRST, SECOND))
  assert.equal((await page.call('sessions')).status, 401, 'every session of the old one is over')
  page = await openAs('frank', SECOND)
  for (let guess = 0; guess < 3; guess++)
    assert.equal((await signInAs('frank', `guess ${guess} of the word`)).status, 401)
  assert.equal((await change('fourth guess of it', FIRST)).status, 400)
  assert.equal((await change('the fifth guess of it', FIRST)).status, 400)
  assert.equal((await change(SECOND, FIRST)).status, 503)
  assert.equal((await signInAs('FRANK', SECOND)).status, 429, 'the same name in other letters is the same name')
  nowMs += 16 * 60_000
  good(await signInAs('frank', SECOND))
})

test('a password is made only by who may make one, and who may replace one makes none', async () => {
  await makeUser('grace')
  await makeUser('helper')
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iam:UpdateLoginProfile', Resource: '*' }],
  })
  good(await root.call('people/users/helper/inline-policies/reset', { method: 'PUT', body: { document } }))
  good(await setPassword('helper', FIRST))
  const helper = await openAs('helper', FIRST)
  const put = (): Promise<ConsoleAnswer> =>
    helper.call('people/users/grace/password', { method: 'PUT', body: { password: SECOND } })
  assert.equal((await put()).status, 403)
  good(await setPassword('grace', FIRST))
  good(await put())
  assert.equal(codeOf(await signInAs('grace', SECOND)), 'PasswordChangeNeeded', 'who sets it is not who keeps it')
})
