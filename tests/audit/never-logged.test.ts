import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateMacCommand,
  GenerateRandomCommand,
  KMSClient,
} from '@aws-sdk/client-kms'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { adminClient } from '../admin-calls.ts'
import { clientEnv, coffer } from '../cli/coffer-command.ts'
import { ACCESS_KEY, REGION, s3Client, SECRET_KEY, spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

function options(server: SpawnedCoffer, credentials: Credentials) {
  return { region: REGION, endpoint: server.endpoint, maxAttempts: 1, credentials }
}

const ROOT = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY }

/** A secret in the spellings in which it could be written down. */
function spellings(secret: Uint8Array | string): readonly string[] {
  const bytes = Buffer.from(secret)
  const texts = [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url').replace(/=+$/, '')]
  // JSON of a Buffer, and what an inspection shows.
  const listed = [...bytes.subarray(0, 12)].join(',')
  return [...texts, texts[1]?.replace(/=+$/, '') ?? '', listed, ...(typeof secret === 'string' ? [secret] : [])]
}

/** What the official clients were given, and gave: each must be in no output, no audit record and no export. */
async function secretsOfEverybody(server: SpawnedCoffer): Promise<ReadonlyMap<string, Uint8Array | string>> {
  const secrets = new Map<string, Uint8Array | string>([['the root’s secret key', SECRET_KEY]])
  const kms = new KMSClient(options(server, ROOT))
  const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? assert.fail()
  const macKey = await kms.send(new CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }))
  const plaintext = Buffer.from('a plaintext that nobody may write down')
  secrets.set('a plaintext', plaintext)
  const sealed = await kms.send(new EncryptCommand({ KeyId, Plaintext: plaintext }))
  secrets.set('a ciphertext', sealed.CiphertextBlob ?? assert.fail())
  const data = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))
  secrets.set('a data key', data.Plaintext ?? assert.fail())
  secrets.set('random bytes', (await kms.send(new GenerateRandomCommand({ NumberOfBytes: 32 }))).Plaintext ?? '')
  const message = Buffer.from('a message to be authenticated')
  secrets.set('a message', message)
  const MacAlgorithm = 'HMAC_SHA_256'
  const mac = new GenerateMacCommand({ KeyId: macKey.KeyMetadata?.KeyId, Message: message, MacAlgorithm })
  secrets.set('a MAC', (await kms.send(mac)).Mac ?? assert.fail())
  // Refused and broken ones tell no more.
  await assert.rejects(
    kms.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: { a: 'b' } })),
  )
  await assert.rejects(kms.send(new EncryptCommand({ KeyId: 'alias/nobody', Plaintext: plaintext })))
  kms.destroy()
  await addPeople(server, secrets)
  await addCustomerKey(server, secrets)
  return secrets
}

async function addPeople(server: SpawnedCoffer, secrets: Map<string, Uint8Array | string>): Promise<void> {
  const iam = new IAMClient(options(server, ROOT))
  await iam.send(new CreateUserCommand({ UserName: 'eve' }))
  const made = (await iam.send(new CreateAccessKeyCommand({ UserName: 'eve' }))).AccessKey ?? assert.fail()
  secrets.set('a user’s secret key', made.SecretAccessKey ?? assert.fail())
  const canary = 'policy-text-canary-19c2'
  const Statement = [
    { Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEquals: { 'aws:Referer': canary } } },
  ]
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await iam.send(new PutUserPolicyCommand({ UserName: 'eve', PolicyName: 'p', PolicyDocument }))
  secrets.set('a condition’s value', canary)
  const eve = { accessKeyId: made.AccessKeyId ?? '', secretAccessKey: made.SecretAccessKey ?? '' }
  const sts = new STSClient(options(server, eve))
  const session = (await sts.send(new GetSessionTokenCommand({}))).Credentials ?? assert.fail()
  secrets.set('a session’s secret key', session.SecretAccessKey ?? assert.fail())
  secrets.set('a session token', session.SessionToken ?? assert.fail())
  const RoleArn = 'arn:aws:iam::000000000001:role/none'
  await assert.rejects(sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 's' })))
  const wrong = new STSClient(options(server, { ...eve, secretAccessKey: 'a-secret-that-is-wrong-0123456789-0123456' }))
  await assert.rejects(wrong.send(new GetSessionTokenCommand({})))
  secrets.set('a wrong secret key', 'a-secret-that-is-wrong-0123456789-0123456')
  for (const client of [iam, sts, wrong]) client.destroy()
}

