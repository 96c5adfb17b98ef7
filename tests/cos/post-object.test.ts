/** POST Object of COS: uploads by form. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { replaced, sendForm, type BrowserForm } from '../browser-form.ts'
import { elementText, type RawAnswer } from '../raw-request.ts'
import { cosBench, hostOf, SSE, SSE_KEY_ID } from './cos-bench.ts'

const bench = await cosBench()
const at = await bench.bucket('forms')
const { cos, server } = bench

const post = (key: string, more: Partial<BrowserForm> = {}): Promise<RawAnswer> =>
  sendForm(server, {
    ...{ scheme: 'cos', bucket: at.Bucket, host: hostOf(at) },
    ...more,
    fields: [['key', key], ...(more.fields ?? [])],
  })

async function bytes(Key: string): Promise<string> {
  return (await cos.getObject({ ...at, Key })).Body.toString()
}

test('COS-01 a form is stored, and answers as it was asked to', async () => {
  const answer = await post('a b', {
    fields: [
      ['success_action_status', '201'],
      ['x-cos-meta-who', 'me'],
      ['Content-Type', 'text/plain'],
      ['acl', 'private'],
    ],
  })
  assert.equal(answer.status, 201, answer.text)
  assert.deepEqual([elementText(answer.text, 'Bucket'), elementText(answer.text, 'Key')], [at.Bucket, 'a b'])
  const { headers } = await cos.headObject({ ...at, Key: 'a b' })
  assert.deepEqual(
    [headers?.['x-cos-meta-who'], headers?.['content-type'], await bytes('a b')],
    ['me', 'text/plain', 'the file'],
  )
  const redirected = await post('b', { fields: [['success_action_redirect', 'http://page.example/']] })
  assert.equal(redirected.status, 303)
  assert.match(
    redirected.headers.location ?? '',
    /^http:\/\/page\.example\/\?bucket=forms1-1250000000&key=b&etag=%22[0-9a-f]{32}%22$/,
  )
})

test('COS-01 the rule of the bucket and the fields say how a form is encrypted', async () => {
  const key = await bench.key()
  const kms = await post('kms', {
    fields: [
      [SSE, 'cos/kms'],
      [SSE_KEY_ID, key],
    ],
  })
  assert.deepEqual([kms.status, kms.headers[SSE], kms.headers[SSE_KEY_ID]], [204, 'cos/kms', key], kms.text)
  const customer = Buffer.alloc(32, 7)
  const customers = await post('customer', {
    fields: [
      [`${SSE}-customer-algorithm`, 'AES256'],
      [`${SSE}-customer-key`, customer.toString('base64')],
      [`${SSE}-customer-key-MD5`, createHash('md5').update(customer).digest('base64')],
    ],
  })
  assert.equal(customers.status, 204, customers.text)
  await bench.setRule(at, { SSEAlgorithm: 'AES256' })
  const byRule = await post('rule')
  assert.deepEqual([byRule.status, byRule.headers[SSE]], [204, 'AES256'])
})

test('T-067 what acts is in the policy, though COS does not ask for it', async () => {
  for (const field of [
    'acl',
    'x-cos-acl',
    'x-cos-meta-a',
    SSE,
    'x-cos-storage-class',
    'success_action_redirect',
    'Content-Type',
    'Pic-Operations',
  ]) {
    const widened = await post('widened', { change: (fields) => [[field, 'private'], ...fields] })
    assert.deepEqual([widened.status, widened.code], [403, 'AccessDenied'], field)
  }
  const nothing = await post('nothing', {
    change: (fields) => [
      ['Content-Type', ''],
      ['success_action_redirect', ''],
      ['success_action_status', '200'],
      ...fields,
    ],
  })
  assert.equal(nothing.status, 200, 'an empty field is none')
  assert.equal((await post('widened', { change: replaced('key', 'else') })).status, 403)
  assert.equal((await post('widened', { change: replaced('q-key-time', '1;9999999999') })).status, 403)
  const tampered = await post('widened', { secretAccessKey: 'w'.repeat(40) })
  assert.deepEqual([tampered.status, tampered.code], [403, 'SignatureDoesNotMatch'])
  const bare = await post('widened', { change: (fields) => fields.filter(([name]) => name !== 'policy') })
  assert.equal(bare.status, 400)
  const list = await cos.getBucket({ ...at, Prefix: 'widened' })
  assert.equal(list.Contents.length, 0)
})
