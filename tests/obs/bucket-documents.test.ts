/** Logging, notification, replication and inventory, with the vendor's own client in both of its spellings. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ObsClient, OBS_REGION, obsServer, type Parameters } from './obs-client.ts'
import { obsFetch } from './obs-fetch.ts'

const directory = mkdtempSync(join(tmpdir(), 'coffer-obs-documents-'))
const secretFile = join(directory, 'key')
const WEBHOOK = 'arn:coffer:webhook:::orders'

let server: RunningCoffer
let clients: readonly (readonly [style: 'host' | 'path', client: ObsClient])[]

before(async () => {
  writeFileSync(secretFile, 'the key of the webhook, 0123456789\n', { mode: 0o600 })
  server = await obsServer({
    settings: {
      COFFER_NOTIFICATIONS_TARGETS: 'orders=https://127.0.0.1:1/hook',
      COFFER_NOTIFICATIONS_SECRET_FILE: secretFile,
      COFFER_NOTIFICATIONS_ALLOW_PRIVATE: 'on',
    },
  })
  const host = new ObsClient(server)
  clients = [
    ['host', host],
    ['path', new ObsClient(server, { style: 'path' })],
  ]
  for (const Bucket of ['reports', 'documents-host', 'documents-path']) {
    await host.done('createBucket', { Bucket, Location: OBS_REGION })
    await host.done('setBucketVersioning', { Bucket, VersionStatus: 'Enabled' })
  }
})
after(async () => {
  await server.close()
  rmSync(directory, { recursive: true })
})

async function refused(client: ObsClient, method: string, parameters: Parameters): Promise<string> {
  const { status, code } = await client.call(method, parameters)
  return `${status} ${code}`
}

test('logging: set, shown with its agency, taken back by an empty document', async () => {
  for (const [style, obs] of clients) {
    const Bucket = `documents-${style}`
    assert.deepEqual((await obs.done('getBucketLogging', { Bucket }))['LoggingEnabled'] ?? '', '')
    const LoggingEnabled = { TargetBucket: 'reports', TargetPrefix: 'log/' }
    await obs.done('setBucketLogging', { Bucket, ...(style === 'host' ? { Agency: 'writer' } : {}), LoggingEnabled })
    const said = await obs.done('getBucketLogging', { Bucket })
    assert.match(JSON.stringify(said['LoggingEnabled']), /"TargetBucket":"reports","TargetPrefix":"log\/"/)
    if (style === 'host') assert.equal(said['Agency'], 'writer')
    await obs.done('setBucketLogging', { Bucket })
    const none = await obsFetch(server, { bucket: Bucket, query: 'logging' })
    assert.doesNotMatch(none.text, /LoggingEnabled/)
    const nowhere = { Bucket, LoggingEnabled: { TargetBucket: 'not-there', TargetPrefix: '' } }
    assert.equal(await refused(obs, 'setBucketLogging', nowhere), '400 InvalidTargetBucketForLogging')
  }
})

test('notification: events without a prefix, filters, a webhook of the operator’s as its target', async () => {
  for (const [style, obs] of clients) {
    const Bucket = `documents-${style}`
    const Filter = { FilterRules: [{ Name: 'prefix', Value: 'a/' }] }
    const Event = [style === 'host' ? 'ObjectCreated:*' : 's3:ObjectCreated:*']
    const TopicConfigurations = [{ ID: 'one', Filter, Topic: WEBHOOK, Event }]
    await obs.done('setBucketNotification', { Bucket, TopicConfigurations })
    const said = JSON.stringify((await obs.done('getBucketNotification', { Bucket }))['TopicConfigurations'])
    for (const text of ['"one"', '"prefix"', '"a/"', WEBHOOK, 'ObjectCreated:*']) assert.ok(said.includes(text), said)
    const own = await obsFetch(server, { bucket: Bucket, query: 'notification' })
    assert.match(own.text, /<Filter><Object><FilterRule>.*<Event>ObjectCreated:\*<\/Event>/)
    const elsewhere = [{ ID: 'two', Topic: 'urn:smn:cn-north-4:0:topic', Event }]
    const wrong = await refused(obs, 'setBucketNotification', { Bucket, TopicConfigurations: elsewhere })
    assert.equal(wrong, '400 InvalidArgument')
    await obs.done('setBucketNotification', { Bucket })
    const none = await obsFetch(server, { bucket: Bucket, query: 'notification' })
    assert.doesNotMatch(none.text, /TopicConfiguration/)
  }
})

test('replication: kept, shown, removed; where versions are not kept, refused', async () => {
  for (const [style, obs] of clients) {
    const Bucket = `documents-${style}`
    assert.equal(await refused(obs, 'getBucketReplication', { Bucket }), '404 NoSuchReplicationConfiguration')
    const rule = { ID: 'r', Prefix: 'a', Status: 'Enabled', Destination: { Bucket: 'reports', StorageClass: 'WARM' } }
    await obs.done('setBucketReplication', { Bucket, Agency: 'writer', Rules: [rule] })
    const { Rules } = await obs.done('getBucketReplication', { Bucket })
    // A client that fell back reads Amazon's words.
    const Destination =
      style === 'host' ? rule.Destination : { Bucket: 'arn:aws:s3:::reports', StorageClass: 'STANDARD_IA' }
    assert.deepEqual(JSON.parse(JSON.stringify(Rules)), [{ ...rule, Destination }])
    const own = await obsFetch(server, { bucket: Bucket, query: 'replication' })
    assert.match(own.text, /<Destination><Bucket>reports<\/Bucket><StorageClass>WARM<\/StorageClass><\/Destination>/)
    const two = { ...rule, ID: 'other', Destination: { Bucket: 'documents-host' } }
    const several = await refused(obs, 'setBucketReplication', { Bucket, Agency: 'writer', Rules: [rule, two] })
    assert.equal(several, '400 InvalidRequest')
    assert.equal((await obs.call('deleteBucketReplication', { Bucket })).status, 204)
    assert.equal(await refused(obs, 'getBucketReplication', { Bucket }), '404 NoSuchReplicationConfiguration')
  }
  const [[, obs]] = clients as readonly [(typeof clients)[number]]
  await obs.done('createBucket', { Bucket: 'unversioned', Location: OBS_REGION })
  const Rules = [{ ID: 'r', Prefix: '', Status: 'Enabled', Destination: { Bucket: 'reports' } }]
  assert.match(await refused(obs, 'setBucketReplication', { Bucket: 'unversioned', Rules }), /^40[09] /)
})

test('inventory: several by their ids, listed, removed; what they cannot be is refused', async () => {
  for (const [style, obs] of clients) {
    const Bucket = `documents-${style}`
    const rules = (Id: string): Parameters => ({
      ...{ Bucket, InventoryId: Id, Id, IsEnabled: 'true', Filter: { Prefix: 'a' } },
      ...{ Destination: { Format: 'CSV', Bucket: 'reports', Prefix: 'lists' }, Schedule: { Frequency: 'Daily' } },
      ...{ IncludedObjectVersions: 'All', OptionalFields: { Field: ['Size', 'EncryptionStatus'] } },
    })
    for (const id of ['first', 'second']) await obs.done('setBucketInventory', rules(id))
    const one = await obs.done('getBucketInventory', { Bucket, InventoryId: 'first' })
    assert.equal(one['Id'], 'first')
    const text = JSON.stringify(one)
    const target = style === 'host' ? '"reports"' : '"arn:aws:s3:::reports"'
    for (const part of ['"CSV"', target, '"lists"', '"Daily"', '"All"', 'EncryptionStatus']) {
      assert.ok(text.includes(part), `${part} in ${text}`)
    }
    const listed = JSON.stringify(await obs.done('listBucketInventory', { Bucket }))
    assert.match(listed, /"Id":"first".*"Id":"second"/)
    assert.equal((await obs.call('deleteBucketInventory', { Bucket, InventoryId: 'first' })).status, 204)
    const gone = await refused(obs, 'getBucketInventory', { Bucket, InventoryId: 'first' })
    assert.equal(gone, '404 NoSuchInventoryConfiguration')
    const mixed = await refused(obs, 'setBucketInventory', { ...rules('third'), Id: 'fourth' })
    assert.equal(mixed, '400 InvalidArgument')
    const format = { ...rules('third'), Destination: { Format: 'ORC', Bucket: 'reports' } }
    assert.equal(await refused(obs, 'setBucketInventory', format), '400 MalformedXML')
  }
})
