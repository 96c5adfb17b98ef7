import assert from 'node:assert/strict'
import { after, before, beforeEach, afterEach, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import type { RunningCoffer } from '../../../src/start-coffer.ts'
import { assertAccessible, ConsoleBrowser, NO_BROWSER, visit } from './browser.ts'
import { bucketExists, choose, consoleServer, createKey, encryptionOf } from './judge.ts'

let server: RunningCoffer
let browser: ConsoleBrowser
let page: Page
before(async () => {
  if (NO_BROWSER !== false) return
  server = await consoleServer()
  browser = await ConsoleBrowser.start()
  page = await browser.signedIn(server, { vocabulary: 'oss' })
})
after(async () => {
  if (NO_BROWSER !== false) return
  await browser.close()
  await server.close()
})
beforeEach(async () => {
  if (NO_BROWSER !== false) return
  await visit(page, '/buckets')
})
afterEach(() => {
  if (NO_BROWSER === false) browser.assertQuiet()
})
const skip = { skip: NO_BROWSER }

async function openDialog(): Promise<Locator> {
  await page.getByRole('button', { name: 'Create Bucket' }).click()
  const dialog = page.getByRole('dialog', { name: 'Create Bucket' })
  await dialog.waitFor()
  return dialog
}

async function create(dialog: Locator, name: string): Promise<void> {
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
  await dialog.getByRole('button', { name: 'OK' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByRole('table').getByRole('link', { name, exact: true }).waitFor()
}

test('OSS-09 OSS-10 OSS-11 the dialog, its fields, and Server Encryption with None, AES256 and KMS', skip, async () => {
  const dialog = await openDialog()
  await dialog.getByRole('textbox', { name: 'Name' }).waitFor()
  await dialog.getByText('us-east-1').waitFor()
  const group = dialog.getByRole('radiogroup', { name: 'Server Encryption' })
  assert.equal(await group.getByRole('radio').count(), 3)
  for (const name of ['None', 'AES256', 'KMS']) await group.getByRole('radio', { name, exact: true }).waitFor()
  assert.ok(await group.getByRole('radio', { name: 'None', exact: true }).isChecked())
  await assertAccessible(page)
})

test('OSS-10 a name that is none is explained in its field, and no request is sent', skip, async () => {
  const dialog = await openDialog()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('My_Data')
  await dialog.getByText('Only lower-case letters, digits and hyphens.').waitFor()
  await dialog.getByRole('button', { name: 'OK' }).click()
  assert.ok(await dialog.isVisible())
})

test(
  'OSS-06 OSS-12 None: the bucket has no default, and the page says that the disk is sealed all the same',
  skip,
  async () => {
    const dialog = await openDialog()
    await dialog.getByRole('radio', { name: 'None', exact: true }).check()
    await dialog.getByText('Coffer seals them on disk all the same').waitFor()
    await create(dialog, 'made-none')
    assert.equal(await encryptionOf(server, 'made-none'), undefined)
    const row = page.getByRole('row', { name: /made-none/ })
    await row.getByText('None', { exact: true }).waitFor()
    await row.getByText('sealed on disk').waitFor()
  },
)

test('OSS-13 OSS-35 AES256, in one go: the bucket is in the list with it', skip, async () => {
  const dialog = await openDialog()
  await dialog.getByRole('radio', { name: 'AES256' }).check()
  await create(dialog, 'made-aes')
  assert.deepEqual(await encryptionOf(server, 'made-aes'), { algorithm: 'AES256', key: undefined })
  await page
    .getByRole('row', { name: /made-aes/ })
    .getByText('AES256')
    .waitFor()
})

test(
  'OSS-17 OSS-19 OSS-34 KMS offers alias/acs/oss and CMK ID, says that KMS is ready, and the default names no key',
  skip,
  async () => {
    const dialog = await openDialog()
    await dialog.getByRole('radio', { name: 'KMS', exact: true }).check()
    await dialog.getByText('KMS is ready.').waitFor()
    const keys = dialog.getByRole('radiogroup', { name: 'Key' })
    await keys.getByRole('radio', { name: 'CMK ID' }).waitFor()
    assert.ok(await keys.getByRole('radio', { name: 'alias/acs/oss' }).isChecked())
    await assertAccessible(page)
    await create(dialog, 'made-kms')
    assert.deepEqual(await encryptionOf(server, 'made-kms'), { algorithm: 'aws:kms', key: undefined })
  },
)

test('OSS-22 OSS-26 CMK ID: the chosen key is the rule’s, to the letter', skip, async () => {
  const key = await createKey(server, 'chosen-for-bucket')
  const dialog = await openDialog()
  await dialog.getByRole('radio', { name: 'KMS', exact: true }).check()
  await dialog.getByRole('radio', { name: 'CMK ID' }).check()
  await choose(page, dialog, /^CMK ID/, key.alias)
  await create(dialog, 'made-cmk')
  assert.deepEqual(await encryptionOf(server, 'made-cmk'), { algorithm: 'aws:kms', key: key.id })
})

test('OSS-29 OBSA-37 a key is made on the way: Create Key, back, and it is in the list, chosen', skip, async () => {
  const dialog = await openDialog()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('made-on-the-way')
  await dialog.getByRole('radio', { name: 'KMS', exact: true }).check()
  await dialog.getByRole('radio', { name: 'CMK ID' }).check()
  await dialog.getByRole('link', { name: 'Create Key' }).click()
  const keys = page.getByRole('dialog', { name: /Create Key/ })
  await keys.getByRole('textbox', { name: 'Alias' }).fill('made-here')
  await keys.getByRole('button', { name: 'Create', exact: true }).click()
  await dialog.getByRole('button', { name: /alias\/made-here/ }).waitFor()
  assert.equal(await dialog.getByRole('textbox', { name: 'Name' }).inputValue(), 'made-on-the-way')
  await create(dialog, 'made-on-the-way')
  const rule = await encryptionOf(server, 'made-on-the-way')
  assert.equal(rule?.algorithm, 'aws:kms')
  assert.match(rule.key ?? '', /^[0-9a-f-]{36}$/)
})

test('OSS-22 CMK ID without a key is explained, and nothing is made', skip, async () => {
  const dialog = await openDialog()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('made-without')
  await dialog.getByRole('radio', { name: 'KMS', exact: true }).check()
  await dialog.getByRole('radio', { name: 'CMK ID' }).check()
  await dialog.getByRole('button', { name: 'OK' }).click()
  await dialog.getByText('This is needed.').waitFor()
  assert.equal(await bucketExists(server, 'made-without'), false)
})

test('OSS-36 closing the dialog creates nothing, and asks once where something was entered', skip, async () => {
  const dialog = await openDialog()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('never-made')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.getByText('Leave without saving?').waitFor()
  await dialog.getByRole('button', { name: 'Leave' }).click()
  await dialog.waitFor({ state: 'hidden' })
  assert.equal(await bucketExists(server, 'never-made'), false)
})

test('OSS-35 a name that is taken is said in the dialog, which stays', skip, async () => {
  const first = await openDialog()
  await create(first, 'made-twice')
  const dialog = await openDialog()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('made-twice')
  await dialog.getByRole('button', { name: 'OK' }).click()
  await dialog.getByText('Taken in this deployment.').waitFor()
})

test('OSS-11 in Chinese: 创建 Bucket, 服务器端加密, 无, AES256, KMS, 确定', skip, async () => {
  const chinese = await browser.signedIn(server, { vocabulary: 'oss', language: 'zh-CN' })
  await visit(chinese, '/buckets')
  await chinese.getByRole('button', { name: '创建 Bucket' }).click()
  const dialog = chinese.getByRole('dialog', { name: '创建 Bucket' })
  const group = dialog.getByRole('radiogroup', { name: '服务器端加密' })
  for (const name of ['无', 'AES256', 'KMS']) await group.getByRole('radio', { name, exact: true }).waitFor()
  await dialog.getByRole('button', { name: '确定' }).waitFor()
  await assertAccessible(chinese)
  await chinese.context().close()
})
