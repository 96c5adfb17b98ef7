import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketInventoryConfigurationCommand,
  DeleteBucketReplicationCommand,
  DeleteBucketTaggingCommand,
  DeleteBucketWebsiteCommand,
  GetBucketAccelerateConfigurationCommand,
  GetBucketAnalyticsConfigurationCommand,
  GetBucketIntelligentTieringConfigurationCommand,
  GetBucketInventoryConfigurationCommand,
  GetBucketMetricsConfigurationCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketTaggingCommand,
  GetBucketWebsiteCommand,
  GetObjectCommand,
  ListBucketAnalyticsConfigurationsCommand,
  ListBucketInventoryConfigurationsCommand,
  PutBucketAccelerateConfigurationCommand,
  PutBucketAnalyticsConfigurationCommand,
  PutBucketIntelligentTieringConfigurationCommand,
  PutBucketInventoryConfigurationCommand,
  PutBucketMetricsConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketRequestPaymentCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  type InventoryConfiguration,
  type ReplicationConfiguration,
  type S3Client,
  type WebsiteConfiguration,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createAccessKeys } from '../../src/iam/index.ts'
import { parseAccountId } from '../../src/operations/index.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ROOT, signedFetch } from '../rights/signed-fetch.ts'
import { refusedWith } from '../refused-with.ts'
import { ACCOUNT, memoryServer, s3Client } from '../servers.ts'

const Bucket = 'configured'
let server: RunningCoffer
let client: S3Client

before(async () => {
  server = await memoryServer()
  client = s3Client(server)
  await client.send(new CreateBucketCommand({ Bucket }))
})
after(async () => {
  client.destroy()
  await server.close()
})

test('tags of a bucket come back; without any it has no tag set', async () => {
  await refusedWith(client.send(new GetBucketTaggingCommand({ Bucket })), 404, 'NoSuchTagSet')
  const TagSet = [
    { Key: 'team', Value: 'red' },
    { Key: 'empty', Value: '' },
  ]
  await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
  assert.deepEqual((await client.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, TagSet)
  const many = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }))
  await refusedWith(client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: many } })), 400, 'InvalidTag')
  await client.send(new DeleteBucketTaggingCommand({ Bucket }))
  await refusedWith(client.send(new GetBucketTaggingCommand({ Bucket })), 404, 'NoSuchTagSet')
})

test('a website comes back as it was put; what leads nowhere is refused', async () => {
  await refusedWith(client.send(new GetBucketWebsiteCommand({ Bucket })), 404, 'NoSuchWebsiteConfiguration')
  const site: WebsiteConfiguration = {
    IndexDocument: { Suffix: 'index.html' },
    ErrorDocument: { Key: 'error.html' },
    RoutingRules: [
      {
        Condition: { HttpErrorCodeReturnedEquals: '404', KeyPrefixEquals: 'old/' },
        Redirect: { HostName: 'example.com', HttpRedirectCode: '302', Protocol: 'https', ReplaceKeyPrefixWith: 'new/' },
      },
    ],
  }
  const put = async (WebsiteConfiguration: WebsiteConfiguration): Promise<unknown> =>
    client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }))
  await put(site)
  const { IndexDocument, ErrorDocument, RoutingRules } = await client.send(new GetBucketWebsiteCommand({ Bucket }))
  assert.deepEqual({ IndexDocument, ErrorDocument, RoutingRules }, site)
  await refusedWith(put({ IndexDocument: { Suffix: 'a/b' } }), 400, 'InvalidArgument')
  await refusedWith(put({ RedirectAllRequestsTo: { HostName: 'evil.example/path' } }), 400, 'InvalidArgument')
  await refusedWith(put({ RedirectAllRequestsTo: { HostName: 'a\r\nb' } }), 400, 'InvalidArgument')
  await put({ RedirectAllRequestsTo: { HostName: 'example.com', Protocol: 'https' } })
  const { RedirectAllRequestsTo } = await client.send(new GetBucketWebsiteCommand({ Bucket }))
  assert.deepEqual(RedirectAllRequestsTo, { HostName: 'example.com', Protocol: 'https' })
  await client.send(new DeleteBucketWebsiteCommand({ Bucket }))
  await refusedWith(client.send(new GetBucketWebsiteCommand({ Bucket })), 404, 'NoSuchWebsiteConfiguration')
})

test('acceleration is stored and returned', async () => {
  assert.equal((await client.send(new GetBucketAccelerateConfigurationCommand({ Bucket }))).Status, undefined)
  const AccelerateConfiguration = { Status: 'Enabled' } as const
  await client.send(new PutBucketAccelerateConfigurationCommand({ Bucket, AccelerateConfiguration }))
  assert.equal((await client.send(new GetBucketAccelerateConfigurationCommand({ Bucket }))).Status, 'Enabled')
})

