/**
 * Every operation on keys through every vendor's face needs its right, named as that vendor names it: with the one right it
 * goes, with all others it does not, and the audit log says who did what (OBSA-39, OSS-74).
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { kmsBench } from '../kms/kms-bench.ts'
import { ROOT_CALLER } from '../obs/obs-keys.ts'
import { alibabaAcs3, huawei, tencent, type KeyClient, type KeyClientOptions, type Members } from './vendor-clients.ts'

const { server } = await kmsBench()
const { people, keys } = server.rooms
const BY_ROOT = { caller: ROOT_CALLER, requestId: 'test' }

type Grammar = 'ram' | 'huawei' | 'cam'

function documentOf(grammar: Grammar, actions: readonly string[]): string {
  switch (grammar) {
    case 'ram':
      return JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] })
    case 'huawei':
      return JSON.stringify({ Version: '1.1', Statement: [{ Effect: 'Allow', Action: actions }] })
    case 'cam':
      return JSON.stringify({ version: '2.0', statement: [{ effect: 'allow', action: actions, resource: '*' }] })
  }
}

async function setRights(name: string, grammar: Grammar, actions: readonly string[]): Promise<void> {
  const policyName = 'rights'
  if (actions.length === 0) {
    await people.perform(BY_ROOT, { kind: 'delete-user-policy', name, policyName }).catch(() => undefined)
    return
  }
  const document = documentOf(grammar, actions)
  await people.perform(BY_ROOT, { kind: 'put-user-policy', name, policyName, document, grammar })
}

async function newUser(name: string): Promise<KeyClientOptions> {
  await people.perform(BY_ROOT, { kind: 'create-user', name, tags: {} })
  const made = await people.perform(BY_ROOT, { kind: 'create-access-key', name })
  const secretAccessKey = made.secret.expose((bytes) => Buffer.from(bytes).toString('utf8'))
  return { accessKeyId: made.accessKeyId, secretAccessKey }
}

/** A call, and the one right that it takes. `input`: made anew for each call. */
interface Case {
  readonly action: string
  readonly right: string | readonly string[]
  readonly input: () => Members | Promise<Members>
}

async function newKey(more: { readonly pending?: true; readonly disabled?: true } = {}): Promise<string> {
  const { keyId } = await keys.createKey(BY_ROOT, { description: '' })
  if (more.disabled === true) await keys.disableKey(BY_ROOT, keyId)
  if (more.pending === true) await keys.scheduleDeletion(BY_ROOT, keyId, 7)
  return keyId
}

const shared = await newKey()
const sealed = await keys.uses['generate-data-key'](BY_ROOT, { key: shared, sizeBytes: 32, context: {} })
const blob = Buffer.from(sealed.ciphertext)
let names = 0

const ALIBABA: readonly Case[] = [
  { action: 'ListKeys', right: 'kms:ListKeys', input: () => ({}) },
  { action: 'ListAliases', right: 'kms:ListAliases', input: () => ({}) },
  {
    action: 'ListAliasesByKeyId',
    right: ['kms:ListAliasesByKeyId', 'kms:DescribeKey'],
    input: () => ({ KeyId: shared }),
  },
  { action: 'DescribeKey', right: 'kms:DescribeKey', input: () => ({ KeyId: shared }) },
  { action: 'CreateKey', right: 'kms:CreateKey', input: () => ({}) },
  {
    action: 'CreateAlias',
    right: 'kms:CreateAlias',
    input: () => ({ KeyId: shared, AliasName: `alias/n${++names}` }),
  },
  { action: 'GenerateDataKey', right: 'kms:GenerateDataKey', input: () => ({ KeyId: shared }) },
  {
    action: 'GenerateDataKeyWithoutPlaintext',
    right: 'kms:GenerateDataKeyWithoutPlaintext',
    input: () => ({ KeyId: shared }),
  },
  { action: 'Encrypt', right: 'kms:Encrypt', input: () => ({ KeyId: shared, Plaintext: 'AAAA' }) },
  { action: 'Decrypt', right: 'kms:Decrypt', input: () => ({ CiphertextBlob: blob.toString('base64') }) },
  { action: 'EnableKey', right: 'kms:EnableKey', input: () => ({ KeyId: shared }) },
  { action: 'DisableKey', right: 'kms:DisableKey', input: async () => ({ KeyId: await newKey() }) },
  {
    action: 'ScheduleKeyDeletion',
    right: 'kms:ScheduleKeyDeletion',
    input: async () => ({ KeyId: await newKey(), PendingWindowInDays: 7 }),
  },
  {
    action: 'CancelKeyDeletion',
    right: 'kms:CancelKeyDeletion',
    input: async () => ({ KeyId: await newKey({ pending: true }) }),
  },
]

