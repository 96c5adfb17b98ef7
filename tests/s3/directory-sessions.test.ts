import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateSessionCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3ServiceException,
  type CreateSessionCommandInput,
  type S3Client,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { KMSClient, ListKeysCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { DeleteUserPolicyCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { sha256Hex, signRequest } from '../../src/auth/index.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import { createKey } from '../admin-api.ts'
import {
  peopleBench,
  policyOf,
  ROOT,
  ROOT_ARN,
  userArn,
  type Credentials,
  type PeopleBench,
} from '../people/people-bench.ts'
import { elementText } from '../raw-request.ts'
import { ACCOUNT, REGION } from '../servers.ts'

const BUCKET = 'sessions--use1-az4--x-s3'
const OTHER = 'others--use1-az4--x-s3'
const PLACE = {
  Location: { Type: 'AvailabilityZone', Name: 'use1-az4' },
  Bucket: { Type: 'Directory', DataRedundancy: 'SingleAvailabilityZone' },
} as const
const arnOf = (bucket: string): string => `arn:aws:s3express:${REGION}:${ACCOUNT}:bucket/${bucket}`
const SESSION = policyOf({ Action: 's3express:CreateSession', Resource: arnOf(BUCKET) })

async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    if (error instanceof S3ServiceException) return `${error.$metadata.httpStatusCode} ${error.name}`
    throw error
  }
  return 'done'
}

async function begin(t: TestContext): Promise<{ bench: PeopleBench; root: S3Client }> {
  const bench = await peopleBench(t)
  const root = bench.s3()
  for (const Bucket of [BUCKET, OTHER]) {
    await root.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: PLACE }))
  }
  await root.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'k', Body: 'body' }))
  return { bench, root }
}

async function sessionOf(bench: PeopleBench, as: Credentials, more: Partial<CreateSessionCommandInput> = {}) {
  const answer = await bench.s3(as).send(new CreateSessionCommand({ Bucket: BUCKET, ...more }))
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {}
  assert.ok(AccessKeyId !== undefined && SecretAccessKey !== undefined && SessionToken !== undefined)
  return {
    ...{ answer, expires: Expiration },
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  }
}

/** A request with a session's credentials, its token under the header that is named. */
async function ask(
  bench: PeopleBench,
  { accessKeyId, secretAccessKey, sessionToken = '' }: Credentials,
  method: string,
  path: string,
  header = 'x-amz-s3session-token',
  service = 's3express',
): Promise<string> {
  const { host } = new URL(bench.server.endpoint)
  const body = method === 'PUT' ? 'x' : ''
  const headers = [[header, sessionToken]] as const
  const request = { method, host, rawPath: path, rawQuery: '', headers, payloadHash: sha256Hex(Buffer.from(body)) }
  const secret = new SecretBytes(Buffer.from(secretAccessKey))
  const signed = signRequest(request, { accessKeyId, secret, region: REGION, timeMs: bench.now(), service })
  const sent = Object.fromEntries(signed.headers.filter(([name]) => name !== 'host'))
  const answer = await fetch(`${bench.server.endpoint}${path}`, {
    ...{ method, headers: sent },
    ...(body === '' ? {} : { body }),
  })
  return `${answer.status} ${elementText(await answer.text(), 'Code') ?? ''}`.trim()
}

test('T-095 a session opens its bucket for five minutes, and nothing else', async (t) => {
  const { bench, root } = await begin(t)
  const alice = await bench.user('alice', SESSION)
  const { credentials, expires } = await sessionOf(bench, alice)
  assert.ok(Math.abs((expires?.getTime() ?? 0) - bench.now() - 300_000) < 60_000)
  assert.equal(await ask(bench, credentials, 'GET', `/${BUCKET}/k`), '200')
  assert.equal(await ask(bench, credentials, 'PUT', `/${BUCKET}/new`), '200')
  assert.equal(await ask(bench, credentials, 'GET', `/${OTHER}/k`), '403 AccessDenied')
  assert.equal(await ask(bench, credentials, 'GET', '/'), '403 AccessDenied')
  const general = ['x-amz-s3session-token', 's3'] as const
  assert.equal(await ask(bench, credentials, 'PUT', '/a-general-bucket', ...general), '403 AccessDenied')
  assert.match(await ask(bench, credentials, 'GET', `/${BUCKET}/k`, 'x-amz-security-token'), /^4\d\d InvalidToken$/)
  const kms = new KMSClient({ region: REGION, endpoint: bench.server.endpoint, credentials, maxAttempts: 1 })
  await assert.rejects(kms.send(new ListKeysCommand()))
  kms.destroy()
  await assert.rejects(bench.s3(credentials).send(new ListBucketsCommand()))
  assert.equal(await refusal(root.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'new' }))), 'done')
  bench.advance(301)
  assert.equal(await ask(bench, credentials, 'GET', `/${BUCKET}/k`), '400 ExpiredToken')
})

