import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { COS_LISTING_PARAMETERS, COS_SIGNED_PARAMETERS } from '../../src/auth/index.ts'
import { COS_DISPATCH_PARAMETERS } from '../../src/dialects/cos/index.ts'
import { cosClient } from './cos-client.ts'
import { cosBench, hostOf, refused, type CosRaw } from './cos-bench.ts'
import { ACCESS_KEY } from '../servers.ts'

const bench = await cosBench()
const { cos, send, server } = bench
const at = await bench.bucket()
const other = await bench.bucket()
await cos.putObject({ ...at, Key: 'k', Body: 'body' })
const NOW = Math.floor(Date.now() / 1_000)

async function outcome(request: CosRaw): Promise<readonly [status: number, code: string | undefined]> {
  const { status, code } = await send(request)
  return [status, code]
}

const GET: CosRaw = { method: 'GET', bucket: at, path: '/k' }
const MISMATCH = [403, 'SignatureDoesNotMatch'] as const

test('a signature in the header and one in the query open the same', async () => {
  for (const as of ['header', 'url'] as const) assert.deepEqual(await outcome({ ...GET, as }), [200, undefined])
})

test('the signed URL of the client opens what it was made for, and HEAD no more than that', async () => {
  const url = new URL(cos.getObjectUrl({ ...at, Key: 'k', Sign: true }, () => undefined))
  const query = url.search.slice(1)
  const signed: CosRaw = { method: 'GET', bucket: at, path: '/k', as: 'nobody', unsigned: { query } }
  assert.deepEqual(await outcome(signed), [200, undefined])
  for (const method of ['PUT', 'DELETE'] as const) assert.deepEqual(await outcome({ ...signed, method }), MISMATCH)
  assert.deepEqual(await outcome({ ...signed, path: '/other' }), MISMATCH)
})

test('keys with every kind of character are signed and found', async () => {
  for (const Key of ["a dir/é(1)!'*~+.txt", 'a//b', '%41', 'ü€漢字🙂', 'a?b=c&d', '#frag', 'a%2Fb', "'"]) {
    await cos.putObject({ ...at, Key, Body: Key })
    assert.equal((await cos.getObject({ ...at, Key })).Body.toString(), Key)
    const list = await cos.getBucket({ ...at, Prefix: Key })
    assert.deepEqual(
      list.Contents.map((one) => one.Key),
      [Key],
    )
  }
})

test('T-035 a header of COS that is not listed is refused, and nothing is stored', async () => {
  for (const name of [
    'x-cos-copy-source',
    'x-cos-acl',
    'x-cos-meta-a',
    'x-cos-server-side-encryption',
    'x-cos-tagging',
  ]) {
    for (const as of ['header', 'url'] as const) {
      const value = name === 'x-cos-copy-source' ? `${hostOf(at)}/k` : 'AES256'
      const request: CosRaw = { method: 'PUT', bucket: at, path: '/new', as, unsigned: { headers: { [name]: value } } }
      assert.deepEqual(await outcome(request), [403, 'AccessDenied'])
    }
  }
  await refused(cos.headObject({ ...at, Key: 'new' }), 404, '404')
})

test('T-045 a signature without the host opens nothing, and one for a bucket no other', async () => {
  const without = await send({
    ...GET,
    as: 'nobody',
    headers: { authorization: cos.getAuth({ Method: 'GET', Key: 'k', Query: {}, Headers: {} }) },
  })
  assert.deepEqual([without.status, without.code], MISMATCH)
  const mine = cos.getAuth({ Method: 'GET', Key: 'k', Query: {}, Headers: { host: hostOf(at) } })
  assert.deepEqual(await outcome({ ...GET, bucket: other, change: () => mine }), MISMATCH)
})

test('T-046 what picks an operation, a version or an answer has to be listed', async () => {
  const acting = [
    'acl',
    'uploads',
    'policy',
    'encryption',
    'versionId=null',
    'response-content-type=text/html',
    'VERSIONID=null',
  ]
  for (const query of acting) {
    for (const as of ['header', 'url'] as const) {
      assert.deepEqual(await outcome({ ...GET, as, unsigned: { query } }), MISMATCH, query)
    }
  }
  const listing: CosRaw = { method: 'GET', bucket: at, unsigned: { query: 'prefix=k&max-keys=1' } }
  assert.deepEqual(await outcome(listing), [200, undefined], 'parameters of listings need not be, in the header form')
  assert.deepEqual(await outcome({ ...listing, as: 'url' }), MISMATCH)
})

test('T-037 two signatures in one request: neither is tried', async () => {
  const twice: CosRaw = { ...GET, unsigned: { query: 'q-sign-algorithm=sha1&q-ak=x&q-signature=y' } }
  assert.deepEqual(await outcome(twice), [400, 'InvalidArgument'])
})

