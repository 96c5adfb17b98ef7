import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type {
  AuditRecordJson,
  AuthorizeJson,
  ExplanationJson,
  KeyPageJson,
  KeyRowJson,
  OverviewJson,
  PageJson,
} from '../../src/dialects/admin/wire.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ACCOUNT, memoryServer } from '../servers.ts'
import { codeOf, openPage, type ConsoleAnswer, type SignedInPage } from './console-client.ts'

let server: RunningCoffer
let root: SignedInPage
let url = ''
let nowMs = Date.now()

before(async () => {
  server = await memoryServer({ console: true, now: () => nowMs })
  url = server.consoleUrl ?? ''
  root = await openPage(url)
})
after(() => server.close())

function good(answer: ConsoleAnswer, status = 200): ConsoleAnswer {
  assert.equal(answer.status, status, answer.bytes.toString('utf8'))
  return answer
}

async function makeKey(alias: string): Promise<KeyRowJson> {
  const answer = await root.call('keys', { method: 'POST', body: { alias, description: 'd' } })
  return good(answer, 201).json as KeyRowJson
}

interface NewKey {
  readonly id: string
  readonly secret: string
}

/** A user with an inline policy, and the page of that user. */
async function openUser(
  name: string,
  statements: readonly object[],
): Promise<SignedInPage & { readonly keyId: string }> {
  good(await root.call('people/users', { method: 'POST', body: { name } }), 201)
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  good(await root.call(`people/users/${name}/inline-policies/own`, { method: 'PUT', body: { document } }))
  // The clock of this file moves: a new credential needs a fresh proof.
  const fresh = await openPage(url)
  const made = good(await fresh.call(`people/users/${name}/access-keys`, { method: 'POST', body: {} }), 201)
    .json as NewKey
  return { ...(await openPage(url, made.id, made.secret)), keyId: made.id }
}

const ALLOW = (action: string | readonly string[], resource = '*'): object => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
})

test('keys are made, described, disabled, rotated, renamed, granted and listed by pages', async () => {
  const key = await makeKey('one')
  assert.deepEqual(key.aliases, ['alias/one'])
  const path = `keys/${key.id}`
  assert.equal((good(await root.call(path)).json as KeyRowJson).arn, key.arn)
  for (const verb of ['disable', 'enable', 'rotate'])
    good(await root.call(`${path}/${verb}`, { method: 'POST', body: {} }))
  good(await root.call(path, { method: 'PATCH', body: { description: 'another' } }))
  const after = good(await root.call(path)).json as KeyRowJson
  assert.deepEqual([after.version, after.description, after.state], [2, 'another', 'enabled'])
  good(await root.call(`${path}/rotation`, { method: 'PUT', body: { periodDays: 90 } }))
  good(await root.call(`${path}/aliases`, { method: 'POST', body: { alias: 'alias/other' } }))
  good(await root.call(`${path}/aliases?alias=${encodeURIComponent('alias/other')}`, { method: 'DELETE' }))
  const grant = { grantee: `arn:aws:iam::${ACCOUNT}:root`, operations: ['Decrypt'] }
  const made = good(await root.call(`${path}/grants`, { method: 'POST', body: grant }), 201).json as { id: string }
  const grants = good(await root.call(`${path}/grants`)).json as { grants: readonly { id: string }[] }
  assert.deepEqual(
    grants.grants.map(({ id }) => id),
    [made.id],
  )
  good(await root.call(`${path}/grants?id=${made.id}`, { method: 'DELETE' }))
  const { policy } = good(await root.call(`${path}/policy`)).json as { policy: string }
  good(await root.call(`${path}/policy`, { method: 'PUT', body: { policy } }))
  await makeKey('two')
  const first = good(await root.call('keys?limit=1')).json as KeyPageJson
  const second = good(await root.call(`keys?limit=1000&after=${encodeURIComponent(first.next ?? '')}`))
    .json as KeyPageJson
  assert.equal(first.items.length, 1)
  assert.ok(second.items.some(({ id }) => id !== first.items[0]?.id))
})

