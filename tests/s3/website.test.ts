/** Buckets as websites: whatever a visitor brings, pages are read as nobody. */
import {
  CreateBucketCommand,
  DeleteBucketWebsiteCommand,
  DeletePublicAccessBlockCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  type WebsiteConfiguration,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { rawRequest, type RawAnswer, type RawRequest } from '../raw-request.ts'
import { memoryServer, s3Client } from '../servers.ts'

const Bucket = 'docs'
const HOST = 'docs.pages.test'
const SITE: WebsiteConfiguration = {
  IndexDocument: { Suffix: 'index.html' },
  ErrorDocument: { Key: 'errors/4xx.html' },
  RoutingRules: [
    { Condition: { KeyPrefixEquals: 'old/' }, Redirect: { ReplaceKeyPrefixWith: 'new/' } },
    {
      Condition: { KeyPrefixEquals: 'lost/', HttpErrorCodeReturnedEquals: '404' },
      Redirect: { HostName: 'archive.test', Protocol: 'https', HttpRedirectCode: '302' },
    },
  ],
}
const PAGES: Readonly<Record<string, string>> = {
  'index.html': '<h1>home</h1>',
  'guide/index.html': '<h1>guide</h1>',
  'errors/4xx.html': '<h1>sorry</h1>',
  'a page+ü.html': 'umlaut',
  'private/index.html': 'secret words',
  'private/plan.html': 'secret words',
}

let server: RunningCoffer
let client: S3Client

async function put(Key: string, Body: string, more: object = {}): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'text/html', ...more }))
}

async function configure(WebsiteConfiguration: WebsiteConfiguration): Promise<void> {
  await client.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }))
}

