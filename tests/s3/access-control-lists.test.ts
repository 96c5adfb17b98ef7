import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  DeleteBucketOwnershipControlsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketOwnershipControlsCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  UploadPartCommand,
  type ObjectCannedACL,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createAccessKeys } from '../../src/iam/index.ts'
import { parseAccountId } from '../../src/operations/index.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { newUser, setRights } from '../rights/people.ts'
import { signedFetch } from '../rights/signed-fetch.ts'
import { refusedWith } from '../refused-with.ts'
import { ACCOUNT, memoryServer, s3Client } from '../servers.ts'

const OTHER = parseAccountId('000000000002') ?? assert.fail()
const OTHER_KEY = { accessKeyId: 'CFROTHEROTHEROTHER22', secretAccessKey: 'other-secret-0123456789-0123456789-012345' }
const canonical = (account: string): string => account.padStart(64, '0')
const ALL = 'http://acs.amazonaws.com/groups/global/AllUsers'

let server: RunningCoffer
let client: S3Client
let other: S3Client

before(async () => {
  server = await memoryServer()
  client = s3Client(server)
  const secret = new SecretBytes(Buffer.from(OTHER_KEY.secretAccessKey))
  await createAccessKeys(server.rooms).ensureRoot(OTHER, { accessKeyId: OTHER_KEY.accessKeyId, secret })
  other = s3Client(server, { credentials: OTHER_KEY })
})
after(async () => {
  client.destroy()
  other.destroy()
  await server.close()
})

/** A bucket in which lists count, and where nothing is blocked. */
async function open(Bucket: string, ObjectOwnership: 'ObjectWriter' | 'BucketOwnerPreferred' = 'BucketOwnerPreferred') {
  await client.send(new CreateBucketCommand({ Bucket, ObjectOwnership }))
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
}

async function anonymous(path: string, init: RequestInit = {}): Promise<readonly [number, string]> {
  const response = await fetch(`${server.endpoint}/${path}`, init)
  return [response.status, await response.text()]
}

test('a new bucket takes no lists but its owner’s, and shows one that gives nothing to others', async () => {
  const Bucket = 'enforced'
  await client.send(new CreateBucketCommand({ Bucket }))
  const shown = await client.send(new GetBucketAclCommand({ Bucket }))
  assert.deepEqual(
    shown.Grants?.map(({ Grantee, Permission }) => [Grantee?.ID, Grantee?.Type, Permission]),
    [[canonical(ACCOUNT), 'CanonicalUser', 'FULL_CONTROL']],
  )
  const { OwnershipControls } = await client.send(new GetBucketOwnershipControlsCommand({ Bucket }))
  assert.equal(OwnershipControls?.Rules?.[0]?.ObjectOwnership, 'BucketOwnerEnforced')
  const refused = 'AccessControlListNotSupported'
  await refusedWith(client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' })), 400, refused)
  for (const ACL of ['public-read', 'authenticated-read'] as const) {
    await refusedWith(client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ACL })), 400, refused)
  }
  for (const ACL of ['private', 'bucket-owner-full-control'] as const) {
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ACL }))
  }
  await refusedWith(client.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'public-read' })), 400, refused)
  await client.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))
})