test('OBSB-08 OBSB-09 what depends on a key is counted before it is deleted, and in the refusal', async () => {
  const key = await makeKey('needed')
  const encryption = { mode: 'sse-kms', key: key.arn }
  good(await root.call('buckets', { method: 'POST', body: { name: 'needs-key', encryption } }), 201)
  good(await root.call('buckets/needs-key/object?key=a', { method: 'PUT', bytes: Buffer.from('x') }))
  const counts = good(await root.call(`keys/${key.id}/dependants`)).json
  assert.deepEqual(counts, { versions: 1, uploads: 0, defaults: 1, byVersion: [{ version: 1, count: 1 }] })
  const refused = await root.call(`keys/${key.id}/schedule-deletion`, { method: 'POST', body: { days: 7 } })
  assert.deepEqual([refused.status, codeOf(refused)], [409, 'KeyInUse'])
  const { error } = refused.json as { error: Record<string, unknown> }
  assert.deepEqual([error['versions'], error['uploads'], error['defaults']], [1, 0, 1])
  const free = await makeKey('free')
  good(await root.call(`keys/${free.id}/schedule-deletion`, { method: 'POST', body: { days: 7 } }))
  good(await root.call(`keys/${free.id}/cancel-deletion`, { method: 'POST', body: {} }))
  const usage = good(await root.call(`keys/${key.id}/usage?days=1`)).json as { users: readonly { action: string }[] }
  assert.ok(usage.users.some(({ action }) => action.startsWith('kms:')))
})

test('T-150 a new credential, or a key that is destroyed with its data, needs the secret anew after ten minutes', async () => {
  const page = await openPage(url)
  good(await page.call('people/users', { method: 'POST', body: { name: 'proved' } }), 201)
  const key = await makeKey('shredded')
  nowMs += 10 * 60_000 + 1
  for (const [path, body] of [
    ['people/users/proved/access-keys', {}],
    [`keys/${key.id}/schedule-deletion`, { override: { confirm: 'SHRED 0', reason: 'test' } }],
  ] as const) {
    const answer = await page.call(path, { method: 'POST', body })
    assert.deepEqual([answer.status, codeOf(answer)], [403, 'ProofNeeded'])
  }
  const again = await openPage(url)
  good(await again.call('people/users/proved/access-keys', { method: 'POST', body: {} }), 201)
})

test('OBSB-08 a key goes with its data only as far as the person was shown, and the reason is kept', async () => {
  const key = await makeKey('given-up')
  good(await root.call('buckets', { method: 'POST', body: { name: 'given-up' } }), 201)
  const bytes = Buffer.from('lost')
  const headers = {
    'content-type': 'text/plain',
    'x-coffer-encryption': JSON.stringify({ mode: 'sse-kms', key: key.arn }),
  }
  good(await root.call('buckets/given-up/object?key=a', { method: 'PUT', bytes, headers }))
  const page = await openPage(url)
  const give = (override: object) =>
    page.call(`keys/${key.id}/schedule-deletion`, { method: 'POST', body: { override } })
  const fewer = await give({ confirm: 'SHRED 0', reason: 'shown none' })
  assert.deepEqual([fewer.status, codeOf(fewer)], [409, 'KeyInUse'])
  assert.equal((await give({ confirm: 'SHRED 1', reason: ' ' })).status, 400)
  good(await give({ confirm: 'SHRED 1', reason: 'the customer has left' }))
  const query = `audit/events?action=kms:ScheduleKeyDeletion&resource=${encodeURIComponent(key.arn)}&outcome=done`
  const events = good(await root.call(query)).json as { items: readonly { detail?: Record<string, string> }[] }
  assert.equal(events.items[0]?.detail?.['reason'], 'the customer has left')
})

test('keys that nobody used are listed by themselves', async () => {
  const key = await makeKey('idle')
  const unused = good(await root.call('unused-keys?days=90')).json as { items: readonly { id: string }[] }
  assert.ok(unused.items.some(({ id }) => id === key.id))
})