test('where requesters pay, others say that they will, and nobody in particular cannot', async () => {
  const Paid = 'paid-by-readers'
  const other = parseAccountId('000000000002') ?? assert.fail()
  const key = { accessKeyId: 'CFROTHEROTHEROTHER22', secretAccessKey: 'other-secret-0123456789-0123456789-012345' }
  const secret = new SecretBytes(Buffer.from(key.secretAccessKey))
  await createAccessKeys(server.rooms).ensureRoot(other, { accessKeyId: key.accessKeyId, secret })
  await client.send(new CreateBucketCommand({ Bucket: Paid }))
  await client.send(new PutObjectCommand({ Bucket: Paid, Key: 'k', Body: 'x' }))
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: other }, Action: 's3:GetObject', Resource: `arn:aws:s3:::${Paid}/*` },
    ],
  })
  await client.send(new PutBucketPolicyCommand({ Bucket: Paid, Policy }))
  const reader = s3Client(server, { credentials: key })
  try {
    assert.equal((await client.send(new GetBucketRequestPaymentCommand({ Bucket: Paid }))).Payer, 'BucketOwner')
    await reader.send(new GetObjectCommand({ Bucket: Paid, Key: 'k' }))
    const RequestPaymentConfiguration = { Payer: 'Requester' } as const
    await client.send(new PutBucketRequestPaymentCommand({ Bucket: Paid, RequestPaymentConfiguration }))
    assert.equal((await client.send(new GetBucketRequestPaymentCommand({ Bucket: Paid }))).Payer, 'Requester')
    await refusedWith(reader.send(new GetObjectCommand({ Bucket: Paid, Key: 'k' })), 403, 'AccessDenied')
    const paid = await reader.send(new GetObjectCommand({ Bucket: Paid, Key: 'k', RequestPayer: 'requester' }))
    assert.equal(paid.RequestCharged, 'requester')
    const own = await client.send(new GetObjectCommand({ Bucket: Paid, Key: 'k' }))
    assert.equal(own.RequestCharged, undefined)
    const nobody = await fetch(`${server.endpoint}/${Paid}/k`, { headers: { 'x-amz-request-payer': 'requester' } })
    assert.equal(nobody.status, 403)
  } finally {
    reader.destroy()
  }
})

const INVENTORY: InventoryConfiguration = {
  Id: 'daily',
  IsEnabled: true,
  Filter: { Prefix: 'a & b/' },
  Destination: {
    S3BucketDestination: {
      AccountId: ACCOUNT,
      Bucket: 'arn:aws:s3:::reports',
      Format: 'CSV',
      Prefix: 'inventory',
      Encryption: { SSEKMS: { KeyId: 'arn:aws:kms:us-east-1:000000000001:key/1' } },
    },
  },
  IncludedObjectVersions: 'All',
  OptionalFields: ['Size', 'EncryptionStatus', 'BucketKeyStatus'],
  Schedule: { Frequency: 'Daily' },
}

test('inventories are validated, come back as they were put, and are listed in pages', async () => {
  const put = async (Id: string, more: Partial<InventoryConfiguration> = {}): Promise<unknown> =>
    client.send(
      new PutBucketInventoryConfigurationCommand({
        ...{ Bucket, Id },
        InventoryConfiguration: { ...INVENTORY, Id, ...more },
      }),
    )
  const get = async (Id: string): Promise<InventoryConfiguration | undefined> =>
    (await client.send(new GetBucketInventoryConfigurationCommand({ Bucket, Id }))).InventoryConfiguration
  await refusedWith(get('daily'), 404, 'NoSuchConfiguration')
  await put('daily')
  assert.deepEqual(await get('daily'), INVENTORY)
  await refusedWith(put('daily', { Id: 'weekly' }), 400, 'IdMismatch')
  const unknownField = await signedFetch(server.endpoint, ROOT, {
    ...{ method: 'PUT', path: `/${Bucket}`, query: 'id=daily&inventory=' },
    body: '<InventoryConfiguration><Id>daily</Id><OptionalFields><Field>Nothing</Field></OptionalFields></InventoryConfiguration>',
  })
  assert.deepEqual([unknownField.status, unknownField.text.includes('<Code>MalformedXML<')], [400, true])
  const destination = { S3BucketDestination: { Bucket: 'reports', Format: 'CSV' as const } }
  await refusedWith(put('daily', { Destination: destination }), 400, 'InvalidS3DestinationBucket')
  assert.deepEqual(await get('daily'), INVENTORY)
  for (let index = 1; index < 100; index += 1) await put(`i${index}`)
  await refusedWith(put('one-too-many'), 400, 'TooManyConfigurations')
  const page = await client.send(new ListBucketInventoryConfigurationsCommand({ Bucket }))
  assert.deepEqual([page.InventoryConfigurationList?.length, page.IsTruncated], [100, false])
  const rest = await client.send(new ListBucketInventoryConfigurationsCommand({ Bucket, ContinuationToken: 'i97' }))
  assert.deepEqual(
    rest.InventoryConfigurationList?.map(({ Id }) => Id),
    ['i98', 'i99'],
  )
  await client.send(new DeleteBucketInventoryConfigurationCommand({ Bucket, Id: 'daily' }))
  await refusedWith(get('daily'), 404, 'NoSuchConfiguration')
})

