import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { ACCESS_KEY, SECRET_KEY } from '../../servers.ts'
import { consoleUrlOf, NO_BROWSER } from './browser.ts'
import { bucketExists, encryptionOf, headOf } from './judge.ts'
import { withConsole } from './with-console.ts'

/** Far more than any page has. */
const MOST_STEPS = 120
const skip = { skip: NO_BROWSER }
const made = withConsole({ vocabulary: 'oss' })

/** By the Tab key alone, as somebody without a mouse gets there. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor()
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if ((await wanted.and(page.locator('*:focus')).count()) > 0) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`not reached by the keyboard: ${String(wanted)}`)
}

async function press(page: Page, wanted: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, wanted)
  await page.keyboard.press(key)
}

test('signing in, making a bucket, configuring it, uploading and deleting take no mouse', skip, async () => {
  const { browser, server } = made()
  const page = await browser.open(consoleUrlOf(server), { vocabulary: 'oss' })
  await tabTo(page, page.getByLabel('AccessKey ID'))
  await page.keyboard.type(ACCESS_KEY)
  await tabTo(page, page.getByLabel('AccessKey Secret'))
  await page.keyboard.type(SECRET_KEY)
  await page.keyboard.press('Enter')
  await press(page, page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Buckets' }))

  await page.getByRole('heading', { level: 1, name: /^Buckets/ }).waitFor()
  await press(page, page.getByRole('button', { name: 'Create Bucket' }))
  const dialog = page.getByRole('dialog', { name: 'Create Bucket' })
  await tabTo(page, dialog.getByRole('textbox', { name: 'Name' }))
  await page.keyboard.type('by-keys')
  await tabTo(page, dialog.getByRole('radio', { name: 'None', exact: true }))
  await page.keyboard.press('ArrowDown')
  assert.ok(await dialog.getByRole('radio', { name: 'AES256' }).isChecked())
  await press(page, dialog.getByRole('button', { name: 'OK' }))
  await dialog.waitFor({ state: 'hidden' })
  assert.equal((await encryptionOf(server, 'by-keys'))?.algorithm, 'AES256')

  await press(page, page.getByRole('table').getByRole('link', { name: 'by-keys' }))
  const pages = page.getByRole('navigation', { name: 'Pages of by-keys' })
  await press(page, pages.getByRole('link', { name: 'Basic Settings' }))
  const area = page.getByRole('region', { name: 'Server Encryption' })
  await press(page, area.getByRole('button', { name: 'Configure' }))
  await tabTo(page, area.getByRole('radio', { name: 'AES256' }))
  await page.keyboard.press('ArrowDown')
  assert.ok(await area.getByRole('radio', { name: 'KMS', exact: true }).isChecked())
  await press(page, area.getByRole('button', { name: 'Save' }))
  await area.getByRole('button', { name: 'Configure' }).waitFor()
  assert.equal((await encryptionOf(server, 'by-keys'))?.algorithm, 'aws:kms')

  await press(page, pages.getByRole('link', { name: 'Files' }))
  await page.getByRole('heading', { level: 1, name: 'Files' }).waitFor()
  await press(page, page.getByRole('button', { name: 'Upload' }))
  const uploading = page.getByRole('dialog', { name: 'Upload' })
  const asked = page.waitForEvent('filechooser')
  await press(page, uploading.getByRole('button', { name: 'Select Files' }))
  await (await asked).setFiles([{ name: 'typed.txt', mimeType: 'text/plain', buffer: Buffer.from('typed') }])
  await press(page, uploading.getByRole('button', { name: 'Upload', exact: true }))
  await page.getByRole('complementary').getByText('1 uploaded').waitFor()
  assert.equal((await headOf(server, 'by-keys', 'typed.txt')).algorithm, 'aws:kms')

  await press(page, page.getByRole('table').getByRole('checkbox', { name: 'typed.txt' }), 'Space')
  await press(page, page.getByRole('button', { name: 'Delete', exact: true }))
  const question = page.getByRole('dialog', { name: /^Delete 1/ })
  await press(page, question.getByRole('button', { name: 'Delete', exact: true }))
  await question.waitFor({ state: 'hidden' })
  await press(page, page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Buckets' }))
  await press(page, page.getByRole('radio', { name: 'by-keys' }), 'Space')
  await press(page, page.getByRole('button', { name: 'Delete bucket' }))
  const last = page.getByRole('dialog', { name: 'Delete by-keys' })
  await press(page, last.getByRole('button', { name: 'Delete bucket' }))
  await last.waitFor({ state: 'hidden' })
  assert.equal(await bucketExists(server, 'by-keys'), false)
  await page.context().close()
})

test('a dialog takes the focus, keeps it, and gives it back; Escape closes it', skip, async () => {
  const { page } = made()
  await page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Buckets' }).click()
  const opener = page.getByRole('button', { name: 'Create Bucket' })
  await press(page, opener)
  const dialog = page.getByRole('dialog', { name: 'Create Bucket' })
  await dialog.waitFor()
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('Tab')
    assert.equal(await page.getByRole('main').locator('*:focus').count(), 0, 'not on the page below')
  }
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
})
