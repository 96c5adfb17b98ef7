import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer, KeyDescription } from '../../operations/index.ts'
import { SecretBytes } from '../../secrets/index.ts'
import { encodeKms } from './encode.ts'

const ARN = 'arn:aws:kms:us-east-1:000000000001:key/3f2a9c1e-0000-4000-8000-000000000000'
const MATERIAL = 'cd'.repeat(32)
const CREATED_MS = 1_700_000_000_250

function encoded(kind: string, result: unknown, operation: object = {}) {
  // Answers come from the engine, which its own types check; here each is what a test says.
  const answer = { operation: { kind, ...operation }, result } as unknown as Answer
  const { status, headers, body } = encodeKms(answer, { requestId: 'R1', method: 'POST', resource: '/' })
  assert.equal(status, 200)
  assert.equal(new Map(headers).get('x-amzn-RequestId'), 'R1')
  assert.ok(body instanceof Uint8Array)
  const text = Buffer.from(body).toString('utf8')
  const value: unknown = text === '' ? undefined : JSON.parse(text)
  return value
}

function key(more: Partial<KeyDescription> = {}): object {
  return {
    keyId: '3f2a9c1e-0000-4000-8000-000000000000',
    arn: ARN,
    account: '000000000001',
    region: 'us-east-1',
    state: 'enabled',
    description: 'd',
    createdMs: CREATED_MS,
    manager: 'customer',
    origin: 'coffer',
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    aliases: [],
    version: 1,
    materialId: MATERIAL,
    ...more,
  }
}

const SYMMETRIC = {
  AWSAccountId: '000000000001',
  KeyId: '3f2a9c1e-0000-4000-8000-000000000000',
  Arn: ARN,
  CreationDate: 1_700_000_000.25,
  Enabled: true,
  Description: 'd',
  KeyUsage: 'ENCRYPT_DECRYPT',
  KeyState: 'Enabled',
  Origin: 'AWS_KMS',
  KeyManager: 'CUSTOMER',
  CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
  KeySpec: 'SYMMETRIC_DEFAULT',
  EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
  MultiRegion: false,
  CurrentKeyMaterialId: MATERIAL,
}

