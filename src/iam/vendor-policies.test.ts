import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CHECKOUT } from '../../tests/checkout.ts'
import { evaluate, parsePolicy } from '../policy/index.ts'
import { BUILT_IN_POLICIES } from './built-in-policies.ts'
import { ask, deployment, HOME, isFailure, newUser, rootOf } from './directory.fixture.ts'

const ROOT = rootOf(HOME)
const KEY = `arn:aws:kms:eu-1:${HOME}:key/3f2a`

const PAGES: readonly (readonly [string, string, 'ram' | 'huawei', string, string])[] = [
  ['OSS-59', 'oss-configure', 'ram', 'kms:DescribeKey', 'kms:GenerateDataKey'],
  ['OSS-67', 'oss-upload', 'ram', 'kms:GenerateDataKey', 'kms:Decrypt'],
  ['OSS-71', 'oss-download', 'ram', 'kms:Decrypt', 'kms:GenerateDataKey'],
  ['OBSB-19', 'obs-minimum', 'huawei', 'kms:GenerateDataKey', 'kms:ScheduleKeyDeletion'],
]
for (const [row, name, grammar, allowed, refused] of PAGES) {
  test(`${row} (part) the sample ${name} is given to a user, kept byte for byte, and counts for the account as its vendor calls it`, async () => {
    const document = readFileSync(join(CHECKOUT, 'vectors', 'policies', 'pages', `${name}.txt`), 'utf8')
    const all = await deployment()
    const alice = await newUser(all, 'alice')
    await ask(all, ROOT, { kind: 'put-user-policy', name: 'alice', policyName: 'page', document, grammar })
    const shown = await ask(all, ROOT, { kind: 'get-user-policy', name: 'alice', policyName: 'page' })
    assert.equal(shown.document, document)
    const may = async (action: string): Promise<boolean> => {
      const { rights } = await all.directory.rightsOf(alice)
      return evaluate({ caller: alice, action, resource: KEY, owner: HOME, rights }).kind === 'allow'
    }
    if (grammar === 'ram') {
      assert.equal(await may(allowed), false)
      const uid = (text: string) => ask(all, ROOT, { kind: 'set-account', account: HOME, vendors: { uid: text } })
      await uid('1416614965936598')
      assert.equal(await may(allowed), false)
      await uid('1416614965936597')
    }
    assert.deepEqual([await may(allowed), await may(refused)], [true, false])
  })
}

test('OBSB-16 OBSB-18 (part) the role KMS Administrator, given to a group, opens keys to whoever is in it, until taken out', async () => {
  const all = await deployment()
  const alice = await newUser(all, 'alice')
  await ask(all, ROOT, { kind: 'create-group', name: 'keepers' })
  const policyArn = 'arn:aws:iam::aws:policy/huawei/KMSAdministrator'
  await ask(all, ROOT, { kind: 'attach-group-policy', name: 'keepers', policyArn })
  const may = async (action: string): Promise<boolean> => {
    const { rights } = await all.directory.rightsOf(alice)
    return evaluate({ caller: alice, action, resource: KEY, owner: HOME, rights }).kind === 'allow'
  }
  assert.equal(await may('kms:Decrypt'), false)
  await ask(all, ROOT, { kind: 'add-user-to-group', name: 'keepers', userName: 'alice' })
  assert.deepEqual(
    [await may('kms:Decrypt'), await may('kms:PutKeyPolicy'), await may('s3:GetObject')],
    [true, true, false],
  )
  await ask(all, ROOT, { kind: 'remove-user-from-group', name: 'keepers', userName: 'alice' })
  assert.equal(await may('kms:Decrypt'), false)
})

test('every policy that the server brings is one of its own language', async () => {
  for (const { grammar, document, arn } of BUILT_IN_POLICIES) {
    assert.ok(parsePolicy(grammar, 'identity', document).statements.length > 0, arn)
  }
  const ids = BUILT_IN_POLICIES.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  for (const id of ids) assert.match(id, /^ANPA[A-Z2-7]{17}$/)
})

test('T-084 (part) what is no policy of the language in which it is put is refused, and the old one stays', async () => {
  const all = await deployment()
  await newUser(all, 'alice')
  const put = (grammar: 'ram' | 'aws', document: string) =>
    ask(all, ROOT, { kind: 'put-user-policy', name: 'alice', policyName: 'p', document, grammar })
  const good = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"*"}]} // mine'
  await put('ram', good)
  await assert.rejects(put('aws', good), isFailure('malformed-policy'))
  await assert.rejects(put('ram', good.replace('"1"', '"2012-10-17"')), isFailure('malformed-policy'))
  const { document } = await ask(all, ROOT, { kind: 'get-user-policy', name: 'alice', policyName: 'p' })
  assert.equal(document, good)
})