async function addCustomerKey(server: SpawnedCoffer, secrets: Map<string, Uint8Array | string>): Promise<void> {
  const client = s3Client(server)
  const customerKey = Buffer.from('customer-key-canary-0123456789ab')
  secrets.set('a customer’s key', customerKey)
  await client.send(new CreateBucketCommand({ Bucket: 'theirs' }))
  const wanted = { Bucket: 'theirs', Key: 'a', Body: 'body-canary-77aa01', SSECustomerAlgorithm: 'AES256' }
  const SSECustomerKey = customerKey.toString('latin1')
  await client.send(new PutObjectCommand({ ...wanted, SSECustomerKey }))
  await assert.rejects(client.send(new PutObjectCommand({ ...wanted, SSECustomerKey, SSECustomerAlgorithm: 'AES128' })))
  secrets.set('a body', 'body-canary-77aa01')
  client.destroy()
}

test('T-101 T-173 no secret, token, plaintext, data key, customer key or body is in any output, audit record or export', async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const env = { COFFER_LOG_LEVEL: 'debug', COFFER_AUDIT_DATA: 'all' }
  const server = await spawnServer({ data: join(directory.path, 'data'), workers: 2, env })
  t.after(() => server.kill().catch(() => undefined))
  const secrets = await secretsOfEverybody(server)
  const admin = adminClient(server)
  const run = async (...words: readonly string[]): Promise<string> =>
    (await coffer(words, { env: clientEnv(server.endpoint) })).stdout
  const places: Readonly<Record<string, string>> = {
    search: JSON.stringify(await admin.call('search-audit', {}, { limit: 1_000 })),
    events: await run('audit', 'export'),
    ledger: await run('audit', 'export', '--format', 'ledger'),
    metrics: await (await fetch(`${server.endpoint}/-/metrics`)).text(),
  }
  assert.equal(await server.stop(), 0)
  for (const [where, text] of Object.entries({ ...places, output: server.output() })) {
    for (const [what, secret] of secrets) {
      for (const spelling of spellings(secret)) {
        assert.equal(text.includes(spelling), false, `${what} is in ${where}`)
      }
    }
  }
  // That there was something to search in: each of these calls is a record.
  for (const name of ['Encrypt', 'GenerateDataKey', 'GenerateMac', 'CreateUser', 'CreateAccessKey', 'PutUserPolicy']) {
    assert.ok(places['events']?.includes(`"eventName":"${name}"`), name)
  }
  const records = (places['events'] ?? '').trim().split('\n').map(readEvent)
  // One call, one record: what the key service refused, the gateway does not tell again.
  const decrypts = records.filter(({ eventName }) => eventName === 'Decrypt')
  assert.equal(decrypts.length, 1)
  const calls = records.filter(
    ({ eventSource, requestID }) => eventSource === 'kms.amazonaws.com' && requestID !== 'coffer',
  )
  const ids = calls.map(({ requestID }) => requestID)
  assert.deepEqual(ids.length, new Set(ids).size)
})

function readEvent(line: string): {
  readonly eventName: string
  readonly eventSource: string
  readonly requestID: string
} {
  const value: unknown = JSON.parse(line)
  assert.ok(typeof value === 'object' && value !== null)
  assert.ok('eventName' in value && 'eventSource' in value && 'requestID' in value)
  return {
    eventName: String(value.eventName),
    eventSource: String(value.eventSource),
    requestID: String(value.requestID),
  }
}
