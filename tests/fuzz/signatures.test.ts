/** The four forms of a signature, and requests that carry them. */
import assert from 'node:assert/strict'
import { findPresented } from '../../src/auth/presented.ts'
import { authenticatorOf, KEY_ID, NOW_MS, requestOf, secretOf, SECRET } from '../../src/auth/request.fixture.ts'
import { presignUrl, signRequest, EMPTY_SHA256 } from '../../src/auth/index.ts'
import type { SigV4Claim } from '../../src/auth/signatures/sigv4-authorization.ts'
import { headersOf, parseQuery, type QueryParameter } from '../../src/http/index.ts'
import { fuzz } from './fuzzer.ts'
import { settledOrRefusal, valueOrRefusal } from './refusals.ts'

const signer = { accessKeyId: KEY_ID, secret: secretOf(SECRET), region: 'us-east-1', timeMs: NOW_MS }
const asked = { method: 'GET', host: 'localhost:9000', rawPath: '/bucket/key', payloadHash: EMPTY_SHA256 } as const
const { headers } = signRequest(asked, signer)
const authorization = headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? assert.fail()
const { rawQuery } = presignUrl(asked, signer, 300)

const WORDS = [
  ...[
    'Credential=',
    'SignedHeaders=',
    'Signature=',
    'AWS4-HMAC-SHA256 ',
    'AWS ',
    'aws4-hmac-sha256',
    ',',
    ';',
    '/',
    ':',
  ],
  ...[
    'host',
    'authorization',
    'aws4_request',
    's3',
    'us-east-1',
    '0'.repeat(64),
    'x-amz-date',
    '\u00ff',
    '%',
    '+',
    '==',
  ],
]

function claimIn(text: string): ReturnType<typeof valueOrRefusal<ReturnType<typeof findPresented>>> {
  return valueOrRefusal(() => findPresented(headersOf([['authorization', text]]), []))
}

function printed({ accessKeyId, scope, signedHeaders, signature }: SigV4Claim): string {
  const credential = `${accessKeyId}/${scope.date}/${scope.region}/${scope.service}/aws4_request`
  return `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`
}

fuzz({
  name: 'authorization-header',
  seeds: [authorization, `AWS ${KEY_ID}:${'A'.repeat(27)}=`],
  words: WORDS,
  check: (input) => {
    const text = input.toString('latin1')
    const read = claimIn(text)
    // What was read before is remembered: it must not read otherwise the second time, nor beside another signature.
    assert.deepEqual(claimIn(text), read)
    if ('refused' in read || read.value.kind === 'nothing') return
    const { kind } = read.value
    assert.ok(kind === 'sigv4' || kind === 'sigv2')
    const { claim } = read.value
    const again = 'scope' in claim ? printed(claim) : `AWS ${claim.accessKeyId}:${claim.signature}`
    assert.deepEqual(claimIn(again), read)
  },
})

function parametersOf(raw: string): readonly QueryParameter[] | undefined {
  const parsed = parseQuery(raw, { plusIsSpace: true })
  return parsed.kind === 'parameters' ? parsed.parameters : undefined
}

fuzz({
  name: 'authorization-query',
  seeds: [rawQuery, `AWSAccessKeyId=${KEY_ID}&Expires=1769235400&Signature=${'A'.repeat(27)}%3D`, 'acl'],
  words: [
    ...WORDS,
    '&',
    'X-Amz-Algorithm=',
    'x-amz-algorithm=',
    'X-Amz-Expires=604801',
    'X-Amz-Signature=',
    'Expires=',
    'OSSAccessKeyId=a',
  ],
  check: (input) => {
    const parameters = parametersOf(input.toString('latin1'))
    if (parameters === undefined) return
    const read = valueOrRefusal(() => findPresented(headersOf([]), parameters))
    assert.deepEqual(
      valueOrRefusal(() => findPresented(headersOf([]), parameters)),
      read,
    )
    if ('refused' in read) return
    const names = new Set(parameters.map(({ name }) => name))
    // Whoever names a signature has one; nobody else has.
    const amazons = read.value.kind === 'sigv4-query' || read.value.kind === 'sigv2-query'
    if (read.value.kind === 'nothing') assert.equal(names.has('X-Amz-Signature'), false)
    else if (amazons) assert.ok(names.has('X-Amz-Signature') || names.has('Signature'))
    // Of the other vendors a parameter tells whose it is; whether all of it is there, who verifies it finds out.
    else assert.ok([...names].some((name) => OF_OTHERS.test(name)))
    const order = valueOrRefusal(() => findPresented(headersOf([]), parameters.toReversed()))
    assert.deepEqual(order, read)
  },
})

const OF_OTHERS = /^(?:OSSAccessKeyId|AccessKeyId|x-oss-|q-)/

const authenticator = authenticatorOf()
const known = new Set([authorization, rawQuery])

fuzz({
  name: 'signed-requests',
  seeds: [authorization, rawQuery],
  words: WORDS,
  check: async (input) => {
    const text = input.toString('latin1')
    const inHeader = text.startsWith('AWS')
    const fields = inHeader
      ? headers.map(([name, value]) => [name, /^authorization$/i.test(name) ? text : value] as const)
      : []
    const request = requestOf({ headers: fields, ...(inHeader ? {} : { query: text }) })
    const outcome = await settledOrRefusal(() => authenticator.authenticate(request))
    const verified = 'value' in outcome && outcome.value.kind === 'verified'
    if (known.has(text)) assert.ok(verified)
    // Another text may spell the same claim; no other claim is ever verified.
    else if (verified && inHeader) assert.deepEqual(claimIn(text), claimIn(authorization))
    else if (verified) assert.deepEqual(sorted(text), sorted(rawQuery))
  },
})

function sorted(raw: string): readonly string[] {
  return (parametersOf(raw) ?? assert.fail(raw)).map(({ name, value }) => `${name}=${value}`).toSorted()
}
