/** T-078: what is revoked and acknowledged is refused by every process at its next request, and by a write that was under way. */
import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { signRequest, UNSIGNED_PAYLOAD } from '../../src/auth/index.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import { REGION, spawnServer, type SpawnedCoffer } from '../servers.ts'
import { iam, newUser, setRights } from './people.ts'
import { ROOT, signedFetch, type Answered, type Credentials, type Wanted } from './signed-fetch.ts'

const BUCKET = 'revoked'
const ROUNDS = 15
/** Each on a connection of its own: the processes take them in turn. */
const AT_ONCE = 6
const ALLOW = [{ Effect: 'Allow', Action: ['s3:*', 'kms:*'], Resource: '*' }] as const
const RIGHTS = { UserName: 'worker', PolicyName: 'rights' }

const data = mkdtempSync(join(tmpdir(), 'coffer-revocation-'))
let server: SpawnedCoffer
let user: Credentials
let keyArn = ''

before(async () => {
  server = await spawnServer({ data, workers: 3 })
  user = await newUser(server.endpoint, 'worker')
  const headers = { 'content-type': 'application/json' }
  const made = await asRoot({ method: 'POST', path: '/-/admin/v1/create-key', headers, body: '{"description":"d"}' })
  keyArn = /"arn":"([^"]+)"/.exec(made.text)?.[1] ?? assert.fail()
  await asRoot({ method: 'PUT', path: `/${BUCKET}` })
  await asRoot({ method: 'PUT', path: `/${BUCKET}/plain`, body: 'p' })
  await asRoot({ method: 'PUT', path: `/${BUCKET}/kms`, headers: kmsHeaders(), body: 'k' })
})
after(async () => {
  await server.stop()
  rmSync(data, { recursive: true, force: true })
})

function kmsHeaders(): Record<string, string> {
  return {
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': keyArn,
    'x-amz-server-side-encryption-bucket-key-enabled': 'true',
  }
}

async function asRoot(wanted: Wanted): Promise<Answered> {
  const answer = await signedFetch(server.endpoint, ROOT, wanted)
  assert.ok(answer.status < 300, `${wanted.path}: ${answer.text}`)
  return answer
}

async function codes(path: string): Promise<readonly string[]> {
  const answers = await Promise.all(
    Array.from({ length: AT_ONCE }, () =>
      signedFetch(server.endpoint, user, { path, headers: { connection: 'close' } }),
    ),
  )
  return [...new Set(answers.map(({ code }) => code))]
}

test('T-078 a policy of the user that was taken away is gone in every process', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await setRights(server.endpoint, 'worker', ALLOW)
    assert.deepEqual(await codes(`/${BUCKET}/plain`), ['200'])
    assert.deepEqual(await codes(`/${BUCKET}/kms`), ['200'])
    await iam(server.endpoint, 'DeleteUserPolicy', RIGHTS)
    assert.deepEqual(await codes(`/${BUCKET}/plain`), ['AccessDenied'])
    assert.deepEqual(await codes(`/${BUCKET}/kms`), ['AccessDenied'])
  }
})

test('T-078 T-108 a key that was disabled opens nothing in any process, bucket key kept or not', async () => {
  await setRights(server.endpoint, 'worker', ALLOW)
  const headers = { 'content-type': 'application/json' }
  const query = `key=${encodeURIComponent(keyArn)}`
  for (let round = 0; round < ROUNDS; round++) {
    assert.deepEqual(await codes(`/${BUCKET}/kms`), ['200'])
    await asRoot({ method: 'POST', path: '/-/admin/v1/disable-key', query, headers, body: '{}' })
    assert.deepEqual(await codes(`/${BUCKET}/kms`), ['KMS.DisabledException'])
    await asRoot({ method: 'POST', path: '/-/admin/v1/enable-key', query, headers, body: '{}' })
  }
})

test('T-078 a write whose right ends while its body comes stores nothing', async () => {
  await setRights(server.endpoint, 'worker', ALLOW)
  for (const [name, headers] of [
    ['slow-plain', {}],
    ['slow-kms', kmsHeaders()],
  ] as const) {
    const path = `/${BUCKET}/${name}`
    const upload = slowPut(path, headers)
    await upload.halfSent
    await iam(server.endpoint, 'DeleteUserPolicy', RIGHTS)
    assert.equal(await upload.finish(), 403, name)
    const head = await signedFetch(server.endpoint, ROOT, { method: 'HEAD', path })
    assert.equal(head.status, 404, name)
    await setRights(server.endpoint, 'worker', ALLOW)
    const again = slowPut(path, headers)
    await again.halfSent
    assert.equal(await again.finish(), 200, name)
  }
})

const HALF = Buffer.alloc(1024 * 1024, 'h')

/** A PUT that stops in the middle: `100 Continue` says that its right was asked for, half of its body that it goes on. */
function slowPut(
  path: string,
  more: Readonly<Record<string, string>>,
): { readonly halfSent: Promise<void>; readonly finish: () => Promise<number> } {
  const url = new URL(server.endpoint)
  const signed = signRequest(
    {
      ...{ method: 'PUT', host: url.host, rawPath: path, payloadHash: UNSIGNED_PAYLOAD },
      headers: Object.entries(more),
    },
    {
      accessKeyId: user.accessKeyId,
      secret: new SecretBytes(Buffer.from(user.secret)),
      region: REGION,
      timeMs: Date.now(),
    },
  )
  const headers = { ...Object.fromEntries(signed.headers), expect: '100-continue', 'content-length': 2 * HALF.length }
  const request = httpRequest({ host: url.hostname, port: url.port, method: 'PUT', path, headers })
  const status = new Promise<number>((resolve, reject) => {
    request.once('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.once('error', reject)
  })
  const halfSent = new Promise<void>((resolve) => {
    request.once('continue', () => {
      request.write(HALF, () => resolve())
    })
  })
  request.flushHeaders()
  return {
    halfSent,
    finish: () => {
      request.end(HALF)
      return status
    },
  }
}
