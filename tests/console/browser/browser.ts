import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import type { RunningCoffer } from '../../../src/start-coffer.ts'
import { ACCESS_KEY, SECRET_KEY } from '../../servers.ts'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/opt/google/chrome/chrome']
const program = PLACES.find((place) => existsSync(place))
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** For `{ skip }`: the reason, or false where a browser is found. */
export const NO_BROWSER: string | false =
  program === undefined ? 'no Chromium: apt-get install chromium runs the tests of the console' : false

/** How long a step of a person may take here before it counts as not there. */
const STEP_TIMEOUT_MS = 20_000

export type Vocabulary = 's3' | 'oss' | 'obs' | 'cos'
export type Language = 'en' | 'zh-CN'

export interface PageOptions {
  readonly vocabulary?: Vocabulary
  readonly language?: Language
  readonly theme?: 'light' | 'dark'
  readonly viewport?: { readonly width: number; readonly height: number }
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
}

/** One Chromium for a test file. */
export class ConsoleBrowser {
  readonly #browser: Browser
  readonly #faults: string[] = []

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  static async start(): Promise<ConsoleBrowser> {
    assert.ok(program !== undefined)
    const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']
    return new ConsoleBrowser(await chromium.launch({ executablePath: program, args }))
  }

  /** A page of a person of its own: nothing kept, the vocabulary and language chosen beforehand. */
  async open(url: string, options: PageOptions = {}): Promise<Page> {
    const { vocabulary = 's3', language = 'en', theme = 'light' } = options
    const context = await this.#browser.newContext({
      ignoreHTTPSErrors: true,
      locale: language,
      viewport: options.viewport ?? { width: 1_280, height: 900 },
    })
    const preferences = JSON.stringify({ vocabulary, language, theme })
    await context.addInitScript(`localStorage.setItem('coffer.preferences', ${JSON.stringify(preferences)})`)
    context.setDefaultTimeout(STEP_TIMEOUT_MS)
    const page = await context.newPage()
    this.#watch(context, page, url)
    await page.goto(url)
    return page
  }

  /** Signed in, by the form as a person does it. */
  async signedIn(server: RunningCoffer, options: PageOptions = {}): Promise<Page> {
    const page = await this.open(consoleUrlOf(server), options)
    await signIn(page, options)
    return page
  }

  /** No error on a browser's console, no violation of the policy, no request to somewhere else: of every page so far. */
  assertQuiet(): void {
    assert.deepEqual(this.#faults.splice(0), [])
  }

  async close(): Promise<void> {
    await this.#browser.close()
  }

  #watch(context: BrowserContext, page: Page, url: string): void {
    page.on('console', (message) => {
      // A refused request is an answer of the API, and tests of refusals look at what the page makes of it.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        this.#faults.push(`console: ${message.text()}`)
      }
    })
    page.on('pageerror', (error) => this.#faults.push(`page: ${error.message}`))
    context.on('request', (request) => {
      const asked = new URL(request.url())
      if (asked.protocol !== 'blob:' && asked.origin !== new URL(url).origin) {
        this.#faults.push(`request to ${asked.origin}`)
      }
    })
  }
}

export function consoleUrlOf(server: RunningCoffer): string {
  assert.ok(server.consoleUrl !== undefined)
  return server.consoleUrl
}

const SIGN_IN_WORDS = /^(Sign in|Log on|Log in|登录)$/
const ID_WORDS = /^(Access key ID|AccessKey ID|Access Key ID \(AK\)|SecretId|访问密钥 ID)$/
const SECRET_WORDS = /^(Secret access key|AccessKey Secret|Secret Access Key \(SK\)|SecretKey|秘密访问密钥)$/

export async function signIn(page: Page, options: PageOptions = {}): Promise<void> {
  await page.getByLabel(ID_WORDS).fill(options.accessKeyId ?? ACCESS_KEY)
  await page.getByLabel(SECRET_WORDS).fill(options.secretAccessKey ?? SECRET_KEY)
  await page.getByRole('button', { name: SIGN_IN_WORDS }).click()
  await page.getByRole('button', { name: /^(Sign out|退出登录)$/ }).waitFor()
}

/** Goes to a page of the console by its address, as a bookmark does. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(new URL(path, page.url()).href)
}

interface Fault {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string }[]
}

/** No serious fault of accessibility in what is shown now (axe: WCAG 2.0 to 2.2, A and AA). */
export async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource)
  const faults: readonly Fault[] = await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then((result) => result.violations)`,
  )
  const serious = faults.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  assert.deepEqual(
    serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`),
    [],
  )
}

/** What a person can read now. */
export async function textOf(page: Page): Promise<string> {
  return page.locator('body').innerText()
}
