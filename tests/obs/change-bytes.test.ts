/** Truncate and modify, with the vendor's own client in both of its spellings; by HTTPS, so that every method may be used. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ObsClient, OBS_REGION, obsServer } from './obs-client.ts'
import { obsFetch } from './obs-fetch.ts'
import { newKey } from './obs-keys.ts'

const BUCKET = 'changed-bytes'
const CUSTOMER = { SseC: 'AES256', SseCKey: '01234567890123456789012345678901' }

let server: RunningCoffer
let obs: ObsClient

before(async () => {
  server = await obsServer({ tls: true })
  obs = new ObsClient(server)
  await obs.done('createBucket', { Bucket: BUCKET, Location: OBS_REGION })
})
after(() => server.close())

/** Which methods there are, by what an upload says of them. */
async function methods(): Promise<readonly (readonly [string, Readonly<Record<string, string>>])[]> {
  const { keyId } = await newKey(server)
  return [
    ['not encrypted', {}],
    ['AES256', { SseKms: 'AES256' }],
    ['kms', { SseKms: 'kms' }],
    ['kms with a key', { SseKms: 'kms', SseKmsKey: keyId }],
    ['a customer’s key', CUSTOMER],
  ]
}

const SHOWN = ['SseKms', 'SseKmsKey', 'SseC', 'Metadata', 'ContentType', 'StorageClass']

test('OBSB-06 bytes are written over and cut off, and the object stays encrypted as it was', async () => {
  for (const client of [obs, new ObsClient(server, { style: 'path' })]) {
    for (const [name, method] of await methods()) {
      for (const size of [100, 20_000]) {
        const at = { Bucket: BUCKET, Key: `${name} ${size}` }
        const held = 'SseC' in method ? CUSTOMER : {}
        const made = { ...at, ...method, Body: 'a'.repeat(size), Metadata: { colour: 'blue' }, StorageClass: 'WARM' }
        await client.done('putObject', made)
        const before = await client.done('getObjectMetadata', { ...at, ...held })
        const changed = await client.done('modifyObject', { ...at, ...held, Position: 90, Body: 'b'.repeat(20) })
        assert.notEqual(changed['ETag'], before['ETag'])
        const length = Math.max(size, 110)
        const whole = `${'a'.repeat(90)}${'b'.repeat(20)}${'a'.repeat(length - 110)}`
        assert.equal(String((await client.done('getObject', { ...at, ...held }))['Content']), whole, at.Key)
        if (held === CUSTOMER) {
          // The client has no parameter for the key here.
          const refused = await client.call('truncateObject', { ...at, Length: 95 })
          assert.equal(refused.status, 400, refused.message)
          continue
        }
        assert.equal((await client.call('truncateObject', { ...at, Length: 95 })).status, 204)
        assert.equal(String((await client.done('getObject', at))['Content']), whole.slice(0, 95))
        const after = await client.done('getObjectMetadata', at)
        assert.equal(after['ContentLength'], '95')
        for (const field of SHOWN) assert.deepEqual(after[field], before[field], field)
      }
    }
  }
})

test('what cannot be changed so is refused, and nothing is changed', async () => {
  const at = { Bucket: BUCKET, Key: 'kept' }
  await obs.done('putObject', { ...at, Body: 'text' })
  for (const [method, parameters, status, code] of [
    ['truncateObject', { ...at, Length: 5 }, 400, 'InvalidArgument'],
    ['modifyObject', { ...at, Position: 5, Body: 'x' }, 400, 'InvalidArgument'],
    ['modifyObject', { ...at, Position: 0, Body: 'x', StorageClass: 'COLD' }, 501, 'ServiceNotImplemented'],
    ['modifyObject', { ...at, Position: 0, Body: 'x', SseKms: 'AES256' }, 400, 'InvalidRequest'],
    ['modifyObject', { ...at, Position: 0, Body: 'x', ContentMD5: 'XUFAKrxLKna5cZ2REBfFkg==' }, 400, 'BadDigest'],
    ['truncateObject', { ...at, Key: 'nowhere', Length: 0 }, 404, 'NoSuchKey'],
    ['modifyObject', { ...at, Key: 'nowhere', Position: 0, Body: 'x' }, 404, 'NoSuchKey'],
  ] as const) {
    const refused = await obs.call(method, parameters)
    assert.deepEqual([refused.status, refused.code], [status, code], `${method} ${JSON.stringify(parameters)}`)
  }
  for (const query of ['truncate', 'length=-1&truncate', 'length=1e3&truncate', 'modify', 'modify&position=x']) {
    const refused = await obsFetch(server, { method: 'PUT', bucket: BUCKET, key: 'kept', query, body: '' })
    assert.deepEqual([refused.status, refused.code], [400, 'InvalidArgument'], query)
  }
  assert.equal(String((await obs.done('getObject', at))['Content']), 'text')
})

test('versions stay as they are', async () => {
  const at = { Bucket: 'kept-versions', Key: 'k' }
  await obs.done('createBucket', { Bucket: at.Bucket, Location: OBS_REGION })
  await obs.done('setBucketVersioning', { Bucket: at.Bucket, VersionStatus: 'Enabled' })
  await obs.done('putObject', { ...at, Body: 'text' })
  for (const [method, more] of [
    ['truncateObject', { Length: 1 }],
    ['modifyObject', { Position: 0, Body: 'x' }],
  ] as const) {
    const refused = await obs.call(method, { ...at, ...more })
    assert.deepEqual([refused.status, refused.code], [409, 'InvalidBucketState'])
  }
})
