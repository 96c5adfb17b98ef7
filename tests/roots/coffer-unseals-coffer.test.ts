import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { assertSealed, readyAgain, serveSealed } from '../cli/sealed-server.ts'
import { ACCESS_KEY, REGION, s3Client, SECRET_KEY, spawnServer, testDirectory } from '../servers.ts'

const BODY = Buffer.alloc(40_000, 'unsealed by another ')

function kmsOf({ endpoint }: { readonly endpoint: string }): KMSClient {
  const credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY }
  return new KMSClient({ region: REGION, endpoint, credentials, maxAttempts: 1 })
}

async function assertThere(endpoint: string): Promise<void> {
  const client = s3Client({ endpoint })
  const got = await client.send(new GetObjectCommand({ Bucket: 'things', Key: 'one' }))
  assert.ok(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(BODY))
  client.destroy()
}

test('Coffer unseals Coffer: by a KMS key of the first; away or disabled, the second is sealed, and goes on by itself', async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const keeperData = join(directory.path, 'keeper')
  let keeper = await spawnServer({ data: keeperData })
  t.after(() => keeper.kill().catch(() => undefined))
  const kms = kmsOf(keeper)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: 'root of the second' }))
  const arn = KeyMetadata?.Arn ?? assert.fail('a key has an ARN')
  const secretFile = join(directory.path, 'secret')
  writeFileSync(secretFile, SECRET_KEY, { mode: 0o600 })
  const query = `endpoint=${keeper.endpoint}&access-key-id=${ACCESS_KEY}&secret-key=file:${secretFile}`
  const data = join(directory.path, 'data')
  const env = { COFFER_DATA: data, COFFER_ROOT_KEY: `aws-kms:${arn}?${query}` }

  const first = await spawnServer({ data, env })
  const client = s3Client(first)
  await client.send(new CreateBucketCommand({ Bucket: 'things' }))
  await client.send(new PutObjectCommand({ Bucket: 'things', Key: 'one', Body: BODY }))
  client.destroy()
  assert.equal(await first.stop(), 0)

  await kms.send(new DisableKeyCommand({ KeyId: arn }))
  const disabled = await serveSealed(t, env)
  await assertSealed(disabled.endpoint)
  await kms.send(new EnableKeyCommand({ KeyId: arn }))
  await assertThere(await readyAgain(disabled))
  assert.equal(await disabled.stop(), 0)
  kms.destroy()

  const port = Number(new URL(keeper.endpoint).port)
  assert.equal(await keeper.stop(), 0)
  const away = await serveSealed(t, env)
  await assertSealed(away.endpoint)
  assert.match(away.stderr(), /does not answer/)
  assert.equal(away.stderr().includes(SECRET_KEY), false)
  keeper = await spawnServer({ data: keeperData, port })
  await assertThere(await readyAgain(away))
  assert.equal(await away.stop(), 0)
})