test('an object with public-read is read by nobody in particular; its neighbours, older versions and settings are not', async () => {
  const Bucket = 'gallery'
  await open(Bucket)
  await client.send(new PutObjectCommand({ Bucket, Key: 'open', Body: 'for all', ACL: 'public-read' }))
  await client.send(new PutObjectCommand({ Bucket, Key: 'shut', Body: 'for us' }))
  assert.deepEqual(await anonymous(`${Bucket}/open`), [200, 'for all'])
  for (const path of ['shut', 'open?acl', 'open?tagging', 'open?attributes', 'missing', '?acl', '', '?policy']) {
    const [status] = await anonymous(`${Bucket}/${path}`)
    assert.equal(status, 403, path)
  }
  for (const method of ['PUT', 'DELETE']) assert.equal((await anonymous(`${Bucket}/open`, { method }))[0], 403)
  // Another object of the same name has no list of its own.
  await client.send(new PutObjectCommand({ Bucket, Key: 'open', Body: 'second' }))
  assert.equal((await anonymous(`${Bucket}/open`))[0], 403)
  await client.send(new PutObjectAclCommand({ Bucket, Key: 'open', ACL: 'public-read' }))
  assert.deepEqual(await anonymous(`${Bucket}/open`), [200, 'second'])
  const shown = await client.send(new GetObjectAclCommand({ Bucket, Key: 'open' }))
  assert.deepEqual(
    shown.Grants?.map(({ Grantee, Permission }) => [Grantee?.URI ?? Grantee?.ID, Permission]),
    [
      [canonical(ACCOUNT), 'FULL_CONTROL'],
      [ALL, 'READ'],
    ],
  )
  await client.send(new PutObjectAclCommand({ Bucket, Key: 'open', ACL: 'private' }))
  assert.equal((await anonymous(`${Bucket}/open`))[0], 403)
})

test('T-076 who may list learns that an object is missing, nobody else does', async () => {
  const Bucket = 'listable'
  await open(Bucket)
  await client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))
  const [status, text] = await anonymous(`${Bucket}?list-type=2`)
  assert.deepEqual([status, text.includes('<ListBucketResult')], [200, true])
  assert.equal((await anonymous(`${Bucket}/missing`))[0], 404)
  await client.send(new PutObjectCommand({ Bucket, Key: 'there', Body: 'x' }))
  // Listing a bucket is not reading what is in it.
  assert.equal((await anonymous(`${Bucket}/there`))[0], 403)
  await client.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))
  assert.equal((await anonymous(`${Bucket}/missing`))[0], 403)
})

test('T-085 public lists are refused where the bucket blocks them, and stop counting where it ignores them', async () => {
  const Bucket = 'blocked'
  await open(Bucket)
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ACL: 'public-read' }))
  await client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))
  const blocks = async (BlockPublicAcls: boolean, IgnorePublicAcls: boolean): Promise<unknown> =>
    client.send(
      new PutPublicAccessBlockCommand({
        Bucket,
        PublicAccessBlockConfiguration: { BlockPublicAcls, IgnorePublicAcls },
      }),
    )
  await blocks(true, false)
  assert.equal((await anonymous(`${Bucket}/k`))[0], 200)
  const writes = (ACL: ObjectCannedACL): readonly (() => Promise<unknown>)[] => [
    () => client.send(new PutObjectCommand({ Bucket, Key: 'new', Body: 'x', ACL })),
    () => client.send(new CopyObjectCommand({ Bucket, Key: 'new', CopySource: `${Bucket}/k`, ACL })),
    () => client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'new', ACL })),
    () => client.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL })),
  ]
  for (const ACL of ['public-read', 'public-read-write', 'authenticated-read'] as const) {
    for (const write of writes(ACL)) await refusedWith(write(), 403, 'AccessDenied')
  }
  await refusedWith(client.send(new PutBucketAclCommand({ Bucket, GrantRead: `uri="${ALL}"` })), 403, 'AccessDenied')
  await blocks(false, true)
  assert.equal((await anonymous(`${Bucket}/k`))[0], 403)
  assert.equal((await anonymous(Bucket))[0], 403)
  await blocks(false, false)
  assert.equal((await anonymous(`${Bucket}/k`))[0], 200)
})

test('T-075 a write that brings a list needs the right to set it, whatever the list', async () => {
  const Bucket = 'bringing'
  await open(Bucket)
  const writer = await newUser(server.endpoint, 'list-writer')
  const rights = async (...Action: readonly string[]): Promise<void> =>
    setRights(server.endpoint, 'list-writer', [{ Effect: 'Allow', Action, Resource: '*' }])
  const put = async (path: string, headers: Record<string, string>): Promise<number> =>
    (await signedFetch(server.endpoint, writer, { method: 'PUT', path: `/${path}`, headers, body: 'x' })).status
  const lists: readonly Record<string, string>[] = [
    { 'x-amz-acl': 'public-read' },
    { 'x-amz-acl': 'private' },
    { 'x-amz-grant-read': `uri="${ALL}"` },
    { 'x-amz-grant-full-control': `id="${canonical(OTHER)}"` },
  ]
  for (const headers of lists) {
    await rights('s3:PutObject')
    assert.equal(await put(`${Bucket}/k`, headers), 403, JSON.stringify(headers))
    await rights('s3:PutObject', 's3:PutObjectAcl')
    assert.equal(await put(`${Bucket}/k`, headers), 200, JSON.stringify(headers))
  }
  await rights('s3:CreateBucket')
  assert.equal(await put('with-list', { 'x-amz-acl': 'private' }), 403)
  assert.equal(await put('with-list', { 'x-amz-object-ownership': 'ObjectWriter' }), 403)
})

