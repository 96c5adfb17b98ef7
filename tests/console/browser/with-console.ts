import { after, afterEach, before } from 'node:test'
import type { Page } from 'playwright-core'
import type { RunningCoffer } from '../../../src/start-coffer.ts'
import { ConsoleBrowser, NO_BROWSER, visit, type PageOptions } from './browser.ts'
import { consoleServer } from './judge.ts'

/** What the tests of one file share: a server, a browser, and a page where the root is signed in. */
export interface WithConsole {
  readonly server: RunningCoffer
  readonly browser: ConsoleBrowser
  readonly page: Page
}

/** Starts them before the first test of the file, and after each looks whether the browser complained of anything. */
export function withConsole(
  options: PageOptions & { readonly tls?: boolean },
  prepare: (made: WithConsole) => Promise<void> = async () => undefined,
): () => WithConsole {
  let made: WithConsole | undefined
  before(async () => {
    if (NO_BROWSER !== false) return
    const server = await consoleServer({ tls: options.tls ?? false })
    const browser = await ConsoleBrowser.start()
    made = { server, browser, page: await browser.signedIn(server, options) }
    await prepare(made)
  })
  after(async () => {
    await made?.browser.close()
    await made?.server.close()
  })
  afterEach(() => made?.browser.assertQuiet())
  return () => {
    if (made === undefined) throw new Error('nothing was started')
    return made
  }
}

/** Makes a bucket by the dialog of the vocabulary; `method` is the label of an encryption, absent: what is preselected. */
export async function makeBucket(
  page: Page,
  name: string,
  words: { readonly dialog: string; readonly confirm: string; readonly method?: string },
): Promise<void> {
  await visit(page, '/buckets/new')
  const dialog = page.getByRole('dialog', { name: words.dialog })
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
  if (words.method !== undefined) await dialog.getByRole('radio', { name: words.method, exact: true }).check()
  await dialog.getByRole('button', { name: words.confirm }).click()
  await dialog.waitFor({ state: 'hidden' })
}
