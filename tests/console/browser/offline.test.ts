import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertAccessible, NO_BROWSER, visit } from './browser.ts'
import { makeBucket, withConsole } from './with-console.ts'

const skip = { skip: NO_BROWSER }
const made = withConsole({ vocabulary: 's3' }, async ({ page }) => {
  await makeBucket(page, 'there-before', { dialog: 'Create bucket', confirm: 'Create bucket' })
})

test(
  'nobody answers: it is said with the seconds to the next try, nothing that was typed is lost, and it goes on by itself',
  skip,
  async () => {
    const { page } = made()
    await visit(page, '/buckets/new')
    const dialog = page.getByRole('dialog', { name: 'Create bucket' })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('made-after')
    await page.context().setOffline(true)
    await dialog.getByRole('button', { name: 'Create bucket' }).click()
    await dialog.getByText('Coffer is not reachable. Nothing is lost; try again in a moment.').first().waitFor()
    const banner = page.getByText(/Trying again in \d+ s\./)
    await banner.waitFor({ state: 'attached' })
    await assertAccessible(page)
    await page.context().setOffline(false)
    await banner.waitFor({ state: 'detached' })
    assert.equal(await dialog.getByRole('textbox', { name: 'Name' }).inputValue(), 'made-after')
    await dialog.getByRole('button', { name: 'Create bucket' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByRole('table').getByRole('link', { name: 'made-after' }).waitFor()
  },
)

test('a page that could not load loads by itself when the server is back', skip, async () => {
  const { page } = made()
  await visit(page, '/')
  await page.getByText('Serving').waitFor()
  await page.context().setOffline(true)
  await page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Buckets' }).click()
  await page.getByText(/Trying again in \d+ s\./).waitFor()
  await page.getByRole('button', { name: 'Try again' }).first().waitFor()
  await page.context().setOffline(false)
  await page.getByRole('table').getByRole('link', { name: 'there-before' }).waitFor()
})
