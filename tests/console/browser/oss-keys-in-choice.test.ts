import assert from 'node:assert/strict'
import { DisableKeyCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms'
import { after, afterEach, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import type { RunningCoffer } from '../../../src/start-coffer.ts'
import { assertAccessible, ConsoleBrowser, NO_BROWSER, visit } from './browser.ts'
import { consoleServer, createKey, kmsClient } from './judge.ts'

let server: RunningCoffer
let browser: ConsoleBrowser
let page: Page
before(async () => {
  if (NO_BROWSER !== false) return
  server = await consoleServer({ regions: ['us-east-1', 'eu-west-1'] })
  browser = await ConsoleBrowser.start()
  page = await browser.signedIn(server, { vocabulary: 'oss' })
  await createKey(server, 'ready-key')
  const [off, ending] = [await createKey(server, 'disabled-key'), await createKey(server, 'ending-key')]
  const client = kmsClient(server)
  await client.send(new DisableKeyCommand({ KeyId: off.id }))
  await client.send(new ScheduleKeyDeletionCommand({ KeyId: ending.id, PendingWindowInDays: 7 }))
  client.destroy()
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

async function ownKeys(): Promise<Locator> {
  await visit(page, '/buckets/new')
  const dialog = page.getByRole('dialog', { name: 'Create Bucket' })
  await dialog.getByRole('radio', { name: 'KMS', exact: true }).check()
  await dialog.getByRole('radio', { name: 'CMK ID' }).check()
  return dialog
}

test(
  'OSS-26 OSS-30 OSS-34 the keys of the account, with what cannot be used inactive and its state beside it',
  skip,
  async () => {
    const dialog = await ownKeys()
    await dialog.getByText('KMS is ready.').waitFor()
    await dialog.getByRole('button', { name: /^CMK ID/ }).click()
    await page.getByRole('option', { name: 'alias/ready-key' }).waitFor()
    for (const [alias, state] of [
      ['alias/disabled-key', 'Disabled'],
      ['alias/ending-key', 'Pending Deletion'],
    ] as const) {
      const option = page.getByRole('option', { name: new RegExp(`${alias}.*${state}`) })
      await option.waitFor()
      assert.equal(await option.getAttribute('aria-disabled'), 'true')
    }
    await assertAccessible(page)
    await page.keyboard.press('Escape')
  },
)

test('OSS-28 a key of another region is not in the list', skip, async () => {
  const dialog = await ownKeys()
  await dialog.getByRole('button', { name: /^Region/ }).click()
  await page.getByRole('option', { name: 'eu-west-1' }).click()
  await dialog
    .getByText('There is no key of your own in this region yet.')
    .or(dialog.getByRole('button', { name: /^CMK ID/ }))
    .first()
    .waitFor()
  await dialog.getByRole('button', { name: /^CMK ID/ }).click()
  await page.getByText('There is no key of your own in this region yet.').waitFor()
  assert.equal(await page.getByRole('option', { name: /alias\/ready-key/ }).count(), 0)
  await page.keyboard.press('Escape')
})

test('OSS-29 OSS-45 a key that was made on another tab is in the list when the person comes back', skip, async () => {
  const dialog = await ownKeys()
  await createKey(server, 'made-elsewhere')
  await dialog.getByRole('button', { name: 'Refresh' }).click()
  await dialog.getByRole('button', { name: /^CMK ID/ }).click()
  await page.getByRole('option', { name: 'alias/made-elsewhere' }).click()
  await dialog.getByRole('button', { name: /alias\/made-elsewhere/ }).waitFor()
})

test('OSS-32 OSS-46 while the key service is away, the choice says why and what does not happen', skip, async () => {
  // The server's own answer, with the one member that an outage changes.
  await page.route('**/api/v1/system', async (route) => {
    const answer = await route.fetch()
    const system = (await answer.json()) as object
    await route.fulfill({
      response: answer,
      json: { ...system, kms: { state: 'away', reason: 'the token does not answer' } },
    })
  })
  const dialog = await ownKeys()
  await dialog
    .getByText('KMS is not available: the token does not answer. Nothing will be stored under another key.')
    .waitFor()
  await dialog.getByRole('radio', { name: 'AES256' }).check()
  await page.unroute('**/api/v1/system')
})
