import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { assertAccessible, NO_BROWSER, visit } from './browser.ts'
import { choose, createKey, encryptionOf, type MadeKey } from './judge.ts'
import { makeBucket, withConsole } from './with-console.ts'

let key: MadeKey
const skip = { skip: NO_BROWSER }
const made = withConsole({ vocabulary: 'obs' }, async ({ server }) => {
  key = await createKey(server, 'obs-own')
})

async function configure(page: Page): Promise<Locator> {
  await visit(page, '/buckets')
  await page.getByRole('table').getByRole('link', { name: 'obs-card' }).click()
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  await page.getByRole('heading', { name: 'Basic Configurations' }).waitFor()
  const card = page.getByRole('region', { name: 'Default Encryption' })
  await card.getByRole('button', { name: 'Configure' }).click()
  const form = page.getByRole('region', { name: 'Default Encryption' })
  await form.getByRole('button', { name: 'OK' }).waitFor()
  return form
}

async function save(form: Locator): Promise<void> {
  await form.getByRole('button', { name: 'OK' }).click()
  await form.getByRole('button', { name: 'Configure' }).waitFor()
}

test(
  'OBSA-07 OBSA-16 Server-Side Encryption in the create dialog: SSE-KMS from the first upload on',
  skip,
  async () => {
    const { page, server } = made()
    await visit(page, '/buckets')
    await page.getByRole('button', { name: 'Create Bucket' }).click()
    const dialog = page.getByRole('dialog', { name: 'Create Bucket' })
    const group = dialog.getByRole('radiogroup', { name: 'Server-Side Encryption' })
    for (const name of ['Disable', 'SSE-KMS', 'SSE-OBS'])
      await group.getByRole('radio', { name, exact: true }).waitFor()
    await group.getByRole('radio', { name: 'SSE-KMS' }).check()
    assert.ok(await dialog.getByRole('radio', { name: 'obs/default' }).isChecked())
    await dialog.getByRole('textbox', { name: 'Name' }).fill('obs-card')
    await assertAccessible(page)
    await dialog.getByRole('button', { name: 'Create Now' }).click()
    await dialog.waitFor({ state: 'hidden' })
    assert.deepEqual(await encryptionOf(server, 'obs-card'), { algorithm: 'aws:kms', key: undefined })
  },
)

test(
  'OBSA-16 OBSA-45 Overview, Basic Configurations, Default Encryption: an own key, and what the setting does',
  skip,
  async () => {
    const { page, server } = made()
    const form = await configure(page)
    await form.getByText('Objects that are already in the bucket keep their encryption.').waitFor()
    await form.getByText('This setting applies to later uploads.').waitFor()
    await form.getByRole('radio', { name: 'Custom' }).check()
    await choose(page, form, /^Choose a key/, key.alias)
    await save(form)
    assert.deepEqual(await encryptionOf(server, 'obs-card'), { algorithm: 'aws:kms', key: key.id })
    await form.getByText(key.id).first().waitFor()
  },
)

test(
  'OBSA-13 OBSA-45 Disable: said before that encrypted objects then need HTTPS, and that one can encrypt by hand',
  skip,
  async () => {
    const { page, server } = made()
    const form = await configure(page)
    await form.getByRole('radio', { name: 'Disable', exact: true }).check()
    await form.getByText('After disabling, encrypted objects must be read over HTTPS.').waitFor()
    await form.getByText('Single objects can still be encrypted at upload.').waitFor()
    await assertAccessible(page)
    await save(form)
    assert.equal(await encryptionOf(server, 'obs-card'), undefined)
  },
)

test('OBSA-10 it can be enabled after the bucket was made', skip, async () => {
  const { page, server } = made()
  const form = await configure(page)
  await form.getByRole('radio', { name: 'SSE-KMS', exact: true }).check()
  await form.getByRole('radio', { name: 'obs/default' }).check()
  await save(form)
  assert.deepEqual(await encryptionOf(server, 'obs-card'), { algorithm: 'aws:kms', key: undefined })
})

test(
  'OBSB-51 OBSA-42 over HTTP, without a default, KMS encryption cannot be chosen at upload, and the dialog says why',
  skip,
  async () => {
    const { page } = made()
    await makeBucket(page, 'obs-http', { dialog: 'Create Bucket', confirm: 'Create Now', method: 'Disable' })
    await visit(page, '/buckets/obs-http/objects?dialog=upload')
    const dialog = page.getByRole('dialog', { name: 'Upload Object' })
    await dialog.getByText('KMS encryption needs HTTPS here').waitFor()
    assert.ok(await dialog.getByRole('checkbox', { name: 'KMS encryption' }).isDisabled())
    await assertAccessible(page)
    await visit(page, '/buckets/obs-card/objects?dialog=upload')
    const other = page.getByRole('dialog', { name: 'Upload Object' })
    await other.getByText('Uploads are encrypted as the bucket says').waitFor()
    assert.ok(await other.getByRole('checkbox', { name: 'KMS encryption' }).isEnabled())
  },
)
