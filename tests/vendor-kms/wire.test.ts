/** What the vendors' clients do not show: forms, GET, XML, temporary credentials, and how long a body may be. */
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, test } from 'node:test'
import { kmsBench } from '../kms/kms-bench.ts'
import { ROOT_CALLER } from '../obs/obs-keys.ts'
import { ACCESS_KEY, ACCOUNT, REGION, SECRET_KEY } from '../servers.ts'
import {
  alibabaAcs3,
  alibabaRpc,
  huawei,
  huaweiRequest,
  recordOf,
  sendRaw,
  tencent,
  textOf,
  type KeyClient,
  type KeyClientOptions,
  type RawKeyAnswer,
} from './vendor-clients.ts'

const { server } = await kmsBench()
const keyId = textOf(recordOf((await alibabaAcs3(server).done('CreateKey'))['KeyMetadata']), 'KeyId')
let nonces = 0

const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)

/** Signed by hand, as the vendor's page says it. */
function signedRpc(method: string, parameters: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const all = {
    ...{ Version: '2016-01-20', AccessKeyId: ACCESS_KEY, SignatureMethod: 'HMAC-SHA1', SignatureVersion: '1.0' },
    ...{ SignatureNonce: `wire-${++nonces}`, Timestamp: `${new Date().toISOString().slice(0, 19)}Z` },
    ...parameters,
  }
  const text = Object.entries(all)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&')
  const key = `${SECRET_KEY}&`
  const Signature = createHmac('sha1', key)
    .update(`${method}&%2F&${encoded(text)}`)
    .digest('base64')
  return { ...all, Signature }
}

function formOf(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&')
}

async function rpc(
  method: 'GET' | 'POST',
  parameters: Readonly<Record<string, string>>,
  where: 'query' | 'form',
): Promise<RawKeyAnswer> {
  const text = formOf(signedRpc(method, parameters))
  if (where === 'query') return sendRaw(server, { method, path: `/?${text}`, headers: {}, body: '' })
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(text.length),
    host: 'kms.cn-hangzhou.aliyuncs.com',
  }
  return sendRaw(server, { method, path: '/', headers, body: text })
}

test('RPC by GET, by POST with a query, and all of it in a form; JSON where it is asked for', async () => {
  const asked = { Action: 'DescribeKey', KeyId: keyId, Format: 'JSON' }
  for (const [method, where] of [
    ['GET', 'query'],
    ['POST', 'query'],
    ['POST', 'form'],
  ] as const) {
    const answer = await rpc(method, asked, where)
    assert.equal(answer.status, 200, answer.text)
    assert.equal(recordOf(answer.members['KeyMetadata'])['KeyId'], keyId)
    assert.match(String(answer.headers['content-type']), /^application\/json/)
    assert.equal(answer.headers['x-acs-request-id'], answer.members['RequestId'])
  }
})

test('RPC answers XML where nothing is said, refusals too', async () => {
  const listed = await rpc('GET', { Action: 'ListKeys', PageSize: '1' }, 'query')
  assert.equal(listed.headers['content-type'], 'text/xml;charset=utf-8')
  assert.match(
    listed.text,
    /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<ListKeysResponse><Keys><Key><KeyId>[0-9a-f-]{36}<\/KeyId><KeyArn>acs:kms:/,
  )
  assert.match(listed.text, /<TotalCount>1<\/TotalCount><RequestId>\S+<\/RequestId><\/ListKeysResponse>$/)
  const form = await rpc('POST', { Action: 'ListKeys', PageSize: '1', Format: 'XML' }, 'form')
  assert.match(form.text, /<ListKeysResponse>/)
  const refused = await rpc('GET', { Action: 'DescribeKey', KeyId: 'alias/<none>', Format: 'XML' }, 'query')
  assert.equal(refused.status, 404)
  assert.match(
    refused.text,
    /<Error><RequestId>\S+<\/RequestId><HostId>kms\.us-east-1\.aliyuncs\.com<\/HostId><Code>Forbidden\.KeyNotFound<\/Code>/,
  )
})

