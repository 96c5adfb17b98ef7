import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ObsClient, OBS_REGION, obsServer } from './obs-client.ts'

let server: RunningCoffer
before(async () => {
  server = await obsServer()
})
after(() => server.close())

test('an object grows by appends, each at its end', async () => {
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
})

test('an object is given another name, which is free; directories and what was versioned stay', async () => {
  const obs = new ObsClient(server)
  const Bucket = 'renames'
  await obs.done('createBucket', { Bucket, Location: OBS_REGION })
  await obs.done('putObject', { Bucket, Key: 'dir/old', Body: 'the content', Metadata: { by: 'a test' } })
  await obs.done('putObject', { Bucket, Key: 'taken', Body: 'something else' })
  const rename = async (Key: string, Name: string): Promise<unknown> => {
    const { status, code } = await obs.call('renameObject', { Bucket, Key, Name })
    return code === '' ? status : [status, code]
  }
  assert.deepEqual(await rename('dir/old', 'taken'), [409, 'FsObjectConflict'])
  assert.deepEqual(await rename('nothing', 'new'), [404, 'NoSuchKey'])
  assert.deepEqual(await rename('dir/', 'other/'), [501, 'ServiceNotImplemented'])
  assert.equal(await rename('dir/old', '/dir/new'), 204)
  assert.equal(String((await obs.done('getObject', { Bucket, Key: 'dir/new' }))['Content']), 'the content')
  assert.equal((await obs.call('getObject', { Bucket, Key: 'dir/old' })).status, 404)
  assert.equal(String((await obs.done('getObject', { Bucket, Key: 'taken' }))['Content']), 'something else')
  await obs.done('setBucketVersioningConfiguration', { Bucket, VersionStatus: 'Enabled' })
  assert.deepEqual(await rename('dir/new', 'free'), [409, 'InvalidBucketState'])
})