/** Everybody reads all but `private/`; who may list, is told what is not there. */
async function open({ listing }: { readonly listing: boolean }): Promise<void> {
  const arn = `arn:aws:s3:::${Bucket}`
  const Statement = [
    { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${arn}/*` },
    { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `${arn}/private/*` },
    ...(listing ? [{ Effect: 'Allow', Principal: '*', Action: 's3:ListBucket', Resource: arn }] : []),
  ]
  await client.send(
    new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
  )
}

function visit(path: string, more: Partial<RawRequest> = {}): Promise<RawAnswer> {
  return rawRequest(server, { method: 'GET', path, host: HOST, as: 'nobody', ...more })
}

before(async () => {
  server = await memoryServer({ settings: { COFFER_WEBSITE_DOMAINS: 'pages.test' } })
  client = s3Client(server)
  await client.send(new CreateBucketCommand({ Bucket }))
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
  await open({ listing: true })
  await configure(SITE)
  for (const [key, body] of Object.entries(PAGES)) await put(key, body)
})
after(async () => {
  client.destroy()
  await server.close()
})

test('the root, folders and pages', async () => {
  const pages = [
    ['/', '<h1>home</h1>'],
    ['/index.html', '<h1>home</h1>'],
    ['/guide/', '<h1>guide</h1>'],
    ['/a%20page+%C3%BC.html', 'umlaut'],
  ] as const
  for (const [path, body] of pages) {
    const page = await visit(path)
    assert.deepEqual([page.status, page.text, page.headers['content-type']], [200, body, 'text/html'], path)
  }
  const folder = await visit('/guide')
  assert.deepEqual([folder.status, folder.headers.location], [302, `http://${HOST}/guide/`])
  const head = await visit('/', { method: 'HEAD' })
  assert.deepEqual([head.status, head.headers['content-length'], head.text], [200, '13', ''])
})

test('ranges and conditions are a page’s own', async () => {
  const range = await visit('/index.html', { headers: [['range', 'bytes=4-7']] })
  assert.deepEqual([range.status, range.text, range.headers['content-range']], [206, 'home', 'bytes 4-7/13'])
  const etag = String((await visit('/')).headers.etag)
  const same = await visit('/', { headers: [['if-none-match', etag]] })
  assert.deepEqual([same.status, same.text], [304, ''])
  const other = await visit('/', { headers: [['if-match', '"other"']] })
  assert.deepEqual([other.status, other.text], [412, '<h1>sorry</h1>'])
  // What was meant for the page is not for the error document.
  const missing = await visit('/nothing', {
    headers: [
      ['range', 'bytes=0-2'],
      ['if-none-match', '*'],
    ],
  })
  assert.deepEqual([missing.status, missing.text], [404, '<h1>sorry</h1>'])
})

test('what is not there shows the error document with the error’s status, or its rule leads on', async () => {
  const missing = await visit('/nothing.html')
  assert.deepEqual(
    [missing.status, missing.text, missing.headers['content-type']],
    [404, '<h1>sorry</h1>', 'text/html'],
  )
  const head = await visit('/nothing.html', { method: 'HEAD' })
  assert.deepEqual([head.status, head.headers['content-length']], [404, '14'])
  const old = await visit('/old/a%20b.html')
  assert.deepEqual([old.status, old.headers.location], [301, `http://${HOST}/new/a%20b.html`])
  const lost = await visit('/lost/x')
  assert.deepEqual([lost.status, lost.headers.location], [302, 'https://archive.test/lost/x'])
})

test('T-097 T-073 index, error document and pages are shown only where nobody may read that very object', async () => {
  for (const path of ['/private/', '/private/plan.html', '/private']) {
    const page = await visit(path)
    assert.doesNotMatch(page.text, /secret/)
    assert.deepEqual([page.status, page.text], [path === '/private' ? 404 : 403, '<h1>sorry</h1>'], path)
  }
  await configure({ ...SITE, ErrorDocument: { Key: 'private/plan.html' } })
  const page = await visit('/nothing.html')
  assert.equal(page.status, 404)
  assert.doesNotMatch(page.text, /secret/)
  assert.match(page.text, /<h1>404 Not Found<\/h1>[\s\S]*<li>Code: NoSuchKey<\/li>[\s\S]*<li>Key: nothing.html<\/li>/)
  assert.match(page.text, /Custom Error Document<\/h3>[\s\S]*<li>Code: AccessDenied<\/li>/)
  await configure(SITE)
})

test('T-076 who may not list is not told whether a page is there', async () => {
  await open({ listing: false })
  await configure({ IndexDocument: { Suffix: 'index.html' } })
  const missing = await visit('/nothing.html')
  const hidden = await visit('/private/plan.html')
  const said = (answer: RawAnswer): string => answer.text.replace(/RequestId: \S+</, '')
  assert.equal(missing.status, 403)
  assert.equal(said(missing), said(hidden))
  assert.equal((await visit('/guide')).status, 302)
  await configure(SITE)
  await open({ listing: true })
})

test('T-097 a signature, a token and parameters change nothing: whoever comes is nobody', async () => {
  const asRoot = { as: 'root' } as const
  assert.equal((await visit('/private/plan.html', asRoot)).status, 403)
  assert.equal((await visit('/', asRoot)).status, 200)
  const forged = await visit('/', { headers: [['authorization', 'AWS4-HMAC-SHA256 nonsense']] })
  assert.equal(forged.status, 200)
  for (const query of [
    'policy',
    'versionId=x',
    'X-Amz-Signature=0&X-Amz-Credential=y',
    'response-content-type=a/b',
    'a=1&a=2',
  ]) {
    const page = await visit('/', { query })
    assert.deepEqual([page.status, page.text, page.headers['content-type']], [200, '<h1>home</h1>', 'text/html'], query)
  }
})

test('nothing but GET and HEAD; writes are refused before their body is looked at', async () => {
  for (const method of ['PUT', 'POST', 'DELETE']) {
    const refused = await visit('/index.html', { method, body: 'x', as: 'root' })
    assert.equal(refused.status, 405, method)
    assert.equal(refused.headers['allow'], 'GET, HEAD')
    assert.match(refused.text, /<li>Code: MethodNotAllowed<\/li>/)
  }
  assert.equal((await visit('/')).text, '<h1>home</h1>')
})

test('T-097 encrypted pages: what nobody needs a key for is shown; KMS and customer keys are not', async () => {
  await put('kms.html', 'under a key', { ServerSideEncryption: 'aws:kms' })
  await put('own.html', 'under a key', {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: Buffer.alloc(32, 7).toString('base64'),
  })
  const kms = await visit('/kms.html')
  assert.deepEqual([kms.status, kms.text], [403, '<h1>sorry</h1>'])
  const own = await visit('/own.html')
  assert.deepEqual([own.status, own.text], [400, '<h1>sorry</h1>'])
  await configure({ ...SITE, IndexDocument: { Suffix: 'kms.html' }, ErrorDocument: { Key: 'kms.html' } })
  const index = await visit('/')
  assert.equal(index.status, 403)
  assert.doesNotMatch(index.text, /under a key/)
  assert.match(index.text, /<li>Code: AccessDenied<\/li>/)
  await configure(SITE)
})

test('what blocks the public closes a website', async () => {
  const PublicAccessBlockConfiguration = { RestrictPublicBuckets: true }
  await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }))
  const closed = await visit('/')
  assert.equal(closed.status, 403)
  assert.match(closed.text, /<li>Code: AccessDenied<\/li>/)
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
  assert.equal((await visit('/')).status, 200)
})

test('an object that is a redirect leads on, large or small, and its body is let go', async (t) => {
  const { leases } = server.rooms.objects
  const held = new Set<object>()
  const begin = leases.begin.bind(leases)
  t.mock.method(leases, 'begin', (): ReturnType<typeof begin> => {
    const lease = begin()
    held.add(lease)
    const end = (): void => {
      held.delete(lease)
      lease.end()
    }
    return { startedMs: lease.startedMs, end }
  })
  // The connection stays, so that nothing is let go by its end.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  for (const size of [0, 100, 3_000_000]) {
    await put('moved.html', 'x'.repeat(size), { WebsiteRedirectLocation: '/guide/' })
    for (const method of ['GET', 'HEAD']) {
      const moved = await visit('/moved.html', { method, agent })
      assert.deepEqual([moved.status, moved.headers.location, moved.text], [301, `http://${HOST}/guide/`, ''])
      assert.equal(held.size, 0)
    }
  }
})

test('hosts: no bucket, no website, no name of a bucket; the API’s own host is no website', async () => {
  const codes = [
    ['absent.pages.test', 404, 'NoSuchBucket'],
    ['x_y.pages.test', 400, 'InvalidBucketName'],
  ] as const
  for (const [host, status, code] of codes) {
    const refused = await visit('/', { host })
    assert.equal(refused.status, status)
    assert.match(refused.text, new RegExp(`<li>Code: ${code}</li>`))
    assert.equal(refused.headers['x-amz-error-code'], code)
  }
  await client.send(new CreateBucketCommand({ Bucket: 'plain' }))
  const plain = await visit('/', { host: 'plain.pages.test' })
  assert.match(plain.text, /<li>Code: NoSuchWebsiteConfiguration<\/li>\n[\s\S]*<li>BucketName: plain<\/li>/)
  const api = await visit('/docs/index.html', { host: 'pages.test' })
  assert.equal(api.text, '<h1>home</h1>')
  // The server's own corner is a key here, as on every host of a bucket.
  assert.equal((await visit('/-/live')).text, '<h1>sorry</h1>')
})

test('T-097 a path that begins with slashes, markup or line breaks leads and writes nowhere', async () => {
  await configure({ IndexDocument: { Suffix: 'index.html' } })
  await put('/evil.test/index.html', 'own page')
  const folder = await visit('//evil.test')
  assert.deepEqual([folder.status, folder.headers.location], [302, `http://${HOST}//evil.test/`])
  const marked = await visit('/%3Cscript%3Ealert(1)%3C/script%3E')
  assert.equal(marked.status, 404)
  assert.match(marked.text, /&lt;script&gt;/)
  assert.doesNotMatch(marked.text, /<script/)
  const broken = await visit('/a%0d%0aSet-Cookie:x')
  assert.equal(broken.headers['set-cookie'], undefined)
  for (const path of ['/%ff', '/%zz', '/%00']) assert.equal((await visit(path)).status, 400, path)
  await configure(SITE)
})

test('cross-origin rules hold for pages and refusals', async () => {
  const CORSRules = [{ AllowedOrigins: ['https://app.test'], AllowedMethods: ['GET'] }]
  await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
  for (const path of ['/', '/nothing']) {
    const page = await visit(path, { headers: [['origin', 'https://app.test']] })
    assert.equal(page.headers['access-control-allow-origin'], 'https://app.test')
  }
  const asked = await visit('/', {
    method: 'OPTIONS',
    headers: [
      ['origin', 'https://app.test'],
      ['access-control-request-method', 'GET'],
    ],
  })
  assert.deepEqual([asked.status, asked.headers['access-control-allow-methods']], [200, 'GET'])
})

test('a website that is elsewhere as a whole; removed, it is gone', async () => {
  await configure({ RedirectAllRequestsTo: { HostName: 'www.test', Protocol: 'https' } })
  const moved = await visit('/a%20b?c=d')
  assert.deepEqual([moved.status, moved.headers.location], [301, 'https://www.test/a%20b'])
  await client.send(new DeleteBucketWebsiteCommand({ Bucket }))
  assert.equal((await visit('/')).status, 404)
})
