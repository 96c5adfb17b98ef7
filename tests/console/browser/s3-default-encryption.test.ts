import assert from 'node:assert/strict'
import { GetBucketEncryptionCommand } from '@aws-sdk/client-s3'
import { DisableKeyCommand } from '@aws-sdk/client-kms'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { assertAccessible, NO_BROWSER, visit } from './browser.ts'
import { choose, createKey, kmsClient, trustingClient, type MadeKey } from './judge.ts'
import { makeBucket, withConsole } from './with-console.ts'

let key: MadeKey
const skip = { skip: NO_BROWSER }
const made = withConsole({ vocabulary: 's3' }, async ({ server, page }) => {
  key = await createKey(server, 's3-own')
  await makeBucket(page, 's3-bucket', { dialog: 'Create bucket', confirm: 'Create bucket' })
})

async function edit(page: Page): Promise<Locator> {
  await visit(page, '/buckets/s3-bucket/settings')
  await page.getByRole('heading', { level: 1, name: 'Properties' }).waitFor()
  const area = page.getByRole('region', { name: 'Default encryption' })
  await area.getByRole('button', { name: 'Edit' }).click()
  await area.getByRole('button', { name: 'Save changes' }).waitFor()
  return area
}

async function save(area: Locator): Promise<void> {
  await area.getByRole('button', { name: 'Save changes' }).click()
  await area.getByRole('button', { name: 'Edit' }).waitFor()
}

async function rule() {
  const client = trustingClient(made().server)
  const said = await client.send(new GetBucketEncryptionCommand({ Bucket: 's3-bucket' }))
  client.destroy()
  const [first] = said.ServerSideEncryptionConfiguration?.Rules ?? []
  const { SSEAlgorithm: algorithm, KMSMasterKeyID: named } = first?.ApplyServerSideEncryptionByDefault ?? {}
  return { algorithm, key: named, bucketKey: first?.BucketKeyEnabled ?? false }
}

test('S3-16 a new bucket is encrypted; SSE-S3, SSE-KMS and DSSE-KMS are offered, and no "none"', skip, async () => {
  const { page } = made()
  assert.deepEqual(await rule(), { algorithm: 'AES256', key: undefined, bucketKey: false })
  const area = await edit(page)
  for (const name of ['SSE-S3', 'SSE-KMS', 'DSSE-KMS']) await area.getByRole('radio', { name, exact: true }).waitFor()
  assert.equal(await area.getByRole('radio', { name: 'None' }).count(), 0)
  await assertAccessible(page)
})

test('S3-13 S3-16 SSE-KMS with a picked key: its ARN is stored, and the Bucket Key', skip, async () => {
  const { page } = made()
  const area = await edit(page)
  await area.getByRole('radio', { name: 'SSE-KMS', exact: true }).check()
  await area.getByRole('radio', { name: 'Choose from your KMS keys' }).check()
  await choose(page, area, /^Choose a key/, key.alias)
  await area.getByRole('radiogroup', { name: 'Bucket Key' }).getByRole('radio', { name: 'Enable' }).check()
  await save(area)
  assert.deepEqual(await rule(), { algorithm: 'aws:kms', key: key.arn, bucketKey: true })
})

test(
  'S3-15 S3-18 typed text: an alias is told about, an unknown key is warned of, and both are saved as typed',
  skip,
  async () => {
    const { page } = made()
    const area = await edit(page)
    await area.getByRole('radio', { name: 'Enter KMS key ARN' }).check()
    const field = area.getByRole('textbox', { name: 'Enter KMS key ARN' })
    await field.fill(key.alias)
    await area.getByText('An alias is resolved in the account of whoever uploads.').waitFor()
    await field.fill('alias/nobodys')
    await area.getByText('This key is unknown.').waitFor()
    await assertAccessible(page)
    await save(area)
    assert.equal((await rule()).key, 'alias/nobodys')
  },
)

test('S3-15 a disabled key is warned of, and not refused', skip, async () => {
  const { page, server } = made()
  const client = kmsClient(server)
  await client.send(new DisableKeyCommand({ KeyId: key.id }))
  client.destroy()
  const area = await edit(page)
  await area.getByRole('radio', { name: 'Enter KMS key ARN' }).check()
  await area.getByRole('textbox', { name: 'Enter KMS key ARN' }).fill(key.arn)
  await area.getByText('This key is disabled.').waitFor()
  await save(area)
  assert.equal((await rule()).key, key.arn)
})

test('S3-10 DSSE-KMS with the default key', skip, async () => {
  const { page } = made()
  const area = await edit(page)
  await area.getByRole('radio', { name: 'DSSE-KMS', exact: true }).check()
  await area.getByRole('radio', { name: 'aws/s3' }).check()
  await save(area)
  assert.deepEqual(await rule(), { algorithm: 'aws:kms:dsse', key: undefined, bucketKey: false })
})
