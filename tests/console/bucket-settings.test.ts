import {
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketWebsiteCommand,
  PutBucketCorsCommand,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type {
  AclJson,
  BucketJson,
  ConsoleBucketEncryptionJson,
  CorsJson,
  LifecycleJson,
  ObjectLockJson,
  OverviewJson,
  SettingJson,
  ShownLoggingJson,
  SystemJson,
  VersioningJson,
} from '../../src/dialects/admin/wire.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { memoryServer, s3Client } from '../servers.ts'
import { codeOf, openPage, type ConsoleAnswer, type SignedInPage } from './console-client.ts'

let server: RunningCoffer
let page: SignedInPage

before(async () => {
  server = await memoryServer({ console: true })
  page = await openPage(server.consoleUrl ?? '')
  for (const name of ['settings', 'logs', 'tabs']) {
    good(await page.call('buckets', { method: 'POST', body: { name } }), 201)
  }
})
after(() => server.close())

function good(answer: ConsoleAnswer, status = 200): ConsoleAnswer {
  assert.equal(answer.status, status, answer.bytes.toString('utf8'))
  return answer
}

async function put(path: string, body: object, headers: Record<string, string> = {}): Promise<ConsoleAnswer> {
  return page.call(`buckets/${path}`, { method: 'PUT', body, headers })
}

async function shown<Setting>(path: string): Promise<SettingJson<Setting>> {
  const answer = good(await page.call(`buckets/${path}`))
  const json = answer.json as SettingJson<Setting>
  assert.equal(answer.headers['etag'], `"${json.revision}"`)
  return json
}

function fieldsOf({ json }: ConsoleAnswer): unknown {
  return (json as { readonly error: { readonly fields?: unknown } }).error.fields
}

test('CORS rules are put by a page, read by an SDK, and the other way round', async () => {
  const rule = {
    allowedOrigins: ['https://app.example.test'],
    allowedMethods: ['GET', 'PUT'] as const,
    allowedHeaders: ['*'],
    exposeHeaders: ['etag'],
    maxAgeSeconds: 600,
  }
  assert.equal((await page.call('buckets/settings/cors')).status, 404)
  good(await put('settings/cors', { rules: [rule] }))
  const read = await s3Client(server).send(new GetBucketCorsCommand({ Bucket: 'settings' }))
  assert.deepEqual(read.CORSRules?.[0]?.AllowedOrigins, ['https://app.example.test'])
  const changed = { AllowedOrigins: ['*'], AllowedMethods: ['GET'] }
  await s3Client(server).send(
    new PutBucketCorsCommand({ Bucket: 'settings', CORSConfiguration: { CORSRules: [changed] } }),
  )
  const { rules } = await shown<CorsJson>('settings/cors')
  assert.deepEqual(rules, [{ allowedOrigins: ['*'], allowedMethods: ['GET'], allowedHeaders: [], exposeHeaders: [] }])
  const stars = await put('settings/cors', { rules: [{ ...rule, allowedOrigins: ['https://*.*'] }] })
  assert.deepEqual(fieldsOf(good(stars, 400)), { allowedOrigins: 'has at most one wildcard in a text' })
  const broken = await put('settings/cors', { rules: [{ ...rule, allowedOrigins: ['a\r\nx: y'] }] })
  assert.equal(broken.status, 400, 'T-147')
  good(await page.call('buckets/settings/cors', { method: 'DELETE' }))
  assert.equal(codeOf(await page.call('buckets/settings/cors')), 'NoSuchConfiguration')
})

test('lifecycle rules read back as they were put, and mean the same to an SDK', async () => {
  const rules = [
    {
      id: 'old-logs',
      enabled: true,
      prefix: 'logs/',
      tags: [{ key: 'kind', value: 'log' }],
      expiration: { days: 90 },
      transitions: [{ days: 30, storageClass: 'STANDARD_IA' }],
      noncurrentExpiration: { days: 7, newerVersions: 2 },
    },
    { id: 'uploads', enabled: false, abortUploads: { days: 3 } },
    { id: 'a-day', enabled: true, expiration: { date: '2030-01-01' } },
  ]
  good(await put('settings/lifecycle', { rules }))
  const json = await shown<LifecycleJson>('settings/lifecycle')
  assert.deepEqual(json.rules, rules)
  const read = await s3Client(server).send(new GetBucketLifecycleConfigurationCommand({ Bucket: 'settings' }))
  assert.equal(read.Rules?.[0]?.Filter?.And?.Prefix, 'logs/')
  assert.equal(read.Rules[1]?.AbortIncompleteMultipartUpload?.DaysAfterInitiation, 3)
  const wrong: readonly (readonly [object, string])[] = [
    [{ enabled: true }, 'rules'],
    [{ enabled: true, expiration: { days: 0 } }, 'rules[0].expiration.days'],
    [{ enabled: true, expiration: { days: 1, date: '2030-01-01' } }, 'days'],
    [{ enabled: true, expiration: { date: '2030-01-01T01:00:00Z' } }, 'date'],
    [{ enabled: true, expiration: { days: 3 }, transitions: [{ days: 3, storageClass: 'GLACIER' }] }, 'expiration'],
    [{ enabled: true, transitions: [{ days: 3, storageClass: 'NONE' }] }, 'storageClass'],
    [
      { enabled: true, expiration: { expiredDeleteMarker: true }, tags: [{ key: 'a', value: 'b' }] },
      'expiredDeleteMarker',
    ],
  ]
  for (const [rule, field] of wrong) {
    const fields = fieldsOf(good(await put('settings/lifecycle', { rules: [rule] }), 400))
    assert.ok(typeof fields === 'object' && fields !== null && field in fields, JSON.stringify([rule, fields]))
  }
  assert.deepEqual((await shown<LifecycleJson>('settings/lifecycle')).rules, rules, 'nothing changed')
})

test('lists count where the ownership lets them, and a policy may forbid a ready-made one in the body (T-072)', async () => {
  const refused = await put('settings/acl', { canned: 'public-read' })
  assert.notEqual(refused.status, 200)
  good(await put('settings/ownership', { ownership: 'bucket-owner-preferred' }))
  good(await page.call('buckets/settings/public-access', { method: 'DELETE' }))
  good(await put('settings/acl', { canned: 'public-read' }))
  const { grants, canned, owner } = await shown<AclJson>('settings/acl')
  assert.equal(canned, 'public-read')
  assert.ok(grants.some(({ grantee }) => grantee.kind === 'group' && grantee.group === 'everyone'))
  const own = [{ grantee: { kind: 'account', account: owner }, permission: 'FULL_CONTROL' }]
  good(await put('settings/acl', { grants: own }))
  assert.equal((await shown<AclJson>('settings/acl')).canned, 'private')
  assert.equal((await put('settings/acl', { grants: own, canned: 'private' })).status, 400)
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutBucketAcl',
        Resource: 'arn:aws:s3:::settings',
        Condition: { StringEquals: { 's3:x-amz-acl': 'public-read-write' } },
      },
    ],
  }
  good(await put('settings/policy', { policy: JSON.stringify(policy), language: 's3' }))
  assert.equal((await put('settings/acl', { canned: 'public-read-write' })).status, 403)
  good(await put('settings/acl', { canned: 'private' }))
  good(await page.call('buckets/settings/policy', { method: 'DELETE' }))
})