const DATA_KEY = Buffer.alloc(32, 7)
const CHECKED = Buffer.concat([DATA_KEY, createHash('sha256').update(DATA_KEY).digest()]).toString('hex')

const HUAWEI: readonly Case[] = [
  { action: 'create-key', right: 'kms:cmk:create', input: () => ({ key_alias: `h${++names}` }) },
  { action: 'list-keys', right: 'kms:cmk:list', input: () => ({}) },
  { action: 'describe-key', right: 'kms:cmk:get', input: () => ({ key_id: shared }) },
  { action: 'enable-key', right: 'kms:cmk:enable', input: () => ({ key_id: shared }) },
  { action: 'disable-key', right: 'kms:cmk:disable', input: async () => ({ key_id: await newKey() }) },
  { action: 'create-datakey', right: 'kms:dek:create', input: () => ({ key_id: shared, datakey_length: '256' }) },
  {
    action: 'create-datakey-without-plaintext',
    right: 'kms:dek:create',
    input: () => ({ key_id: shared, datakey_length: '256' }),
  },
  {
    action: 'encrypt-datakey',
    right: 'kms:dek:crypto',
    input: () => ({ key_id: shared, plain_text: CHECKED, datakey_plain_length: '32' }),
  },
  {
    action: 'decrypt-datakey',
    right: 'kms:dek:crypto',
    input: () => ({ key_id: shared, cipher_text: blob.toString('hex'), datakey_cipher_length: '32' }),
  },
  { action: 'encrypt-data', right: 'kms:cmk:crypto', input: () => ({ key_id: shared, plain_text: 'x' }) },
  { action: 'decrypt-data', right: 'kms:cmk:crypto', input: () => ({ cipher_text: blob.toString('base64') }) },
  {
    action: 'schedule-key-deletion',
    right: 'kms:cmk:update',
    input: async () => ({ key_id: await newKey(), pending_days: '7' }),
  },
  {
    action: 'cancel-key-deletion',
    right: 'kms:cmk:update',
    input: async () => ({ key_id: await newKey({ pending: true }) }),
  },
  { action: 'enable-key-rotation', right: 'kms:cmk:enableRotation', input: () => ({ key_id: shared }) },
  { action: 'disable-key-rotation', right: 'kms:cmk:disableRotation', input: () => ({ key_id: shared }) },
  { action: 'get-key-rotation-status', right: 'kms:cmk:get', input: () => ({ key_id: shared }) },
]

const TENCENT: readonly Case[] = [
  { action: 'CreateKey', right: 'kms:CreateKey', input: () => ({ Alias: `t${++names}` }) },
  { action: 'ListKeys', right: 'kms:ListKeys', input: () => ({}) },
  { action: 'DescribeKey', right: 'kms:DescribeKey', input: () => ({ KeyId: shared }) },
  { action: 'GenerateDataKey', right: 'kms:GenerateDataKey', input: () => ({ KeyId: shared, KeySpec: 'AES_256' }) },
  { action: 'Encrypt', right: 'kms:Encrypt', input: () => ({ KeyId: shared, Plaintext: 'AAAA' }) },
  { action: 'Decrypt', right: 'kms:Decrypt', input: () => ({ CiphertextBlob: blob.toString('base64') }) },
  { action: 'EnableKey', right: 'kms:EnableKey', input: () => ({ KeyId: shared }) },
  { action: 'DisableKey', right: 'kms:DisableKey', input: async () => ({ KeyId: await newKey() }) },
  {
    action: 'ScheduleKeyDeletion',
    right: 'kms:ScheduleKeyDeletion',
    input: async () => ({ KeyId: await newKey(), PendingWindowInDays: 7 }),
  },
  {
    action: 'CancelKeyDeletion',
    right: 'kms:CancelKeyDeletion',
    input: async () => ({ KeyId: await newKey({ pending: true }) }),
  },
]

interface Face {
  /** Requirements that it shows. */
  readonly shows: string
  readonly grammar: Grammar
  readonly denied: string
  readonly cases: readonly Case[]
  readonly client: (options: KeyClientOptions) => KeyClient
}

