import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import type { Principal, Session } from '../operations/index.ts'
import { EVERY_SCHEME, refuse } from '../operations/index.ts'
import {
  ACCOUNT,
  authenticatorOf,
  credentialOf,
  KEY_ID,
  NOW_MS,
  refusal,
  SECRET,
  secretOf,
  verified,
  type Fixture,
} from './request.fixture.ts'
import { MAX_SESSION_TOKEN_CHARS } from './session-token.ts'
import { presignUrl, signRequest } from './signatures/sigv4-sign.ts'
import { EMPTY_SHA256 } from './signatures/sigv4.ts'
import type { Credential } from './verified.ts'

const HOST = 'localhost:9000'
const PATH = '/bucket/key'
const HTTP_DATE = 'Sat, 24 Jan 2026 06:15:30 GMT'
const EXPIRES = String(NOW_MS / 1_000 + 60)
type Headers = readonly (readonly [string, string])[]

interface Temporary {
  readonly id: string
  readonly secret: string
  readonly token: string
}

const ONE: Temporary = { id: 'ASIAONE', secret: 'secret-of-one-0123456789', token: 'token+of/one==' }
const TWO: Temporary = { id: 'ASIATWO', secret: 'secret-of-two-0123456789', token: 'token+of/two==' }
const OLD: Temporary = { id: 'ASIAOLD', secret: 'secret-of-old-0123456789', token: 'token+of/old==' }

function sessionOf(tokenId: string): Session {
  const own = { tokenId, issuedMs: NOW_MS - 1_000, expiresMs: NOW_MS + 1_000 }
  return { ...own, policies: [], policyArns: [], tags: {}, transitiveTagKeys: [], mfa: false }
}

