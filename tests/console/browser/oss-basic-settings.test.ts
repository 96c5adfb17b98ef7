import assert from 'node:assert/strict'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { after, afterEach, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import type { RunningCoffer } from '../../../src/start-coffer.ts'
import { s3Client } from '../../servers.ts'
import { assertAccessible, ConsoleBrowser, NO_BROWSER, visit } from './browser.ts'
import { choose, consoleServer, createKey, encryptionOf, headOf, type MadeKey } from './judge.ts'

let server: RunningCoffer
let browser: ConsoleBrowser
let page: Page
let key: MadeKey
before(async () => {
  if (NO_BROWSER !== false) return
  server = await consoleServer()
  key = await createKey(server, 'for-settings')
  browser = await ConsoleBrowser.start()
  page = await browser.signedIn(server, { vocabulary: 'oss' })
  await visit(page, '/buckets/new')
  const dialog = page.getByRole('dialog', { name: 'Create Bucket' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('set-later')
  await dialog.getByRole('button', { name: 'OK' }).click()
  await dialog.waitFor({ state: 'hidden' })
})
after(async () => {
  if (NO_BROWSER !== false) return
  await browser.close()
  await server.close()
})
afterEach(() => {
  if (NO_BROWSER === false) browser.assertQuiet()
})
const skip = { skip: NO_BROWSER }

/** The steps of the page: the list at the left, the bucket, Basic Settings, Server Encryption. */
async function openArea(): Promise<Locator> {
  await visit(page, '/buckets')
  await page.getByRole('navigation', { name: 'Your buckets' }).getByRole('link', { name: 'set-later' }).click()
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  const pages = page.getByRole('navigation', { name: 'Pages of set-later' })
  await pages.getByRole('link', { name: 'Basic Settings' }).click()
  await page.getByRole('heading', { level: 1, name: 'Basic Settings' }).waitFor()
  const area = page.getByRole('region', { name: 'Server Encryption' })
  await area.getByRole('button', { name: 'Configure' }).waitFor()
  return area
}

async function configure(): Promise<Locator> {
  const area = await openArea()
  await area.getByRole('button', { name: 'Configure' }).click()
  await area.getByRole('button', { name: 'Save' }).waitFor()
  return area
}

async function save(area: Locator): Promise<void> {
  await area.getByRole('button', { name: 'Save' }).click()
  await area.getByRole('button', { name: 'Configure' }).waitFor()
}

test('OSS-38 OSS-39 OSS-40 list at the left, bucket, Basic Settings, and the area shows what holds', skip, async () => {
  const area = await openArea()
  await area.getByText('None', { exact: true }).waitFor()
  await area.getByText('Coffer seals it on disk all the same').waitFor()
  await assertAccessible(page)
})

test(
  'OSS-41 OSS-46 OSS-51 Configure opens the options, with the notice before Save and the state of KMS',
  skip,
  async () => {
    const area = await configure()
    for (const name of ['None', 'AES256', 'KMS']) await area.getByRole('radio', { name, exact: true }).waitFor()
    await area.getByText('Objects that are already in the bucket keep their encryption.').waitFor()
    await area.getByRole('radio', { name: 'KMS', exact: true }).check()
    await area.getByText('KMS is ready.').waitFor()
    await assertAccessible(page)
  },
)

test(
  'OSS-43 OSS-47 OSS-48 AES256: saved, shown after reload, and the object that was there stays what it was',
  skip,
  async () => {
    const client = s3Client(server)
    await client.send(new PutObjectCommand({ Bucket: 'set-later', Key: 'before', Body: 'as it was' }))
    client.destroy()
    const before = await headOf(server, 'set-later', 'before')
    const area = await configure()
    await area.getByRole('radio', { name: 'AES256' }).check()
    await save(area)
    await page.reload()
    await page.getByRole('region', { name: 'Server Encryption' }).getByText('AES256').waitFor()
    assert.deepEqual(await encryptionOf(server, 'set-later'), { algorithm: 'AES256', key: undefined })
    assert.deepEqual(await headOf(server, 'set-later', 'before'), before)
  },
)

test('OSS-44 KMS with alias/acs/oss: the rule names no key', skip, async () => {
  const area = await configure()
  await area.getByRole('radio', { name: 'KMS', exact: true }).check()
  await area.getByRole('radio', { name: 'alias/acs/oss' }).check()
  await save(area)
  await area.getByText('alias/acs/oss').first().waitFor()
  assert.deepEqual(await encryptionOf(server, 'set-later'), { algorithm: 'aws:kms', key: undefined })
})

test('OSS-45 OSS-22 KMS with CMK ID: the rule is the chosen key’s id', skip, async () => {
  const area = await configure()
  await area.getByRole('radio', { name: 'CMK ID' }).check()
  await choose(page, area, /^CMK ID/, key.alias)
  await save(area)
  await area.getByText(key.id).first().waitFor()
  assert.deepEqual(await encryptionOf(server, 'set-later'), { algorithm: 'aws:kms', key: key.id })
})

test('OSS-47 leaving without Save changes nothing, and asks first', skip, async () => {
  const area = await configure()
  await area.getByRole('radio', { name: 'None', exact: true }).check()
  await area.getByRole('button', { name: 'Cancel' }).click()
  await area.getByText('Leave without saving?').waitFor()
  await area.getByRole('button', { name: 'Leave' }).click()
  await area.getByRole('button', { name: 'Configure' }).waitFor()
  assert.deepEqual(await encryptionOf(server, 'set-later'), { algorithm: 'aws:kms', key: key.id })
})

test('OSS-42 OSS-50 None switches the default off', skip, async () => {
  const area = await configure()
  await area.getByRole('radio', { name: 'None', exact: true }).check()
  await save(area)
  await area.getByText('None', { exact: true }).waitFor()
  assert.equal(await encryptionOf(server, 'set-later'), undefined)
})

test('OSS-39 OSS-41 in Chinese: 基础设置, 服务器端加密, 设置, 保存', skip, async () => {
  const chinese = await browser.signedIn(server, { vocabulary: 'oss', language: 'zh-CN' })
  await visit(chinese, '/buckets/set-later/settings')
  await chinese.getByRole('heading', { level: 1, name: '基础设置' }).waitFor()
  const area = chinese.getByRole('region', { name: '服务器端加密' })
  await area.getByRole('button', { name: '设置' }).click()
  await area.getByText('桶中已有对象的加密方式不变。').waitFor()
  await area.getByRole('button', { name: '保存' }).waitFor()
  await assertAccessible(chinese)
  await chinese.context().close()
})
