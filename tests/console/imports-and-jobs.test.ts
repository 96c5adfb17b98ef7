import assert from 'node:assert/strict'
import { constants, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type {
  ImportParametersJson,
  JobJson,
  KeyMaterialGenerationJson,
  KeyRowJson,
  PageJson,
  RoleJson,
  ValidatedPolicyJson,
} from '../../src/dialects/admin/wire.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { memoryServer } from '../servers.ts'
import { codeOf, openPage, type ConsoleAnswer, type SignedInPage } from './console-client.ts'

let server: RunningCoffer
let page: SignedInPage

before(async () => {
  server = await memoryServer({ console: true })
  page = await openPage(server.consoleUrl ?? '')
})
after(() => server.close())

function good(answer: ConsoleAnswer, status = 200): ConsoleAnswer {
  assert.equal(answer.status, status, answer.bytes.toString('utf8'))
  return answer
}

function post(path: string, body: object): Promise<ConsoleAnswer> {
  return page.call(path, { method: 'POST', body })
}

function wrap(material: Buffer, publicKeyPem: string): string {
  const key = createPublicKey(publicKeyPem)
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  return publicEncrypt({ key, padding, oaepHash: 'sha256' }, material).toString('base64')
}

test('material that was made elsewhere comes wrapped, and goes again', async () => {
  const made = good(await post('keys', { alias: 'brought', origin: 'external' }), 201).json as KeyRowJson
  assert.equal(made.state, 'pending-import')
  const given = good(await post(`keys/${made.id}/import-parameters`, {})).json as ImportParametersJson
  assert.match(given.publicKeyPem, /^-----BEGIN PUBLIC KEY-----\n/)
  const body = { token: given.token, material: wrap(randomBytes(32), given.publicKeyPem) }
  const short = { ...body, material: wrap(randomBytes(16), given.publicKeyPem) }
  assert.notEqual((await post(`keys/${made.id}/import`, short)).status, 200)
  assert.equal((await post(`keys/${made.id}/import`, { ...body, token: 'AAAA' })).status, 400)
  assert.equal((await post(`keys/${made.id}/import`, { ...body, material: 'not base64!' })).status, 400)
  good(await post(`keys/${made.id}/import`, body))
  assert.equal((good(await page.call(`keys/${made.id}`)).json as KeyRowJson).state, 'enabled')
  const { items } = good(await page.call(`keys/${made.id}/material`)).json as PageJson<KeyMaterialGenerationJson>
  assert.deepEqual(
    items.map(({ state, imported }) => [state, imported]),
    [['current', 'imported']],
  )
  assert.equal((good(await page.call(`keys/${made.id}/rotation`)).json as { readonly enabled: boolean }).enabled, false)
  good(await page.call(`keys/${made.id}/material`, { method: 'DELETE' }))
  assert.equal((good(await page.call(`keys/${made.id}`)).json as KeyRowJson).state, 'pending-import')
})

test('a policy is validated without being put: line and column of what the reader stopped at', async () => {
  const validate = async (text: string, more: object = {}): Promise<ValidatedPolicyJson> =>
    good(await post('policies/validate', { text, ...more })).json as ValidatedPolicyJson
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' }
  const fine = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  assert.deepEqual(await validate(fine), { valid: true, problems: [] })
  const broken = await validate('{\n  "Version": "2012-10-17",\n  "Statement": [,]\n}')
  assert.equal(broken.valid, false)
  assert.deepEqual([broken.problems[0]?.line, broken.problems[0]?.column], [3, 17])
  assert.equal((await validate(fine, { bucket: 'other' })).valid, false)
  const people = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] }
  assert.deepEqual(await validate(JSON.stringify(people), { use: 'people' }), { valid: true, problems: [] })
  const ram = '// for readers\n{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"*"}]}'
  assert.equal((await validate(ram, { use: 'people', language: 'oss' })).valid, true)
  assert.equal((await validate(ram, { use: 'people', language: 's3' })).valid, false)
  assert.equal((await post('policies/validate', { text: fine, use: 'key', language: 'oss' })).status, 400)
})

