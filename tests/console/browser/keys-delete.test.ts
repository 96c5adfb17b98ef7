import assert from 'node:assert/strict'
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { DescribeKeyCommand } from '@aws-sdk/client-kms'
import { test } from 'node:test'
import { assertAccessible, NO_BROWSER, visit } from './browser.ts'
import { createKey, kmsClient, trustingClient, type MadeKey } from './judge.ts'
import { makeBucket, withConsole } from './with-console.ts'

let key: MadeKey
const skip = { skip: NO_BROWSER }
const made = withConsole({ vocabulary: 's3' }, async ({ server, page }) => {
  key = await createKey(server, 'in-use')
  await makeBucket(page, 'keys-bucket', { dialog: 'Create bucket', confirm: 'Create bucket' })
  const client = trustingClient(server)
  const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn } as const
  await client.send(new PutObjectCommand({ Bucket: 'keys-bucket', Key: 'needs-it', Body: 'bytes', ...kms }))
  client.destroy()
})

async function stateOf(): Promise<string | undefined> {
  const client = kmsClient(made().server)
  const { KeyMetadata: described } = await client.send(new DescribeKeyCommand({ KeyId: key.id }))
  client.destroy()
  return described?.KeyState
}

test('OBSA-37 OBSA-38 keys: the list, the details, what depends on a key', skip, async () => {
  const { page } = made()
  await visit(page, '/keys')
  await page.getByRole('link', { name: key.alias }).click()
  await page.getByRole('heading', { level: 1, name: key.alias }).waitFor()
  await page.getByText(key.arn).waitFor()
  await page.getByRole('tab', { name: 'Depends on it' }).click()
  await page.getByText('1 object versions, 0 open uploads, 0 bucket defaults').waitFor()
  await assertAccessible(page)
})

test(
  'OBSB-08 OBSB-09 a key in use: what depends on it is counted first, and nothing to press destroys it',
  skip,
  async () => {
    const { page } = made()
    await visit(page, `/keys/${key.id}`)
    await page.getByRole('button', { name: 'Schedule deletion' }).click()
    const dialog = page.getByRole('dialog', { name: `Schedule deletion of ${key.alias}` })
    await dialog.getByText('1 object versions, 0 uploads and 0 bucket defaults need this key.').waitFor()
    await dialog.getByText('Without it they can never be read.').waitFor()
    assert.equal(await dialog.getByRole('button', { name: 'Schedule deletion' }).count(), 0)
    await assertAccessible(page)
    await dialog.getByRole('button', { name: 'Disable instead' }).click()
    await page.getByText('Disabled', { exact: true }).first().waitFor()
    assert.equal(await stateOf(), 'Disabled')
    const client = trustingClient(made().server)
    await assert.rejects(client.send(new GetObjectCommand({ Bucket: 'keys-bucket', Key: 'needs-it' })))
    await page.getByRole('button', { name: 'Enable' }).click()
    await page.getByRole('button', { name: 'Rotate now' }).waitFor()
    const got = await client.send(new GetObjectCommand({ Bucket: 'keys-bucket', Key: 'needs-it' }))
    assert.equal(await got.Body?.transformToString(), 'bytes')
    client.destroy()
  },
)

test('OBSA-38 rotation: a new version of the material, at once and by period', skip, async () => {
  const { page } = made()
  await visit(page, `/keys/${key.id}/rotation`)
  await page.getByRole('button', { name: 'Rotate now' }).click()
  await page.getByRole('button', { name: 'Switch rotation on' }).click()
  await page
    .getByText(/every 365 days/)
    .first()
    .waitFor()
  await visit(page, `/keys/${key.id}`)
  await page.getByText('Version of the material').waitFor()
  await page.getByText('2', { exact: true }).first().waitFor()
})

test('OBSB-09 OBSA-38 nothing depends on it any more: typed by name, scheduled, and taken back', skip, async () => {
  const { page, server } = made()
  const client = trustingClient(server)
  await client.send(new DeleteObjectCommand({ Bucket: 'keys-bucket', Key: 'needs-it' }))
  client.destroy()
  await visit(page, `/keys/${key.id}`)
  await page.getByRole('button', { name: 'Schedule deletion' }).click()
  const dialog = page.getByRole('dialog', { name: `Schedule deletion of ${key.alias}` })
  const press = dialog.getByRole('button', { name: 'Schedule deletion' })
  await press.waitFor()
  assert.ok(await press.isDisabled())
  await dialog.getByRole('textbox', { name: 'To confirm, type the alias or the id' }).fill('alias/another')
  assert.ok(await press.isDisabled())
  await dialog.getByRole('textbox', { name: 'To confirm, type the alias or the id' }).fill(key.alias)
  await press.click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('The key cannot be used while its deletion is pending.').waitFor()
  assert.equal(await stateOf(), 'PendingDeletion')
  await page.getByRole('button', { name: 'Cancel deletion' }).click()
  await page.getByRole('button', { name: 'Enable' }).waitFor()
  assert.equal(await stateOf(), 'Disabled')
})

test(
  'OBSB-08 deletion in spite of it: the count typed wrongly, then rightly, with a reason that the audit log keeps',
  skip,
  async () => {
    const { page, server } = made()
    const doomed = await createKey(server, 'doomed')
    const client = trustingClient(server)
    const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: doomed.arn } as const
    await client.send(new PutObjectCommand({ Bucket: 'keys-bucket', Key: 'lost', Body: 'bytes', ...kms }))
    client.destroy()
    await visit(page, `/keys/${doomed.id}`)
    await page.getByRole('button', { name: 'Schedule deletion' }).click()
    const dialog = page.getByRole('dialog', { name: `Schedule deletion of ${doomed.alias}` })
    await dialog.getByRole('button', { name: 'Delete in spite of this' }).click()
    const press = dialog.getByRole('button', { name: 'Destroy key and data' })
    const count = dialog.getByRole('textbox', { name: 'To confirm, type SHRED 1' })
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('the customer has left')
    await count.fill('SHRED 2')
    assert.ok(await press.isDisabled())
    await assertAccessible(page)
    await count.fill('SHRED 1')
    await press.click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Cancel deletion' }).waitFor()
    await visit(page, `/audit?action=kms%3AScheduleKeyDeletion&resource=${encodeURIComponent(doomed.arn)}`)
    await page
      .getByRole('button', { name: /^Fields/ })
      .first()
      .click()
    await page.getByText('"reason": "the customer has left"').waitFor()
  },
)
