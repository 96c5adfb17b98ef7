/** Who may set a bucket's encryption, and whose key an alias means, with users and a second account. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parseAccountId, type SignedCaller } from '../../src/operations/index.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ACCESS_KEY, ACCOUNT, memoryServer } from '../servers.ts'
import { newUser, setRights, type StatementText } from './people.ts'
import { ROOT, signedFetch, type Answered, type Credentials, type Wanted } from './signed-fetch.ts'

const BUCKET = 'rights'
const ARN = `arn:aws:s3:::${BUCKET}`
const RULE =
  '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>' +
  '</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>'

let server: RunningCoffer
let other: { readonly account: string; readonly root: Credentials }

before(async () => {
  server = await memoryServer()
  await ok(ROOT, { method: 'PUT', path: `/${BUCKET}` })
  other = await secondAccount()
})
after(async () => server.close())

async function secondAccount(): Promise<typeof other> {
  const account = parseAccountId(ACCOUNT) ?? assert.fail()
  const caller: SignedCaller = {
    ...{ kind: 'account-root', account, arn: `arn:aws:iam::${account}:root` },
    ...{ accessKeyId: ACCESS_KEY, scheme: 'sigv4', secure: true },
  }
  const made = await server.rooms.people.perform(
    { caller, requestId: 'test' },
    { kind: 'create-account', name: 'second', vendors: {} },
  )
  const secret = made.rootSecret.expose((bytes) => Buffer.from(bytes).toString('utf8'))
  const accessKeyId = made.account.rootAccessKeyId ?? assert.fail()
  return { account: made.account.account, root: { accessKeyId, secret } }
}

async function ok(who: Credentials, wanted: Wanted): Promise<Answered> {
  const answer = await signedFetch(server.endpoint, who, wanted)
  assert.ok(answer.status < 300, `${wanted.method ?? 'GET'} ${wanted.path}: ${answer.text}`)
  return answer
}

async function refused(who: Credentials, wanted: Wanted, code = 'AccessDenied'): Promise<void> {
  const answer = await signedFetch(server.endpoint, who, wanted)
  assert.equal(answer.code, code, `${wanted.method ?? 'GET'} ${wanted.path}: ${answer.text}`)
}

const PUT: Wanted = { method: 'PUT', path: `/${BUCKET}`, query: 'encryption=', body: RULE }
const GET: Wanted = { path: `/${BUCKET}`, query: 'encryption=' }
const DELETE: Wanted = { method: 'DELETE', path: `/${BUCKET}`, query: 'encryption=' }

function allow(...actions: string[]): StatementText {
  return { Effect: 'Allow', Action: actions, Resource: '*' }
}

async function bucketPolicy(bucket: string, ...statements: readonly object[]): Promise<void> {
  const body = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  await ok(ROOT, { method: 'PUT', path: `/${bucket}`, query: 'policy=', body })
}

async function admin(who: Credentials, operation: string, body: object, query?: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const path = `/-/admin/v1/${operation}`
  const more = query === undefined ? {} : { query }
  return (await ok(who, { method: 'POST', path, headers, body: JSON.stringify(body), ...more })).text
}

test('S3-21 PutBucketEncryption needs s3:PutEncryptionConfiguration, exactly that, and as long as it is held', async () => {
  const user = await newUser(server.endpoint, 'setter')
  await refused(user, PUT)
  await setRights(server.endpoint, 'setter', [allow('s3:PutBucketVersioning', 's3:GetEncryptionConfiguration')])
  await refused(user, PUT)
  await setRights(server.endpoint, 'setter', [allow('s3:PutEncryptionConfiguration')])
  await ok(user, PUT)
  await setRights(server.endpoint, 'setter', [allow('s3:ListAllMyBuckets')])
  await refused(user, PUT)
})

test('S3-25 reading needs s3:GetEncryptionConfiguration; removing needs the right to set', async () => {
  const reader = await newUser(server.endpoint, 'enc-reader')
  await setRights(server.endpoint, 'enc-reader', [allow('s3:GetEncryptionConfiguration')])
  await ok(reader, GET)
  await refused(reader, PUT)
  await refused(reader, DELETE)
  const writer = await newUser(server.endpoint, 'enc-writer')
  await setRights(server.endpoint, 'enc-writer', [allow('s3:PutEncryptionConfiguration')])
  await ok(writer, PUT)
  await ok(writer, DELETE)
  await refused(writer, GET)
})

test('S3-23 the owner can grant it to a user, and to one of another account who is allowed at home too', async () => {
  const mine = await newUser(server.endpoint, 'granted')
  const theirs = await newUser(server.endpoint, 'stranger', other.root)
  const grant = {
    ...{ Effect: 'Allow', Action: 's3:PutEncryptionConfiguration', Resource: ARN },
    Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:user/granted`, `arn:aws:iam::${other.account}:user/stranger`] },
  }
  await refused(mine, PUT)
  await refused(theirs, PUT)
  await bucketPolicy(BUCKET, grant)
  await ok(mine, PUT)
  await refused(theirs, PUT)
  await setRights(server.endpoint, 'stranger', [allow('s3:PutEncryptionConfiguration')], other.root)
  await ok(theirs, PUT)
  await ok(ROOT, { method: 'DELETE', path: `/${BUCKET}`, query: 'policy=' })
  await refused(mine, PUT)
  await refused(theirs, PUT)
})

test('S3-24 an explicit deny refuses, whoever allowed it', async () => {
  const user = await newUser(server.endpoint, 'denied')
  await setRights(server.endpoint, 'denied', [allow('s3:*')])
  await ok(user, PUT)
  await bucketPolicy(BUCKET, {
    ...{ Effect: 'Deny', Principal: '*', Action: 's3:PutEncryptionConfiguration', Resource: ARN },
  })
  await refused(user, PUT)
  await refused(ROOT, PUT)
  await ok(ROOT, { method: 'DELETE', path: `/${BUCKET}`, query: 'policy=' })
  await ok(user, PUT)
})

test('S3-17 S3-18 S3-19 an alias and a bare id mean the writer’s key; the owner may be left without it; another’s key goes by ARN', async () => {
  const bucket = 'aliased'
  await ok(ROOT, { method: 'PUT', path: `/${bucket}` })
  const keyOf = async (who: Credentials): Promise<{ arn: string; id: string }> => {
    const text = await admin(who, 'create-key', { description: 'same', alias: 'alias/same' })
    return {
      arn: /"arn":"([^"]+)"/.exec(text)?.[1] ?? assert.fail(),
      id: /"id":"([^"]+)"/.exec(text)?.[1] ?? assert.fail(),
    }
  }
  const [ours, theirs] = [await keyOf(ROOT), await keyOf(other.root)]
  const rule = (key: string): Wanted => ({
    ...{ method: 'PUT', path: `/${bucket}`, query: 'encryption=' },
    body: `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${key}</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`,
  })
  await bucketPolicy(bucket, {
    ...{
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${other.account}:root` },
      Action: ['s3:PutObject', 's3:GetObject'],
    },
    Resource: `arn:aws:s3:::${bucket}/*`,
  })
  const keyHeader = async (who: Credentials, key: string): Promise<string | null> => {
    const head = await ok(who, { method: 'HEAD', path: `/${bucket}/${key}` })
    return head.headers.get('x-amz-server-side-encryption-aws-kms-key-id')
  }
  await ok(ROOT, rule('alias/same'))
  await ok(ROOT, { method: 'PUT', path: `/${bucket}/ours`, body: 'a' })
  await ok(other.root, { method: 'PUT', path: `/${bucket}/theirs`, body: 'b' })
  assert.equal(await keyHeader(ROOT, 'ours'), ours.arn)
  assert.equal(await keyHeader(ROOT, 'theirs'), theirs.arn)
  assert.match((await ok(ROOT, { path: `/${bucket}`, query: 'encryption=' })).text, /<KMSMasterKeyID>alias\/same</)
  await refused(ROOT, { path: `/${bucket}/theirs` })
  await ok(other.root, { path: `/${bucket}/theirs` })

  await ok(ROOT, rule(ours.id))
  await ok(ROOT, { method: 'PUT', path: `/${bucket}/by-id`, body: 'a' })
  await refused(other.root, { method: 'PUT', path: `/${bucket}/by-id-b`, body: 'b' }, 'KMS.NotFoundException')
  await ok(ROOT, rule(ours.arn))
  await refused(other.root, { method: 'PUT', path: `/${bucket}/by-arn`, body: 'b' })
  await letAccountUse(ours.id, other.account)
  await ok(other.root, { method: 'PUT', path: `/${bucket}/by-arn`, body: 'b' })
  assert.equal(await keyHeader(ROOT, 'by-arn'), ours.arn)
  await ok(ROOT, { path: `/${bucket}/by-arn` })
})

/** The key policy lets another account's people use the key, as far as their own policies allow. */
async function letAccountUse(keyId: string, account: string): Promise<void> {
  const policy = {
    Version: '2012-10-17',
    Statement: [ACCOUNT, account].map((one) => ({
      ...{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${one}:root` }, Resource: '*' },
      Action: one === ACCOUNT ? 'kms:*' : ['kms:GenerateDataKey', 'kms:Decrypt'],
    })),
  }
  await ok(ROOT, {
    ...{ method: 'POST', path: '/', service: 'kms' },
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.PutKeyPolicy' },
    body: JSON.stringify({ KeyId: keyId, PolicyName: 'default', Policy: JSON.stringify(policy) }),
  })
}
