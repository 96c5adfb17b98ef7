import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  ListKeysCommand,
  paginateListKeys,
  ScheduleKeyDeletionCommand,
  UpdateKeyDescriptionCommand,
  type KeyMetadata,
} from '@aws-sdk/client-kms'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCOUNT, REGION } from '../servers.ts'
import { KEY_ARN, kmsBench, NO_KEY_ID, refused } from './kms-bench.ts'

const { kms, server, move } = await kmsBench()
const DAY_MS = 86_400_000

async function newKey(input: ConstructorParameters<typeof CreateKeyCommand>[0] = {}): Promise<KeyMetadata> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(input))
  assert.ok(KeyMetadata)
  return KeyMetadata
}

async function described(KeyId: string | undefined): Promise<KeyMetadata> {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }))
  assert.ok(KeyMetadata)
  return KeyMetadata
}

test('CreateKey makes a symmetric key unless told otherwise, and DescribeKey shows it by every name', async () => {
  const made = await newKey({ Description: 'for photos' })
  assert.match(made.Arn ?? '', KEY_ARN)
  const { KeyId, Arn, CreationDate, CurrentKeyMaterialId, ...rest } = made
  assert.deepEqual(rest, {
    AWSAccountId: ACCOUNT,
    Enabled: true,
    Description: 'for photos',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: 'Enabled',
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
  })
  assert.ok(CreationDate instanceof Date && Math.abs(CreationDate.getTime() - Date.now()) < 600_000)
  assert.match(CurrentKeyMaterialId ?? '', /^[0-9a-f]{64}$/)
  assert.ok(Arn?.endsWith(`:key/${KeyId}`))
  for (const name of [KeyId, Arn]) assert.deepEqual(await described(name), made)
})

test('texts that name no key are told apart as AWS tells them apart', async () => {
  const arn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${NO_KEY_ID}`
  const none = (KeyId: string, words: string) =>
    refused(kms.send(new DescribeKeyCommand({ KeyId })), 'NotFoundException', words)
  await none(NO_KEY_ID, `Key '${arn}' does not exist`)
  await none(arn, `Key '${arn}' does not exist`)
  await none('fake-key-id', `Invalid keyId 'fake-key-id'`)
  await none(arn.replace(REGION, 'ap-southeast-1'), 'Invalid arn ap-southeast-1')
  await none('alias/none', `Alias arn:aws:kms:${REGION}:${ACCOUNT}:alias/none is not found.`)
  await none(
    `mrk-${'d3b95762'.repeat(4)}`,
    `Key 'arn:aws:kms:${REGION}:${ACCOUNT}:key/mrk-${'d3b95762'.repeat(4)}' does not exist`,
  )
})

test('a key is disabled, says so to who would use it, and is enabled again; both twice change nothing', async () => {
  const { KeyId, Arn } = await newKey()
  const encrypt = () => kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }))
  for (let twice = 0; twice < 2; twice++) await kms.send(new DisableKeyCommand({ KeyId }))
  const { Enabled, KeyState } = await described(KeyId)
  assert.deepEqual([Enabled, KeyState], [false, 'Disabled'])
  await refused(encrypt(), 'DisabledException', `${Arn} is disabled.`)
  for (let twice = 0; twice < 2; twice++) await kms.send(new EnableKeyCommand({ KeyId: Arn }))
  assert.equal((await described(KeyId)).KeyState, 'Enabled')
  assert.ok((await encrypt()).CiphertextBlob)
})

test('UpdateKeyDescription changes the description, also to nothing', async () => {
  const { KeyId } = await newKey({ Description: 'one' })
  await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: 'two' }))
  assert.equal((await described(KeyId)).Description, 'two')
  await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: '' }))
  assert.equal((await described(KeyId)).Description, '')
})

test('a deletion is scheduled, seen, refused to who would use the key, cancelled, and gone when it falls due', async () => {
  const { KeyId, Arn } = await newKey()
  const scheduled = await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
  assert.deepEqual([scheduled.KeyId, scheduled.KeyState, scheduled.PendingWindowInDays], [Arn, 'PendingDeletion', 7])
  const seen = await described(KeyId)
  assert.deepEqual([seen.Enabled, seen.KeyState], [false, 'PendingDeletion'])
  assert.deepEqual(seen.DeletionDate, scheduled.DeletionDate)
  const pending = `${Arn} is pending deletion.`
  await refused(kms.send(new EnableKeyCommand({ KeyId })), 'KMSInvalidStateException', pending)
  await refused(kms.send(new ScheduleKeyDeletionCommand({ KeyId })), 'KMSInvalidStateException', pending)
  const use = kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }))
  await refused(use, 'KMSInvalidStateException', pending)
  assert.equal((await kms.send(new CancelKeyDeletionCommand({ KeyId }))).KeyId, Arn)
  assert.equal((await described(KeyId)).KeyState, 'Disabled')
  const none = kms.send(new CancelKeyDeletionCommand({ KeyId }))
  await refused(none, 'KMSInvalidStateException', `${Arn} is not pending deletion.`)
  const again = await kms.send(new ScheduleKeyDeletionCommand({ KeyId }))
  assert.equal(again.PendingWindowInDays, 30)
  const days = ((again.DeletionDate?.getTime() ?? 0) - Date.now()) / DAY_MS
  assert.ok(Math.abs(days - 30) < 0.1, String(days))
})

test('ListKeys goes through pages of any size, each key once, in one order', async () => {
  for (let made = 0; made < 5; made++) await newKey()
  const all = (await kms.send(new ListKeysCommand({}))).Keys ?? []
  assert.ok(all.length >= 5)
  for (const { KeyId, KeyArn } of all) assert.ok(KeyArn?.endsWith(`:key/${KeyId}`))
  for (const Limit of [1, 2, 1000]) {
    const listed: (string | undefined)[] = []
    for await (const page of paginateListKeys({ client: kms, pageSize: Limit }, {})) {
      assert.ok((page.Keys?.length ?? 0) <= Limit)
      assert.equal(page.Truncated, page.NextMarker !== undefined)
      listed.push(...(page.Keys ?? []).map(({ KeyId }) => KeyId))
    }
    assert.deepEqual(
      listed,
      all.map(({ KeyId }) => KeyId),
      `pages of ${Limit}`,
    )
  }
})

test('a marker that no list can have given is refused', async () => {
  for (const Marker of ['no key id!', 'alias/a', '../x', '00000000000000000001/a', 'x'.repeat(1024)]) {
    await refused(kms.send(new ListKeysCommand({ Limit: 1, Marker })), 'InvalidMarkerException')
  }
})

test('every answer carries the id under which the audit has its record', async () => {
  const { $metadata } = await kms.send(new CreateKeyCommand({}))
  const { requestId } = $metadata
  assert.ok(requestId)
  const { audit } = server.rooms
  await audit.flush()
  const found = (await audit.search({ limit: 1_000 })).filter((record) => record.requestId === requestId)
  assert.deepEqual(
    found.map(({ action }) => action),
    ['kms:CreateKey'],
  )
})

test('a deletion can be cancelled until it falls due', async () => {
  const { KeyId } = await newKey()
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
  move(6.9 * DAY_MS)
  assert.equal((await described(KeyId)).KeyState, 'PendingDeletion')
  await kms.send(new CancelKeyDeletionCommand({ KeyId }))
  assert.equal((await described(KeyId)).KeyState, 'Disabled')
})
