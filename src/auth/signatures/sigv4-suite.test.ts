import assert from 'node:assert/strict'
import { createHmac, createSecretKey } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { HttpMethod } from '../../http/index.ts'
import { headersOf, parseBasicIsoDate, parseQuery } from '../../http/index.ts'
import { authenticatorOf, credentialOf, failureOf, requestOf, secretOf, type Fixture } from '../request.fixture.ts'
import { canonicalPath, canonicalQuery, canonicalRequest, compareText, type PathRule } from './sigv4-canonical.ts'
import { deriveSigningKey, sha256Hex, signText, stringToSign } from './sigv4.ts'

interface Context {
  readonly credentials: {
    readonly access_key_id: string
    readonly secret_access_key: string
    readonly token?: string
  }
  readonly expiration_in_seconds: number
  readonly normalize: boolean
  readonly region: string
  readonly service: string
  readonly sign_body: boolean
  readonly timestamp: string
  readonly omit_session_token?: boolean
}

/** Whose token it is says nothing about the signature. */
const SESSION = {
  ...{ tokenId: 'suite', issuedMs: 0, expiresMs: Number.MAX_SAFE_INTEGER, policies: [], policyArns: [] },
  ...{ tags: {}, transitiveTagKeys: [], mfa: false },
}

const folder = process.env['COFFER_VECTORS']
const required = process.env['COFFER_TEST_REQUIRE'] === 'all'
const missing = (part: string): string | false =>
  folder !== undefined && existsSync(join(folder, part))
    ? false
    : `COFFER_VECTORS must name a folder that holds ${part} (published test vectors)`

/** Runs `body` where the vectors are; else skips, or fails where nothing may be skipped. */
function withVectors(part: string, body: (path: string) => void): void {
  const reason = missing(part)
  if (reason === false && folder !== undefined) body(join(folder, part))
  else if (required) test(`${part}: published vectors`, () => assert.fail(String(reason)))
  else test(`${part}: published vectors`, { skip: String(reason) }, () => undefined)
}

