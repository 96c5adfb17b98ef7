import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { CreateBucketCommand, GetObjectCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { test } from 'node:test'
import { assertAccessible, NO_BROWSER, textOf, visit } from './browser.ts'
import { trustingClient } from './judge.ts'
import { withConsole } from './with-console.ts'

const HOSTILE = ['<img src=x onerror=alert(1)>.svg', 'a&b?c=d.txt', 'turned\u202egpj.exe', '100%.txt', 'quote\'".txt']
const skip = { skip: NO_BROWSER }
const made = withConsole({ vocabulary: 's3' }, async ({ server }) => {
  const client = trustingClient(server)
  await client.send(new CreateBucketCommand({ Bucket: 'browsed' }))
  const put = (Key: string, Body: string): Promise<unknown> =>
    client.send(new PutObjectCommand({ Bucket: 'browsed', Key, Body, ContentType: 'text/html' }))
  for (let index = 0; index < 105; index += 1) await put(`many/${String(index).padStart(3, '0')}.txt`, 'x')
  await put('2026/11/deep.txt', 'deep')
  await put('page.html', '<script>document.title = "run"</script>')
  for (const name of HOSTILE) await put(`names/${name}`, 'x')
  await client.send(new CreateBucketCommand({ Bucket: 'versioned' }))
  const versioning = { VersioningConfiguration: { Status: 'Enabled' } } as const
  await client.send(new PutBucketVersioningCommand({ Bucket: 'versioned', ...versioning }))
  for (const Body of ['first', 'second']) {
    await client.send(new PutObjectCommand({ Bucket: 'versioned', Key: 'twice.txt', Body }))
  }
  client.destroy()
})

test('folders are opened, pages are turned by cursor, and the first page costs one request', skip, async () => {
  const { page } = made()
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/objects?')) asked.push(request.url())
  })
  await visit(page, '/buckets/browsed/objects')
  const table = page.getByRole('table', { name: 'Objects' })
  await table.getByRole('link', { name: 'many/' }).click()
  await table.getByRole('link', { name: '000.txt' }).waitFor()
  assert.equal(asked.filter((url) => url.includes('prefix=many')).length, 1)
  assert.equal(await table.getByRole('link').count(), 100)
  await assertAccessible(page)
  await page.getByRole('button', { name: 'Next' }).click()
  await table.getByRole('link', { name: '104.txt' }).waitFor()
  await page.getByRole('button', { name: 'Previous' }).click()
  await table.getByRole('link', { name: '000.txt' }).waitFor()
})

test('search is by prefix, on the server', skip, async () => {
  const { page } = made()
  await visit(page, '/buckets/browsed/objects?prefix=many%2F')
  await page.getByRole('searchbox', { name: 'Search by prefix many/' }).fill('10')
  await page.getByRole('table').getByRole('link', { name: '104.txt' }).waitFor()
  assert.equal(await page.getByRole('table').getByRole('link').count(), 5)
})

test('T-142 T-145 names and contents are shown and never run', skip, async () => {
  const { page } = made()
  await visit(page, '/buckets/browsed/objects?prefix=names%2F')
  const table = page.getByRole('table', { name: 'Objects' })
  await table.getByRole('link', { name: '100%.txt' }).waitFor()
  assert.equal(await table.getByRole('link').count(), HOSTILE.length)
  assert.match(await textOf(page), /turned\\u202egpj\.exe/)
  assert.equal(await page.locator('img').count(), 0)
  await visit(page, '/buckets/browsed/object?key=page.html')
  await page.getByRole('heading', { level: 1, name: 'page.html' }).waitFor()
  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByText('<script>document.title = "run"</script>').waitFor()
  assert.notEqual(await page.title(), 'run')
})

test('download: the bytes, as a file', skip, async () => {
  const { page } = made()
  await visit(page, '/buckets/browsed/object?key=2026%2F11%2Fdeep.txt')
  const started = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download' }).click()
  const download = await started
  assert.equal(download.suggestedFilename(), 'deep.txt')
  assert.equal(readFileSync(await download.path(), 'utf8'), 'deep')
})

test('an older version is restored, and one is deleted for good', skip, async () => {
  const { page, server } = made()
  await visit(page, '/buckets/versioned/object?key=twice.txt')
  const versions = page.getByRole('table', { name: 'Versions' })
  await versions.getByText('current').waitFor()
  await versions.getByRole('button', { name: 'Restore' }).click()
  await versions.getByRole('button', { name: 'Restore' }).nth(1).waitFor()
  const client = trustingClient(server)
  const got = await client.send(new GetObjectCommand({ Bucket: 'versioned', Key: 'twice.txt' }))
  assert.equal(await got.Body?.transformToString(), 'first')
  client.destroy()
})

test('chosen objects are deleted, and the bucket that is empty after it too', skip, async () => {
  const { page } = made()
  await visit(page, '/buckets/browsed/objects?prefix=2026%2F11%2F')
  await page.getByRole('checkbox', { name: 'deep.txt' }).check()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete 1 of the bucket' })
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('Nothing here yet.').waitFor()
  await visit(page, '/buckets')
  await page.getByRole('radio', { name: 'versioned' }).check()
  await page.getByRole('button', { name: 'Delete bucket' }).click()
  const question = page.getByRole('dialog', { name: 'Delete versioned' })
  await question.getByRole('button', { name: 'Delete bucket' }).click()
  await question.getByText('BucketNotEmpty').waitFor()
})

test('phone: nothing overflows sideways, and the menu opens', skip, async () => {
  const { browser, server } = made()
  const phone = await browser.signedIn(server, { viewport: { width: 360, height: 800 }, theme: 'dark' })
  for (const path of ['/', '/buckets', '/buckets/browsed', '/buckets/browsed/objects', '/keys', '/audit']) {
    await visit(phone, path)
    await phone.getByRole('heading', { level: 1 }).waitFor()
    assert.equal(
      await phone.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'),
      true,
    )
    await assertAccessible(phone)
  }
  await phone.getByRole('button', { name: 'Menu' }).click()
  await phone.getByRole('link', { name: 'Keys' }).click()
  await phone.getByRole('heading', { level: 1, name: /^Keys/ }).waitFor()
  await phone.context().close()
})