test('a website, access logs, events and locks are put and read back', async () => {
  const rules = [{ keyPrefixEquals: 'old/', redirect: { replaceKeyPrefixWith: 'new/', status: 302 } }]
  const website = { index: { suffix: 'index.html' }, error: { key: '404.html' }, rules }
  good(await put('settings/website', website))
  const read = await s3Client(server).send(new GetBucketWebsiteCommand({ Bucket: 'settings' }))
  assert.equal(read.IndexDocument?.Suffix, 'index.html')
  const same = await shown<object>('settings/website')
  assert.deepEqual(same, { ...website, revision: same.revision })
  const elsewhere = { redirectAll: { hostName: 'a.example.test/evil' } }
  assert.deepEqual(fieldsOf(good(await put('settings/website', elsewhere), 400)), { hostName: 'is no name of a host' })

  assert.equal((await shown<ShownLoggingJson>('settings/logging')).logging, undefined)
  good(await put('settings/logging', { bucket: 'logs', prefix: 'settings/', keyFormat: 'simple' }))
  const { logging } = await shown<ShownLoggingJson>('settings/logging')
  assert.deepEqual(logging, { bucket: 'logs', prefix: 'settings/', keyFormat: 'simple' })
  assert.equal((await put('settings/logging', { bucket: 'nobodys-bucket', prefix: '' })).status, 400)
  good(await page.call('buckets/settings/logging', { method: 'DELETE' }))
  assert.equal((await shown<ShownLoggingJson>('settings/logging')).logging, undefined)

  assert.deepEqual((await shown<{ readonly rules: unknown }>('settings/notification')).rules, [])
  const event = { target: 'arn:coffer:webhook:::nobody', events: ['s3:ObjectCreated:*'] }
  assert.equal((await put('settings/notification', { rules: [event] })).status, 400)

  assert.equal(codeOf(await page.call('buckets/settings/object-lock')), 'NoSuchObjectLock')
  good(await put('settings/versioning', { versioning: 'enabled' }))
  const defaultRetention = { mode: 'governance', unit: 'days', count: 2 }
  good(await put('settings/object-lock', { defaultRetention }))
  assert.deepEqual((await shown<ObjectLockJson>('settings/object-lock')).defaultRetention, defaultRetention)
})

