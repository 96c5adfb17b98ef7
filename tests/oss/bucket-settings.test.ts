/** What a bucket is and has, its lifecycle and its website, by the official client. */
import assert from 'node:assert/strict'
import { GetBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { s3Client } from '../servers.ts'
import { sm4Test } from '../sm4-test.ts'
import { OssClient, ossServer, record, SSE } from './oss-client.ts'

let server: RunningCoffer
let client: OssClient
let buckets = 0

before(async () => {
  server = await ossServer()
  client = new OssClient(server)
})
after(() => server.close())

async function newBucket(): Promise<string> {
  buckets += 1
  const name = `settings-${buckets}`
  await client.call('putBucket', name)
  return name
}

async function infoOf(name: string): Promise<Readonly<Record<string, unknown>>> {
  return record((await client.call('getBucketInfo', name)).said['bucket'])
}

test('GetBucketInfo says what the bucket is, its list, its versioning once it was set, and its rule or None', async () => {
  const name = await newBucket()
  const { CreationDate, ...fresh } = await infoOf(name)
  assert.match(String(CreationDate), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.deepEqual(fresh, {
    AccessMonitor: 'Disabled',
    ExtranetEndpoint: 'localhost',
    IntranetEndpoint: 'localhost',
    Location: 'oss-cn-hangzhou',
    Name: name,
    StorageClass: 'Standard',
    DataRedundancyType: 'LRS',
    Owner: { ID: '000000000001', DisplayName: '000000000001' },
    AccessControlList: { Grant: 'private' },
    ServerSideEncryptionRule: { SSEAlgorithm: 'None' },
  })
  await client.call('putBucketVersioning', name, 'Enabled')
  await client.call('putBucketEncryption', name, { SSEAlgorithm: 'KMS', KMSMasterKeyID: 'some-key' })
  const { Versioning, ServerSideEncryptionRule } = await infoOf(name)
  assert.equal(Versioning, 'Enabled')
  assert.deepEqual(ServerSideEncryptionRule, { SSEAlgorithm: 'KMS', KMSMasterKeyID: 'some-key' })
  assert.equal(await client.refusal('getBucketInfo', 'never-made'), '404 NoSuchBucket')
})

test('OSS-79 GetBucketInfo names SM4 where the rule does', sm4Test(), async () => {
  const name = await newBucket()
  await client.call('putBucketEncryption', name, { SSEAlgorithm: 'SM4' })
  assert.deepEqual((await infoOf(name))['ServerSideEncryptionRule'], { SSEAlgorithm: 'SM4' })
})

test('GetBucketStat counts bytes, objects and open uploads', async () => {
  const name = await newBucket()
  const inside = new OssClient(server, { bucket: name })
  const stat = async (): Promise<readonly unknown[]> => {
    const { Storage, ObjectCount, MultipartUploadCount } = record(
      (await client.call('getBucketStat', name)).said['stat'],
    )
    return [Storage, ObjectCount, MultipartUploadCount]
  }
  assert.deepEqual(await stat(), ['0', '0', '0'])
  await inside.call('put', 'a', Buffer.alloc(100), { headers: { [SSE]: 'AES256' } })
  await inside.call('put', 'b', Buffer.alloc(20_000))
  await inside.call('initMultipartUpload', 'c')
  assert.deepEqual(await stat(), ['20100', '2', '1'])
  await inside.call('delete', 'b')
  assert.deepEqual(await stat(), ['100', '1', '1'])
})

const RULES = [
  { id: 'logs', prefix: 'logs/', status: 'Enabled', expiration: { days: '3' } },
  {
    ...{ id: 'old', prefix: 'old/', status: 'Disabled' },
    expiration: { createdBeforeDate: '2025-01-24T00:00:00.000Z' },
    tag: [{ key: 'kind', value: 'note' }],
  },
  {
    ...{ id: 'colder', prefix: 'c/', status: 'Enabled' },
    transition: { days: '30', storageClass: 'IA' },
    abortMultipartUpload: { days: '7' },
    noncurrentVersionExpiration: { noncurrentDays: '9' },
    noncurrentVersionTransition: { noncurrentDays: '5', storageClass: 'Archive' },
  },
] as const

test('a lifecycle comes back as it was put, is S3’s too, and goes', async () => {
  const name = await newBucket()
  assert.equal(await client.refusal('getBucketLifecycle', name), '404 NoSuchLifecycle')
  await client.call('putBucketLifecycle', name, structuredClone(RULES))
  assert.deepEqual((await client.call('getBucketLifecycle', name)).said['rules'], RULES)
  const { Rules = [] } = await s3Client(server).send(new GetBucketLifecycleConfigurationCommand({ Bucket: name }))
  assert.deepEqual(
    Rules.map(({ ID, Status, Expiration }) => [ID, Status, Expiration?.Days]),
    [
      ['logs', 'Enabled', 3],
      ['old', 'Disabled', undefined],
      ['colder', 'Enabled', undefined],
    ],
  )
  await client.call('deleteBucketLifecycle', name)
  assert.equal(await client.refusal('getBucketLifecycle', name), '404 NoSuchLifecycle')
})

const RULE_START = '<Rule><ID>r</ID><Prefix></Prefix><Status>Enabled</Status>'
const TO_IA = '<StorageClass>IA</StorageClass>'
const BAD_LIFECYCLES: readonly (readonly [what: string, rule: string, refusal: string])[] = [
  ['nothing to do', `${RULE_START}</Rule>`, '400 MalformedXML'],
  [
    'days and a date',
    `${RULE_START}<Expiration><Days>1</Days><CreatedBeforeDate>2025-01-24T00:00:00.000Z</CreatedBeforeDate></Expiration></Rule>`,
    '400 MalformedXML',
  ],
  ['no days', `${RULE_START}<Expiration><Days>0</Days></Expiration></Rule>`, '400 InvalidArgument'],
  [
    'by access',
    `${RULE_START}<Transition><Days>1</Days>${TO_IA}<IsAccessTime>true</IsAccessTime></Transition></Rule>`,
    '501 NotImplemented',
  ],
  [
    'an exception',
    `${RULE_START}<Filter><Not><Prefix>x</Prefix></Not></Filter><Expiration><Days>1</Days></Expiration></Rule>`,
    '501 NotImplemented',
  ],
]
for (const [what, rule, refusal] of BAD_LIFECYCLES) {
  test(`a lifecycle with ${what} is refused, and the one before stays`, async () => {
    const name = await newBucket()
    await client.call('putBucketLifecycle', name, [structuredClone(RULES[0])])
    const content = `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`
    const asked = { method: 'PUT', bucket: name, subres: 'lifecycle', mime: 'xml', content, successStatuses: [200] }
    assert.equal(await client.refusal('request', asked), refusal)
    assert.deepEqual((await client.call('getBucketLifecycle', name)).said['rules'], [RULES[0]])
  })
}

test('a website comes back as it was put, and goes', async () => {
  const name = await newBucket()
  assert.equal(await client.refusal('getBucketWebsite', name), '404 NoSuchWebsiteConfiguration')
  const routingRules = [
    {
      RuleNumber: '1',
      Condition: { KeyPrefixEquals: 'old/', HttpErrorCodeReturnedEquals: '404' },
      Redirect: {
        RedirectType: 'External',
        HttpRedirectCode: '302',
        EnableReplacePrefix: 'true',
        ReplaceKeyPrefixWith: 'new/',
      },
    },
  ]
  const site = { index: 'index.html', supportSubDir: 'true', type: '0', error: 'error.html', routingRules }
  await client.call('putBucketWebsite', name, site)
  const { index, supportSubDir, type, error, routingRules: rules } = (await client.call('getBucketWebsite', name)).said
  assert.deepEqual({ index, supportSubDir, type, error, routingRules: rules }, site)
  await client.call('deleteBucketWebsite', name)
  assert.equal(await client.refusal('getBucketWebsite', name), '404 NoSuchWebsiteConfiguration')
})

test('a website that fetches from elsewhere is refused, not kept as if it did', async () => {
  const name = await newBucket()
  const rule = {
    RuleNumber: '1',
    Condition: { KeyPrefixEquals: 'a' },
    Redirect: { RedirectType: 'Mirror', MirrorURL: 'http://x/' },
  }
  const site = { index: 'index.html', routingRules: [rule] }
  assert.equal(await client.refusal('putBucketWebsite', name, site), '501 NotImplemented')
  assert.equal(await client.refusal('getBucketWebsite', name), '404 NoSuchWebsiteConfiguration')
})
