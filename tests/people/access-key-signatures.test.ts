import { GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { PutUserPolicyCommand } from '@aws-sdk/client-iam'
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { adminClient } from '../admin-calls.ts'
import { elementText } from '../raw-request.ts'
import { ACCESS_KEY } from '../servers.ts'
import { credentialsOf, peopleBench, policyOf, type Credentials, type PeopleBench } from './people-bench.ts'

/** ListBuckets by Signature Version 2: status and code. */
async function listBySigV2(
  bench: PeopleBench,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
): Promise<string> {
  const date = new Date(bench.now()).toUTCString()
  const token = sessionToken === undefined ? '' : `x-amz-security-token:${sessionToken}\n`
  const signature = createHmac('sha1', secretAccessKey).update(`GET\n\n\n${date}\n${token}/`).digest('base64')
  const headers: Record<string, string> = { date, authorization: `AWS ${accessKeyId}:${signature}` }
  if (sessionToken !== undefined) headers['x-amz-security-token'] = sessionToken
  const answer = await fetch(`${bench.server.endpoint}/`, { headers })
  const text = await answer.text()
  return `${answer.status} ${elementText(text, 'Code') ?? 'done'}`
}

test('T-042 an access key that is limited to SigV4 is refused by every other signature, and its sessions with it', async (t) => {
  const bench = await peopleBench(t)
  const alice = await bench.user('alice', policyOf({ Action: '*', Resource: '*' }))
  const admin = adminClient(bench.server)
  assert.equal(await listBySigV2(bench, alice), '200 done')
  const limit = (signatures: readonly string[]) =>
    admin.call('update-access-key', {}, { user: 'alice', accessKeyId: alice.accessKeyId, signatures })
  await limit(['sigv4'])
  assert.equal(await listBySigV2(bench, alice), '400 InvalidRequest')
  await bench.s3(alice).send(new ListBucketsCommand())
  const session = credentialsOf((await bench.sts(alice).send(new GetSessionTokenCommand())).Credentials)
  assert.equal(await listBySigV2(bench, session), '400 InvalidRequest')
  const listed = await admin.call('list-access-keys', {}, { user: 'alice' })
  assert.deepEqual(listed.accessKeys[0]?.signatures, ['sigv4'])
  await assert.rejects(limit([]), /signatures/)
  await assert.rejects(limit(['sigv5']), /signatures/)
  await limit(['sigv4', 'sigv2', 'oss-v1', 'oss-v4', 'obs', 'cos'])
  assert.equal(await listBySigV2(bench, alice), '200 done')
  assert.equal(await listBySigV2(bench, session), '200 done')
})

test('T-042 the key of the root is limited as others are, and cannot be switched off', async (t) => {
  const bench = await peopleBench(t)
  const admin = adminClient(bench.server)
  await admin.call('update-access-key', {}, { accessKeyId: ACCESS_KEY, signatures: ['sigv4'] })
  assert.deepEqual((await admin.call('list-access-keys', {}, {})).accessKeys[0]?.signatures, ['sigv4'])
  await assert.rejects(admin.call('update-access-key', {}, { accessKeyId: ACCESS_KEY, active: false }))
})

test('T-042 policies can ask for the signature and the dialect of a request', async (t) => {
  const bench = await peopleBench(t)
  const alice = await bench.user('alice')
  const put = (key: string, value: string) =>
    bench.iam().send(
      new PutUserPolicyCommand({
        UserName: 'alice',
        PolicyName: 'rule',
        PolicyDocument: policyOf({
          Action: 's3:ListAllMyBuckets',
          Resource: '*',
          Condition: { StringEquals: { [key]: value } },
        }),
      }),
    )
  await put('coffer:Signature', 'sigv2')
  assert.equal(await listBySigV2(bench, alice), '200 done')
  await assert.rejects(bench.s3(alice).send(new ListBucketsCommand()), { name: 'AccessDenied' })
  await put('coffer:Dialect', 's3')
  await bench.s3(alice).send(new ListBucketsCommand())
  await put('coffer:Dialect', 'oss')
  await assert.rejects(bench.s3(alice).send(new ListBucketsCommand()), { name: 'AccessDenied' })
})