test('T-095 a session that reads does not write; a right that was taken is gone on the next request', async (t) => {
  const { bench } = await begin(t)
  const alice = await bench.user('alice', SESSION)
  const reading = await sessionOf(bench, alice, { SessionMode: 'ReadOnly' })
  assert.equal(await ask(bench, reading.credentials, 'GET', `/${BUCKET}/k`), '200')
  assert.equal(await ask(bench, reading.credentials, 'PUT', `/${BUCKET}/k`), '403 AccessDenied')
  assert.equal(await ask(bench, reading.credentials, 'DELETE', `/${BUCKET}/k`), '403 AccessDenied')
  const ReadOnly = { StringEquals: { 's3express:SessionMode': 'ReadOnly' } }
  const PolicyDocument = policyOf({ Action: 's3express:CreateSession', Resource: '*', Condition: ReadOnly })
  await bench.iam().send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'own', PolicyDocument }))
  const wide = bench.s3(alice).send(new CreateSessionCommand({ Bucket: BUCKET, SessionMode: 'ReadWrite' }))
  assert.equal(await refusal(wide), '403 AccessDenied')
  const narrowed = await sessionOf(bench, alice)
  assert.equal(await ask(bench, narrowed.credentials, 'GET', `/${BUCKET}/k`), '200')
  assert.equal(await ask(bench, narrowed.credentials, 'PUT', `/${BUCKET}/k`), '403 AccessDenied')
  await bench.iam().send(new DeleteUserPolicyCommand({ UserName: 'alice', PolicyName: 'own' }))
  assert.equal(await ask(bench, narrowed.credentials, 'GET', `/${BUCKET}/k`), '403 AccessDenied')
})

test('T-095 a session for a bucket that is not there creates it, and is over with it', async (t) => {
  const { bench } = await begin(t)
  const gone = 'coming--use1-az4--x-s3'
  const create = policyOf({ Action: ['s3express:CreateSession', 's3express:CreateBucket'], Resource: arnOf(gone) })
  const alice = await bench.user('alice', create)
  const early = await sessionOf(bench, alice, { Bucket: gone })
  assert.equal(await ask(bench, early.credentials, 'GET', `/${gone}/k`), '403 AccessDenied')
  assert.equal(await ask(bench, early.credentials, 'GET', `/${BUCKET}/k`), '403 AccessDenied')
  // Made by somebody else meanwhile.
  await bench.s3().send(new CreateBucketCommand({ Bucket: gone, CreateBucketConfiguration: PLACE }))
  assert.equal(await ask(bench, early.credentials, 'GET', `/${gone}/k`), '403 AccessDenied')
  assert.equal(await ask(bench, early.credentials, 'PUT', `/${gone}`), '403 AccessDenied')
})

test('S3-40 a session may differ only where the default is SSE-KMS, and its objects not from the session', async (t) => {
  const { bench, root } = await begin(t)
  const key = await createKey(bench.server)
  const session = (more: Partial<CreateSessionCommandInput>): Promise<string> =>
    refusal(root.send(new CreateSessionCommand({ Bucket: BUCKET, ...more })))
  const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn } as const
  assert.equal(await session(kms), '400 InvalidRequest')
  await root.send(
    new PutBucketEncryptionCommand({
      Bucket: BUCKET,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key.arn } }],
      },
    }),
  )
  const { answer } = await sessionOf(bench, ROOT)
  assert.deepEqual(
    [answer.ServerSideEncryption, answer.SSEKMSKeyId, answer.BucketKeyEnabled],
    ['aws:kms', key.arn, true],
  )
  assert.equal(await session(kms), 'done')
  assert.equal(await session({ ...kms, BucketKeyEnabled: false }), '400 InvalidRequest')
  const other = await createKey(bench.server)
  assert.equal(await session({ ...kms, SSEKMSKeyId: other.arn }), '400 InvalidRequest')
  const plain = await sessionOf(bench, ROOT, { ServerSideEncryption: 'AES256' })
  assert.equal(plain.answer.ServerSideEncryption, 'AES256')
  assert.equal(await ask(bench, plain.credentials, 'PUT', `/${BUCKET}/plain`), '200')
  const head = await root.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'plain' }))
  assert.equal(head.ServerSideEncryption, 'AES256')
})

