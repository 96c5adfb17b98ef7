import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { serveSealed } from '../../cli/sealed-server.ts'
import { spawnServer, testDirectory } from '../../servers.ts'
import { assertAccessible, ConsoleBrowser, NO_BROWSER, signIn, visit } from './browser.ts'

const ROOT = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 5)).toString('base64')
const GOES_ON_MS = 40_000

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

test(
  'the root key’s provider is away: the console says what that means, what was open stays, and it goes on by itself',
  { skip: NO_BROWSER },
  async (t) => {
    const directory = testDirectory()
    t.after(() => directory.remove())
    const data = join(directory.path, 'data')
    const credential = join(directory.path, 'the-root')
    writeFileSync(credential, ROOT, { mode: 0o600 })
    const consoleUrl = `http://127.0.0.1:${await freePort()}`
    const env = {
      COFFER_ROOT_KEY: 'systemd-credential:the-root',
      CREDENTIALS_DIRECTORY: directory.path,
      COFFER_CONSOLE_LISTEN: consoleUrl.slice('http://'.length),
    }
    const first = await spawnServer({ data, env })
    const browser = await ConsoleBrowser.start()
    t.after(() => browser.close())
    const page = await browser.open(consoleUrl, { vocabulary: 's3' })
    await signIn(page)
    await visit(page, '/buckets/new')
    const dialog = page.getByRole('dialog', { name: 'Create bucket' })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('typed-before')
    assert.equal(await first.stop(), 0)
    rmSync(credential)
    const sealed = await serveSealed(t, { COFFER_DATA: data, ...env })

    await dialog.getByRole('button', { name: 'Create bucket' }).click()
    const banner = page.getByText('Coffer is sealed').first()
    await banner.waitFor({ state: 'attached', timeout: GOES_ON_MS })
    await assertAccessible(page)
    assert.equal(await dialog.getByRole('textbox', { name: 'Name' }).inputValue(), 'typed-before')

    const stranger = await browser.open(consoleUrl, { vocabulary: 's3' })
    await stranger.getByRole('heading', { level: 1, name: 'Coffer is sealed' }).waitFor()
    await stranger.getByText('Nothing is lost.').waitFor()
    await stranger.getByText('coffer status').waitFor()
    await assertAccessible(stranger)

    writeFileSync(credential, ROOT, { mode: 0o600 })
    await stranger.getByRole('button', { name: 'Sign in' }).waitFor({ timeout: GOES_ON_MS })
    await banner.waitFor({ state: 'detached', timeout: GOES_ON_MS })
    assert.equal(await dialog.getByRole('textbox', { name: 'Name' }).inputValue(), 'typed-before')
    await dialog.getByRole('button', { name: 'Create bucket' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByRole('table').getByRole('link', { name: 'typed-before' }).waitFor()
    assert.equal(await sealed.stop(), 0)
  },
)