const FACES: Readonly<Record<string, Face>> = {
  alibaba: {
    ...{ shows: 'OSS-74', grammar: 'ram', denied: 'Forbidden.NoPermission', cases: ALIBABA },
    client: (options) => alibabaAcs3(server, options),
  },
  huawei: {
    ...{ shows: 'OBSA-39 OBSB-34 OBSB-35', grammar: 'huawei', denied: 'KMS.0306', cases: HUAWEI },
    client: (options) => huawei(server, options),
  },
  tencent: {
    ...{ shows: 'T-071', grammar: 'cam', denied: 'UnauthorizedOperation', cases: TENCENT },
    client: (options) => tencent(server, options),
  },
}

for (const [vendor, { shows, grammar, denied, cases, client }] of Object.entries(FACES)) {
  test(`${shows} ${vendor}: each operation takes exactly its right`, async () => {
    const name = `${vendor}-user`
    const caller = client(await newUser(name))
    const every = [...new Set(cases.flatMap(({ right }) => right))]
    for (const { action, right, input } of cases) {
      const own = typeof right === 'string' ? [right] : right
      await setRights(name, grammar, own)
      const allowed = await caller.call(action, await input())
      assert.equal(allowed.code, '', `${action} with ${own.join()}: ${allowed.code} ${allowed.message}`)
      const [needed = ''] = own
      await setRights(
        name,
        grammar,
        every.filter((one) => one !== needed),
      )
      const refused = await caller.call(action, await input())
      assert.equal(refused.code, denied, `${action} without ${needed}: ${refused.message}`)
      assert.doesNotMatch(refused.message, /statement|policy/i)
      await setRights(name, grammar, [])
      assert.equal((await caller.call(action, await input())).code, denied, `${action} with nothing`)
    }
  })
}

test('huawei: the right to a key’s rotation is enough to be told of it, and gives nothing more', async () => {
  const name = 'rotation-user'
  const caller = huawei(server, await newUser(name))
  await setRights(name, 'huawei', ['kms:cmk:getRotation'])
  await caller.done('get-key-rotation-status', { key_id: shared })
  assert.equal((await caller.call('describe-key', { key_id: shared })).code, 'KMS.0306')
})

test('a Deny in one vendor’s words holds at every face (T-071)', async () => {
  const name = 'denied-user'
  const credential = await newUser(name)
  const document = JSON.stringify({
    Version: '1',
    Statement: [
      { Effect: 'Allow', Action: 'kms:*', Resource: '*' },
      { Effect: 'Deny', Action: ['kms:Decrypt', 'kms:CreateKey'], Resource: '*' },
    ],
  })
  const put = { kind: 'put-user-policy', name, policyName: 'rights', document, grammar: 'ram' } as const
  await people.perform(BY_ROOT, put)
  const CiphertextBlob = blob.toString('base64')
  const asked = { key_id: shared, cipher_text: blob.toString('hex'), datakey_cipher_length: '32' }
  const [acs3, dew, tc] = [alibabaAcs3(server, credential), huawei(server, credential), tencent(server, credential)]
  assert.equal((await acs3.call('Decrypt', { CiphertextBlob })).code, 'Forbidden.NoPermission')
  assert.equal((await tc.call('Decrypt', { CiphertextBlob })).code, 'UnauthorizedOperation')
  assert.equal((await dew.call('decrypt-datakey', asked)).code, 'KMS.0306')
  assert.equal((await dew.call('decrypt-data', { cipher_text: CiphertextBlob })).code, 'KMS.0306')
  assert.equal((await dew.call('create-key', { key_alias: 'denied' })).code, 'KMS.0306')
  assert.equal((await tc.call('CreateKey', { Alias: 'denied' })).code, 'UnauthorizedOperation')
  await dew.done('encrypt-data', { key_id: shared, plain_text: 'x' })
})

async function auditOf(): Promise<readonly string[]> {
  const { audit } = server.rooms
  await audit.flush()
  return (await audit.search({ limit: 1_000 })).map((record) => JSON.stringify(record))
}

test('every use is in the audit log, by whom, of which key, and without a secret', async () => {
  const plaintext = 'plaintext-canary-7b1f0c52'
  await huawei(server).done('encrypt-data', { key_id: shared, plain_text: plaintext })
  const name = 'audited-user'
  const credential = await newUser(name)
  await tencent(server, credential).call('Decrypt', { CiphertextBlob: blob.toString('base64') })
  const records = await auditOf()
  const done = records.find((one) => one.includes('kms:Encrypt') && one.includes(shared) && one.includes('done'))
  assert.ok(done !== undefined, 'no record of the use')
  const refused = records.find((one) => one.includes('kms:Decrypt') && one.includes(`user/${name}`))
  assert.ok(refused?.includes('refused'), 'no record of the refusal')
  for (const one of records) assert.ok(!one.includes(plaintext))
})