/** A request as the suite writes it: unescaped paths, folded headers. */
function parseRequest(text: string): Fixture & { readonly host: string } {
  const [head = '', ...rest] = text.split('\n\n')
  const [first = '', ...lines] = head.split('\n')
  const [, method = '', target = ''] = /^([A-Z]+) (.*) HTTP\/1\.1$/.exec(first.trim()) ?? []
  const [path = '', query] = target.split('?')
  const headers: [string, string][] = []
  for (const line of lines) {
    const last = headers.at(-1)
    if (/^\s/.test(line) && last !== undefined) last[1] += ` ${line.trim()}`
    else if (line !== '') headers.push([line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
  }
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? ''
  return {
    ...{ method: method as HttpMethod, path, host, headers, body: rest.join('\n\n') },
    // The suite writes characters above ASCII as they are; on the wire they are escaped.
    ...(query === undefined ? {} : { query: encodeURI(query).replaceAll('%25', '%') }),
  }
}

function ruleOf(context: Context): PathRule {
  return context.normalize ? 'normalised-encoded' : 'encoded'
}

function verifierOf(context: Context): ReturnType<typeof authenticatorOf> {
  const { access_key_id: id, secret_access_key: secret, token } = context.credentials
  return authenticatorOf({
    credentials: async (asked, presented) => {
      if (asked !== id || presented !== token) return undefined
      return token === undefined ? credentialOf(id, secret) : { ...credentialOf(id, secret), session: SESSION }
    },
    now: () => parseBasicIsoDate(context.timestamp.replace(/[-:]/g, '')) ?? 0,
    regions: [context.region],
    services: new Map([[context.service, { path: ruleOf(context) }]]),
  })
}

function checkText(path: string, form: 'header' | 'query', context: Context): void {
  const read = (name: string): string => readFileSync(join(path, `${form}-${name}.txt`), 'utf8')
  const signed = parseRequest(read('signed-request'))
  const parsed = parseQuery(signed.query ?? '', { plusIsSpace: true })
  assert.ok(parsed.kind === 'parameters')
  const expected = read('canonical-request')
  const [names = '', payloadHash = ''] = expected.split('\n').slice(-2)
  const headers = headersOf(signed.headers ?? [])
  const wanted = names.split(';').map((name) => [name, headers.get(name) ?? assert.fail(name)] as const)
  assert.equal(context.sign_body ? sha256Hex(Buffer.from(signed.body ?? '')) : payloadHash, payloadHash)
  const canonical = canonicalRequest({
    method: signed.method ?? '',
    path: canonicalPath(signed.path ?? '', context.normalize ? 'normalised-encoded' : 'encoded'),
    query: canonicalQuery(
      parsed.parameters.filter(
        ({ name }) =>
          name !== 'X-Amz-Signature' && !(context.omit_session_token === true && name === 'X-Amz-Security-Token'),
      ),
    ),
    headers: wanted.toSorted(([left], [right]) => compareText(left, right)),
    payloadHash,
  })
  assert.equal(canonical, expected)
  const timestamp = context.timestamp.replace(/[-:]/g, '')
  const scope = { date: timestamp.slice(0, 8), region: context.region, service: context.service }
  const text = stringToSign(timestamp, scope, canonical)
  assert.equal(text, read('string-to-sign'))
  const key = deriveSigningKey(secretOf(context.credentials.secret_access_key), scope)
  assert.equal(signText(key, text), read('signature'))
}

withVectors('sigv4', (suite) => {
  const cases = readdirSync(suite, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  test('the SigV4 suite is whole', () => {
    assert.equal(cases.length, 38)
  })
  for (const { name } of cases) {
    const path = join(suite, name)
    const context = JSON.parse(readFileSync(join(path, 'context.json'), 'utf8')) as Context
    for (const form of ['header', 'query'] as const) {
      test(`SigV4 suite, ${name}, ${form}: canonical request, string to sign and signature are the published ones`, () => {
        checkText(path, form, context)
      })
      test(`SigV4 suite, ${name}, ${form}: the signed request is verified, as long as what it carries is signed`, async () => {
        const signed = requestOf(parseRequest(readFileSync(join(path, `${form}-signed-request.txt`), 'utf8')))
        const asked = async () => verifierOf(context).authenticate(signed, context.service)
        // Added after signing: a token that the signature does not cover is refused, wherever it stands (T-061).
        const refused = form === 'header' ? 'access-denied' : 'signature-does-not-match'
        if (context.omit_session_token === true) assert.equal((await failureOf(asked)).kind, refused)
        else assert.equal((await asked()).kind, 'verified')
      })
    }
  }
})

interface Wycheproof {
  readonly testGroups: readonly {
    readonly tagSize: number
    readonly tests: readonly {
      readonly tcId: number
      readonly key: string
      readonly msg: string
      readonly tag: string
      readonly result: string
    }[]
  }[]
}

for (const hash of ['sha1', 'sha256'] as const) {
  withVectors(join('wycheproof', `hmac_${hash}_test.json`), (path) => {
    test(`Wycheproof: HMAC-${hash} gives the published tags and no others`, () => {
      const { testGroups } = JSON.parse(readFileSync(path, 'utf8')) as Wycheproof
      let seen = 0
      for (const group of testGroups) {
        for (const vector of group.tests) {
          const key = createSecretKey(Buffer.from(vector.key, 'hex'))
          const tag = createHmac(hash, key).update(Buffer.from(vector.msg, 'hex')).digest('hex')
          const matches = tag.slice(0, group.tagSize / 4) === vector.tag
          assert.equal(matches, vector.result === 'valid', `case ${vector.tcId}`)
          seen++
        }
      }
      assert.ok(seen > 50)
    })
  })
}
