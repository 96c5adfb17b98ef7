/** COS's website hosts: the same pages, and what COS alone has. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { rawRequest, type RawAnswer, type RawRequest } from '../raw-request.ts'
import { cosBench, type At } from './cos-bench.ts'

const bench = await cosBench()
const { cos, send } = bench
let at: At

before(async () => {
  at = await bench.bucket('pages')
  await cos.putBucketAcl({ ...at, ACL: 'public-read' })
  for (const [Key, Body] of [
    ['index.html', 'home'],
    ['about.html', 'about'],
    ['error.html', 'sorry'],
  ] as const)
    await cos.putObject({ ...at, Key, Body })
})

function visit(path: string, more: Partial<RawRequest> = {}): Promise<RawAnswer> {
  const host = `${at.Bucket}.cos-website.ap-guangzhou.myqcloud.com`
  return rawRequest(bench.server, { method: 'GET', path, host, as: 'nobody', ...more })
}

async function configure(...children: readonly string[]): Promise<void> {
  const body = `<WebsiteConfiguration>${children.join('')}</WebsiteConfiguration>`
  const put = await send({ method: 'PUT', bucket: at, query: { website: '' }, body })
  assert.equal(put.status, 200, put.text)
}

const INDEX = '<IndexDocument><Suffix>index.html</Suffix></IndexDocument>'

test('pages without their .html, and error pages that count as a success', async () => {
  await configure(
    INDEX,
    '<ErrorDocument><Key>error.html</Key><OriginalHttpStatus>Disabled</OriginalHttpStatus></ErrorDocument>',
  )
  assert.equal((await visit('/')).text, 'home')
  const missing = await visit('/about')
  assert.deepEqual([missing.status, missing.text], [200, 'sorry'])
  await configure(
    INDEX,
    '<AutoAddressing><Status>Enabled</Status></AutoAddressing>',
    '<ErrorDocument><Key>error.html</Key></ErrorDocument>',
  )
  assert.deepEqual([(await visit('/about')).text, (await visit('/none')).status], ['about', 404])
  assert.equal((await visit('/none')).text, 'sorry')
})

test('everything by HTTPS', async () => {
  await configure(INDEX, '<RedirectAllRequestsTo><Protocol>https</Protocol></RedirectAllRequestsTo>')
  const moved = await visit('/about.html')
  assert.deepEqual(
    [moved.status, moved.headers.location],
    [301, `https://${at.Bucket}.cos-website.ap-guangzhou.myqcloud.com/about.html`],
  )
})

test('COS’s own signature opens nothing there either', async () => {
  await configure(INDEX)
  await cos.putObjectAcl({ ...at, Key: 'about.html', ACL: 'private' })
  const url = cos.getObjectUrl({ ...at, Key: 'about.html', Sign: true }, () => undefined)
  const page = await visit('/about.html', { query: new URL(url).search.slice(1) })
  assert.equal(page.status, 403)
  assert.match(page.text, /<li>Code: AccessDenied<\/li>/)
})
