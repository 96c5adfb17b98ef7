import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inflateSync } from 'node:zlib'
import type { HttpMethod } from '../http/index.ts'
import { authenticatorOf, credentialOf, failureOf, readAll, requestOf, type Fixture } from './request.fixture.ts'

interface Vector {
  readonly name: string
  readonly request: {
    readonly method: HttpMethod
    readonly path: string
    readonly query: string
    readonly headers: readonly (readonly [string, string])[]
    readonly body_zlib_base64: string
  }
  readonly expect:
    | {
        readonly verified: string
        readonly body_sha256: string
        readonly headers?: Readonly<Record<string, string>>
        readonly trailers?: Readonly<Record<string, string>>
        readonly refused?: undefined
      }
    | { readonly refused: string; readonly at: 'request' | 'body' }
}

interface Page {
  readonly access_key_id: string
  readonly secret: string
  readonly now_seconds: number
  readonly regions: readonly string[]
  readonly vectors: readonly Vector[]
}

const folder = ((): string => {
  let at = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(at, 'vectors', 'signatures'))) at = dirname(at)
  return join(at, 'vectors', 'signatures')
})()

function fixtureOf(vector: Vector, pieceBytes: number | undefined): Fixture {
  const { method, path, query, headers, body_zlib_base64: packed } = vector.request
  const body = packed === '' ? Buffer.alloc(0) : inflateSync(Buffer.from(packed, 'base64'))
  const host = headers.find(([name]) => name === 'host')?.[1]
  return {
    ...{ method, path, query, headers, body },
    ...(host === undefined ? {} : { host }),
    ...(pieceBytes === undefined ? {} : { pieceBytes }),
  }
}

async function run(page: Page, vector: Vector, pieceBytes: number | undefined): Promise<void> {
  const known = credentialOf(page.access_key_id, page.secret)
  const authenticator = authenticatorOf({
    credentials: async (id) => (id === page.access_key_id ? known : undefined),
    now: () => page.now_seconds * 1_000,
    regions: page.regions,
  })
  const request = requestOf(fixtureOf(vector, pieceBytes))
  const { expect } = vector
  if (expect.refused !== undefined && expect.at === 'request') {
    const failure = await failureOf(() => authenticator.authenticate(request))
    assert.equal(failure.kind, expect.refused)
    return
  }
  const result = await authenticator.authenticate(request)
  assert.ok(result.kind === 'verified')
  if (expect.refused !== undefined) {
    const failure = await failureOf(() => readAll(result.body))
    assert.equal(failure.kind, expect.refused)
    return
  }
  assert.equal(result.scheme, expect.verified)
  assert.equal(result.accessKeyId, page.access_key_id)
  const body = await readAll(result.body)
  assert.equal(createHash('sha256').update(body).digest('hex'), expect.body_sha256)
  assert.equal(result.covered.bodyLength, body.length)
  for (const [name, value] of Object.entries(expect.headers ?? {})) {
    assert.equal(result.covered.headers.get(name), value)
  }
  const trailers = Object.fromEntries(result.body.announced.map((name) => [name, result.body.trailer(name)]))
  assert.deepEqual(trailers, expect.trailers ?? {})
}

const files = readdirSync(folder).filter((file) => file.endsWith('.json'))

test('the signature vectors are there', () => {
  assert.deepEqual(files.sort(), ['sigv2.json', 'sigv4-chunked.json', 'sigv4-header.json', 'sigv4-query.json'])
})

for (const file of files) {
  const page = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Page
  for (const vector of page.vectors) {
    const outcome = vector.expect.refused === undefined ? 'is verified' : `is refused: ${vector.expect.refused}`
    test(`${file}: ${vector.name} ${outcome}`, async () => {
      await run(page, vector, undefined)
      await run(page, vector, 1)
      await run(page, vector, 4_097)
    })
  }
}
