import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elementText, rawRequest, type RawAnswer, type RawRequest } from '../raw-request.ts'
import { peopleBench, type PeopleBench } from './people-bench.ts'

const FORM = ['content-type', 'application/x-www-form-urlencoded; charset=utf-8'] as const
const CREATE = 'Action=CreateUser&Version=2010-05-08&UserName=mallory'

async function ask(bench: PeopleBench, body: string, more: Partial<RawRequest> = {}): Promise<RawAnswer> {
  return rawRequest(bench.server, { method: 'POST', path: '/', service: 'iam', headers: [FORM], body, ...more })
}

/** Refused, an error document of the service, and nothing is stored. */
async function refused(
  bench: PeopleBench,
  send: () => Promise<RawAnswer>,
  status: number,
  code: string,
  what: string,
): Promise<void> {
  const before = await bench.state()
  const answer = await send()
  assert.deepEqual([answer.status, answer.code], [status, code], `${what}: ${answer.text}`)
  assert.deepEqual(await bench.state(), before, what)
}

test('an answer and a refusal carry the request id, and are XML that nothing keeps', async (t) => {
  const bench = await peopleBench(t)
  const done = await ask(bench, CREATE)
  assert.equal(done.status, 200, done.text)
  const refusal = await ask(bench, CREATE)
  assert.deepEqual([refusal.status, refusal.code], [409, 'EntityAlreadyExists'])
  for (const answer of [done, refusal]) {
    assert.equal(answer.headers['content-type'], 'text/xml')
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.match(String(answer.headers['x-amzn-requestid']), /^\S{8,}$/)
    assert.equal(elementText(answer.text, 'RequestId'), answer.headers['x-amzn-requestid'])
  }
  assert.match(
    refusal.text,
    /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<ErrorResponse xmlns="https:\/\/iam\.amazonaws\.com\/doc\/2010-05-08\/"><Error><Type>Sender<\/Type>/,
  )
})

test('forms that could be read in two ways, actions that are none, and large ones, do nothing', async (t) => {
  const bench = await peopleBench(t)
  const bad: readonly (readonly [string, number, string])[] = [
    ['', 400, 'MissingAction'],
    ['Version=2010-05-08', 400, 'InvalidAction'],
    ['Action=FlyToTheMoon&Version=2010-05-08', 400, 'InvalidAction'],
    ['Action=AssumeRole&Version=2011-06-15', 400, 'InvalidAction'],
    ['Action=CreateUser&Version=2011-06-15&UserName=mallory', 400, 'InvalidAction'],
    ['Action=CreateAccountAlias&Version=2010-05-08&AccountAlias=mallory', 501, 'NotImplemented'],
    [`${CREATE}&UserName=alice`, 400, 'ValidationError'],
    [`${CREATE}&%55serName=alice`, 400, 'ValidationError'],
    [`${CREATE}&username=alice`, 400, 'ValidationError'],
    [`${CREATE}&Action=DeleteUser`, 400, 'ValidationError'],
    [`${CREATE}&PermissionBoundary=x`, 400, 'ValidationError'],
    [`${CREATE}&Tags.member.2.Key=a&Tags.member.2.Value=b`, 400, 'ValidationError'],
    [`${CREATE}&Tags.entry.1.Key=a&Tags.entry.1.Value=b`, 400, 'ValidationError'],
    [`${CREATE}&Path=%`, 400, 'ValidationError'],
    [`${CREATE}&Path=%FF`, 400, 'ValidationError'],
    [`${CREATE}&Path=%00`, 400, 'ValidationError'],
    [`${CREATE}&__proto__=1`, 400, 'ValidationError'],
    [`${CREATE}&constructor=1`, 400, 'ValidationError'],
    [`${CREATE};UserName=alice`, 400, 'ValidationError'],
    ['{"Action":"CreateUser"}', 400, 'ValidationError'],
    [`${CREATE}&Path=${'x'.repeat(600_000)}`, 413, 'RequestEntityTooLarge'],
    [`${CREATE}&${Array.from({ length: 500 }, (_, index) => `A${index}=1`).join('&')}`, 400, 'ValidationError'],
  ]
  for (const [body, status, code] of bad) await refused(bench, () => ask(bench, body), status, code, body.slice(0, 90))
  const json = { headers: [['content-type', 'application/json']] } as const
  await refused(bench, () => ask(bench, CREATE, json), 400, 'ValidationError', 'JSON')
  await refused(
    bench,
    () => ask(bench, 'Version=2010-05-08', { query: 'Action=ListUsers' }),
    400,
    'ValidationError',
    'query',
  )
})

test('T-036 T-051 only a signature for the service opens it: none, another service’s, a broken one, an unsigned body', async (t) => {
  const bench = await peopleBench(t)
  for (const region of ['us-east-1', 'eu-central-1', 'anywhere']) {
    const list = 'Action=ListUsers&Version=2010-05-08'
    assert.equal((await ask(bench, list, { region })).status, 200, region)
  }
  await refused(bench, () => ask(bench, CREATE, { as: 'nobody' }), 405, 'MethodNotAllowed', 'nobody')
  for (const service of ['s3', 'sts', 'kms']) {
    const answer = await ask(bench, CREATE, { service })
    assert.ok(answer.status >= 400 && answer.status < 500, service)
  }
  const stale = { timeMs: bench.now() - 16 * 60_000 }
  await refused(bench, () => ask(bench, CREATE, stale), 403, 'SignatureDoesNotMatch', 'stale')
  const unsigned = { payloadHash: 'UNSIGNED-PAYLOAD' }
  await refused(bench, () => ask(bench, CREATE, unsigned), 400, 'ValidationError', 'unsigned body')
  const other = { payloadHash: '0'.repeat(64) }
  await refused(bench, () => ask(bench, CREATE, other), 403, 'SignatureDoesNotMatch', 'another body')
  const users = await ask(bench, 'Action=ListUsers&Version=2010-05-08')
  assert.ok(!users.text.includes('mallory'))
})

test('the form comes by POST to / alone', async (t) => {
  const bench = await peopleBench(t)
  const get = await rawRequest(bench.server, { method: 'GET', path: '/', query: CREATE, service: 'iam' })
  assert.equal(get.status, 400, get.text)
  const path = await rawRequest(bench.server, {
    method: 'POST',
    path: '/iam',
    service: 'iam',
    headers: [FORM],
    body: CREATE,
  })
  assert.equal(path.status, 400, path.text)
})
