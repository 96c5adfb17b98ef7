import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { GetBucketTaggingCommand } from '@aws-sdk/client-s3'
import { assertAccessible, NO_BROWSER, visit } from './browser.ts'
import { trustingClient } from './judge.ts'
import { makeBucket, withConsole } from './with-console.ts'

const skip = { skip: NO_BROWSER }
const made = withConsole({ vocabulary: 's3' }, async ({ page }) => {
  await makeBucket(page, 'two-tabs', { dialog: 'Create bucket', confirm: 'Create bucket' })
})

async function openTags(page: Page): Promise<Locator> {
  await visit(page, '/buckets/two-tabs/settings')
  const card = page.getByRole('region', { name: 'Tags', exact: true })
  await card.getByRole('button', { name: 'Edit Tags' }).click()
  return card
}

async function tagsOf(): Promise<readonly string[]> {
  const client = trustingClient(made().server)
  const { TagSet } = await client.send(new GetBucketTaggingCommand({ Bucket: 'two-tabs' }))
  client.destroy()
  return (TagSet ?? []).map(({ Key, Value }) => `${Key}=${Value}`)
}

test(
  'two tabs change the same thing: the second is shown both values, and nothing is written over unseen',
  skip,
  async () => {
    const { page } = made()
    const other = await page.context().newPage()
    await visitFrom(page, other)
    const [first, second] = [await openTags(page), await openTags(other)]
    await first.getByRole('textbox', { name: 'Tags' }).fill('team=storage')
    await second.getByRole('textbox', { name: 'Tags' }).fill('team=search')
    await first.getByRole('button', { name: 'Save changes' }).click()
    await first.getByText('team = storage').waitFor()
    await second.getByRole('button', { name: 'Save changes' }).click()
    await second.getByText('Changed by someone else meanwhile').waitFor()
    await second.getByRole('region', { name: 'Theirs' }).getByText('team = storage').waitFor()
    await second.getByRole('region', { name: 'Yours' }).getByText('team=search').waitFor()
    await assertAccessible(other)
    assert.deepEqual(await tagsOf(), ['team=storage'])

    await second.getByRole('button', { name: 'Use theirs' }).click()
    assert.equal(await second.getByRole('textbox', { name: 'Tags' }).inputValue(), 'team=storage')
    await second.getByRole('textbox', { name: 'Tags' }).fill('team=storage\nstage=test')
    await second.getByRole('button', { name: 'Save changes' }).click()
    await second.getByText('stage = test').waitFor()
    assert.deepEqual((await tagsOf()).toSorted(), ['stage=test', 'team=storage'])
    await other.close()
  },
)

test('who insists saves over what was shown, and over nothing newer', skip, async () => {
  const { page } = made()
  const other = await page.context().newPage()
  await visitFrom(page, other)
  const [first, second] = [await openTags(page), await openTags(other)]
  await first.getByRole('textbox', { name: 'Tags' }).fill('team=one')
  await second.getByRole('textbox', { name: 'Tags' }).fill('team=two')
  await first.getByRole('button', { name: 'Save changes' }).click()
  await first.getByText('team = one').waitFor()
  await second.getByRole('button', { name: 'Save changes' }).click()
  await second.getByRole('button', { name: 'Save mine' }).click()
  await second.getByText('team = two').waitFor()
  assert.deepEqual(await tagsOf(), ['team=two'])
  await other.close()
})

/** A second tab of the same browser: the same session. */
async function visitFrom(page: Page, other: Page): Promise<void> {
  await other.goto(page.url())
  await other.getByRole('button', { name: 'Sign out' }).waitFor()
}