test('T-088 T-150 a user sees and does in the console what the user may, and each refusal names the right', async () => {
  good(await root.call('buckets', { method: 'POST', body: { name: 'of-others' } }), 201)
  const user = await openUser('reader', [
    ALLOW(['s3:ListAllMyBuckets', 's3:ListBucket']),
    ALLOW('s3:GetObject', 'arn:aws:s3:::of-others/open/*'),
  ])
  const buckets = good(await user.call('buckets')).json as PageJson<{ name: string; encryption?: object }>
  assert.equal(buckets.items.find(({ name }) => name === 'of-others')?.encryption, undefined)
  for (const [method, path, body, action] of [
    ['GET', 'buckets/of-others/encryption', undefined, 's3:GetEncryptionConfiguration'],
    ['PUT', 'buckets/of-others/encryption', { mode: 'sse-s3' }, 's3:PutEncryptionConfiguration'],
    ['DELETE', 'buckets/of-others', undefined, 's3:DeleteBucket'],
    ['GET', 'buckets/of-others/object?key=a', undefined, 's3:GetObject'],
    ['GET', 'buckets/of-others/object/content?key=a', undefined, 's3:GetObject'],
    ['POST', 'buckets/of-others/object/share', { key: 'a', seconds: 60 }, 's3:GetObject'],
    ['POST', 'buckets/of-others/uploads', { key: 'a' }, 's3:PutObject'],
    ['GET', 'buckets/of-others/uploads', undefined, 's3:ListBucketMultipartUploads'],
    ['GET', 'overview', undefined, 'coffer:GetOverview'],
    ['GET', 'audit/events', undefined, 'coffer:SearchAudit'],
    ['POST', 'audit/verifications', {}, 'coffer:VerifyAudit'],
    ['GET', 'keys', undefined, 'kms:ListKeys'],
    ['POST', 'keys', {}, 'kms:CreateKey'],
    ['GET', 'people/users', undefined, 'iam:ListUsers'],
    ['POST', 'people/users', { name: 'more' }, 'iam:CreateUser'],
    ['POST', 'people/users/reader/access-keys', {}, 'iam:CreateAccessKey'],
    ['POST', 'explain', { principal: 'root', action: 's3:GetObject', resource: '*' }, 'coffer:ExplainPolicy'],
  ] as const) {
    const answer = await user.call(path, { method, ...(body === undefined ? {} : { body }) })
    assert.deepEqual([answer.status, codeOf(answer)], [403, 'AccessDenied'], `${method} ${path}`)
    const { error } = answer.json as { error: { missing?: readonly { action: string }[] } }
    assert.equal(error.missing?.[0]?.action, action, `${method} ${path}`)
  }
})

test('what one may is known before the click, and why one may not after it', async () => {
  const user = await openUser('asker', [ALLOW('s3:GetObject', 'arn:aws:s3:::of-others/open/*')])
  const checks = [
    { action: 's3:GetObject', resource: 'arn:aws:s3:::of-others/open/a' },
    { action: 's3:PutObject', resource: 'arn:aws:s3:::of-others/open/a' },
    { action: 'kms:Decrypt', resource: 'alias/none' },
  ]
  const { items } = good(await user.call('authorize', { method: 'POST', body: { checks } })).json as AuthorizeJson
  assert.deepEqual(
    items.map(({ allowed }) => allowed),
    [true, false, false],
  )
  const refused = await user.call('buckets/of-others/encryption')
  const requestId = String(refused.headers['x-coffer-request-id'])
  const why = good(await user.call('explain', { method: 'POST', body: { requestId } })).json as ExplanationJson
  assert.deepEqual([why.decision, why.action], ['no-opinion', 's3:GetEncryptionConfiguration'])
  const own = { action: 's3:GetObject', resource: 'arn:aws:s3:::of-others/open/a' }
  const allowed = good(await user.call('explain', { method: 'POST', body: own })).json as ExplanationJson
  assert.equal(allowed.decision, 'allow')
  // Another's refusal explains nothing.
  const foreign = await root.call('explain', { method: 'POST', body: { requestId } })
  assert.equal(foreign.status, 400)
})

test('T-150 a session ends with its access key, at once', async () => {
  const user = await openUser('leaver', [ALLOW('s3:*')])
  good(await user.call('session'))
  const path = `people/users/leaver/access-keys/${user.keyId}`
  good(await root.call(path, { method: 'PATCH', body: { active: false } }))
  assert.equal((await user.call('session')).status, 401)
  assert.equal((await user.call('buckets')).status, 401)
  good(await root.call(path, { method: 'PATCH', body: { active: true } }))
  good(await root.call(path, { method: 'DELETE' }))
  assert.equal((await user.call('session')).status, 401)
})

test('T-087 a new access key shows its secret once, and is nowhere else', async () => {
  good(await root.call('people/users', { method: 'POST', body: { name: 'once' } }), 201)
  const page = await openPage(url)
  const made = good(await page.call('people/users/once/access-keys', { method: 'POST', body: {} }), 201)
  const { secret } = made.json as NewKey
  assert.equal(made.headers['cache-control'], 'no-store')
  for (const path of ['people/users/once/access-keys', 'people/users/once', 'audit/events?limit=100']) {
    assert.ok(!good(await root.call(path)).bytes.includes(secret), path)
  }
})

