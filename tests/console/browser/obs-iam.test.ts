import assert from 'node:assert/strict'
import { PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { s3Client } from '../../servers.ts'
import { assertAccessible, NO_BROWSER, visit } from './browser.ts'
import { createKey, type MadeKey } from './judge.ts'
import { makeBucket, withConsole } from './with-console.ts'

/** What OBS's page prints for people who upload under KMS keys, blanks as they are. */
const SAMPLE = `{
    "Version": "1.1",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "obs:object:PutObject",
                "obs:object:GetObject"
            ]
        }
    ]
}`

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

let key: MadeKey
let uploader: Credentials
const skip = { skip: NO_BROWSER }
const made = withConsole({ vocabulary: 'obs' }, async ({ server, page }) => {
  key = await createKey(server, 'for-obs')
  await makeBucket(page, 'obs-people', { dialog: 'Create Bucket', confirm: 'Create Now', method: 'Disable' })
})

async function create(page: Page, kind: 'users' | 'groups', title: RegExp, name: string): Promise<void> {
  await visit(page, `/people/${kind}`)
  await page.getByRole('button', { name: 'Create new' }).click()
  const dialog = page.getByRole('dialog', { name: title })
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('link', { name, exact: true }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

/** As the user, by the official client: whether an upload under the key succeeds. */
async function mayUpload(): Promise<boolean> {
  const client = s3Client(made().server, { credentials: uploader })
  const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn } as const
  const input: PutObjectCommandInput = { Bucket: 'obs-people', Key: 'theirs.txt', Body: 'bytes', ...kms }
  try {
    await client.send(new PutObjectCommand(input))
    return true
  } catch {
    return false
  } finally {
    client.destroy()
  }
}

test('OBSB-19 a user with the sample policy, pasted and kept byte for byte; it opens no key', skip, async () => {
  const { page } = made()
  await create(page, 'users', /^Users/, 'carol')
  await page.getByRole('textbox', { name: 'Name of a new policy' }).fill('objects')
  await page.getByRole('button', { name: 'Write' }).click()
  await page.getByRole('textbox', { name: 'Policy objects' }).fill(SAMPLE)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Delete policy' }).waitFor()
  await page.reload()
  await page.getByRole('button', { name: /^Open a policy/ }).click()
  await page.getByRole('option', { name: 'objects' }).click()
  assert.equal(await page.getByRole('textbox', { name: 'Policy objects' }).inputValue(), SAMPLE)
  await page.getByRole('button', { name: 'Create access key' }).click()
  const dialog = page.getByRole('dialog', { name: 'Create access key' })
  await dialog.getByText('The secret is shown only now.').waitFor()
  const [accessKeyId = '', secretAccessKey = ''] = await dialog.locator('.code').allInnerTexts()
  uploader = { accessKeyId, secretAccessKey }
  await dialog.getByRole('button', { name: 'Close' }).click()
  assert.equal(await mayUpload(), false)
})

test(
  'OBSB-16 OBSB-18 a group with KMS Administrator: whoever is in it uploads under the key, until taken out',
  skip,
  async () => {
    const { page } = made()
    await create(page, 'groups', /^Groups/, 'key-keepers')
    await page.getByRole('button', { name: /^Attach a policy/ }).click()
    await page.getByRole('option', { name: /KMS Administrator/ }).click()
    await page.getByRole('button', { name: 'Attach', exact: true }).click()
    await page.getByRole('list', { name: 'Attached policies' }).getByText('KMSAdministrator').waitFor()
    await page.getByRole('textbox', { name: 'User to add' }).fill('carol')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('list', { name: 'Members' }).getByText('carol').waitFor()
    await assertAccessible(page)
    assert.equal(await mayUpload(), true)
    await page.getByRole('button', { name: 'Remove carol' }).click()
    await page.getByRole('list', { name: 'Members' }).getByText('Nothing here yet.').waitFor()
    assert.equal(await mayUpload(), false)
    await page.getByRole('textbox', { name: 'User to add' }).fill('carol')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('list', { name: 'Members' }).getByText('carol').waitFor()
    assert.equal(await mayUpload(), true)
  },
)

test('OBSA-38 disabled, the key takes no upload; enabled, it does again', skip, async () => {
  const { page } = made()
  await visit(page, `/keys/${key.id}`)
  await page.getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('button', { name: 'Enable' }).waitFor()
  assert.equal(await mayUpload(), false)
  await page.getByRole('button', { name: 'Enable' }).click()
  await page.getByRole('button', { name: 'Rotate now' }).click()
  await page.getByRole('button', { name: 'Disable' }).waitFor()
  assert.equal(await mayUpload(), true)
})
