import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCOUNT } from '../../servers.ts'
import { assertAccessible, consoleUrlOf, NO_BROWSER, visit } from './browser.ts'
import { withConsole } from './with-console.ts'

const FIRST = 'correct horse battery 1'
const OWN = 'another horse battery 2'
const skip = { skip: NO_BROWSER }
const made = withConsole({ vocabulary: 's3' })

test('T-148 a password is set for a user, who signs in by name, chooses another first, and is in', skip, async () => {
  const { page, browser, server } = made()
  await visit(page, '/people/users')
  await page.getByRole('button', { name: 'Create new' }).click()
  const dialog = page.getByRole('dialog', { name: /^Users/ })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('dora')
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('link', { name: 'dora', exact: true }).click()
  const card = page.getByRole('region', { name: 'Console password' })
  await card.getByText('This user has no password').waitFor()
  await card.getByLabel('New password').fill(FIRST)
  await card.getByRole('button', { name: 'Set password' }).click()
  await card.getByText(/^Set /).first().waitFor()
  assert.equal(await card.getByLabel('New password').inputValue(), '')
  await assertAccessible(page)

  const own = await browser.open(consoleUrlOf(server), { vocabulary: 's3' })
  await own.getByRole('radio', { name: 'User name' }).check()
  await own.getByLabel('Account').fill(ACCOUNT)
  await own.getByRole('textbox', { name: 'User name' }).fill('dora')
  await own.getByLabel('Password', { exact: true }).fill(FIRST)
  await own.getByRole('button', { name: 'Sign in' }).click()
  await own.getByText('The password has to be changed at the next sign-in.').waitFor()
  await assertAccessible(own)
  await own.getByLabel('New password').fill(OWN)
  await own.getByRole('button', { name: 'Sign in' }).click()
  await own.getByRole('button', { name: 'Sign out' }).waitFor()
  await own.getByText('dora', { exact: true }).waitFor()
  assert.ok(!(await own.content()).includes(OWN))
  await own.context().close()
})

test('jobs: what the server does by itself, paused and resumed', skip, async () => {
  const { page } = made()
  await visit(page, '/jobs')
  const table = page.getByRole('table', { name: 'Jobs' })
  await table
    .getByRole('button', { name: /^Pause / })
    .first()
    .click()
  await table
    .getByRole('button', { name: /^Resume / })
    .first()
    .waitFor()
  await assertAccessible(page)
  await table
    .getByRole('button', { name: /^Resume / })
    .first()
    .click()
  await table
    .getByRole('button', { name: /^Resume / })
    .first()
    .waitFor({ state: 'detached' })
})

test('a key for imported material leads to the page that takes it', skip, async () => {
  const { page } = made()
  await visit(page, '/keys/new')
  await page.getByRole('radio', { name: 'Imported' }).check()
  await page.getByRole('textbox', { name: 'Alias' }).fill('brought')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('button', { name: 'Get public key' }).click()
  await page.getByRole('textbox', { name: 'Public key' }).waitFor()
  assert.match(await page.getByRole('textbox', { name: 'Public key' }).inputValue(), /BEGIN PUBLIC KEY/)
  assert.ok(await page.getByRole('button', { name: 'Import', exact: true }).isDisabled())
  await assertAccessible(page)
})
