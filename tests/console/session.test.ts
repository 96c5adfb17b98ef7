import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { SessionJson, SystemJson } from '../../src/dialects/admin/wire.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ACCESS_KEY, ACCOUNT, memoryServer, SECRET_KEY } from '../servers.ts'
import { codeOf, cookieOf, openPage, pageHeaders, send, signIn } from './console-client.ts'

let server: RunningCoffer
let url = ''
let nowMs = Date.now()

before(async () => {
  server = await memoryServer({ console: true, now: () => nowMs })
  url = server.consoleUrl ?? ''
})
after(() => server.close())

test('signing in gives a cookie that no script can read, and the page its token', async () => {
  const answer = await signIn(url)
  assert.equal(answer.status, 200)
  const [line = ''] = answer.headers['set-cookie'] ?? []
  assert.match(line, /^coffer-[0-9a-f]{8}=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  const session = answer.json as SessionJson
  assert.deepEqual(
    [session.name, session.kind, session.account, session.principal],
    ['root', 'root', ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`],
  )
  assert.equal(answer.headers['cache-control'], 'no-store')
  const shown = await send(url, '/api/v1/session', {
    headers: { ...pageHeaders(url, 'GET'), cookie: cookieOf(answer) },
  })
  assert.equal((shown.json as SessionJson).csrf, session.csrf)
})

test('an unknown key and a wrong secret are refused in the same words', async () => {
  const [unknown, wrong] = [await signIn(url, 'CFRNOBODYNOBODYNOBOD'), await signIn(url, ACCESS_KEY, 'x'.repeat(40))]
  for (const answer of [unknown, wrong]) {
    assert.equal(answer.status, 401)
    assert.equal(codeOf(answer), 'SignInRefused')
    assert.equal(answer.headers['set-cookie'], undefined)
  }
})

test('what the server is: state and version for everybody, the rest for who is signed in', async () => {
  const stranger = await send(url, '/api/v1/system')
  assert.deepEqual(Object.keys(stranger.json as object).sort(), ['seal', 'tls', 'version', 'vocabulary'])
  const page = await openPage(url)
  const system = (await page.call('system')).json as SystemJson
  assert.equal(system.account, ACCOUNT)
  assert.equal(system.endpoints.api, server.endpoint)
  assert.deepEqual(system.regions, ['us-east-1'])
  assert.equal(system.limits.putBytes, 16 * 1024 * 1024)
})

test('T-139 what another page of the same host asks is refused, reads included', async () => {
  const page = await openPage(url)
  const foreign = { origin: new URL(server.endpoint).origin, 'sec-fetch-site': 'same-site' }
  for (const [path, method] of [
    ['system', 'GET'],
    ['session', 'GET'],
    ['sessions', 'GET'],
    ['buckets', 'GET'],
    ['sessions', 'DELETE'],
    ['session', 'DELETE'],
  ] as const) {
    for (const headers of [
      foreign,
      { 'sec-fetch-site': 'same-site', origin: undefined },
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { origin: 'null', 'sec-fetch-site': undefined },
    ]) {
      const answer = await page.call(path, { method, headers })
      assert.equal(answer.status, 403, `${method} ${path}`)
      assert.equal(codeOf(answer), 'CsrfRefused')
      assert.equal(answer.headers['access-control-allow-origin'], undefined)
    }
  }
  assert.equal((await page.call('session')).status, 200)
})

test('T-139 T-140 the cookie alone authorizes nothing: a change needs origin and token, a read the browser’s word or the token', async () => {
  const page = await openPage(url)
  const other = await openPage(url)
  const silent = { 'sec-fetch-site': undefined, origin: undefined }
  assert.equal((await page.call('sessions', { headers: { ...silent, 'x-coffer-csrf': undefined } })).status, 403)
  assert.equal((await page.call('sessions', { headers: silent })).status, 200)
  for (const headers of [
    { 'x-coffer-csrf': undefined },
    { 'x-coffer-csrf': other.csrf },
    { 'x-coffer-csrf': '' },
    { origin: undefined },
    { origin: undefined, 'sec-fetch-site': undefined },
  ]) {
    const answer = await page.call('session', { method: 'DELETE', headers })
    assert.deepEqual([answer.status, codeOf(answer)], [403, 'CsrfRefused'])
  }
})

test('T-140 two cookies of the name are refused; another value opens nothing', async () => {
  const page = await openPage(url)
  const twice = await page.call('session', { headers: { cookie: `${page.cookie}; ${page.cookie}` } })
  assert.equal(twice.status, 403)
  const [name = ''] = page.cookie.split('=')
  for (const value of ['', 'a', 'A'.repeat(43), '%41'.repeat(10)]) {
    const answer = await page.call('session', { headers: { cookie: `${name}=${value}` } })
    assert.deepEqual([answer.status, codeOf(answer)], [401, 'NoSession'])
  }
})

test('T-140 signing in again gives another session, and ends the one before it', async () => {
  const page = await openPage(url)
  const again = await signIn(url, undefined, undefined, { cookie: page.cookie })
  assert.equal(again.status, 200)
  assert.notEqual(cookieOf(again), page.cookie)
  assert.equal((await page.call('session')).status, 401)
})

test('T-143 forms, other types and other methods are refused', async () => {
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    undefined,
  ]) {
    const answer = await signIn(url, ACCESS_KEY, SECRET_KEY, { 'content-type': type })
    assert.equal(answer.status, 400, type)
  }
  const page = await openPage(url)
  assert.equal((await page.call('session', { method: 'OPTIONS' })).status, 405)
  assert.equal((await page.call('session', { method: 'PUT' })).status, 405)
  const override = await page.call('session', { headers: { 'x-http-method-override': 'DELETE' } })
  assert.equal(override.status, 200)
  assert.equal((await page.call('session')).status, 200)
})

test('T-153 a host that is not the console’s is sent away, whatever it asks for', async () => {
  for (const host of ['evil.example', 'evil.example:9001', 'localhost.evil.example', 'xn--evil.test']) {
    for (const path of ['/', '/api/v1/system', '/api/v1/session']) {
      const answer = await send(url, path, { headers: { host } })
      assert.equal(answer.status, 421, `${host} ${path}`)
    }
  }
  const { port } = new URL(url)
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, `console.localhost:${port}`]) {
    assert.equal((await send(url, '/api/v1/system', { headers: { host } })).status, 200)
  }
})

test('T-150 a session ends: by signing out, by signing out everywhere, when idle, and at its end', async () => {
  const [one, two, three] = [await openPage(url), await openPage(url), await openPage(url)]
  assert.equal((await one.call('session', { method: 'DELETE' })).status, 204)
  assert.equal((await one.call('session')).status, 401)
  assert.equal((await two.call('session')).status, 200)
  assert.equal((await three.call('sessions', { method: 'DELETE' })).status, 204)
  assert.equal((await two.call('session')).status, 401)
  const idle = await openPage(url)
  nowMs += 29 * 60_000
  assert.equal((await idle.call('session')).status, 200)
  nowMs += 29 * 60_000
  assert.equal((await idle.call('session')).status, 200)
  nowMs += 30 * 60_000
  assert.equal((await idle.call('session')).status, 401)
  const long = await openPage(url)
  for (let minutes = 0; minutes < 12 * 60; minutes += 20) {
    assert.equal((await long.call('session')).status, 200)
    nowMs += 20 * 60_000
  }
  assert.equal((await long.call('session')).status, 401)
})

test('T-146 every answer of the console carries its headers', async () => {
  const page = await openPage(url)
  const answers = [
    await send(url, '/'),
    await send(url, '/assets/none.js'),
    await send(url, '/..%2f..%2fetc/passwd'),
    await send(url, '/api/v1/none'),
    await send(url, '/api/v1/system', { headers: { host: 'evil.example' } }),
    await page.call('system'),
    await page.call('none'),
  ]
  for (const { headers } of answers) {
    const policy = String(headers['content-security-policy'])
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; .*trusted-types 'none'$/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
  }
  assert.equal((await send(url, '/..%2f..%2fetc/passwd')).status, 404)
  assert.equal((await send(url, '/assets/%2e%2e/package.json')).status, 404)
})

test('T-141 the session of the console opens nothing at the API port, and a signature nothing at the console', async () => {
  const page = await openPage(url)
  const answer = await send(server.endpoint, '/-/admin/v1/list-buckets', {
    method: 'POST',
    body: {},
    headers: { cookie: page.cookie, 'x-coffer-csrf': page.csrf },
  })
  assert.notEqual(answer.status, 200)
  const signed = await page.call('buckets', { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x' } })
  assert.equal(signed.status, 400)
})
