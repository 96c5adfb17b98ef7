import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ObsClient, OBS_REGION, obsServer } from './obs-client.ts'

let server: RunningCoffer
before(async () => {
  server = await obsServer()
})
after(() => server.close())

test('an object grows by appends, each at its end; what the engine has not yet says so', async () => {
  const obs = new ObsClient(server)
  const Bucket = 'appends'
  await obs.done('createBucket', { Bucket, Location: OBS_REGION })
  const first = await obs.done('appendObject', { Bucket, Key: 'log', Position: 0, Body: 'one ' })
  assert.equal(String(first['NextPosition']), '4')
  await obs.done('appendObject', { Bucket, Key: 'log', Position: 4, Body: 'two' })
  const got = await obs.done('getObject', { Bucket, Key: 'log' })
  assert.equal(String(got['Content']), 'one two')
  const wrong = await obs.call('appendObject', { Bucket, Key: 'log', Position: 4, Body: 'x' })
  assert.deepEqual([wrong.status, wrong.code], [409, 'PositionNotEqualToLength'])
  assert.equal((await obs.call('renameObject', { Bucket, Key: 'log', Name: 'moved' })).status, 501)
})
