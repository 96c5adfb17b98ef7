/** Huawei Cloud KMS over REST, as the vendor's own signer signs it. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { kmsBench } from '../kms/kms-bench.ts'
import { ACCOUNT, REGION } from '../servers.ts'
import { huawei, huaweiRequest, recordOf, sendRaw, textOf, type Members } from './vendor-clients.ts'

const { server } = await kmsBench()
const kms = huawei(server)
let made = 0

async function newKeyId(input: Members = {}): Promise<string> {
  const { key_info } = await kms.done('create-key', { key_alias: `key-${++made}`, ...input })
  return textOf(recordOf(key_info), 'key_id')
}

async function refused(operation: string, input: Members, status: number, code: string): Promise<void> {
  const answer = await sendRaw(server, huaweiRequest(server, operation, input))
  const { error_code, error_msg } = recordOf(answer.members['error'])
  assert.deepEqual([answer.status, error_code], [status, code], `${operation} ${JSON.stringify(input)}: ${answer.text}`)
  assert.equal(typeof error_msg, 'string')
  assert.match(String(answer.headers['x-request-id']), /^\S{8,}$/)
}

async function info(key_id: string): Promise<Members> {
  return recordOf((await kms.done('describe-key', { key_id }))['key_info'])
}

test('create-key and describe-key: numbers and times are texts, the alias stands bare', async () => {
  const key_id = await newKeyId({ key_alias: 'photos', key_description: 'for photos' })
  const shown = await info(key_id)
  assert.match(textOf(shown, 'creation_date'), /^\d{13}$/)
  assert.deepEqual(
    { ...shown, creation_date: '' },
    {
      ...{ key_id, domain_id: ACCOUNT, key_alias: 'photos', realm: REGION, key_spec: 'AES_256' },
      ...{ key_usage: 'ENCRYPT_DECRYPT', key_description: 'for photos', creation_date: '' },
      ...{ scheduled_deletion_date: '', key_state: '2', default_key_flag: '0', key_type: '1', origin: 'kms' },
      key_rotation_enabled: 'false',
    },
  )
  for (const name of ['alias/photos', `${REGION}:${ACCOUNT}:key/${key_id}`]) assert.deepEqual(await info(name), shown)
  await refused('create-key', { key_alias: 'photos' }, 400, 'KMS.1104')
  await refused('create-key', { key_alias: 'own/no good' }, 400, 'KMS.1101')
  await refused('create-key', {}, 400, 'KMS.0204')
  await refused('create-key', { key_alias: 'rsa', key_spec: 'RSA_2048' }, 400, 'KMS.0308')
})

test('a refused alias leaves no key behind', async () => {
  const before = (await kms.done('list-keys'))['total']
  await refused('create-key', { key_alias: 'photos' }, 400, 'KMS.1104')
  assert.equal((await kms.done('list-keys'))['total'], before)
})

test('list-keys in parts, in details and by state', async () => {
  const disabled = await newKeyId()
  await kms.done('disable-key', { key_id: disabled })
  const ids: unknown[] = []
  let marker: string | undefined
  for (;;) {
    const page = await kms.done('list-keys', { limit: '1', ...(marker === undefined ? {} : { marker }) })
    assert.ok(Array.isArray(page['keys']) && Array.isArray(page['key_details']))
    assert.deepEqual(
      page['keys'],
      page['key_details'].map((detail) => recordOf(detail)['key_id']),
    )
    ids.push(...page['keys'])
    if (page['truncated'] === 'false') break
    assert.equal(page['truncated'], 'true')
    marker = textOf(page, 'next_marker')
  }
  assert.equal(new Set(ids).size, (await kms.done('list-keys'))['total'])
  assert.ok(ids.includes(disabled))
  const off = await kms.done('list-keys', { key_state: '3' })
  assert.deepEqual([off['keys'], off['total']], [[disabled], 1])
  assert.deepEqual((await kms.done('list-keys', { key_state: '1' }))['keys'], [])
  await refused('list-keys', { key_state: '9' }, 400, 'KMS.0308')
})

test('data keys travel in upper-case hexadecimal, with their digest when they come back', async () => {
  const key_id = await newKeyId()
  const encryption_context = { purpose: 'test' }
  const one = await kms.done('create-datakey', { key_id, datakey_length: '512', encryption_context })
  assert.equal(one['key_id'], key_id)
  const plain = textOf(one, 'plain_text')
  assert.match(plain, /^[0-9A-F]{128}$/)
  const cipher_text = textOf(one, 'cipher_text')
  assert.match(cipher_text, /^(?:[0-9A-F]{2})+$/)
  const asked = { key_id, cipher_text, datakey_cipher_length: '64' }
  assert.deepEqual(await kms.done('decrypt-datakey', { ...asked, encryption_context }), {
    data_key: plain,
    datakey_length: '64',
    datakey_dgst: createHash('sha256').update(Buffer.from(plain, 'hex')).digest('hex').toUpperCase(),
  })
  await refused('decrypt-datakey', asked, 400, 'KMS.0205')
  const other = await newKeyId()
  await refused('decrypt-datakey', { ...asked, key_id: other, encryption_context }, 400, 'KMS.0205')
  const hidden = await kms.done('create-datakey-without-plaintext', { key_id, key_spec: 'AES_256' })
  assert.deepEqual(Object.keys(hidden).sort(), ['cipher_text', 'key_id'])
  const found = await kms.done('decrypt-datakey', { ...asked, cipher_text: hidden['cipher_text'] })
  assert.equal(found['datakey_length'], '32')
  await refused('create-datakey', { key_id, datakey_length: '9' }, 400, 'KMS.1901')
  await refused('create-datakey', { key_id }, 400, 'KMS.0204')
})

test('a data key of the client’s own is wrapped when its digest is right', async () => {
  const key_id = await newKeyId()
  const key = randomBytes(64)
  const digest = createHash('sha256').update(key).digest()
  const plain_text = Buffer.concat([key, digest]).toString('hex')
  const wrapped = await kms.done('encrypt-datakey', { key_id, plain_text, datakey_plain_length: '64' })
  assert.deepEqual([wrapped['key_id'], wrapped['datakey_length']], [key_id, '64'])
  const asked = { key_id, cipher_text: wrapped['cipher_text'], datakey_cipher_length: '64' }
  assert.equal((await kms.done('decrypt-datakey', asked))['data_key'], key.toString('hex').toUpperCase())
  const wrong = Buffer.concat([key, randomBytes(32)]).toString('hex')
  await refused('encrypt-datakey', { key_id, plain_text: wrong, datakey_plain_length: '64' }, 400, 'KMS.2101')
  await refused('encrypt-datakey', { key_id, plain_text, datakey_plain_length: '63' }, 400, 'KMS.1902')
})

test('small data is text', async () => {
  const key_id = await newKeyId()
  const encryption_context = { a: 'b' }
  const sealed = await kms.done('encrypt-data', { key_id, plain_text: 'schön', encryption_context })
  assert.equal(sealed['key_id'], key_id)
  const opened = await kms.done('decrypt-data', { cipher_text: sealed['cipher_text'], encryption_context })
  const plain_text_base64 = Buffer.from('schön').toString('base64')
  assert.deepEqual(opened, { key_id, plain_text: 'schön', plain_text_base64 })
  await refused('decrypt-data', { cipher_text: sealed['cipher_text'] }, 400, 'KMS.0205')
  await refused('encrypt-data', { key_id, plain_text: 'x'.repeat(4_097) }, 400, 'KMS.2101')
  await refused('encrypt-data', { key_id, plain_text: 'x', encryption_context: { a: 1 } }, 400, 'KMS.0208')
  assert.match(textOf(await kms.done('gen-random', { random_data_length: '512' }), 'random_data'), /^[0-9A-F]{128}$/)
})

test('a key is disabled, enabled, scheduled for deletion and kept; it comes back disabled', async () => {
  const key_id = await newKeyId()
  assert.deepEqual(await kms.done('disable-key', { key_id }), { key_info: { key_id, key_state: '3' } })
  await refused('create-datakey', { key_id, datakey_length: '256' }, 400, 'KMS.0209')
  assert.deepEqual(await kms.done('enable-key', { key_id }), { key_info: { key_id, key_state: '2' } })
  await refused('cancel-key-deletion', { key_id }, 400, 'KMS.1501')
  await refused('schedule-key-deletion', { key_id, pending_days: '6' }, 400, 'KMS.1401')
  await refused('schedule-key-deletion', { key_id, pending_days: '1097' }, 400, 'KMS.1401')
  assert.deepEqual(await kms.done('schedule-key-deletion', { key_id, pending_days: '1096' }), {
    ...{ key_id, key_state: '4' },
  })
  assert.match(textOf(await info(key_id), 'scheduled_deletion_date'), /^\d{13}$/)
  await refused('schedule-key-deletion', { key_id, pending_days: '7' }, 400, 'KMS.1402')
  await refused('create-datakey', { key_id, datakey_length: '256' }, 400, 'KMS.0210')
  assert.deepEqual(await kms.done('cancel-key-deletion', { key_id }), { key_id, key_state: '3' })
})

test('rotation is switched on, told and switched off', async () => {
  const key_id = await newKeyId()
  const status = (): Promise<Members> => kms.done('get-key-rotation-status', { key_id })
  const off = { key_rotation_enabled: false, rotation_interval: 365, last_rotation_time: '', number_of_rotations: 0 }
  assert.deepEqual(await status(), off)
  assert.deepEqual(await kms.done('enable-key-rotation', { key_id }), {})
  assert.deepEqual(await status(), { ...off, key_rotation_enabled: true })
  await kms.done('update-key-rotation-interval', { key_id, rotation_interval: 90 })
  assert.deepEqual(await status(), { ...off, key_rotation_enabled: true, rotation_interval: 90 })
  await refused('update-key-rotation-interval', { key_id, rotation_interval: 366 }, 400, 'KMS.0312')
  await kms.done('disable-key-rotation', { key_id })
  assert.deepEqual(await status(), off)
})

test('what cannot be done has the vendor’s codes', async () => {
  const key_id = await newKeyId()
  await refused('describe-key', { key_id: '11111111-2222-4333-8444-555555555555' }, 404, 'KMS.0207')
  await refused('describe-key', { key_id, sequence: 'short' }, 400, 'KMS.0206')
  await refused('sign', { key_id }, 501, 'KMS.0105')
  const good = huaweiRequest(server, 'describe-key', { key_id })
  const unknown = await sendRaw(server, huaweiRequest(server, 'fly', { key_id }))
  assert.deepEqual([unknown.status, recordOf(unknown.members['error'])['error_code']], [404, 'APIGW.0101'])
  const nobody = await sendRaw(server, { ...good, headers: { 'x-sdk-date': '20260115T083000Z' } })
  assert.deepEqual([nobody.status, nobody.members['error_code']], [401, 'APIGW.0301'])
  assert.equal(nobody.members['request_id'], nobody.headers['x-request-id'])
})