test('S3-45 S3-46 S3-47 copies into and out of directory buckets use no bucket key', async (t) => {
  const { bench, root } = await begin(t)
  const key = await createKey(bench.server)
  await root.send(new CreateBucketCommand({ Bucket: 'general' }))
  for (const Bucket of [BUCKET, OTHER, 'general']) {
    await root.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key.arn },
              BucketKeyEnabled: true,
            },
          ],
        },
      }),
    )
    await root.send(new PutObjectCommand({ Bucket, Key: 'source', Body: 'body' }))
    assert.equal((await root.send(new HeadObjectCommand({ Bucket, Key: 'source' }))).BucketKeyEnabled, true)
  }
  const ways = [
    ['general', BUCKET],
    [BUCKET, 'general'],
    [BUCKET, OTHER],
  ] as const
  for (const [from, to] of ways) {
    await root.send(new CopyObjectCommand({ Bucket: to, Key: `from-${from}`, CopySource: `${from}/source` }))
    const head = await root.send(new HeadObjectCommand({ Bucket: to, Key: `from-${from}` }))
    assert.deepEqual([head.ServerSideEncryption, head.BucketKeyEnabled], ['aws:kms', undefined], `${from} to ${to}`)
  }
})

test('S3-48 S3-51 each part that is copied, and each object, is a call to the key service, and shows no bucket key', async (t) => {
  const { bench, root } = await begin(t)
  const key = await createKey(bench.server)
  await root.send(new CreateBucketCommand({ Bucket: 'general' }))
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key.arn } } as const
  const ServerSideEncryptionConfiguration = { Rules: [{ ...rule, BucketKeyEnabled: true }] }
  for (const Bucket of [BUCKET, OTHER, 'general']) {
    await root.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }))
    await root.send(new PutObjectCommand({ Bucket, Key: 'source', Body: Buffer.alloc(5 * 1024 * 1024, 7) }))
  }
  const { audit } = bench.server.rooms
  const uses = async (action: string): Promise<number> => {
    await audit.flush()
    return (await audit.search({ action, limit: 1_000 })).length
  }
  const ways = [
    ['general', BUCKET],
    [BUCKET, 'general'],
    [BUCKET, OTHER],
  ] as const
  for (const [from, Bucket] of ways) {
    const target = { Bucket, Key: 'parts' } as const
    const { UploadId } = await root.send(new CreateMultipartUploadCommand(target))
    const before = await uses('kms:Decrypt')
    const Parts = []
    for (const PartNumber of [1, 2, 3, 4]) {
      const copied = await root.send(
        new UploadPartCopyCommand({ ...target, UploadId, PartNumber, CopySource: `${from}/source` }),
      )
      assert.deepEqual([copied.ServerSideEncryption, copied.BucketKeyEnabled], ['aws:kms', undefined])
      Parts.push({ PartNumber, ETag: copied.CopyPartResult?.ETag })
    }
    assert.ok((await uses('kms:Decrypt')) >= before + 4, `${from} to ${Bucket}`)
    await root.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }))
    const [opened, made] = [await uses('kms:Decrypt'), await uses('kms:GenerateDataKey')]
    for (const Key of ['one', 'two', 'three']) {
      await root.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${from}/source` }))
    }
    assert.ok((await uses('kms:Decrypt')) >= opened + 3 && (await uses('kms:GenerateDataKey')) >= made + 3)
  }
})

test('S3-57 S3-59 a bucket policy opens what is in the bucket, and not the bucket itself', async (t) => {
  const { bench, root } = await begin(t)
  const alice = await bench.user('alice')
  const put = (Action: string, Effect: 'Allow' | 'Deny' = 'Allow'): Promise<unknown> =>
    root.send(
      new PutBucketPolicyCommand({
        Bucket: BUCKET,
        Policy: policyOf({ Effect, Principal: { AWS: userArn('alice') }, Action, Resource: arnOf(BUCKET) }),
      }),
    )
  await put('s3express:*')
  const { credentials } = await sessionOf(bench, alice)
  assert.equal(await ask(bench, credentials, 'GET', `/${BUCKET}/k`), '200')
  const get = (): Promise<string> => refusal(bench.s3(alice).send(new GetBucketEncryptionCommand({ Bucket: BUCKET })))
  assert.equal(await get(), '403 AccessDenied')
  const PolicyDocument = policyOf({ Action: 's3express:*', Resource: arnOf(BUCKET) })
  await bench.iam().send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'own', PolicyDocument }))
  assert.equal(await get(), 'done')
  await put('s3express:GetEncryptionConfiguration', 'Deny')
  assert.equal(await get(), '403 AccessDenied')
})

test('S3-56 S3-58 S3-60 S3-61 S3-62 S3-63 S3-64 the right to the configuration is s3express:PutEncryptionConfiguration, and the key is the caller’s to use', async (t) => {
  const { bench } = await begin(t)
  const key = await createKey(bench.server)
  const put = (as: Credentials, SSEAlgorithm: 'AES256' | 'aws:kms'): Promise<string> =>
    refusal(
      // Without the session that the client would make first: its right is another one.
      bench.s3({ ...as }).send(
        new PutBucketEncryptionCommand({
          Bucket: BUCKET,
          ServerSideEncryptionConfiguration: {
            Rules: [
              {
                ApplyServerSideEncryptionByDefault:
                  SSEAlgorithm === 'AES256' ? { SSEAlgorithm } : { SSEAlgorithm, KMSMasterKeyID: key.arn },
              },
            ],
          },
        }),
      ),
    )
  const rights = async (...Action: readonly string[]): Promise<void> => {
    const PolicyDocument = policyOf({ Action: ['s3express:CreateSession', ...Action], Resource: '*' })
    await bench.iam().send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'own', PolicyDocument }))
  }
  const alice = await bench.user('alice')
  await rights()
  assert.equal(await put(alice, 'AES256'), '403 AccessDenied')
  await rights('s3:PutEncryptionConfiguration')
  assert.equal(await put(alice, 'AES256'), '403 AccessDenied')
  await rights('s3express:PutEncryptionConfiguration')
  assert.equal(await put(alice, 'AES256'), 'done')
  assert.match(await put(alice, 'aws:kms'), /^403 /)
  for (const one of ['kms:GenerateDataKey', 'kms:Decrypt']) {
    await rights('s3express:PutEncryptionConfiguration', one)
    assert.match(await put(alice, 'aws:kms'), /^403 /, `with ${one} alone`)
  }
  // The key's policy as it comes delegates to the account; the identity's says yes.
  await rights('s3express:PutEncryptionConfiguration', 'kms:GenerateDataKey', 'kms:Decrypt')
  assert.equal(await put(alice, 'aws:kms'), 'done')

  const kms = new KMSClient({ region: REGION, endpoint: bench.server.endpoint, credentials: ROOT, maxAttempts: 1 })
  t.after(() => kms.destroy())
  const keyPolicy = async (...more: readonly Readonly<Record<string, unknown>>[]): Promise<void> => {
    // The root keeps the key, and delegates nothing that opens it.
    const keeps = ['kms:PutKeyPolicy', 'kms:GetKeyPolicy', 'kms:DescribeKey']
    const own = { Effect: 'Allow', Principal: { AWS: ROOT_ARN }, Action: keeps, Resource: '*' }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [own, ...more] })
    await kms.send(new PutKeyPolicyCommand({ KeyId: key.arn, Policy }))
  }
  const named = (Effect: 'Allow' | 'Deny', Action: readonly string[]) => ({
    ...{ Effect, Principal: { AWS: userArn('alice') }, Action, Resource: '*' },
  })
  const uses = ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:DescribeKey']
  await keyPolicy()
  assert.match(await put(alice, 'aws:kms'), /^403 /, 'the policy of the key is silent')
  await rights('s3express:PutEncryptionConfiguration')
  await keyPolicy(named('Allow', uses))
  assert.equal(await put(alice, 'aws:kms'), 'done', 'the policy of the key names her')
  await keyPolicy(named('Allow', uses), named('Deny', ['kms:Decrypt']))
  assert.match(await put(alice, 'aws:kms'), /^403 /, 'a denial counts')
})
