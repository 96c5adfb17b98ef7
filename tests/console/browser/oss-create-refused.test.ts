import assert from 'node:assert/strict'
import { DisableKeyCommand } from '@aws-sdk/client-kms'
import { test } from 'node:test'
import { assertAccessible, NO_BROWSER, visit } from './browser.ts'
import { bucketExists, choose, createKey, kmsClient } from './judge.ts'
import { withConsole } from './with-console.ts'

const skip = { skip: NO_BROWSER }
const made = withConsole({ vocabulary: 'oss' })

test(
  'OSS-35 OBSA-09 the key is disabled between the choice and OK: the reason is said, and there is no bucket',
  skip,
  async () => {
    const { page, server } = made()
    const key = await createKey(server, 'soon-disabled')
    await visit(page, '/buckets/new')
    const dialog = page.getByRole('dialog', { name: 'Create Bucket' })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('never-made')
    await dialog.getByRole('radio', { name: 'KMS', exact: true }).check()
    await dialog.getByRole('radio', { name: 'CMK ID' }).check()
    await choose(page, dialog, /^CMK ID/, key.alias)
    const client = kmsClient(server)
    await client.send(new DisableKeyCommand({ KeyId: key.id }))
    client.destroy()
    await dialog.getByRole('button', { name: 'OK' }).click()
    await dialog.getByText(/The bucket was not created: ./).waitFor()
    await assertAccessible(page)
    assert.equal(await bucketExists(server, 'never-made'), false)
    assert.equal(await dialog.getByRole('textbox', { name: 'Name' }).inputValue(), 'never-made')
    // What was typed is still there: another choice, and it goes on.
    await dialog.getByRole('radio', { name: 'AES256' }).check()
    await dialog.getByRole('button', { name: 'OK' }).click()
    await dialog.waitFor({ state: 'hidden' })
    assert.equal(await bucketExists(server, 'never-made'), true)
  },
)
