import {
  CreateKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  ListKeyPoliciesCommand,
  ListResourceTagsCommand,
  paginateListResourceTags,
  PutKeyPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-kms'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kmsBench, refused, ROOT } from './kms-bench.ts'

const { kms, newKey } = await kmsBench()

/** A policy with this Action for the account's root. */
function policyOf(...Action: readonly string[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: 's', Effect: 'Allow', Principal: { AWS: ROOT }, Action, Resource: '*' }],
  })
}

async function policy(KeyId: string): Promise<unknown> {
  const { Policy, PolicyName } = await kms.send(new GetKeyPolicyCommand({ KeyId }))
  assert.equal(PolicyName, 'default')
  return Policy
}

test('a key has the default policy, and keeps the text of another byte for byte', async () => {
  const { id: KeyId } = await newKey()
  assert.deepEqual(JSON.parse(String(await policy(KeyId))), {
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: ROOT },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  })
  const Policy = `${policyOf('kms:*').replace('{', '{\n\t ')}\n`
  await kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: 'default', Policy }))
  assert.equal(await policy(KeyId), Policy)
  const { PolicyNames, Truncated } = await kms.send(new ListKeyPoliciesCommand({ KeyId }))
  assert.deepEqual([PolicyNames, Truncated], [['default'], false])
})

test('what a policy does not allow is refused in AWS’s words, at once; the key tells nothing of its state', async () => {
  const { id: KeyId, arn } = await newKey()
  const settings = policyOf('kms:PutKeyPolicy', 'kms:DisableKey', 'kms:DescribeKey')
  await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: settings }))
  const encrypt = () => kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }))
  const denied = `User: ${ROOT} is not authorized to perform: kms:Encrypt on resource: ${arn} because no policy that applies allows the kms:Encrypt action`
  await refused(encrypt(), 'AccessDeniedException', denied)
  await kms.send(new DisableKeyCommand({ KeyId }))
  await refused(encrypt(), 'AccessDeniedException', denied)
})

test('policies that are none, that lock their author out, and of another name', async () => {
  const { id: KeyId } = await newKey()
  const put = (Policy: string, more: object = {}) => kms.send(new PutKeyPolicyCommand({ KeyId, Policy, ...more }))
  const before = await policy(KeyId)
  for (const text of [
    '{',
    '[]',
    '{"Version":"2012-10-17"}',
    policyOf('kms:*').replace('Effect', 'Efect'),
    'no policy',
  ]) {
    await refused(put(text), 'MalformedPolicyDocumentException')
  }
  await refused(put(policyOf('kms:Encrypt')), 'MalformedPolicyDocumentException')
  await refused(kms.send(new CreateKeyCommand({ Policy: policyOf('kms:Encrypt') })), 'MalformedPolicyDocumentException')
  assert.equal(await policy(KeyId), before)
  await refusedSomehow(kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'other' })))
  await put(policyOf('kms:Encrypt'), { BypassPolicyLockoutSafetyCheck: true })
  await refused(kms.send(new GetKeyPolicyCommand({ KeyId })), 'AccessDeniedException')
})

async function refusedSomehow(asked: Promise<unknown>): Promise<void> {
  await assert.rejects(asked, /Exception/)
}

test('tags are set at birth, added, replaced, removed, and listed in parts', async () => {
  const { id: KeyId } = await newKey({ Tags: [{ TagKey: 'team', TagValue: 'red' }] })
  const tags = async () => (await kms.send(new ListResourceTagsCommand({ KeyId }))).Tags
  assert.deepEqual(await tags(), [{ TagKey: 'team', TagValue: 'red' }])
  const Tags = [
    { TagKey: 'team', TagValue: 'blue' },
    { TagKey: 'cost', TagValue: '' },
    { TagKey: 'area', TagValue: 'a/b:c' },
  ]
  await kms.send(new TagResourceCommand({ KeyId, Tags }))
  const listed: (string | undefined)[] = []
  for await (const page of paginateListResourceTags({ client: kms, pageSize: 1 }, { KeyId })) {
    assert.ok((page.Tags?.length ?? 0) <= 1)
    listed.push(...(page.Tags ?? []).map(({ TagKey, TagValue }) => `${TagKey}=${TagValue}`))
  }
  assert.deepEqual(listed, ['area=a/b:c', 'cost=', 'team=blue'])
  await kms.send(new UntagResourceCommand({ KeyId, TagKeys: ['team', 'area', 'never'] }))
  assert.deepEqual(await tags(), [{ TagKey: 'cost', TagValue: '' }])
})

test('tags that cannot be', async () => {
  const { id: KeyId } = await newKey()
  const tag = (TagKey: string, TagValue = 'v') =>
    kms.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey, TagValue }] }))
  await refused(tag('aws:mine'), 'TagException')
  await refused(tag('bad\u0001'), 'TagException')
  const long = "1 validation error detected: Value '"
  const error = await refused(tag('x'.repeat(129)), 'ValidationException')
  assert.ok(error.message.startsWith(long) && error.message.includes("at 'tags.1.member.tagKey'"), error.message)
  const many = Array.from({ length: 51 }, (_, index) => ({ TagKey: `k${index}`, TagValue: '' }))
  await refused(kms.send(new TagResourceCommand({ KeyId, Tags: many })), 'LimitExceededException')
})
