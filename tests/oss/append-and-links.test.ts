/** Appends, links and restores, by the official client. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { OssClient, ossServer } from './oss-client.ts'

let server: RunningCoffer
before(async () => {
  server = await ossServer()
})
after(() => server.close())

test('an appendable object grows at its end, and nowhere else', async () => {
  const client = new OssClient(server, { bucket: 'appends' })
  await client.call('putBucket', 'appends')
  const first = await client.call('append', 'log', Buffer.from('one '))
  assert.equal(first.headers['x-oss-next-append-position'], '4')
  const second = await client.call('append', 'log', Buffer.from('two'), { position: '4' })
  assert.equal(second.headers['x-oss-next-append-position'], '7')
  assert.equal(await client.bytes('log'), 'one two')
  const head = await client.call('head', 'log')
  assert.equal(head.headers['x-oss-object-type'], 'Appendable')
  assert.equal(head.headers['x-oss-next-append-position'], '7')
  assert.equal(
    await client.refusal('append', 'log', Buffer.from('x'), { position: '4' }),
    '409 PositionNotEqualToLength',
  )
  await client.call('put', 'plain', Buffer.from('x'))
  assert.equal(await client.refusal('append', 'plain', Buffer.from('x'), { position: '1' }), '409 ObjectNotAppendable')
})

test('a link is read as what it points to, and says where', async () => {
  const client = new OssClient(server, { bucket: 'links' })
  await client.call('putBucket', 'links')
  await client.call('put', 'target', Buffer.from('through the link'))
  await client.call('putSymlink', 'link', 'target')
  assert.equal((await client.call('getSymlink', 'link')).said['targetName'], 'target')
  assert.equal(await client.bytes('link'), 'through the link')
  await client.call('putSymlink', 'again', 'link')
  assert.equal((await client.refused('get', 'again')).status, 400)
  await client.call('delete', 'target')
  assert.equal((await client.refused('get', 'link')).status, 404)
})
