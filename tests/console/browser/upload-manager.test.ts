import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
} from '@aws-sdk/client-s3'
import { after, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { assertAccessible, NO_BROWSER, visit } from './browser.ts'
import { trustingClient } from './judge.ts'
import { makeBucket, withConsole } from './with-console.ts'

const MIB = 1024 * 1024
const LARGE = Buffer.alloc(40 * MIB, 'large ')
const SMALL_FILES = 200

const skip = { skip: NO_BROWSER }
const made = withConsole({ vocabulary: 's3' }, async ({ page }) => {
  await makeBucket(page, 'uploads', { dialog: 'Create bucket', confirm: 'Create bucket' })
})
let folder = ''
let largeFile = ''
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'coffer-uploads-'))
  largeFile = join(folder, 'large.bin')
  writeFileSync(largeFile, LARGE)
})
after(() => rmSync(folder, { recursive: true, force: true }))

/** Files from the disk, as a person chooses them: the same file has the same time of change again. */
async function upload(page: Page, ...paths: readonly string[]): Promise<Locator> {
  await visit(page, '/buckets/uploads/objects?dialog=upload')
  const dialog = page.getByRole('dialog', { name: 'Upload' })
  const asked = page.waitForEvent('filechooser')
  await dialog.getByRole('button', { name: 'Add files' }).click()
  await (await asked).setFiles([...paths])
  await dialog.getByRole('button', { name: 'Upload', exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  return page.getByRole('complementary', { name: 'File transfers' })
}

async function openUploads(): Promise<number> {
  const client = trustingClient(made().server)
  const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'uploads' }))
  client.destroy()
  return (Uploads ?? []).length
}

/** How many parts of its open upload have arrived. */
async function partsOf(key: string): Promise<number> {
  const client = trustingClient(made().server)
  const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'uploads', Prefix: key }))
  const UploadId = Uploads?.[0]?.UploadId
  if (UploadId === undefined) return 0
  const { Parts } = await client.send(new ListPartsCommand({ Bucket: 'uploads', Key: key, UploadId }))
  client.destroy()
  return (Parts ?? []).length
}

async function bytesOf(key: string): Promise<Buffer> {
  const client = trustingClient(made().server)
  const { Body } = await client.send(new GetObjectCommand({ Bucket: 'uploads', Key: key }))
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? [])
  client.destroy()
  return bytes
}

/** Parts are held up, so that a person could press something in between. */
async function holdParts(page: Page): Promise<() => Promise<void>> {
  let release: () => void = () => undefined
  const open = new Promise<void>((resolve) => {
    release = resolve
  })
  let seen = 0
  await page.route('**/parts/*', async (route) => {
    seen += 1
    if (seen > 2) await open
    await route.continue().catch(() => undefined)
  })
  return async () => {
    release()
    await page.unroute('**/parts/*')
  }
}

test('paused and resumed: it goes on, and what arrives is the file', skip, async () => {
  const { page } = made()
  const letThrough = await holdParts(page)
  const panel = await upload(page, largeFile)
  await panel.getByRole('button', { name: 'Pause large.bin' }).click()
  await panel
    .getByText(/paused/)
    .first()
    .waitFor()
  await assertAccessible(page)
  assert.equal(await openUploads(), 1)
  await letThrough()
  await panel.getByRole('button', { name: 'Resume large.bin' }).click()
  await panel.getByText('1 uploaded, 0 failed, 0 on the way').waitFor()
  assert.ok((await bytesOf('large.bin')).equals(LARGE))
  assert.equal(await openUploads(), 0)
})

test(
  'the page is loaded anew in the middle: the browser asks first, and the same file goes on with its missing parts',
  skip,
  async () => {
    const { page } = made()
    const again = join(folder, 'again.bin')
    writeFileSync(again, LARGE)
    const letThrough = await holdParts(page)
    const before = await upload(page, again)
    await before.getByRole('button', { name: 'Pause again.bin' }).waitFor()
    for (let tries = 0; tries < 100 && (await partsOf('again.bin')) < 2; tries += 1) await page.waitForTimeout(50)
    assert.equal(await partsOf('again.bin'), 2)
    const asks = page.waitForEvent('dialog')
    // Somebody who leaves all the same.
    const reloaded = page.reload().catch(() => undefined)
    const question = await asks
    assert.equal(question.type(), 'beforeunload')
    await question.accept()
    await reloaded
    await letThrough()
    assert.equal(await openUploads(), 1)
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'PUT' && request.url().includes('/parts/')) sent.push(request.url())
    })
    const panel = await upload(page, again)
    await panel.getByText('1 uploaded, 0 failed, 0 on the way').waitFor()
    assert.equal(sent.length, 3, 'only what was missing')
    assert.ok((await bytesOf('again.bin')).equals(LARGE))
    assert.equal(await openUploads(), 0)
  },
)

test('cancelled, nothing of it is left on the server', skip, async () => {
  const { page } = made()
  const path = join(folder, 'cancelled.bin')
  writeFileSync(path, LARGE)
  const letThrough = await holdParts(page)
  const panel = await upload(page, path)
  await panel.getByRole('button', { name: 'Pause cancelled.bin' }).click()
  await panel
    .getByText(/paused/)
    .first()
    .waitFor()
  await panel.getByRole('button', { name: 'Cancel cancelled.bin' }).click()
  await panel.getByText('cancelled.bin · cancelled').waitFor()
  await letThrough()
  for (let tries = 0; tries < 20 && (await openUploads()) > 0; tries += 1) await page.waitForTimeout(50)
  assert.equal(await openUploads(), 0)
})

test('bytes that change on the way are refused by the server and sent again', skip, async () => {
  const { page } = made()
  const path = join(folder, 'changed.txt')
  writeFileSync(path, 'as it was')
  let changes = 1
  await page.route('**/object?key=changed.txt', async (route) => {
    if (route.request().method() !== 'PUT' || changes === 0) return route.continue()
    changes -= 1
    return route.continue({ postData: 'as it WAS' })
  })
  const panel = await upload(page, path)
  await panel.getByText('1 uploaded, 0 failed, 0 on the way').waitFor()
  await page.unroute('**/object?key=changed.txt')
  assert.equal(changes, 0)
  assert.equal((await bytesOf('changed.txt')).toString(), 'as it was')
})

test('many small files arrive, all of them, and the panel counts them', skip, async () => {
  const { page } = made()
  const paths = Array.from({ length: SMALL_FILES }, (_, index) => join(folder, `small-${index}.txt`))
  for (const path of paths) writeFileSync(path, path)
  const panel = await upload(page, ...paths)
  await panel.getByText(`${SMALL_FILES} uploaded, 0 failed, 0 on the way`).waitFor()
  const client = trustingClient(made().server)
  const { KeyCount } = await client.send(new ListObjectsV2Command({ Bucket: 'uploads', Prefix: 'small-' }))
  client.destroy()
  assert.equal(KeyCount, SMALL_FILES)
})
