import assert from 'node:assert/strict'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { test } from 'node:test'
import { NO_BROWSER, visit } from './browser.ts'
import { trustingClient } from './judge.ts'
import { withConsole } from './with-console.ts'

/** Enough for many pages; what one costs does not grow with what follows it. */
const KEYS = 2_500
const AT_ONCE = 16
const nameOf = (index: number): string => `k${String(index).padStart(6, '0')}`

const skip = { skip: NO_BROWSER }
const made = withConsole({ vocabulary: 's3' }, async ({ server }) => {
  const client = trustingClient(server)
  await client.send(new CreateBucketCommand({ Bucket: 'large' }))
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < KEYS; index = next++) {
      await client.send(new PutObjectCommand({ Bucket: 'large', Key: nameOf(index), Body: '' }))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  client.destroy()
})

test(
  'the first page of a large bucket costs one listing, and at most two requests about the bucket; so does each next one',
  skip,
  async () => {
    const { page } = made()
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('/api/v1/buckets/large')) asked.push(new URL(request.url()).pathname)
    })
    await visit(page, '/buckets/large/objects')
    const table = page.getByRole('table', { name: 'Objects' })
    await table.getByRole('link', { name: nameOf(99) }).waitFor()
    assert.ok(asked.length <= 2, asked.join(' '))
    assert.equal(await table.getByRole('link').count(), 100)

    asked.length = 0
    await page.getByRole('button', { name: 'Next' }).click()
    await table.getByRole('link', { name: nameOf(199) }).waitFor()
    assert.deepEqual(asked, ['/api/v1/buckets/large/objects'])
    await page.getByRole('button', { name: 'Previous' }).click()
    await table.getByRole('link', { name: nameOf(0) }).waitFor()
  },
)

test('search by prefix jumps to the end by one listing', skip, async () => {
  const { page } = made()
  await visit(page, '/buckets/large/objects')
  const table = page.getByRole('table', { name: 'Objects' })
  await table.getByRole('link', { name: nameOf(0) }).waitFor()
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/large/objects?') && request.url().includes('prefix=')) asked.push(request.url())
  })
  await page.getByRole('searchbox').fill(nameOf(KEYS - 1))
  await table.getByRole('link', { name: nameOf(KEYS - 1) }).waitFor()
  assert.equal(await table.getByRole('link').count(), 1)
  assert.equal(asked.length, 1)
})
