import {
  CreateBucketCommand,
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  type CORSRule,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { refusedWith } from '../refused-with.ts'
import { memoryServer, s3Client } from '../servers.ts'

const Bucket = 'cross-origin'
const RULES: CORSRule[] = [
  {
    ID: 'app',
    AllowedOrigins: ['https://app.example.com', 'https://*.team.example'],
    AllowedMethods: ['GET', 'PUT'],
    AllowedHeaders: ['x-amz-*', 'Content-Type'],
    ExposeHeaders: ['ETag', 'x-amz-request-id'],
    MaxAgeSeconds: 600,
  },
  { AllowedOrigins: ['*'], AllowedMethods: ['HEAD'] },
]

let server: RunningCoffer
let client: S3Client

before(async () => {
  server = await memoryServer()
  client = s3Client(server)
  await client.send(new CreateBucketCommand({ Bucket }))
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
})
after(async () => {
  client.destroy()
  await server.close()
})

interface Seen {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
}

/** `fetch` keeps some of these headers to itself. */
async function ask(method: string, path: string, headers: Record<string, string>): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server.endpoint}/${path}`, { method, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }))
    })
    asked.once('error', reject)
    asked.end()
  })
}

function corsOf({ headers }: Seen): readonly (readonly [string, unknown])[] {
  return Object.entries(headers).filter(([name]) => name.startsWith('access-control-') || name === 'vary')
}

async function preflight(origin: string, method: string, wanted?: string, path = `${Bucket}/k`): Promise<Seen> {
  const headers = { Origin: origin, 'Access-Control-Request-Method': method }
  return ask('OPTIONS', path, wanted === undefined ? headers : { ...headers, 'Access-Control-Request-Headers': wanted })
}

test('T-154 without rules no answer has a header for another origin, and a preflight is refused', async () => {
  await refusedWith(client.send(new GetBucketCorsCommand({ Bucket })), 404, 'NoSuchCORSConfiguration')
  for (const origin of ['https://evil.example', 'null']) {
    const seen = await ask('GET', `${Bucket}/k`, { Origin: origin })
    assert.deepEqual([seen.status, corsOf(seen)], [403, []])
    assert.deepEqual([(await preflight(origin, 'GET')).status, corsOf(await preflight(origin, 'GET'))], [403, []])
  }
})

test('rules that were put come back as they were', async () => {
  await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: RULES } }))
  const { CORSRules } = await client.send(new GetBucketCorsCommand({ Bucket }))
  assert.deepEqual(CORSRules, RULES)
})

test('a preflight is answered without a signature, by the first rule that fits', async () => {
  const seen = await preflight('https://app.example.com', 'PUT', 'X-Amz-Date, content-type')
  assert.equal(seen.status, 200)
  assert.deepEqual(corsOf(seen), [
    ['access-control-allow-origin', 'https://app.example.com'],
    ['access-control-allow-methods', 'GET, PUT'],
    ['access-control-expose-headers', 'ETag, x-amz-request-id'],
    ['access-control-max-age', '600'],
    ['access-control-allow-credentials', 'true'],
    ['access-control-allow-headers', 'x-amz-date, content-type'],
    ['vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'],
  ])
  const any = await preflight('https://anywhere.example', 'HEAD')
  assert.deepEqual(corsOf(any).slice(0, 2), [
    ['access-control-allow-origin', '*'],
    ['access-control-allow-methods', 'HEAD'],
  ])
  // Never for everybody and with credentials.
  assert.equal(any.headers['access-control-allow-credentials'], undefined)
})

test('T-154 origins are compared whole; methods and headers have to be allowed', async () => {
  assert.equal((await preflight('https://a.team.example', 'GET')).status, 200)
  const refused: readonly (readonly [string, string, string?])[] = [
    ['https://a.team.example.evil', 'GET'],
    ['https://team.example', 'GET'],
    ['http://app.example.com', 'GET'],
    ['https://app.example.com:444', 'GET'],
    ['https://app.example.com', 'DELETE'],
    ['https://app.example.com', 'get'],
    ['https://app.example.com', 'PUT', 'x-other'],
    ['null', 'GET'],
  ]
  for (const [origin, method, wanted] of refused) {
    const seen = await preflight(origin, method, wanted)
    assert.deepEqual([seen.status, corsOf(seen)], [403, []], `${origin} ${method}`)
  }
  for (const headers of [{}, { Origin: 'https://app.example.com' }]) {
    assert.equal((await ask('OPTIONS', `${Bucket}/k`, headers)).status, 400)
  }
})

test('T-076 a bucket without a rule that fits and one that is not there answer alike', async () => {
  const there = await preflight('https://evil.example', 'GET')
  const missing = await preflight('https://evil.example', 'GET', undefined, 'no-such-bucket-anywhere/k')
  assert.deepEqual([there.status, corsOf(there)], [missing.status, corsOf(missing)])
  assert.equal(there.headers['content-type'], missing.headers['content-type'])
})

test('answers and refusals say what the rules say of their origin', async () => {
  const refused = await ask('GET', `${Bucket}/k`, { Origin: 'https://app.example.com' })
  assert.equal(refused.status, 403)
  assert.deepEqual(corsOf(refused), [
    ['access-control-allow-origin', 'https://app.example.com'],
    ['access-control-allow-methods', 'GET, PUT'],
    ['access-control-expose-headers', 'ETag, x-amz-request-id'],
    ['access-control-max-age', '600'],
    ['access-control-allow-credentials', 'true'],
    ['vary', 'Origin'],
  ])
  assert.deepEqual(corsOf(await ask('GET', `${Bucket}/k`, { Origin: 'https://evil.example' })), [])
})

test('T-147 rules that could not be sent, or mean too much, are refused and change nothing', async () => {
  const refused: readonly (readonly [Partial<CORSRule>, string])[] = [
    [{ AllowedMethods: ['PATCH'] }, 'InvalidRequest'],
    [{ AllowedOrigins: ['https://*.*.example'] }, 'InvalidRequest'],
    [{ ExposeHeaders: ['x-*'] }, 'InvalidRequest'],
    [{ ExposeHeaders: ['a\nb: c'] }, 'InvalidRequest'],
    [{ AllowedOrigins: ['https://å.example'] }, 'InvalidRequest'],
    [{ AllowedOrigins: [] }, 'MalformedXML'],
  ]
  for (const [change, code] of refused) {
    const rule: CORSRule = { AllowedMethods: ['GET'], AllowedOrigins: ['*'], ...change }
    const call = client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }))
    await refusedWith(call, 400, code)
  }
  const many = Array.from({ length: 101 }, (): CORSRule => ({ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }))
  const call = client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: many } }))
  await refusedWith(call, 400, 'MalformedXML')
  assert.deepEqual((await client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules, RULES)
  await client.send(new DeleteBucketCorsCommand({ Bucket }))
  assert.equal((await preflight('https://app.example.com', 'GET')).status, 403)
})