test('analytics, metrics and tiering documents are stored and returned', async () => {
  const AnalyticsConfiguration = {
    Id: 'a',
    Filter: { Prefix: 'p' },
    StorageClassAnalysis: {},
  }
  await client.send(new PutBucketAnalyticsConfigurationCommand({ Bucket, Id: 'a', AnalyticsConfiguration }))
  const analytics = await client.send(new GetBucketAnalyticsConfigurationCommand({ Bucket, Id: 'a' }))
  assert.equal(analytics.AnalyticsConfiguration?.Id, 'a')
  const listed = await client.send(new ListBucketAnalyticsConfigurationsCommand({ Bucket }))
  assert.equal(listed.AnalyticsConfigurationList?.length, 1)
  const MetricsConfiguration = { Id: 'm', Filter: { Prefix: 'p' } }
  await client.send(new PutBucketMetricsConfigurationCommand({ Bucket, Id: 'm', MetricsConfiguration }))
  const metrics = await client.send(new GetBucketMetricsConfigurationCommand({ Bucket, Id: 'm' }))
  assert.deepEqual(metrics.MetricsConfiguration, MetricsConfiguration)
  const IntelligentTieringConfiguration = {
    Id: 't',
    Status: 'Enabled' as const,
    Tierings: [{ Days: 90, AccessTier: 'ARCHIVE_ACCESS' as const }],
  }
  await client.send(
    new PutBucketIntelligentTieringConfigurationCommand({ Bucket, Id: 't', IntelligentTieringConfiguration }),
  )
  const tiering = await client.send(new GetBucketIntelligentTieringConfigurationCommand({ Bucket, Id: 't' }))
  assert.deepEqual(tiering.IntelligentTieringConfiguration, IntelligentTieringConfiguration)
})

test('replication needs versions, is validated, and comes back as it was put; a key needs its criteria', async () => {
  const rule = {
    ID: 'all',
    Priority: 1,
    Filter: { Prefix: 'logs/' },
    Status: 'Enabled' as const,
    SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' as const } },
    Destination: {
      Bucket: 'arn:aws:s3:::elsewhere',
      EncryptionConfiguration: { ReplicaKmsKeyID: 'arn:aws:kms:eu-west-1:000000000001:key/nowhere' },
    },
    DeleteMarkerReplication: { Status: 'Disabled' as const },
  }
  const ReplicationConfiguration: ReplicationConfiguration = { Role: 'arn:aws:iam::000000000001:role/r', Rules: [rule] }
  const put = async (configuration = ReplicationConfiguration): Promise<unknown> =>
    client.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: configuration }))
  const get = async (): Promise<ReplicationConfiguration | undefined> =>
    (await client.send(new GetBucketReplicationCommand({ Bucket }))).ReplicationConfiguration
  await refusedWith(put(), 400, 'InvalidRequest')
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  await refusedWith(get(), 404, 'ReplicationConfigurationNotFoundError')
  await put()
  assert.deepEqual(await get(), ReplicationConfiguration)
  const keyless = { ...rule, Destination: { Bucket: 'arn:aws:s3:::elsewhere' } }
  await refusedWith(put({ ...ReplicationConfiguration, Rules: [keyless] }), 400, 'InvalidRequest')
  await refusedWith(put({ ...ReplicationConfiguration, Rules: [rule, rule] }), 400, 'InvalidRequest')
  await client.send(new DeleteBucketReplicationCommand({ Bucket }))
  await refusedWith(get(), 404, 'ReplicationConfigurationNotFoundError')
})

test('a bucket goes with its configurations: another of the same name has none of them', async () => {
  const Gone = 'gone-and-back'
  await client.send(new CreateBucketCommand({ Bucket: Gone }))
  await client.send(
    new PutBucketTaggingCommand({ Bucket: Gone, Tagging: { TagSet: [{ Key: 'secret', Value: 'yes' }] } }),
  )
  const rows = async (): Promise<number> => {
    const range = { start: Buffer.from('config/'), end: Buffer.from('config0'), limit: 1_000 }
    return (await server.rooms.store.scan(range)).rows.length
  }
  const before = await rows()
  await client.send(new DeleteBucketCommand({ Bucket: Gone }))
  assert.equal(await rows(), before - 1)
  await client.send(new CreateBucketCommand({ Bucket: Gone }))
  await refusedWith(client.send(new GetBucketTaggingCommand({ Bucket: Gone })), 404, 'NoSuchTagSet')
})
