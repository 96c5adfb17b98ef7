import assert from 'node:assert/strict'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { test } from 'node:test'
import { assertAccessible, NO_BROWSER, visit } from './browser.ts'
import { createKey, trustingClient, type MadeKey } from './judge.ts'
import { makeBucket, withConsole } from './with-console.ts'

let key: MadeKey
const skip = { skip: NO_BROWSER }
const made = withConsole({ vocabulary: 's3' }, async ({ server, page }) => {
  key = await createKey(server, 'audited')
  await makeBucket(page, 'audited-bucket', { dialog: 'Create bucket', confirm: 'Create bucket' })
  const client = trustingClient(server)
  const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn } as const
  await client.send(new PutObjectCommand({ Bucket: 'audited-bucket', Key: 'a.txt', Body: 'bytes', ...kms }))
  client.destroy()
})

test('the first page: health, what is stored, and no steps for beginners once there is a bucket', skip, async () => {
  const { page } = made()
  await visit(page, '/')
  await page.getByText('Serving').waitFor()
  await page.getByText('Everything on disk is sealed, whatever clients are told.').waitFor()
  assert.equal(await page.getByRole('heading', { name: 'First steps' }).count(), 0)
  await assertAccessible(page)
})

test('audit: what the console did is there, found by its action, and the log verifies', skip, async () => {
  const { page } = made()
  await visit(page, '/audit')
  const filters = page.getByRole('search', { name: 'Audit' })
  await filters.getByRole('textbox', { name: 'What' }).fill('s3:CreateBucket')
  await filters.getByRole('button', { name: 'Search' }).click()
  const table = page.getByRole('table', { name: 'Audit' })
  await table.getByText('s3:CreateBucket').first().waitFor()
  assert.match(page.url(), /action=s3%3ACreateBucket/)
  await page.getByRole('button', { name: 'Verify' }).click()
  await page.getByText(/Complete and unchanged: \d+ records/).waitFor()
  await assertAccessible(page)
})

test('a key’s page says who used it', skip, async () => {
  const { page } = made()
  await visit(page, `/keys/${key.id}/usage`)
  await page.getByRole('table', { name: 'Usage' }).getByText('kms:GenerateDataKey').first().waitFor()
})

test('explain: what would be said to a request, by the evaluator that decides', skip, async () => {
  const { page } = made()
  await visit(page, '/explain')
  await page.getByRole('textbox', { name: 'Action' }).fill('s3:GetObject')
  await page.getByRole('textbox', { name: 'Resource' }).fill('arn:aws:s3:::audited-bucket/a.txt')
  await page.getByRole('button', { name: 'Ask now' }).click()
  await page.getByRole('region', { name: 'Decision' }).getByText('Allowed').waitFor()
  await assertAccessible(page)
})
