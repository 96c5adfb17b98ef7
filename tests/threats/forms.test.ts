/** Uploads by form in all four dialects at one server: whoever signs one has the rights of a PUT, and no more. */
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3'
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createKey } from '../admin-api.ts'
import {
  formBody,
  FORM_TYPE,
  sendForm,
  signedFields,
  type BrowserForm,
  type Field,
  type FormScheme,
} from '../browser-form.ts'
import { newUser, setRights } from '../rights/people.ts'
import { ACCESS_KEY, memoryServer, REGION, s3Client, SECRET_KEY } from '../servers.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { openRaw } from './raw-socket.ts'

const BUCKET = 'forms-bucket'
const ARN = `arn:aws:s3:::${BUCKET}/*`
/** Each with the field that asks for tags, and its value. */
const SCHEMES: readonly (readonly [FormScheme, tags: Field])[] = [
  ['sigv4', ['x-amz-tagging', 'a=b']],
  ['sigv2', ['x-amz-tagging', 'a=b']],
  ['oss-v1', ['x-oss-tagging', 'a=b']],
  ['oss-v4', ['x-oss-tagging', 'a=b']],
  ['obs', ['x-obs-tagging', 'a=b']],
  ['obs-token', ['x-obs-tagging', 'a=b']],
  ['cos', ['x-cos-tagging', 'a=b']],
]
let server: RunningCoffer
const s3 = (): ReturnType<typeof s3Client> => s3Client(server)

before(async () => {
  server = await memoryServer()
  await s3().send(new CreateBucketCommand({ Bucket: BUCKET }))
})
after(() => server.close())

const form = (scheme: FormScheme, key: string, more: Partial<BrowserForm> = {}): BrowserForm => ({
  ...{ scheme, bucket: BUCKET },
  ...more,
  fields: [['key', key], ...(more.fields ?? [])],
})

async function keys(Prefix: string): Promise<readonly string[]> {
  const { Contents } = await s3().send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }))
  return (Contents ?? []).map(({ Key }) => Key ?? '')
}

test('a form says by its fields whose dialect it speaks, on one port and without a vendor’s host', async () => {
  for (const [scheme] of SCHEMES) {
    const { status, headers, text } = await sendForm(server, form(scheme, `dialect/${scheme}`))
    assert.equal(status, 204, `${scheme}: ${text}`)
    const vendor = {
      s: 'x-amz-request-id',
      o: scheme.startsWith('oss') ? 'x-oss-request-id' : 'x-obs-request-id',
      c: 'x-cos-request-id',
    }
    assert.ok(headers[vendor[scheme.charAt(0) as 's' | 'o' | 'c']] !== undefined, scheme)
  }
  assert.equal((await keys('dialect/')).length, SCHEMES.length)
})

test('T-069 T-075 a form has the rights of who signed it, for its object, its tags and its key', async () => {
  const user = await newUser(server.endpoint, 'form-user')
  const as = { accessKeyId: user.accessKeyId, secretAccessKey: user.secret }
  const put = { Effect: 'Allow', Action: 's3:PutObject', Resource: ARN } as const
  const denied = async (what: string, more: (tags: Field) => Partial<BrowserForm> = () => ({})): Promise<void> => {
    for (const [scheme, tags] of SCHEMES) {
      const { status, code, text } = await sendForm(server, form(scheme, 'rights/a', { ...as, ...more(tags) }))
      assert.deepEqual([status, code], [403, 'AccessDenied'], `${scheme}, ${what}: ${text}`)
    }
    assert.deepEqual(await keys('rights/'), [], what)
  }
  await denied('no right at all')
  await setRights(server.endpoint, 'form-user', [
    put,
    { ...put, Effect: 'Deny', Resource: `arn:aws:s3:::${BUCKET}/rights/*` },
  ])
  await denied('an explicit deny')
  await setRights(server.endpoint, 'form-user', [put])
  await denied('tags without their right', (tags) => ({ fields: [tags] }))
  const { arn } = await createKey(server)
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: arn } }
  const encrypt = (Rules: readonly object[]): Promise<unknown> =>
    s3().send(
      new PutBucketEncryptionCommand({ Bucket: BUCKET, ServerSideEncryptionConfiguration: { Rules: [...Rules] } }),
    )
  await encrypt([rule])
  for (const [scheme] of SCHEMES) {
    const { status } = await sendForm(server, form(scheme, 'rights/a', as))
    assert.ok(status === 403 || status === 400, `${scheme}: no right to the key`)
  }
  assert.deepEqual(await keys('rights/'), [])
  await encrypt([{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }])
  await setRights(server.endpoint, 'form-user', [{ ...put, Action: ['s3:PutObject', 's3:PutObjectTagging'] }])
  for (const [scheme, tags] of SCHEMES) {
    const { status, text } = await sendForm(server, form(scheme, `rights/${scheme}`, { ...as, fields: [tags] }))
    assert.equal(status, 204, `${scheme}: ${text}`)
  }
})