test('grants name accounts; each gives what it says, and only with a policy of the other account', async () => {
  const Bucket = 'shared-list'
  await open(Bucket)
  const GrantRead = `id="${canonical(OTHER)}"`
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'shared', GrantRead }))
  const got = await other.send(new GetObjectCommand({ Bucket, Key: 'k' }))
  assert.equal(await got.Body?.transformToString(), 'shared')
  await refusedWith(other.send(new GetObjectAclCommand({ Bucket, Key: 'k' })), 403, 'AccessDenied')
  await refusedWith(other.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'mine' })), 403, 'AccessDenied')
  assert.equal((await anonymous(`${Bucket}/k`))[0], 403)
  await client.send(new PutBucketAclCommand({ Bucket, GrantWrite: GrantRead, GrantReadACP: GrantRead }))
  await other.send(new PutObjectCommand({ Bucket, Key: 'theirs', Body: 'x', ACL: 'bucket-owner-full-control' }))
  const list = await other.send(new GetBucketAclCommand({ Bucket }))
  assert.deepEqual(
    list.Grants?.map(({ Grantee, Permission }) => [Grantee?.ID, Permission]),
    [
      [canonical(OTHER), 'READ_ACP'],
      [canonical(OTHER), 'WRITE'],
    ],
  )
  for (const id of ['0'.repeat(64), 'nobody', canonical('999999999999'), '*', '']) {
    const call = client.send(new PutBucketAclCommand({ Bucket, GrantRead: `id="${id}"` }))
    await refusedWith(call, 400, 'InvalidArgument')
  }
})

test('where writers own what they write, the bucket’s owner reads it only by its list, and deletes it anyway', async () => {
  const Bucket = 'writers'
  await open(Bucket, 'ObjectWriter')
  await client.send(new PutBucketAclCommand({ Bucket, GrantWrite: `id="${canonical(OTHER)}"` }))
  await other.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'theirs' }))
  await refusedWith(client.send(new GetObjectCommand({ Bucket, Key: 'k' })), 403, 'AccessDenied')
  await refusedWith(client.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'private' })), 403, 'AccessDenied')
  const copy = new CopyObjectCommand({ Bucket, Key: 'mine', CopySource: `${Bucket}/k` })
  await refusedWith(client.send(copy), 403, 'AccessDenied')
  const { Owner } = await other.send(new GetObjectAclCommand({ Bucket, Key: 'k' }))
  assert.equal(Owner?.ID, canonical(OTHER))
  await other.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'bucket-owner-full-control' }))
  const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }))
  assert.equal(await got.Body?.transformToString(), 'theirs')
  // Enforced, everything is the bucket's owner's, and lists say nothing.
  await other.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'private' }))
  await client.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))
  const Rules = [{ ObjectOwnership: 'BucketOwnerEnforced' }] as const
  await client.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [...Rules] } }))
  assert.equal(
    await (await client.send(new GetObjectCommand({ Bucket, Key: 'k' }))).Body?.transformToString(),
    'theirs',
  )
  await refusedWith(other.send(new GetObjectCommand({ Bucket, Key: 'k' })), 403, 'AccessDenied')
})

