import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { StoreFailure } from '../operations/index.ts'
import { authenticatorOf, KEY_ID, NOW_MS, requestOf, SECRET, secretOf, type Fixture } from './request.fixture.ts'
import { presignUrl, signRequest } from './signatures/sigv4-sign.ts'
import { encodeUri } from './signatures/sigv4-canonical.ts'
import { sha256Hex } from './signatures/sigv4.ts'

const SEED = 20_260_124
const signer = { accessKeyId: KEY_ID, secret: secretOf(SECRET), region: 'us-east-1', timeMs: NOW_MS }
const authenticator = authenticatorOf()

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((value) => !value.includes('\0'))
const metadata = fc.stringMatching(/^[!-~]([ -~]{0,10}[!-~])?$/)
const parts = fc.record({
  key: fc.array(text, { minLength: 1, maxLength: 4 }),
  query: fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-w][a-z0-9-]{0,8}$/), text), {
    selector: ([name]) => name.toLowerCase(),
    maxLength: 4,
  }),
  metadata,
})

function request(given: { key: string[]; query: [string, string][]; metadata: string }): {
  readonly host: string
  readonly rawPath: string
  readonly rawQuery: string
  readonly headers: readonly (readonly [string, string])[]
} {
  return {
    host: 'localhost:9000',
    rawPath: `/bucket/${given.key.map(encodeUri).join('/')}`,
    rawQuery: given.query.map(([name, value]) => `${name}=${encodeUri(value)}`).join('&'),
    headers: [['x-amz-meta-a', given.metadata]],
  }
}

async function passes(fixture: Fixture): Promise<boolean> {
  try {
    return (await authenticator.authenticate(requestOf(fixture))).kind === 'verified'
  } catch (error) {
    assert.ok(error instanceof StoreFailure, String(error))
    return false
  }
}

const RESERVED = /^(signature|expires|awsaccesskeyid|accesskeyid|ossaccesskeyid|q-.*)$/

test('what was signed verifies; and with any one character of path, query, covered header or signature changed, it does not', async () => {
  await fc.assert(
    fc.asyncProperty(parts, fc.nat(), fc.integer({ min: 1, max: 25 }), async (given, where, shift) => {
      fc.pre(given.query.every(([name]) => !RESERVED.test(name)))
      const made = request(given)
      const { headers } = signRequest({ ...made, method: 'PUT', payloadHash: sha256Hex(Buffer.alloc(0)) }, signer)
      const fixture: Fixture = { method: 'PUT', path: made.rawPath, query: made.rawQuery, headers }
      assert.equal(await passes(fixture), true)

      const change = (value: string): string => changeLetter(value, where, shift)
      const path = change(made.rawPath)
      if (decodeURI(path) !== decodeURI(made.rawPath)) assert.equal(await passes({ ...fixture, path }), false)
      for (const name of ['x-amz-meta-a', 'x-amz-date', 'x-amz-content-sha256', 'authorization']) {
        const changed = headers.map(([header, value]) => [header, header === name ? change(value) : value] as const)
        if (changed.some(([, value], at) => value !== headers[at]?.[1])) {
          assert.equal(await passes({ ...fixture, headers: changed }), false, name)
        }
      }
      assert.equal(await passes({ ...fixture, query: `${made.rawQuery}&zz=1` }), false)
    }),
    { seed: SEED, numRuns: 200 },
  )
})

/** Another letter or digit in place of one that is there; escapes are left alone, their two digits stand for one byte. */
function changeLetter(value: string, where: number, shift: number): string {
  const at = where % value.length
  const code = value.charCodeAt(at)
  const escaped = value.slice(Math.max(0, at - 2), at).includes('%')
  if (escaped || !/[A-Za-z0-9]/.test(value.charAt(at))) return value
  const base = code >= 97 ? 97 : code >= 65 ? 65 : 48
  const size = base === 48 ? 10 : 26
  const step = (shift % (size - 1)) + 1
  return value.slice(0, at) + String.fromCharCode(base + ((code - base + step) % size)) + value.slice(at + 1)
}

test('any one character of a signed URL changed: refused', async () => {
  const made = request({ key: ['report.pdf'], query: [['versionId', 'abc']], metadata: 'a' })
  const { rawQuery } = presignUrl({ ...made, method: 'GET' }, signer, 600)
  const fixture: Fixture = { path: made.rawPath, query: rawQuery, headers: made.headers }
  assert.equal(await passes(fixture), true)
  for (let at = 0; at < rawQuery.length; at++) {
    const letter = rawQuery[at] === 'A' ? 'B' : 'A'
    const query = rawQuery.slice(0, at) + letter + rawQuery.slice(at + 1)
    // An escape's digits have two spellings: %2f and %2F are one byte.
    if (letter.toLowerCase() === rawQuery[at]?.toLowerCase()) continue
    assert.equal(await passes({ ...fixture, query }), false, query)
  }
})

test('no Authorization header, however odd, ends in anything but a refusal', async () => {
  const pieces = fc.constantFrom(
    'AWS4-HMAC-SHA256',
    'AWS',
    ' ',
    'Credential=',
    'SignedHeaders=host',
    'Signature=',
    ',',
    '/',
    ':',
    KEY_ID,
  )
  const authorization = fc.oneof(
    fc.array(pieces, { maxLength: 14 }).map((list) => list.join('')),
    fc.stringMatching(/^[\x20-\x7e]{0,80}$/),
  )
  await fc.assert(
    fc.asyncProperty(authorization, async (value) => {
      assert.equal(await passes({ headers: [['authorization', value]] }), false)
    }),
    { seed: SEED, numRuns: 1_000 },
  )
})
