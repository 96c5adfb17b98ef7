import {
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyRotationStatusCommand,
  ListKeyRotationsCommand,
  paginateListKeyRotations,
  ReEncryptCommand,
  RotateKeyOnDemandCommand,
} from '@aws-sdk/client-kms'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kmsBench, refused } from './kms-bench.ts'

const { kms, newKey, server, move } = await kmsBench()
const DAY_MS = 86_400_000

async function current(KeyId: string): Promise<string | undefined> {
  return (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.CurrentKeyMaterialId
}

test('rotation is switched on, shown, changed and switched off', async () => {
  const { id: KeyId, arn } = await newKey()
  const status = () => kms.send(new GetKeyRotationStatusCommand({ KeyId }))
  const off = await status()
  assert.deepEqual([off.KeyRotationEnabled, off.KeyId, off.RotationPeriodInDays], [false, arn, undefined])
  await kms.send(new EnableKeyRotationCommand({ KeyId }))
  const on = await status()
  assert.deepEqual([on.KeyRotationEnabled, on.RotationPeriodInDays], [true, 365])
  const days = ((on.NextRotationDate?.getTime() ?? 0) - Date.now()) / DAY_MS
  assert.ok(Math.abs(days - 365) < 1, String(days))
  await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }))
  assert.equal((await status()).RotationPeriodInDays, 90)
  await kms.send(new DisableKeyRotationCommand({ KeyId }))
  assert.equal((await status()).KeyRotationEnabled, false)
})

test('a key rotates when its time has come, and on demand besides; what was sealed before still opens', async () => {
  const { id: KeyId, arn } = await newKey()
  const sealed = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('before') }))
  const first = await current(KeyId)
  await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }))
  move(91 * DAY_MS)
  await server.rooms.keys.rotateDueKeys(100)
  const second = await current(KeyId)
  assert.notEqual(second, first)
  assert.equal((await kms.send(new RotateKeyOnDemandCommand({ KeyId }))).KeyId, arn)
  const third = await current(KeyId)
  assert.notEqual(third, second)
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }))
  assert.equal(Buffer.from(opened.Plaintext ?? []).toString(), 'before')
  assert.equal(opened.KeyMaterialId, first)
  const moved = await kms.send(new ReEncryptCommand({ CiphertextBlob: sealed.CiphertextBlob, DestinationKeyId: KeyId }))
  assert.deepEqual([moved.SourceKeyMaterialId, moved.DestinationKeyMaterialId], [first, third])
  const { Rotations = [] } = await kms.send(new ListKeyRotationsCommand({ KeyId }))
  assert.deepEqual(
    Rotations.map(({ KeyMaterialId, RotationType }) => [KeyMaterialId, RotationType]).toSorted(),
    [
      [second, 'AUTOMATIC'],
      [third, 'ON_DEMAND'],
    ].toSorted(),
  )
  for (const { KeyId: named, RotationDate } of Rotations) assert.ok(named === arn && RotationDate instanceof Date)
  const { Rotations: all = [] } = await kms.send(
    new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }),
  )
  assert.deepEqual(
    new Map(all.map(({ KeyMaterialId, KeyMaterialState }) => [KeyMaterialId, KeyMaterialState])),
    new Map([
      [first, 'NON_CURRENT'],
      [second, 'NON_CURRENT'],
      [third, 'CURRENT'],
    ]),
  )
  const paged: (string | undefined)[] = []
  for await (const page of paginateListKeyRotations({ client: kms, pageSize: 1 }, { KeyId })) {
    paged.push(...(page.Rotations ?? []).map(({ KeyMaterialId }) => KeyMaterialId))
  }
  assert.deepEqual(
    paged,
    Rotations.map(({ KeyMaterialId }) => KeyMaterialId),
  )
})

test('a key rotates on demand 25 times in its life', async () => {
  const { id: KeyId } = await newKey()
  for (let times = 0; times < 25; times++) {
    move(DAY_MS)
    await kms.send(new RotateKeyOnDemandCommand({ KeyId }))
  }
  move(DAY_MS)
  await refused(kms.send(new RotateKeyOnDemandCommand({ KeyId })), 'LimitExceededException')
})

test('keys that do not rotate: disabled ones, those of MACs and signatures, imported ones by themselves', async () => {
  const disabled = await newKey()
  await kms.send(new DisableKeyCommand({ KeyId: disabled.id }))
  await refused(kms.send(new EnableKeyRotationCommand({ KeyId: disabled.id })), 'DisabledException')
  await refused(kms.send(new RotateKeyOnDemandCommand({ KeyId: disabled.id })), 'DisabledException')
  assert.equal((await kms.send(new GetKeyRotationStatusCommand({ KeyId: disabled.id }))).KeyRotationEnabled, false)
  for (const input of [
    { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' } as const,
    { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } as const,
  ]) {
    const { id: KeyId } = await newKey(input)
    await refused(kms.send(new EnableKeyRotationCommand({ KeyId })), 'UnsupportedOperationException')
    await refused(kms.send(new RotateKeyOnDemandCommand({ KeyId })), 'UnsupportedOperationException')
  }
  const { id: KeyId } = await newKey({ Origin: 'EXTERNAL' })
  await refusedAsAny(kms.send(new EnableKeyRotationCommand({ KeyId })), [
    'UnsupportedOperationException',
    'KMSInvalidStateException',
  ])
})

async function refusedAsAny(asked: Promise<unknown>, types: readonly string[]): Promise<void> {
  const error: unknown = await asked.then(
    () => assert.fail('it was accepted'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof Error && types.includes(error.name), String(error))
}