test('roles are made, changed, bounded and deleted by a page', async () => {
  const trust = (who: string): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: who }, Action: 'sts:AssumeRole' }],
    })
  const root = `arn:aws:iam::${page.session.account}:root`
  good(await post('people/roles', { name: 'reader', trust: trust(root) }), 201)
  good(
    await page.call('people/roles/reader', {
      method: 'PATCH',
      body: { maxSessionSeconds: 7_200, description: 'reads' },
    }),
  )
  const boundary = good(await page.call('people/policies?scope=aws')).json as PageJson<{ readonly arn: string }>
  const policyArn = boundary.items[0]?.arn ?? ''
  good(await page.call('people/roles/reader/boundary', { method: 'PUT', body: { policyArn } }))
  const broken = await page.call('people/roles/reader/trust', { method: 'PUT', body: { trust: '{' } })
  assert.equal(codeOf(good(broken, 422)), 'MalformedPolicy')
  const shown = good(await page.call('people/roles/reader')).json as RoleJson
  assert.deepEqual([shown.maxSessionSeconds, shown.description, shown.boundary], [7_200, 'reads', policyArn])
  const holders = good(await page.call(`people/policies/${encodeURIComponent(policyArn)}/entities`))
    .json as PageJson<object>
  assert.ok(Array.isArray(holders.items))
  good(await page.call('people/roles/reader/boundary', { method: 'DELETE' }))
  good(await page.call('people/roles/reader/sessions', { method: 'DELETE' }))
  good(await page.call('people/roles/reader', { method: 'DELETE' }))
})

test('versions of a policy are listed, chosen and deleted', async () => {
  const text = (action: string): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] })
  const made = good(await post('people/policies', { name: 'changing', document: text('s3:Get*') }), 201)
  const path = `people/policies/${encodeURIComponent((made.json as { readonly arn: string }).arn)}`
  good(await post(`${path}/versions`, { document: text('s3:List*') }), 201)
  good(await page.call(`${path}/versions/v2/default`, { method: 'PUT', body: {} }))
  const { items } = good(await page.call(`${path}/versions`)).json as PageJson<{ version: string; default: boolean }>
  assert.deepEqual(items.map(({ version, default: used }) => [version, used]).sort(), [
    ['v1', false],
    ['v2', true],
  ])
  good(await page.call(`${path}/versions/v1`, { method: 'DELETE' }))
  good(await page.call(path, { method: 'DELETE' }))
})

test('jobs are listed, paused, hurried and resumed by who may; others are refused', async () => {
  const list = async (): Promise<readonly JobJson[]> => (good(await page.call('jobs')).json as PageJson<JobJson>).items
  let jobs = await list()
  for (let look = 0; look < 200 && !jobs.some(({ name }) => name === 'garbage'); look++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    jobs = await list()
  }
  assert.ok(jobs.some(({ name, pausable }) => name === 'audit' && !pausable))
  good(await post('jobs/garbage/pause', {}))
  assert.equal((await list()).find(({ name }) => name === 'garbage')?.paused, true)
  assert.equal((await post('jobs/garbage/run', {})).status, 400)
  good(await post('jobs/garbage/resume', {}))
  good(await post('jobs/garbage/run', {}))
  assert.equal((await post('jobs/audit/pause', {})).status, 400)
  assert.equal((await post('jobs/no-such-job/pause', {})).status, 404)
  good(await post('people/users', { name: 'nobody-much' }), 201)
  const key = good(await post('people/users/nobody-much/access-keys', {}), 201).json as { id: string; secret: string }
  const other = await openPage(server.consoleUrl ?? '', key.id, key.secret)
  assert.equal((await other.call('jobs')).status, 403)
  assert.equal((await other.call('jobs/garbage/pause', { method: 'POST', body: {} })).status, 403)
})
