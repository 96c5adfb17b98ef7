/** The service's master key and customers' master keys, rows of OSS's page, with the official client. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { AuditRecord } from '../../src/audit/index.ts'
import { bringIn } from '../../src/kms/material/imports.fixture.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ROOT_CALLER } from '../obs/obs-keys.ts'
import { ACCOUNT } from '../servers.ts'
import { KEY_ID, OssClient, ossServer, SSE } from './oss-client.ts'

const DAY_MS = 86_400_000
const BUCKET = 'master-keys'
const BY_ROOT = { caller: ROOT_CALLER, requestId: 'test' }

let aheadMs = 0
let server: RunningCoffer

before(async () => {
  server = await ossServer({ now: () => Date.now() + aheadMs })
  await client().call('putBucket', BUCKET)
})
after(() => server.close())

/** A client whose clock is the server's. */
function client(): OssClient {
  return new OssClient(server, { bucket: BUCKET, aheadMs })
}

/** Every blob by its id, in base64. */
async function storedBlobs(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for await (const { id, bytes } of server.rooms.blobs.list()) {
    const pieces: Buffer[] = []
    for await (const piece of server.rooms.blobs.read(id, { offset: 0, length: bytes })) pieces.push(Buffer.from(piece))
    found.set(id, Buffer.concat(pieces).toString('base64'))
  }
  return found
}

/** Records of this action that were done, the newest first. */
async function audited(action: string): Promise<readonly AuditRecord[]> {
  const { audit } = server.rooms
  await audit.flush()
  const records = await audit.search({ limit: 1_000 })
  return records.filter((record) => record.action === action && record.outcome === 'done')
}

test('OSS-16 the master key is new after its interval; what the old one wrapped lies there unchanged and reads', async () => {
  const body = Buffer.alloc(20_000, 'before')
  await client().call('put', 'before', body, { headers: { [SSE]: 'AES256' } })
  const before = await storedBlobs()
  assert.equal(before.size, 1)
  aheadMs += 366 * DAY_MS
  await client().call('put', 'after', Buffer.alloc(20_000, 'after'), { headers: { [SSE]: 'AES256' } })
  for (const [id, bytes] of before) assert.equal((await storedBlobs()).get(id), bytes)
  assert.equal(await client().bytes('before'), body.toString())
  assert.equal(await client().bytes('after'), 'after'.repeat(4_000))
  const versions = (await audited('coffer:UnwrapServiceKey')).map(({ resource }) => resource)
  assert.ok(versions.some((resource) => resource.endsWith('service-key/1')))
  assert.ok(versions.some((resource) => resource.endsWith('service-key/2')))
})

test('OSS-23 each upload under a CMK has a data key of that CMK’s, in the uploader’s name', async () => {
  const { keyId: id } = await server.rooms.keys.createKey(BY_ROOT, { description: '' })
  for (let number = 0; number < 5; number++) {
    await client().call('put', `cmk/${number}`, Buffer.alloc(20_000, 'x'), { headers: { [SSE]: 'KMS', [KEY_ID]: id } })
  }
  const made = (await audited('kms:GenerateDataKey')).filter(({ resource }) => resource.endsWith(id))
  assert.deepEqual(
    made.map(({ caller }) => caller),
    Array.from({ length: 5 }, () => `arn:aws:iam::${ACCOUNT}:root`),
  )
})

test('OSS-27 an imported key seals when it has its material, and neither before nor after', async () => {
  const { keyId } = await server.rooms.keys.createKey(BY_ROOT, { description: '', origin: 'external' })
  const headers = { [SSE]: 'KMS', [KEY_ID]: keyId }
  const put = ['put', 'imported', Buffer.from('under imported material'), { headers }] as const
  assert.equal((await client().refused(...put)).status, 409)
  const validToMs = Date.now() + aheadMs + DAY_MS
  await bringIn(server.rooms, keyId, randomBytes(32), { validToMs }, undefined, BY_ROOT)
  await client().call(...put)
  assert.equal(await client().bytes('imported'), 'under imported material')
  aheadMs += 2 * DAY_MS
  assert.equal((await client().refused('put', 'too late', Buffer.from('x'), { headers })).status, 409)
  assert.equal((await client().refused('get', 'imported')).status, 409)
  assert.equal((await client().refused('head', 'too late')).status, 404)
})
