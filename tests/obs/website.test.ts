/** OBS's website hosts: what is encrypted is delivered by none of them. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { rawRequest, type RawAnswer } from '../raw-request.ts'
import { ObsClient, obsServer } from './obs-client.ts'
import { obsFetch } from './obs-fetch.ts'

const Bucket = 'pages'
const HOST = `${Bucket}.obs-website.cn-north-4.myhuaweicloud.com`

let server: RunningCoffer
let obs: ObsClient

before(async () => {
  server = await obsServer({ settings: { COFFER_TRUSTED_PROXIES: '127.0.0.1' } })
  obs = new ObsClient(server)
  await obs.done('createBucket', { Bucket })
  const block =
    '<PublicAccessBlockConfiguration><BlockPublicPolicy>false</BlockPublicPolicy></PublicAccessBlockConfiguration>'
  await obsFetch(server, { method: 'PUT', bucket: Bucket, query: 'publicAccessBlock', body: block })
  const statement = { Effect: 'Allow', Principal: '*', Action: ['GetObject'], Resource: [`${Bucket}/*`] }
  await obs.done('setBucketPolicy', { Bucket, Policy: JSON.stringify({ Statement: [statement] }) })
})
after(async () => server.close())

function visit(path: string): Promise<RawAnswer> {
  return rawRequest(server, {
    method: 'GET',
    path,
    host: HOST,
    as: 'nobody',
    headers: [['x-forwarded-proto', 'https']],
  })
}

test('pages by the vendor’s own website host, in its words', async () => {
  const website = { IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: 'error.html' } }
  assert.match((await visit('/')).text, /<li>Code: NoSuchWebsiteConfiguration<\/li>/)
  await obs.done('setBucketWebsite', { Bucket, ...website })
  await obs.done('putObject', { Bucket, Key: 'index.html', Body: 'home' })
  const page = await visit('/')
  assert.deepEqual([page.status, page.text], [200, 'home'])
  assert.match(String(page.headers['x-obs-request-id']), /^[0-9A-Z]+$/i)
  const missing = await visit('/nothing')
  assert.equal(missing.status, 403)
  assert.match(missing.text, /<li>Code: AccessDenied<\/li>/)
})

test('OBSB-14 what is encrypted is no page, although everybody may read the bucket', async () => {
  for (const method of ['kms', 'AES256']) {
    const headers = { 'x-obs-server-side-encryption': method, 'x-forwarded-proto': 'https' }
    const put = await obsFetch(server, { method: 'PUT', bucket: Bucket, key: method, body: 'sealed', headers })
    assert.equal(put.status, 200, put.text)
    const page = await visit(`/${method}`)
    assert.equal(page.status, 403)
    assert.match(page.text, /<li>Code: AccessDenied<\/li>/)
  }
})
