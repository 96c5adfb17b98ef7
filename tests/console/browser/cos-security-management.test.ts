import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { assertAccessible, NO_BROWSER, visit } from './browser.ts'
import { encryptionOf } from './judge.ts'
import { makeBucket, withConsole } from './with-console.ts'

const skip = { skip: NO_BROWSER }
const made = withConsole({ vocabulary: 'cos' }, async ({ page }) => {
  await makeBucket(page, 'cos-bucket', { dialog: 'Create Bucket', confirm: 'Create' })
})

/** Bucket List, name, Security Management, Server-Side Encryption, Edit. */
async function edit(page: Page): Promise<Locator> {
  await visit(page, '/buckets')
  await page.getByRole('heading', { level: 1, name: /^Bucket List/ }).waitFor()
  await page.getByRole('table').getByRole('link', { name: 'cos-bucket' }).click()
  const pages = page.getByRole('navigation', { name: 'Pages of cos-bucket' })
  await pages.getByRole('link', { name: 'Security Management' }).click()
  await page.getByRole('heading', { level: 1, name: 'Security Management' }).waitFor()
  const area = page.getByRole('region', { name: 'Server-Side Encryption' })
  await area.getByRole('button', { name: 'Edit' }).click()
  await area.getByRole('button', { name: 'Save' }).waitFor()
  return area
}

async function save(area: Locator): Promise<void> {
  await area.getByRole('button', { name: 'Save' }).click()
  await area.getByRole('button', { name: 'Edit' }).waitFor()
}

test('COS-06 Bucket List, Security Management, Server-Side Encryption: on, SSE-COS, Save', skip, async () => {
  const { page, server } = made()
  assert.equal(await encryptionOf(server, 'cos-bucket'), undefined)
  const area = await edit(page)
  const toggle = area.getByRole('checkbox', { name: 'Server-Side Encryption' })
  assert.equal(await toggle.isChecked(), false)
  await toggle.check()
  assert.ok(await area.getByRole('radio', { name: 'SSE-COS', exact: true }).isChecked())
  await assertAccessible(page)
  await save(area)
  await area.getByText('SSE-COS').waitFor()
  assert.deepEqual(await encryptionOf(server, 'cos-bucket'), { algorithm: 'AES256', key: undefined })
})

test('COS-06 SSE-KMS with the default key', skip, async () => {
  const { page, server } = made()
  const area = await edit(page)
  await area.getByRole('radio', { name: 'SSE-KMS', exact: true }).check()
  assert.ok(await area.getByRole('radio', { name: 'Default key' }).isChecked())
  await save(area)
  assert.deepEqual(await encryptionOf(server, 'cos-bucket'), { algorithm: 'aws:kms', key: undefined })
})

test('COS-06 switched off and saved: removed', skip, async () => {
  const { page, server } = made()
  const area = await edit(page)
  await area.getByRole('checkbox', { name: 'Server-Side Encryption' }).uncheck()
  await save(area)
  assert.equal(await encryptionOf(server, 'cos-bucket'), undefined)
})

test('COS-06 in Chinese: 存储桶列表, 安全管理, 服务端加密, 保存', skip, async () => {
  const { browser, server } = made()
  const page = await browser.signedIn(server, { vocabulary: 'cos', language: 'zh-CN' })
  await visit(page, '/buckets')
  await page.getByRole('heading', { level: 1, name: /^存储桶列表/ }).waitFor()
  await visit(page, '/buckets/cos-bucket/settings')
  await page.getByRole('heading', { level: 1, name: '安全管理' }).waitFor()
  const area = page.getByRole('region', { name: '服务端加密' })
  await area.getByRole('button', { name: '编辑' }).click()
  await area.getByRole('checkbox', { name: '服务端加密' }).waitFor()
  await area.getByRole('button', { name: '保存' }).waitFor()
  await page.context().close()
})