test('T-054 a request that is sent twice is answered once; without a signature nothing is', async () => {
  const text = formOf(signedRpc('GET', { Action: 'DescribeKey', KeyId: keyId, Format: 'JSON' }))
  const once = { method: 'GET', path: `/?${text}`, headers: {}, body: '' }
  assert.equal((await sendRaw(server, once)).status, 200)
  const again = await sendRaw(server, once)
  assert.deepEqual([again.status, again.members['Code']], [400, 'SignatureNonceUsed'])
  const headers = { 'x-acs-action': 'ListKeys', 'x-acs-version': '2016-01-20' }
  const nobody = await sendRaw(server, { method: 'POST', path: '/', headers, body: '' })
  assert.deepEqual([nobody.status, nobody.members['Code']], [400, 'MissingAccessKeyId'])
})

test('T-060 temporary credentials, with their token where each vendor has it, and not without', async () => {
  const { people } = server.rooms
  const by = { caller: ROOT_CALLER, requestId: 'test' }
  const trustPolicy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
  })
  await people.perform(by, { kind: 'create-role', name: 'reader', trustPolicy, tags: {} })
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'kms:DescribeKey', Resource: '*' }],
  })
  await people.perform(by, { kind: 'put-role-policy', name: 'reader', policyName: 'p', document })
  await people.perform(by, { kind: 'create-user', name: 'assumer', tags: {} })
  const assumes = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
  })
  await people.perform(by, { kind: 'put-user-policy', name: 'assumer', policyName: 'p', document: assumes })
  const key = await people.perform(by, { kind: 'create-access-key', name: 'assumer' })
  const secretAccessKey = key.secret.expose((bytes) => Buffer.from(bytes).toString('utf8'))
  const credentials = { accessKeyId: key.accessKeyId, secretAccessKey }
  const sts = new STSClient({ region: REGION, endpoint: server.endpoint, credentials })
  after(() => sts.destroy())
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/reader`
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }))
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials ?? assert.fail()
  const held = { accessKeyId: AccessKeyId ?? '', secretAccessKey: SecretAccessKey ?? '' }
  const session = { ...held, token: SessionToken ?? '' }
  type Face = readonly [(options: KeyClientOptions) => KeyClient, string, string, object, object, string, string]
  const faces: readonly Face[] = [
    [
      (options) => alibabaRpc(server, options),
      ...(['DescribeKey', 'GenerateDataKey', { keyId }, { keyId }] as const),
      ...(['Forbidden.NoPermission', 'InvalidAccessKeyId.NotFound'] as const),
    ],
    [
      (options) => alibabaAcs3(server, options),
      ...(['DescribeKey', 'GenerateDataKey', { KeyId: keyId }, { KeyId: keyId }] as const),
      ...(['Forbidden.NoPermission', 'InvalidAccessKeyId.NotFound'] as const),
    ],
    [
      (options) => huawei(server, options),
      ...(['describe-key', 'create-datakey', { key_id: keyId }, { key_id: keyId, datakey_length: '256' }] as const),
      ...(['KMS.0306', 'APIGW.0301'] as const),
    ],
    [
      (options) => tencent(server, options),
      ...(['DescribeKey', 'GenerateDataKey', { KeyId: keyId }, { KeyId: keyId, KeySpec: 'AES_256' }] as const),
      ...(['UnauthorizedOperation', 'AuthFailure.SecretIdNotFound'] as const),
    ],
  ]
  for (const [client, allowed, refused, one, other, denied, unknown] of faces) {
    await client(session).done(allowed, { ...one })
    assert.equal((await client(session).call(refused, { ...other })).code, denied)
    assert.equal((await client(held).call(allowed, { ...one })).code, unknown)
  }
})

test('a body that is too long, and JSON that is none', async () => {
  const plain_text = 'x'.repeat(70_000)
  const long = await sendRaw(server, huaweiRequest(server, 'encrypt-data', { key_id: keyId, plain_text }))
  assert.equal(long.status, 413)
  const good = huaweiRequest(server, 'describe-key', { key_id: keyId })
  const changed = await sendRaw(server, { ...good, body: good.body.replace('key_id', 'key_ia') })
  assert.deepEqual([changed.status, changed.members['error_code']], [401, 'APIGW.0301'])
})
