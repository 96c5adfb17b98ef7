import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { openPage } from '../console-client.ts'
import { assertAccessible, consoleUrlOf, NO_BROWSER, textOf, visit } from './browser.ts'
import { createKey, encryptionOf, type MadeKey } from './judge.ts'
import { makeBucket, withConsole } from './with-console.ts'

/** As the page prints it, comment and blanks included. */
const CONFIGURE_CMK = `{
  "Version": "1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "kms:List*",
        "kms:DescribeKey"    
      ],
      "Resource": [
        "acs:kms:*:000000000001:*" //This example allows the user to use all CMKs under the account. To restrict the user to use only one CMK, input the CMK ID.
      ]
    }
  ]
}`

let key: MadeKey
const skip = { skip: NO_BROWSER }
const made = withConsole({ vocabulary: 'oss' }, async ({ server, page }) => {
  key = await createKey(server, 'for-people')
  await makeBucket(page, 'people-bucket', { dialog: 'Create Bucket', confirm: 'OK', method: 'AES256' })
})

async function makeUser(page: Page, name: string): Promise<void> {
  await visit(page, '/people/users')
  await page.getByRole('button', { name: 'Create new' }).click()
  const dialog = page.getByRole('dialog', { name: /^Users/ })
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('link', { name, exact: true }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

async function writePolicy(page: Page, name: string, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Name of a new policy' }).fill(name)
  await page.getByRole('button', { name: 'Write' }).click()
  await page.getByRole('textbox', { name: `Policy ${name}` }).fill(text)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Delete policy' }).waitFor()
}

/** The secret, as it is shown this once. */
async function makeAccessKey(page: Page): Promise<{ readonly accessKeyId: string; readonly secretAccessKey: string }> {
  await page.getByRole('button', { name: 'Create access key' }).click()
  const dialog = page.getByRole('dialog', { name: 'Create access key' })
  await dialog.getByText('The secret is shown only now.').waitFor()
  await assertAccessible(page)
  const [accessKeyId = '', secretAccessKey = ''] = await dialog.locator('.code').allInnerTexts()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await dialog.waitFor({ state: 'hidden' })
  assert.ok(!(await page.content()).includes(secretAccessKey), 'the secret is gone from the page')
  return { accessKeyId, secretAccessKey }
}

/** A user with one policy and an access key, by the console's own API: how a person makes them is shown above. */
async function userWith(name: string, ...actions: readonly string[]) {
  const page = await openPage(consoleUrlOf(made().server))
  const document = { document: allow(...actions), language: 'ram' }
  await page.call('people/users', { method: 'POST', body: { name } })
  await page.call(`people/users/${name}/inline-policies/oss`, { method: 'PUT', body: document })
  const { json } = await page.call(`people/users/${name}/access-keys`, { method: 'POST', body: {} })
  const { id, secret } = json as { readonly id: string; readonly secret: string }
  return { accessKeyId: id, secretAccessKey: secret }
}

const allow = (...actions: readonly string[]): string =>
  JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: actions, Resource: ['*'] }] })

test(
  'OSS-59 a sample policy is pasted with its comment and kept byte for byte, and with OSS’s rights a CMK can be configured',
  skip,
  async () => {
    const { page, browser, server } = made()
    await makeUser(page, 'ram-reader')
    await writePolicy(page, 'list-and-describe', CONFIGURE_CMK)
    await writePolicy(page, 'oss', allow('oss:*'))
    await page.reload()
    await page.getByRole('button', { name: /^Open a policy/ }).click()
    await page.getByRole('option', { name: 'list-and-describe' }).click()
    assert.equal(await page.getByRole('textbox', { name: 'Policy list-and-describe' }).inputValue(), CONFIGURE_CMK)
    const own = await browser.signedIn(server, { vocabulary: 'oss', ...(await makeAccessKey(page)) })
    await visit(own, '/buckets/people-bucket/settings/encryption')
    const area = own.getByRole('region', { name: 'Server Encryption' })
    await area.getByRole('radio', { name: 'KMS', exact: true }).check()
    await area.getByRole('radio', { name: 'CMK ID' }).check()
    await area.getByRole('button', { name: /^CMK ID/ }).click()
    await own.getByRole('option', { name: key.alias }).click()
    await area.getByRole('button', { name: 'Save' }).click()
    await area.getByRole('button', { name: 'Configure' }).waitFor()
    assert.deepEqual(await encryptionOf(server, 'people-bucket'), { algorithm: 'aws:kms', key: key.id })
    await own.context().close()
  },
)

test(
  'OSS-54 without the right to read the setting, the area says which action is missing and has no Configure',
  skip,
  async () => {
    const { browser, server } = made()
    const own = await browser.signedIn(server, {
      vocabulary: 'oss',
      ...(await userWith(
        'no-reading',
        'oss:ListBuckets',
        'oss:GetBucketInfo',
        'oss:ListObjects',
        'oss:GetBucketLocation',
      )),
    })
    await visit(own, '/buckets/people-bucket/settings')
    const area = own.getByRole('region', { name: 'Server Encryption' })
    await area.getByText(/You don't have permission: oss:GetBucketEncryption on .*people-bucket/).waitFor()
    assert.equal(await area.getByRole('button', { name: 'Configure' }).count(), 0)
    await area.getByRole('button', { name: 'Why?' }).click()
    await own.getByRole('region', { name: 'Decision' }).getByText('No statement allows it.').waitFor()
    await assertAccessible(own)
    await own.context().close()
  },
)

test(
  'OSS-55 without the right to list keys, the list says so by the action’s name, and the default key can be used',
  skip,
  async () => {
    const { browser, server } = made()
    const own = await browser.signedIn(server, { vocabulary: 'oss', ...(await userWith('no-listing', 'oss:*')) })
    await visit(own, '/buckets/people-bucket/settings/encryption')
    const area = own.getByRole('region', { name: 'Server Encryption' })
    await area.getByRole('radio', { name: 'KMS', exact: true }).check()
    await area.getByRole('radio', { name: 'CMK ID' }).check()
    await area.getByText('kms:ListKeys is missing').waitFor()
    await assertAccessible(own)
    await area.getByRole('radio', { name: 'alias/acs/oss' }).check()
    await area.getByRole('button', { name: 'Save' }).click()
    await area.getByRole('button', { name: 'Configure' }).waitFor()
    assert.deepEqual(await encryptionOf(server, 'people-bucket'), { algorithm: 'aws:kms', key: undefined })
    await visit(own, '/keys')
    await own.getByText(/You don't have permission: kms:ListKeys/).waitFor()
    assert.doesNotMatch(await textOf(own), /No keys yet/)
    await own.context().close()
  },
)

test(
  'OSS-53 without the right to set it, the values are shown and Configure is inactive with the action beside it',
  skip,
  async () => {
    const { browser, server } = made()
    const own = await browser.signedIn(server, {
      vocabulary: 'oss',
      ...(await userWith('no-setting', 'oss:List*', 'oss:Get*')),
    })
    await visit(own, '/buckets/people-bucket/settings')
    const area = own.getByRole('region', { name: 'Server Encryption' })
    await area.getByText(/You don't have permission: oss:PutBucketEncryption/).waitFor()
    assert.ok(await area.getByRole('button', { name: 'Configure' }).isDisabled())
    await area.getByText('Method').waitFor()
    await assertAccessible(own)
    await own.context().close()
  },
)