test('T-060 a session signs forms with its token, and with no other one nor without', async () => {
  const credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY }
  const sts = new STSClient({ endpoint: server.endpoint, region: REGION, credentials, maxAttempts: 1 })
  const { Credentials } = await sts.send(new GetSessionTokenCommand({}))
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
  const as = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
  for (const [scheme] of SCHEMES) {
    const right = await sendForm(server, form(scheme, `session/${scheme}`, { ...as, token: SessionToken }))
    assert.equal(right.status, 204, `${scheme}: ${right.text}`)
    for (const more of [as, { ...as, token: `${SessionToken}x` }, { token: SessionToken }]) {
      const wrong = await sendForm(server, form(scheme, 'session/wrong', more))
      assert.ok(wrong.status === 403 || wrong.status === 400, `${scheme}: ${wrong.status}`)
    }
  }
  assert.equal((await keys('session/')).length, SCHEMES.length)
  sts.destroy()
})

test('T-064 a form that was signed is refused once its signer’s right is gone', async () => {
  const user = await newUser(server.endpoint, 'gone-user')
  const as = { accessKeyId: user.accessKeyId, secretAccessKey: user.secret }
  await setRights(server.endpoint, 'gone-user', [{ Effect: 'Allow', Action: 's3:PutObject', Resource: ARN }])
  assert.equal((await sendForm(server, form('sigv4', 'gone/a', as))).status, 204)
  await setRights(server.endpoint, 'gone-user', [{ Effect: 'Allow', Action: 's3:GetObject', Resource: ARN }])
  assert.equal((await sendForm(server, form('sigv4', 'gone/b', as))).status, 403)
  assert.deepEqual(await keys('gone/'), ['gone/a'])
})

test('T-071 T-072 a bucket’s rule on encryption holds for forms of every dialect', async () => {
  await s3().send(new DeletePublicAccessBlockCommand({ Bucket: BUCKET }))
  const deny = {
    ...{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `arn:aws:s3:::${BUCKET}/secret/*` },
    Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'AES256' } },
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [deny] })
  await s3().send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy }))
  const prefixes: Readonly<Record<string, string>> = { s: 'x-amz-', c: 'x-cos-' }
  for (const [scheme] of SCHEMES) {
    const bare = await sendForm(server, form(scheme, 'secret/a'))
    assert.deepEqual([bare.status, bare.code], [403, 'AccessDenied'], scheme)
    const prefix = prefixes[scheme.charAt(0)] ?? (scheme.startsWith('oss') ? 'x-oss-' : 'x-obs-')
    const fields: readonly Field[] = [[`${prefix}server-side-encryption`, 'AES256']]
    const asked = await sendForm(server, form(scheme, `secret/${scheme}`, { fields }))
    assert.equal(asked.status, 204, `${scheme}: ${asked.text}`)
  }
})

test('T-017 a client that goes away in the middle of a file leaves nothing', async () => {
  const file = Buffer.alloc(4 * 1024 * 1024, 'x')
  const port = Number(new URL(server.endpoint).port)
  for (const [scheme] of SCHEMES) {
    const body = formBody(signedFields(form(scheme, 'aborted/a')), { file })
    const head = [
      `POST /${BUCKET} HTTP/1.1`,
      `Host: localhost:${port}`,
      `Content-Type: ${FORM_TYPE[1]}`,
      `Content-Length: ${body.length}`,
    ]
    const connection = await openRaw({ port })
    connection
      .send(`${head.join('\r\n')}\r\n\r\n`)
      .send(body.subarray(0, 1_000_000))
      .finish()
    await connection.closed
  }
  const whole = await sendForm(server, form('sigv4', 'aborted-not', { file }))
  assert.equal(whole.status, 204)
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: BUCKET, Key: 'aborted-not' }))
  assert.equal((await Body?.transformToByteArray())?.length, file.length)
  assert.deepEqual(await keys('aborted/'), [])
})