test('groups, roles and policies: made, joined, attached, read byte for byte, and taken apart', async () => {
  good(await root.call('people/groups', { method: 'POST', body: { name: 'team' } }), 201)
  good(await root.call('people/users', { method: 'POST', body: { name: 'member' } }), 201)
  good(await root.call('people/groups/team/members', { method: 'POST', body: { user: 'member' } }))
  const oss = { 'x-coffer-vocabulary': 'oss' }
  const text = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"*"}]} '
  good(
    await root.call('people/users/member/inline-policies/ram', {
      method: 'PUT',
      body: { document: text },
      headers: oss,
    }),
  )
  const read = good(await root.call('people/users/member/inline-policies/ram')).json as {
    document: string
    language: string
  }
  assert.deepEqual([read.document, read.language], [text, 'ram'])
  const names = good(await root.call('people/users/member/inline-policies')).json as PageJson<string>
  assert.deepEqual(names.items, ['ram'])
  const body = { name: 'shared', document: '{"Version":"2012-10-17","Statement":[]}' }
  const bad = await root.call('people/policies', { method: 'POST', body: { ...body, document: '{' } })
  assert.equal(bad.status, 422)
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [ALLOW('s3:GetObject')] })
  const policy = good(await root.call('people/policies', { method: 'POST', body: { ...body, document } }), 201)
    .json as { arn: string }
  good(await root.call('people/groups/team/policies', { method: 'POST', body: { policyArn: policy.arn } }))
  const attached = good(await root.call('people/groups/team/policies')).json as PageJson<{ arn: string }>
  assert.deepEqual(
    attached.items.map(({ arn }) => arn),
    [policy.arn],
  )
  good(await root.call(`people/groups/team/policies?arn=${encodeURIComponent(policy.arn)}`, { method: 'DELETE' }))
  good(await root.call(`people/policies/${encodeURIComponent(policy.arn)}`, { method: 'DELETE' }))
  good(await root.call('people/groups/team/members/member', { method: 'DELETE' }))
  const listed = good(await root.call('people/users')).json as PageJson<{ name: string }>
  assert.ok(listed.items.some(({ name }) => name === 'member'))
})

test('what happened is found by pages without a gap, with the words in which it was read', async () => {
  const headers = { 'x-coffer-vocabulary': 'obs' }
  for (let at = 0; at < 6; at++) {
    good(await root.call('buckets', { method: 'POST', body: { name: `audited-${at}` }, headers }), 201)
  }
  const seen: AuditRecordJson[] = []
  let after = ''
  do {
    const filters = `action=s3:CreateBucket&resource=arn:aws:s3:::audited-*&limit=4${after}`
    const page = good(await root.call(`audit/events?${filters}`)).json as PageJson<AuditRecordJson>
    seen.push(...page.items)
    after = page.next === undefined ? '' : `&after=${page.next}`
  } while (after !== '')
  assert.deepEqual(
    seen.map(({ resource }) => resource).sort(),
    Array.from({ length: 6 }, (_, at) => `arn:aws:s3:::audited-${at}`),
  )
  assert.ok(seen.every(({ dialect, detail }) => dialect === 'console' && detail?.['coffer:vocabulary'] === 'obs'))
  const signIns = good(await root.call('audit/events?action=coffer:SignIn')).json as PageJson<AuditRecordJson>
  assert.ok(signIns.items.length > 0)
  const report = good(await root.call('audit/verifications', { method: 'POST', body: {} })).json as { intact: boolean }
  assert.equal(report.intact, true)
  const [record] = signIns.items
  good(await root.call(`audit/events/${record?.id ?? ''}/proof`))
  const lines = good(await root.call('audit/exports?limit=5')).json as { lines: readonly string[] }
  assert.ok(lines.lines.length >= 5)
})

test('the overview counts what is stored, which keys there are, what was refused, and what deserves a look', async () => {
  const overview = good(await root.call('overview')).json as OverviewJson
  assert.ok(overview.buckets > 0 && overview.versions > 0)
  assert.ok((overview.keys?.enabled ?? 0) > 0)
  assert.ok(overview.refusals?.some(({ action }) => action === 's3:DeleteBucket'))
  assert.ok(overview.attention.some(({ why }) => why === 'none'))
})
