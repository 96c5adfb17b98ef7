import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../../src/start-coffer.ts'
import { ACCESS_KEY, memoryServer, SECRET_KEY } from '../../servers.ts'
import { assertAccessible, ConsoleBrowser, consoleUrlOf, NO_BROWSER, signIn, textOf, visit } from './browser.ts'

let server: RunningCoffer
let browser: ConsoleBrowser
before(async () => {
  if (NO_BROWSER !== false) return
  server = await memoryServer({ console: true })
  browser = await ConsoleBrowser.start()
})
after(async () => {
  if (NO_BROWSER !== false) return
  await browser.close()
  await server.close()
})
const skip = { skip: NO_BROWSER }

test('OSS-08 OSS-37 no page without a session: every address shows the sign-in', skip, async () => {
  for (const path of ['/', '/buckets', '/keys', '/audit', '/people/users']) {
    const page = await browser.open(`${consoleUrlOf(server)}${path}`, { vocabulary: 'oss' })
    await page.getByRole('button', { name: 'Log on' }).waitFor()
    assert.equal(await page.getByRole('navigation').count(), 0)
    await page.context().close()
  }
  browser.assertQuiet()
})

test('OSS-08 a wrong secret is refused in one sentence, and the right one opens the console', skip, async () => {
  const page = await browser.open(consoleUrlOf(server), { vocabulary: 'oss' })
  await page.getByLabel('AccessKey ID').fill(ACCESS_KEY)
  await page.getByLabel('AccessKey Secret').fill('not-the-secret-not-the-secret-not-it')
  await page.getByRole('button', { name: 'Log on' }).click()
  await page.getByText('The sign-in was refused.').waitFor()
  assert.equal(await page.getByLabel('AccessKey Secret').inputValue(), '', 'the typed secret stays nowhere')
  await assertAccessible(page)
  await signIn(page)
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  await assertAccessible(page)
  browser.assertQuiet()
  await page.context().close()
})

test('OSS-08 an access key that nobody has is refused with the same sentence', skip, async () => {
  const page = await browser.open(consoleUrlOf(server))
  await page.getByLabel('Access key ID').fill('CFRNOBODYNOBODYNOBOD')
  await page.getByLabel('Secret access key').fill('not-the-secret-not-the-secret-not-it')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('The sign-in was refused.').waitFor()
  browser.assertQuiet()
  await page.context().close()
})

test('OSS-08 signing out ends the session on the server too', skip, async () => {
  const page = await browser.signedIn(server)
  const before = await page.context().cookies()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await page.context().addCookies(before)
  await visit(page, '/buckets')
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  browser.assertQuiet()
  await page.context().close()
})

test(
  'neither storage nor address nor page holds the secret or the token; the cookie is not for scripts',
  skip,
  async () => {
    const page = await browser.signedIn(server)
    const kept: string = await page.evaluate(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])',
    )
    assert.ok(!kept.includes(SECRET_KEY) && !kept.includes('coffer-'), kept)
    assert.match(kept, /coffer\.preferences/)
    assert.ok(!(await page.content()).includes(SECRET_KEY))
    const [cookie] = await page.context().cookies()
    assert.ok(cookie?.httpOnly === true && cookie.sameSite === 'Strict')
    browser.assertQuiet()
    await page.context().close()
  },
)

test('OSS-37 in Chinese: 登录, and the vocabulary is switched on the sign-in page', skip, async () => {
  const page = await browser.open(consoleUrlOf(server), { vocabulary: 'oss', language: 'zh-CN' })
  await page.getByRole('button', { name: '登录' }).waitFor()
  await page.getByRole('combobox', { name: '术语' }).selectOption('OBS')
  await page.getByLabel('Access Key ID (AK)').waitFor()
  await page.getByRole('combobox', { name: '语言' }).selectOption('English')
  await page.getByRole('button', { name: 'Log in' }).waitFor()
  assert.match(await textOf(page), /Secret Access Key \(SK\)/)
  browser.assertQuiet()
  await page.context().close()
})