test('two tabs: a change of what changed meanwhile is refused with what is there now', async () => {
  const first = await shown<VersioningJson>('tabs/versioning')
  const match = (revision: string): Record<string, string> => ({ 'if-match': `"${revision}"` })
  good(await put('tabs/versioning', { versioning: 'enabled' }, match(first.revision)))
  const late = await put('tabs/versioning', { versioning: 'suspended' }, match(first.revision))
  assert.equal(codeOf(good(late, 412)), 'PreconditionFailed')
  const { current } = (late.json as { readonly error: { readonly current: SettingJson<VersioningJson> } }).error
  assert.equal(current.versioning, 'enabled')
  good(await put('tabs/versioning', { versioning: 'suspended' }, match(current.revision)))

  const tags = { tags: [{ key: 'team', value: 'a' }] }
  good(await put('tabs/tags', tags, { 'if-none-match': '*' }))
  assert.equal((await put('tabs/tags', tags, { 'if-none-match': '*' })).status, 412)
  const removal = await page.call('buckets/tabs/tags', { method: 'DELETE', headers: { 'if-match': '"no-such"' } })
  assert.equal(removal.status, 412)
  const { revision } = await shown<object>('tabs/tags')
  good(await page.call('buckets/tabs/tags', { method: 'DELETE', headers: match(revision) }))
  const gone = await put('tabs/tags', tags, match(revision))
  assert.equal((gone.json as { readonly error: { readonly current: unknown } }).error.current, null)
  assert.equal(gone.status, 412)
  assert.equal((await put('tabs/tags', tags, { 'if-match': 'unquoted' })).status, 400)
})

test('of many changes that know the same revision exactly one is made', async () => {
  const { revision } = await shown<object>('tabs/encryption')
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, at) =>
      put(
        'tabs/encryption',
        { mode: at % 2 === 0 ? 'sse-kms' : 'none', bucketKey: at < 4 },
        { 'if-match': `"${revision}"` },
      ),
    ),
  )
  const statuses = answers.map(({ status }) => status).sort()
  assert.deepEqual(statuses, [200, ...Array.from({ length: 7 }, () => 412)])
})

test('what nobody may read is not compared either, and directory buckets have no settings of this kind', async () => {
  const user = good(await page.call('people/users', { method: 'POST', body: { name: 'writer' } }), 201)
  assert.ok(user)
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:PutBucketTagging', Resource: '*' }],
  })
  good(await page.call('people/users/writer/inline-policies/put', { method: 'PUT', body: { document } }))
  const made = good(await page.call('people/users/writer/access-keys', { method: 'POST', body: {} }), 201)
  const { id, secret } = made.json as { readonly id: string; readonly secret: string }
  const writer = await openPage(server.consoleUrl ?? '', id, secret)
  const body = { tags: [{ key: 'a', value: 'b' }] }
  good(await writer.call('buckets/logs/tags', { method: 'PUT', body }))
  const compared = await writer.call('buckets/logs/tags', { method: 'PUT', body, headers: { 'if-match': '"x"' } })
  assert.equal(compared.status, 403)
  const directory = await page.call('buckets/some--use1-az1--x-s3/cors')
  assert.equal(codeOf(directory), 'NotImplemented')
})

