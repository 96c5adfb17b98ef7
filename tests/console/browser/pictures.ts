/**
 * Takes the pictures of the documentation: `npm run console:pictures`. A store of its own, filled the same each time;
 * light, at double resolution. It is no test: a picture is looked at.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import type { Page } from 'playwright-core'
import { CHECKOUT } from '../../checkout.ts'
import { ConsoleBrowser, NO_BROWSER, visit, type PageOptions } from './browser.ts'
import { consoleServer, createKey, trustingClient } from './judge.ts'
import { makeBucket } from './with-console.ts'

const FOLDER = join(CHECKOUT, 'docs', 'images')
const SIZE = { width: 1_280, height: 800 }

async function main(): Promise<void> {
  if (NO_BROWSER !== false) throw new Error(NO_BROWSER)
  mkdirSync(FOLDER, { recursive: true })
  const server = await consoleServer({ tls: true })
  const browser = await ConsoleBrowser.start()
  const key = await createKey(server, 'my-key')
  const open = async (options: PageOptions): Promise<Page> => browser.signedIn(server, { viewport: SIZE, ...options })
  const take = async (page: Page, name: string): Promise<void> => {
    await page.getByRole('button', { name: /^(Sign out|退出登录)$/ }).waitFor()
    await page.waitForLoadState('networkidle')
    await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' })
  }

  const oss = await open({ vocabulary: 'oss' })
  await makeBucket(oss, 'photos', { dialog: 'Create Bucket', confirm: 'OK', method: 'KMS' })
  await makeBucket(oss, 'raw', { dialog: 'Create Bucket', confirm: 'OK', method: 'None' })
  const client = trustingClient(server)
  for (const name of ['2026/11/a-001.jpg', '2026/11/a-002.jpg', 'report.pdf']) {
    const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn } as const
    await client.send(new PutObjectCommand({ Bucket: 'photos', Key: name, Body: Buffer.alloc(1_200_000), ...kms }))
  }
  client.destroy()
  await visit(oss, '/buckets/new')
  await oss.getByRole('textbox', { name: 'Name' }).fill('my-data')
  await oss.getByRole('radio', { name: 'KMS', exact: true }).check()
  await take(oss, 'create-bucket')
  await visit(oss, '/buckets/photos/settings/encryption')
  await oss.getByRole('button', { name: 'Save' }).waitFor()
  await take(oss, 'server-encryption')

  const obs = await open({ vocabulary: 'obs' })
  await visit(obs, '/buckets/raw/objects?dialog=upload')
  await obs.getByRole('checkbox', { name: 'KMS encryption' }).check()
  await obs.getByRole('button', { name: /obs\/default/ }).waitFor()
  await take(obs, 'upload-object')
  await visit(obs, '/buckets/photos/object?key=report.pdf')
  await obs.getByRole('region', { name: 'Encryption status' }).waitFor()
  await take(obs, 'object-details')

  const s3 = await open({ vocabulary: 's3' })
  await visit(s3, '/')
  await s3.getByText('Everything on disk is sealed').waitFor()
  await take(s3, 'overview')
  await visit(s3, `/keys/${key.id}`)
  await s3.getByRole('button', { name: 'Schedule deletion' }).click()
  await s3.getByText('Without it they can never be read.').waitFor()
  await take(s3, 'key-deletion-refused')

  const phone = await open({ vocabulary: 's3', theme: 'dark', viewport: { width: 390, height: 844 } })
  await visit(phone, '/buckets/photos/objects')
  await phone.getByRole('link', { name: 'report.pdf' }).waitFor()
  await take(phone, 'phone')
  await browser.close()
  await server.close()
}

await main()