const ROLE: Principal = {
  kind: 'role-session',
  account: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/reader/alice`,
  roleId: 'AROAREADER',
  roleName: 'reader',
  roleArn: `arn:aws:iam::${ACCOUNT}:role/reader`,
  sessionName: 'alice',
}

function temporary({ id, secret }: Temporary): Credential {
  const credential = { accessKeyId: id, principal: ROLE, session: sessionOf(`session of ${id}`), generation: '1' }
  return { ...credential, secret: secretOf(secret), schemes: new Set(EVERY_SCHEME) }
}

/** As a directory does it: by id and token together. */
const authenticator = authenticatorOf({
  credentials: async (id, token) => {
    if (id === KEY_ID) return credentialOf(KEY_ID, SECRET)
    const known = [ONE, TWO, OLD].find((one) => one.id === id)
    if (known === undefined || token === undefined) return undefined
    if (known.token !== token) return refuse({ kind: 'invalid-token' })
    return known === OLD ? refuse({ kind: 'expired-token' }) : temporary(known)
  },
})

const token = (value: string, name = 'x-amz-security-token'): Headers => [[name, value]]

function inHeader(as: { id: string; secret: string }, headers: Headers, query = ''): Fixture {
  const request = { method: 'GET', host: HOST, rawPath: PATH, rawQuery: query, headers, payloadHash: EMPTY_SHA256 }
  const signer = { accessKeyId: as.id, secret: secretOf(as.secret), region: 'us-east-1', timeMs: NOW_MS }
  return { path: PATH, host: HOST, query, headers: signRequest(request, signer).headers }
}

function inUrl(as: { id: string; secret: string }, query: string, headers: Headers = []): Fixture {
  const request = { method: 'GET', host: HOST, rawPath: PATH, rawQuery: query, headers }
  const signer = { accessKeyId: as.id, secret: secretOf(as.secret), region: 'us-east-1', timeMs: NOW_MS }
  return { path: PATH, host: HOST, query: presignUrl(request, signer, 60).rawQuery, headers }
}

function sha1(secret: string, text: string): string {
  return createHmac('sha1', secret).update(text).digest('base64')
}

function sigV2(as: Temporary, shown: string, signedToken = shown): Fixture {
  const text = `GET\n\n\n${HTTP_DATE}\nx-amz-security-token:${signedToken}\n${PATH}`
  const authorization = `AWS ${as.id}:${sha1(as.secret, text)}`
  return { path: PATH, headers: [['date', HTTP_DATE], ...token(shown), ['authorization', authorization]] }
}

/** As botocore makes them: what is named like a header is signed like one. */
function sigV2Url(as: Temporary, shown: string): Fixture {
  const text = `GET\n\n\n${EXPIRES}\nx-amz-security-token:${shown}\n${PATH}`
  const parameters = { AWSAccessKeyId: as.id, Expires: EXPIRES, Signature: sha1(as.secret, text) }
  const all = Object.entries({ ...parameters, 'x-amz-security-token': shown })
  return { path: PATH, query: all.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&') }
}

const parameter = (value: string): string => `X-Amz-Security-Token=${encodeURIComponent(value)}`

/** Every form in which a key and a token can be shown. */
const FORMS: Readonly<Record<string, (as: Temporary, shown: string) => Fixture>> = {
  sigv4: (as, shown) => inHeader(as, token(shown)),
  'sigv4 with the token in the query': (as, shown) => inHeader(as, [], parameter(shown)),
  'sigv4-query': (as, shown) => inUrl(as, parameter(shown)),
  'sigv4-query with a signed header': (as, shown) => inUrl(as, '', token(shown)),
  sigv2: (as, shown) => sigV2(as, shown),
  'sigv2-query': (as, shown) => sigV2Url(as, shown),
}

const kindOf = async (fixture: Fixture): Promise<string> => (await refusal(fixture, authenticator)).kind

test('T-060 a temporary key with its own token is its session, in every form, and no decoder sees the token', async () => {
  for (const [form, show] of Object.entries(FORMS)) {
    const { session, principal, covered } = await verified(show(ONE, ONE.token), authenticator)
    assert.equal(session?.tokenId, `session of ${ONE.id}`, form)
    assert.deepEqual(principal, ROLE, form)
    assert.ok(!covered.headers.has('x-amz-security-token'), form)
    assert.ok(!JSON.stringify([covered.headers.entries(), covered.query]).includes('token'), form)
  }
})

test('T-060 without its token, with another one, with an expired one, a temporary key opens nothing', async () => {
  assert.equal(await kindOf(inHeader(ONE, [])), 'unknown-access-key')
  assert.equal(await kindOf(inUrl(ONE, '')), 'unknown-access-key')
  for (const [form, show] of Object.entries(FORMS)) {
    assert.equal(await kindOf(show(ONE, TWO.token)), 'invalid-token', form)
    assert.equal(await kindOf(show(ONE, `${ONE.token}x`)), 'invalid-token', form)
    assert.equal(await kindOf(show(ONE, ONE.token.slice(0, -1))), 'invalid-token', form)
    assert.equal(await kindOf(show(OLD, OLD.token)), 'expired-token', form)
    assert.equal(await kindOf(show({ ...ONE, secret: TWO.secret }, ONE.token)), 'signature-does-not-match', form)
    assert.equal(await kindOf(show({ ...ONE, id: 'ASIANOBODY' }, ONE.token)), 'unknown-access-key', form)
  }
})

test('T-060 a token beside a lasting key is refused, never ignored: its holder meant to be restricted', async () => {
  const lasting = { id: KEY_ID, secret: SECRET, token: '' }
  for (const [form, show] of Object.entries(FORMS)) {
    assert.equal(await kindOf(show(lasting, ONE.token)), 'invalid-token', form)
    assert.equal(await kindOf(show({ ...lasting, secret: 'wrong' }, ONE.token)), 'signature-does-not-match', form)
  }
})

test('T-060 a directory that forgets the token is caught: a session without its token is nobody', async () => {
  const forgetful = authenticatorOf({ credentials: async (id) => (id === ONE.id ? temporary(ONE) : undefined) })
  assert.equal((await refusal(inHeader(ONE, []), forgetful)).kind, 'unknown-access-key')
})

test('T-060 a token comes once, is covered, and belongs to a signature', async () => {
  const both = inHeader(ONE, token(ONE.token), parameter(ONE.token))
  assert.equal(await kindOf(both), 'invalid-token')
  const added = inHeader(ONE, [])
  assert.equal(await kindOf({ ...added, headers: [...(added.headers ?? []), ...token(ONE.token)] }), 'access-denied')
  assert.equal(await kindOf({ ...inUrl(ONE, ''), headers: token(ONE.token) }), 'access-denied')
  const widened = inUrl(ONE, '')
  const longer = { ...widened, query: `${widened.query ?? ''}&${parameter(ONE.token)}` }
  assert.equal(await kindOf(longer), 'signature-does-not-match')
  assert.equal(await kindOf(sigV2(ONE, ONE.token, TWO.token)), 'signature-does-not-match')
  assert.equal(await kindOf({ headers: token(ONE.token) }), 'malformed-authorization')
  assert.equal(await kindOf({ query: parameter(ONE.token) }), 'malformed-authorization')
})

test('T-061 what can be no token is refused before anybody is asked', async () => {
  let asked = 0
  const counting = authenticatorOf({ credentials: async () => void (asked += 1) })
  const bad = ['', 'a b', 'a\tb', 'ü', 'x'.repeat(MAX_SESSION_TOKEN_CHARS + 1)]
  for (const value of bad) {
    const fixture = inHeader(ONE, token(value))
    assert.equal((await refusal(fixture, counting)).kind, 'invalid-token', JSON.stringify(value.slice(0, 8)))
  }
  const spelled = inUrl(ONE, `X-AMZ-Security-Token=${encodeURIComponent(ONE.token)}`)
  assert.equal((await refusal(spelled, counting)).kind, 'malformed-query-authorization')
  assert.equal(asked, 0)
  assert.equal(await kindOf(inHeader(ONE, token('x'.repeat(MAX_SESSION_TOKEN_CHARS)))), 'invalid-token')
})

test('T-095 the token of a directory bucket has a place of its own, and opens nothing in another', async () => {
  const place = 'x-amz-s3session-token'
  const [id, secret] = [ONE.id, ONE.secret]
  assert.equal(await kindOf(inHeader({ id, secret }, token(ONE.token, place))), 'invalid-token')
  assert.equal(
    await kindOf(inUrl({ id, secret }, `X-Amz-S3session-Token=${encodeURIComponent(ONE.token)}`)),
    'invalid-token',
  )
  assert.equal(await kindOf(inHeader(ONE, [...token(ONE.token), ...token(ONE.token, place)])), 'invalid-token')
  assert.equal(await kindOf({ headers: token('token', place) }), 'malformed-authorization')
  assert.equal(await kindOf({ query: 'X-Amz-S3session-Token=token' }), 'malformed-authorization')
})