test('the overview counts defaults and versions under keys, and the system says what it offers', async () => {
  const overview = good(await page.call('overview')).json as OverviewJson
  const buckets = overview.defaults.reduce((sum, one) => sum + one.buckets, 0)
  assert.equal(buckets, overview.buckets)
  assert.deepEqual(overview.versionsByKey, { underKeys: 0, others: overview.versions })
  const system = good(await page.call('system')).json as SystemJson
  assert.deepEqual(system.dialects, ['s3', 'oss', 'obs', 'cos'])
  assert.ok(system.ciphers.includes('aes-256'))
  assert.deepEqual(system.zones, ['use1-az1'])
})

test('S3-41 a directory bucket is made with its key in one request, or not at all', async () => {
  const key = good(await page.call('keys', { method: 'POST', body: { alias: 'directories' } }), 201).json as {
    readonly arn: string
  }
  const make = (body: object): Promise<ConsoleAnswer> =>
    page.call('buckets', { method: 'POST', body: { kind: 'directory', ...body } })
  const name = 'made--use1-az1--x-s3'
  const encryption = { mode: 'sse-kms', key: key.arn }
  assert.equal((await make({ name: 'plain-name', encryption })).status, 400)
  assert.equal((await make({ name, encryption: { mode: 'sse-kms', key: 'alias/directories' } })).status, 400)
  assert.equal((await make({ name, objectLock: true })).status, 400)
  assert.equal((await page.call(`buckets/${name}`)).status, 404)
  good(await make({ name, encryption }), 201)
  const shownBucket = good(await page.call(`buckets/${name}`)).json as BucketJson
  assert.deepEqual([shownBucket.kind, shownBucket.zone], ['directory', 'use1-az1'])
  assert.equal((await shown<ConsoleBucketEncryptionJson>(`${name}/encryption`)).bucketKey, true)
  const other = good(await page.call('keys', { method: 'POST', body: {} }), 201).json as { readonly arn: string }
  assert.equal((await put(`${name}/encryption`, { mode: 'sse-kms', key: other.arn })).status, 400, 'one key for ever')
  good(await page.call(`buckets/${name}`, { method: 'DELETE' }))
})

test('T-075 lists and locks of single versions; who bypasses governance needs the right to', async () => {
  good(await page.call('buckets', { method: 'POST', body: { name: 'locked', objectLock: true } }), 201)
  good(await page.call('buckets/locked/object?key=a', { method: 'PUT', bytes: Buffer.from('a') }))
  const at = 'locked/object'
  assert.equal((await page.call('buckets/locked/object/retention?key=a')).status, 404)
  const until = '2030-01-01T00:00:00.000Z'
  good(await put(`${at}/retention?key=a`, { mode: 'governance', until }))
  const shownLock = good(await page.call('buckets/locked/object/retention?key=a')).json
  assert.deepEqual(shownLock, { mode: 'governance', until })
  assert.notEqual((await put(`${at}/retention?key=a`, {})).status, 200, 'governance keeps it')
  assert.equal((await put(`${at}/retention?key=a`, { mode: 'governance' })).status, 400)
  good(await put(`${at}/legal-hold?key=a`, { legalHold: true }))
  assert.deepEqual(good(await page.call('buckets/locked/object/legal-hold?key=a')).json, { legalHold: true })
  good(await put(`${at}/legal-hold?key=a`, { legalHold: false }))

  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:PutObjectRetention', Resource: '*' }],
  })
  good(await page.call('people/users', { method: 'POST', body: { name: 'keeper' } }), 201)
  good(await page.call('people/users/keeper/inline-policies/locks', { method: 'PUT', body: { document } }))
  const made = good(await page.call('people/users/keeper/access-keys', { method: 'POST', body: {} }), 201)
  const { id, secret } = made.json as { readonly id: string; readonly secret: string }
  const keeper = await openPage(server.consoleUrl ?? '', id, secret)
  const lift = { method: 'PUT', body: { bypassGovernance: true } }
  assert.equal((await keeper.call('buckets/locked/object/retention?key=a', lift)).status, 403)
  good(await page.call('buckets/locked/object/retention?key=a', lift))

  const acl = good(await page.call('buckets/locked/object/acl?key=a')).json as AclJson
  assert.ok(acl.grants.length > 0)
  assert.notEqual((await put(`${at}/acl?key=a`, { canned: 'public-read' })).status, 200, 'lists do not count here')
})