test('KeyMetadata has what applies to the key, and nothing that is null', () => {
  const shown = (more: Partial<KeyDescription> = {}) => encoded('describe-key', { key: key(more) })
  assert.deepEqual(shown(), { KeyMetadata: SYMMETRIC })
  assert.deepEqual(shown({ state: 'pending-deletion', deletionMs: 1_800_000_000_000 }), {
    KeyMetadata: { ...SYMMETRIC, Enabled: false, KeyState: 'PendingDeletion', DeletionDate: 1_800_000_000 },
  })
  const { EncryptionAlgorithms, CurrentKeyMaterialId, ...rest } = SYMMETRIC
  assert.ok(EncryptionAlgorithms.length > 0 && CurrentKeyMaterialId.length > 0)
  const hmac = { ...key({ spec: 'HMAC_384', usage: 'GENERATE_VERIFY_MAC' }), materialId: undefined }
  assert.deepEqual(encoded('create-key', { key: hmac }), {
    KeyMetadata: {
      ...rest,
      KeyUsage: 'GENERATE_VERIFY_MAC',
      KeySpec: 'HMAC_384',
      CustomerMasterKeySpec: 'HMAC_384',
      MacAlgorithms: ['HMAC_SHA_384'],
    },
  })
  const waiting = { ...key({ origin: 'external', state: 'pending-import', version: 0 }), materialId: undefined }
  assert.deepEqual(encoded('describe-key', { key: waiting }), {
    KeyMetadata: { ...rest, EncryptionAlgorithms, Enabled: false, KeyState: 'PendingImport', Origin: 'EXTERNAL' },
  })
  assert.deepEqual(shown({ origin: 'external' }), {
    KeyMetadata: { ...SYMMETRIC, Origin: 'EXTERNAL', ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' },
  })
  assert.deepEqual(shown({ origin: 'external', expiryMs: 1_900_000_000_000 }), {
    KeyMetadata: {
      ...SYMMETRIC,
      Origin: 'EXTERNAL',
      ExpirationModel: 'KEY_MATERIAL_EXPIRES',
      ValidTo: 1_900_000_000,
    },
  })
})

test('operations that answer nothing answer an empty body', () => {
  for (const kind of ['enable-key', 'disable-key', 'update-key-description', 'set-key-rotation']) {
    assert.equal(encoded(kind, { key: key() }), undefined, kind)
  }
  for (const kind of ['set-alias', 'remove-alias', 'put-key-policy', 'revoke-grant', 'retire-grant', 'tag-key']) {
    assert.equal(encoded(kind, undefined), undefined, kind)
  }
})

test('a plaintext goes into its answer, and nowhere else: its bytes are wiped', () => {
  const plaintext = new SecretBytes(Buffer.from('0123456789abcdef'))
  const result = { plaintext, ciphertext: Buffer.from('wrapped'), keyArn: ARN, materialId: MATERIAL }
  assert.deepEqual(encoded('generate-data-key', result), {
    CiphertextBlob: Buffer.from('wrapped').toString('base64'),
    Plaintext: Buffer.from('0123456789abcdef').toString('base64'),
    KeyId: ARN,
    KeyMaterialId: MATERIAL,
  })
  assert.throws(() => plaintext.length, /wiped/)
})

test('lists say whether they go on', () => {
  const one = { keys: [{ keyId: 'a', arn: ARN }] }
  assert.deepEqual(encoded('list-keys', one), { Keys: [{ KeyId: 'a', KeyArn: ARN }], Truncated: false })
  assert.deepEqual(encoded('list-keys', { ...one, next: 'm' }), {
    Keys: [{ KeyId: 'a', KeyArn: ARN }],
    Truncated: true,
    NextMarker: 'm',
  })
  assert.deepEqual(encoded('list-aliases', { aliases: [{ alias: 'alias/aws/s3', arn: 'arn' }] }), {
    Aliases: [{ AliasName: 'alias/aws/s3', AliasArn: 'arn' }],
    Truncated: false,
  })
})

test('a grant is shown with its party, its terms, and without its token', () => {
  const grant = {
    keyArn: ARN,
    grantId: 'g',
    createdMs: CREATED_MS,
    grantee: { kind: 'service', name: 'svc.example.com' },
    retiring: { kind: 'principal', arn: 'arn:aws:iam::000000000001:user/a' },
    issuer: '000000000001',
    operations: ['Decrypt'],
    constraints: { contextSubset: { a: 'b' } },
    token: 'never shown',
  }
  assert.deepEqual(encoded('list-grants', { grants: [grant] }), {
    Grants: [
      {
        KeyId: ARN,
        GrantId: 'g',
        Name: '',
        CreationDate: 1_700_000_000.25,
        GranteeServicePrincipal: 'svc.example.com',
        RetiringPrincipal: 'arn:aws:iam::000000000001:user/a',
        IssuingAccount: 'arn:aws:iam::000000000001:root',
        Operations: ['Decrypt'],
        Constraints: { EncryptionContextSubset: { a: 'b' } },
      },
    ],
    Truncated: false,
  })
})

test('a generation of material shows its state when all were asked for', () => {
  const materials = [
    { materialId: MATERIAL, state: 'current', rotation: { atMs: CREATED_MS, type: 'on-demand' } },
    { materialId: 'ab', state: 'pending-rotation', imported: 'imported', validToMs: 2_000, description: 'x' },
  ]
  const result = { keyArn: ARN, materials }
  const rotated = { KeyId: ARN, KeyMaterialId: MATERIAL, RotationDate: 1_700_000_000.25, RotationType: 'ON_DEMAND' }
  const imported = {
    KeyId: ARN,
    KeyMaterialId: 'ab',
    KeyMaterialDescription: 'x',
    ImportState: 'IMPORTED',
    ExpirationModel: 'KEY_MATERIAL_EXPIRES',
    ValidTo: 2,
  }
  assert.deepEqual(encoded('list-key-rotations', result, { everything: false }), {
    Rotations: [rotated, imported],
    Truncated: false,
  })
  assert.deepEqual(encoded('list-key-rotations', result, { everything: true }), {
    Rotations: [
      { ...rotated, KeyMaterialState: 'CURRENT' },
      { ...imported, KeyMaterialState: 'PENDING_ROTATION' },
    ],
    Truncated: false,
  })
})

test('an operation of another room has no answer here', () => {
  assert.throws(() => encoded('put-object', {}), /no operation of KMS/)
})