test('lists are not switched off while the bucket’s gives something to others; controls can be removed', async () => {
  const Bucket = 'switching'
  await open(Bucket)
  await client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))
  const enforce = async (): Promise<unknown> =>
    client.send(
      new PutBucketOwnershipControlsCommand({
        Bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      }),
    )
  await refusedWith(enforce(), 400, 'InvalidBucketAclWithObjectOwnership')
  await client.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))
  await enforce()
  await client.send(new DeleteBucketOwnershipControlsCommand({ Bucket }))
  const gone = client.send(new GetBucketOwnershipControlsCommand({ Bucket }))
  await refusedWith(gone, 404, 'OwnershipControlsNotFoundError')
})

test('an upload keeps the list it was begun with; a copy has none', async () => {
  const Bucket = 'uploads-list'
  await open(Bucket)
  const at = { Bucket, Key: 'big' }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...at, ACL: 'public-read' }))
  const { ETag } = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'part' }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }))
  assert.deepEqual(await anonymous(`${Bucket}/big`), [200, 'part'])
  await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/big` }))
  assert.equal((await anonymous(`${Bucket}/copy`))[0], 403)
  assert.equal(
    (await anonymous(`${Bucket}/copied`, { method: 'PUT', headers: { 'x-amz-copy-source': `/${Bucket}/big` } }))[0],
    403,
  )
})

test('nobody reads an object under a KMS key, whatever its list says', async () => {
  const Bucket = 'kms-list'
  await open(Bucket)
  await client.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
      },
    }),
  )
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'sealed', ACL: 'public-read' }))
  const [status, text] = await anonymous(`${Bucket}/k`)
  assert.deepEqual([status, /<Code>([^<]+)/.exec(text)?.[1]], [400, 'InvalidArgument'], text)
  assert.equal(
    await (await client.send(new GetObjectCommand({ Bucket, Key: 'k' }))).Body?.transformToString(),
    'sealed',
  )
})

test('documents of lists that are none are refused, and change nothing', async () => {
  const Bucket = 'documents-list'
  await open(Bucket)
  const put = async (body: string, headers: Record<string, string> = {}): Promise<readonly [number, string]> => {
    const credentials = { accessKeyId: 'CFRTESTTESTTESTTEST1', secret: 'test-secret-0123456789-0123456789-0123456' }
    const wanted = { method: 'PUT', path: `/${Bucket}`, query: 'acl=', body, headers }
    const { status, text } = await signedFetch(server.endpoint, credentials, wanted)
    return [status, /<Code>([^<]+)</.exec(text)?.[1] ?? '']
  }
  const grant = (grantee: string, permission = 'READ'): string =>
    `<AccessControlPolicy><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group">${grantee}</Grantee><Permission>${permission}</Permission></Grant></AccessControlList></AccessControlPolicy>`
  const refused: readonly (readonly [string, number, string])[] = [
    ['', 400, 'MissingSecurityHeader'],
    ['x', 400, 'MalformedACLError'],
    ['<AccessControlPolicy/>', 400, 'MalformedACLError'],
    [grant(`<URI>${ALL}</URI>`, 'EVERYTHING'), 400, 'MalformedACLError'],
    [grant(`<URI>${ALL}</URI><ID>1</ID>`), 400, 'MalformedACLError'],
    [grant('<URI>http://acs.amazonaws.com/groups/global/Nobody</URI>'), 400, 'InvalidArgument'],
    [grant('<EmailAddress>a@example.com</EmailAddress>'), 501, 'NotImplemented'],
  ]
  for (const [body, status, code] of refused) assert.deepEqual(await put(body), [status, code], body)
  const both = await put(grant(`<URI>${ALL}</URI>`), { 'x-amz-acl': 'private' })
  assert.deepEqual(both, [400, 'InvalidRequest'])
  assert.equal((await client.send(new GetBucketAclCommand({ Bucket }))).Grants?.length, 1)
  assert.deepEqual(await put(grant(`<URI>${ALL}</URI>`)), [200, ''])
  // One grant was put, and one is there: nothing is added for the owner.
  const { Grants } = await client.send(new GetBucketAclCommand({ Bucket }))
  assert.deepEqual(
    Grants?.map(({ Grantee, Permission }) => [Grantee?.URI, Grantee?.Type, Permission]),
    [[ALL, 'Group', 'READ']],
  )
})