const TIMES: readonly (readonly [what: string, keyTime: string, code: string])[] = [
  ['ended', `${NOW - 100};${NOW - 10}`, 'AccessDenied'],
  ['begins in an hour', `${NOW + 3_600};${NOW + 7_200}`, 'RequestTimeTooSkewed'],
  ['ends before it begins', `${NOW};${NOW - 1}`, 'AccessDenied'],
  ['ten years', `${NOW};${NOW + 315_360_000}`, 'AccessDenied'],
  ['letters', 'a;b', 'AccessDenied'],
  ['an exponent', '1;1e99', 'AccessDenied'],
  ['one number', `${NOW}`, 'AccessDenied'],
  ['three numbers', `${NOW};${NOW + 1};${NOW + 2}`, 'AccessDenied'],
  ['nothing', '', 'AccessDenied'],
]
for (const [what, keyTime, code] of TIMES) {
  test(`T-039 T-040 a period of time that is ${what} is 403 ${code}`, async () => {
    const change = (text: string): string =>
      text.replace(/q-sign-time=[^&]*/, `q-sign-time=${keyTime}`).replace(/q-key-time=[^&]*/, `q-key-time=${keyTime}`)
    for (const as of ['header', 'url'] as const) {
      assert.deepEqual(await outcome({ ...GET, as, ...(keyTime === '' ? { change } : { keyTime }) }), [403, code])
    }
  })
}

test('T-040 both periods count', async () => {
  const change = (text: string): string => text.replace(/q-sign-time=[^&]*/, `q-sign-time=${NOW - 100};${NOW - 10}`)
  const answer = await send({ ...GET, change })
  assert.deepEqual([answer.status, answer.code], [403, 'AccessDenied'])
  assert.match(answer.text, /<Message>Request has expired<\/Message>/)
  assert.ok(answer.headers.date !== undefined, 'the client sets its clock by it')
})

test('T-038 T-062 what is malformed, unknown or wrong is 403', async () => {
  const changes: readonly (readonly [RegExp, string, string])[] = [
    [/sha1/, 'sha256', 'AccessDenied'],
    [/q-ak=[^&]*/, 'q-ak=AKIDNOBODY', 'InvalidAccessKeyId'],
    [new RegExp(ACCESS_KEY), ACCESS_KEY.toLowerCase(), 'InvalidAccessKeyId'],
    [/q-signature=./, 'q-signature=', 'SignatureDoesNotMatch'],
    [/q-signature=.*/, 'q-signature=', 'SignatureDoesNotMatch'],
    [/q-header-list=host/, 'q-header-list=host;range', 'SignatureDoesNotMatch'],
    [/&q-key-time=[^&]*/, '', 'AccessDenied'],
  ]
  for (const [found, instead, code] of changes) {
    assert.deepEqual(await outcome({ ...GET, change: (text) => text.replace(found, instead) }), [403, code], instead)
  }
})

test('T-060 a token of nobody is refused, signed or not, and so is one that restricts nothing', async () => {
  const token = { 'x-cos-security-token': 'AAAA' }
  for (const headers of [{ headers: token }, { unsigned: { headers: token } }]) {
    const { status } = await send({ ...GET, ...headers })
    assert.equal(status, 403)
  }
})

test('nobody reads a private object', async () => {
  assert.deepEqual(await outcome({ ...GET, as: 'nobody' }), [403, 'AccessDenied'])
})

test('a request without a bucket in its host is for callers of this machine: the client with its bucket in the path', async () => {
  const domain = `${new URL(server.endpoint).host}/{Bucket}`
  const byPath = cosClient(server, { Domain: domain })
  await byPath.putObject({ ...at, Key: 'by path/é', Body: 'x' })
  assert.equal((await cos.getObject({ ...at, Key: 'by path/é' })).Body.toString(), 'x')
  assert.equal((await byPath.getBucket(at)).Name, at.Bucket)
  const host = new URL(server.endpoint).host
  const url: CosRaw = { method: 'GET', host, path: `/${at.Bucket}/k`, as: 'url' }
  assert.deepEqual(await outcome(url), [400, 'InvalidRequest'], 'T-045: never a signed URL')
})

test('an absolute request target, as a proxy gets it, is read as what it names', async () => {
  const { hostname, port } = new URL(server.endpoint)
  const authorization = cos.getAuth({ Method: 'GET', Key: 'k', Query: {}, Headers: { host: hostOf(at) } })
  const head = `GET http://${hostOf(at)}/k HTTP/1.1\r\nHost: ${hostOf(at)}\r\nAuthorization: ${authorization}\r\nConnection: close\r\n\r\n`
  const socket = connect(Number(port), hostname)
  socket.end(head)
  socket.setEncoding('latin1')
  let text = ''
  for await (const piece of socket) text += String(piece)
  assert.match(text, /^HTTP\/1\.1 200 .*body$/s)
})

test('T-043 T-046 whatever the decoder dispatches on has to be listed by a signature', () => {
  assert.deepEqual(
    COS_DISPATCH_PARAMETERS.filter((name) => !COS_SIGNED_PARAMETERS.has(name)),
    [],
  )
  assert.deepEqual(
    [...COS_LISTING_PARAMETERS].filter((name) => COS_DISPATCH_PARAMETERS.includes(name)),
    [],
  )
})
