import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headersOf, type RequestView } from '../../http/index.ts'
import { isSecret, operationOf, refusalOf } from './kms-request.fixture.ts'
import { decodeKms, MAX_KMS_BODY_BYTES } from './decode.ts'
import { KMS_REQUESTS, UNSUPPORTED_OPERATIONS } from './request-table.ts'

const ID = '3f2a9c1e-0000-4000-8000-000000000000'
const B64 = (text: string): string => Buffer.from(text).toString('base64')
const BYTES = (text: string): Buffer => Buffer.from(text)
const HEX64 = 'ab'.repeat(32)
const CONTEXT = { tenant: 'a', __proto__x: 'b' }

/** Every operation with every member that it can have, and what comes of it. */
const FULL: Readonly<Record<string, readonly [body: object, expected: object]>> = {
  CreateKey: [
    {
      Policy: '{"Version":"2012-10-17"}',
      Description: 'd',
      KeyUsage: 'GENERATE_VERIFY_MAC',
      KeySpec: 'HMAC_256',
      Origin: 'EXTERNAL',
      BypassPolicyLockoutSafetyCheck: true,
      Tags: [{ TagKey: 'a', TagValue: '' }],
      MultiRegion: false,
    },
    {
      kind: 'create-key',
      policy: '{"Version":"2012-10-17"}',
      description: 'd',
      usage: 'GENERATE_VERIFY_MAC',
      spec: 'HMAC_256',
      origin: 'external',
      bypassLockoutCheck: true,
      tags: [['a', '']],
    },
  ],
  DescribeKey: [
    { KeyId: 'alias/x', GrantTokens: ['t'] },
    { kind: 'describe-key', key: 'alias/x', grantTokens: ['t'] },
  ],
  ListKeys: [
    { Limit: 7, Marker: 'm' },
    { kind: 'list-keys', page: { limit: 7, after: 'm' } },
  ],
  EnableKey: [{ KeyId: ID }, { kind: 'enable-key', key: ID }],
  DisableKey: [{ KeyId: ID }, { kind: 'disable-key', key: ID }],
  UpdateKeyDescription: [
    { KeyId: ID, Description: '' },
    { kind: 'update-key-description', key: ID, description: '' },
  ],
  ScheduleKeyDeletion: [
    { KeyId: ID, PendingWindowInDays: 7 },
    { kind: 'schedule-key-deletion', key: ID, pendingDays: 7 },
  ],
  CancelKeyDeletion: [{ KeyId: ID }, { kind: 'cancel-key-deletion', key: ID }],
  CreateAlias: [
    { AliasName: 'alias/x', TargetKeyId: ID },
    { kind: 'set-alias', alias: 'alias/x', key: ID, replace: false },
  ],
  UpdateAlias: [
    { AliasName: 'alias/x', TargetKeyId: ID },
    { kind: 'set-alias', alias: 'alias/x', key: ID, replace: true, mustExist: true },
  ],
  DeleteAlias: [{ AliasName: 'alias/x' }, { kind: 'remove-alias', alias: 'alias/x' }],
  ListAliases: [
    { KeyId: ID, Limit: 1000, Marker: 'm' },
    { kind: 'list-aliases', key: ID, page: { limit: 1000, after: 'm' } },
  ],
  Encrypt: [
    {
      KeyId: ID,
      Plaintext: B64('hello'),
      EncryptionContext: CONTEXT,
      GrantTokens: ['t'],
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DryRun: true,
    },
    {
      kind: 'encrypt',
      key: ID,
      plaintext: 'hello',
      context: CONTEXT,
      grantTokens: ['t'],
      algorithm: 'SYMMETRIC_DEFAULT',
      dryRun: true,
    },
  ],
  Decrypt: [
    { CiphertextBlob: B64('c'), EncryptionContext: CONTEXT, GrantTokens: ['t'], KeyId: ID, DryRun: false },
    { kind: 'decrypt', ciphertext: BYTES('c'), context: CONTEXT, grantTokens: ['t'], key: ID, dryRun: false },
  ],
  ReEncrypt: [
    {
      CiphertextBlob: B64('c'),
      SourceEncryptionContext: CONTEXT,
      SourceKeyId: ID,
      SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DestinationKeyId: 'alias/y',
      DestinationEncryptionContext: { z: '1' },
      DestinationEncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
    },
    {
      kind: 're-encrypt',
      ciphertext: BYTES('c'),
      sourceContext: CONTEXT,
      sourceKey: ID,
      sourceAlgorithm: 'SYMMETRIC_DEFAULT',
      key: 'alias/y',
      context: { z: '1' },
      algorithm: 'RSAES_OAEP_SHA_256',
    },
  ],
  GenerateDataKey: [
    { KeyId: ID, KeySpec: 'AES_128', EncryptionContext: CONTEXT },
    { kind: 'generate-data-key', key: ID, sizeBytes: 16, context: CONTEXT },
  ],
  GenerateDataKeyWithoutPlaintext: [
    { KeyId: ID, NumberOfBytes: 1024 },
    { kind: 'generate-data-key-without-plaintext', key: ID, sizeBytes: 1024, context: {} },
  ],
  GenerateDataKeyPair: [
    { KeyId: ID, KeyPairSpec: 'ECC_NIST_P256', EncryptionContext: CONTEXT },
    { kind: 'generate-data-key-pair', key: ID, pairSpec: 'ECC_NIST_P256', context: CONTEXT },
  ],
  GenerateDataKeyPairWithoutPlaintext: [
    { KeyId: ID, KeyPairSpec: 'RSA_2048' },
    { kind: 'generate-data-key-pair-without-plaintext', key: ID, pairSpec: 'RSA_2048', context: {} },
  ],
  GenerateRandom: [{ NumberOfBytes: 1 }, { kind: 'generate-random', sizeBytes: 1 }],
  GenerateMac: [
    { KeyId: ID, Message: B64('m'), MacAlgorithm: 'HMAC_SHA_224' },
    { kind: 'generate-mac', key: ID, message: BYTES('m'), algorithm: 'HMAC_SHA_224' },
  ],
  VerifyMac: [
    { KeyId: ID, Message: B64('m'), MacAlgorithm: 'HMAC_SHA_512', Mac: B64('x') },
    { kind: 'verify-mac', key: ID, message: BYTES('m'), algorithm: 'HMAC_SHA_512', mac: BYTES('x') },
  ],
  GetPublicKey: [{ KeyId: ID }, { kind: 'get-public-key', key: ID }],
  Sign: [
    { KeyId: ID, Message: B64('m'), SigningAlgorithm: 'ECDSA_SHA_256' },
    { kind: 'sign', key: ID, message: BYTES('m'), messageType: 'raw', algorithm: 'ECDSA_SHA_256' },
  ],
  Verify: [
    {
      KeyId: ID,
      Message: B64('m'),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'RSASSA_PSS_SHA_512',
      Signature: B64('s'),
    },
    {
      kind: 'verify',
      key: ID,
      message: BYTES('m'),
      messageType: 'digest',
      algorithm: 'RSASSA_PSS_SHA_512',
      signature: BYTES('s'),
    },
  ],
  EnableKeyRotation: [
    { KeyId: ID, RotationPeriodInDays: 90 },
    { kind: 'set-key-rotation', key: ID, periodDays: 90 },
  ],
  DisableKeyRotation: [{ KeyId: ID }, { kind: 'set-key-rotation', key: ID }],
  GetKeyRotationStatus: [{ KeyId: ID }, { kind: 'get-key-rotation', key: ID }],
  RotateKeyOnDemand: [{ KeyId: ID }, { kind: 'rotate-key', key: ID }],
  ListKeyRotations: [
    { KeyId: ID, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' },
    { kind: 'list-key-rotations', key: ID, everything: true, page: { limit: 100 } },
  ],
  GetParametersForImport: [
    { KeyId: ID, WrappingAlgorithm: 'RSA_AES_KEY_WRAP_SHA_256', WrappingKeySpec: 'RSA_4096' },
    { kind: 'get-import-parameters', key: ID, wrapping: 'RSA_AES_KEY_WRAP_SHA_256', wrappingKey: 'RSA_4096' },
  ],
  ImportKeyMaterial: [
    {
      KeyId: ID,
      ImportToken: B64('t'),
      EncryptedKeyMaterial: B64('e'),
      ValidTo: 1_900_000_000.25,
      ExpirationModel: 'KEY_MATERIAL_EXPIRES',
      ImportType: 'NEW_KEY_MATERIAL',
      KeyMaterialDescription: 'from the safe',
      KeyMaterialId: HEX64,
    },
    {
      kind: 'import-key-material',
      key: ID,
      importToken: BYTES('t'),
      wrappedMaterial: BYTES('e'),
      expires: true,
      validToMs: 1_900_000_000_250,
      importType: 'new',
      materialDescription: 'from the safe',
      materialId: HEX64,
    },
  ],
  DeleteImportedKeyMaterial: [
    { KeyId: ID, KeyMaterialId: HEX64 },
    { kind: 'delete-imported-key-material', key: ID, materialId: HEX64 },
  ],
  GetKeyPolicy: [
    { KeyId: ID, PolicyName: 'default' },
    { kind: 'get-key-policy', key: ID, policyName: 'default' },
  ],
  PutKeyPolicy: [
    { KeyId: ID, Policy: '{}\n', BypassPolicyLockoutSafetyCheck: false },
    { kind: 'put-key-policy', key: ID, policy: '{}\n', bypassLockoutCheck: false },
  ],
  ListKeyPolicies: [{ KeyId: ID }, { kind: 'list-key-policies', key: ID, page: { limit: 100 } }],
  CreateGrant: [
    {
      KeyId: ID,
      GranteePrincipal: 'arn:aws:iam::000000000001:user/a',
      RetiringServicePrincipal: 'svc.example.com',
      Operations: ['Decrypt', 'GenerateDataKey'],
      Constraints: { EncryptionContextEquals: { a: 'b' }, EncryptionContextSubset: {}, SourceArn: 'arn:x' },
      Name: 'n',
      GrantTokens: [],
      DryRun: true,
    },
    {
      kind: 'create-grant',
      key: ID,
      grantee: { kind: 'principal', arn: 'arn:aws:iam::000000000001:user/a' },
      retiring: { kind: 'service', name: 'svc.example.com' },
      operations: ['Decrypt', 'GenerateDataKey'],
      constraints: { contextEquals: { a: 'b' }, contextSubset: {}, sourceArn: 'arn:x' },
      name: 'n',
      grantTokens: [],
      dryRun: true,
    },
  ],
  ListGrants: [
    { KeyId: ID, GrantId: 'g', GranteeServicePrincipal: 'svc.example.com' },
    {
      kind: 'list-grants',
      key: ID,
      grantId: 'g',
      grantee: { kind: 'service', name: 'svc.example.com' },
      page: { limit: 50 },
    },
  ],
  ListRetirableGrants: [
    { RetiringPrincipal: 'arn:aws:iam::000000000001:root' },
    {
      kind: 'list-retirable-grants',
      retiring: { kind: 'principal', arn: 'arn:aws:iam::000000000001:root' },
      page: { limit: 50 },
    },
  ],
  RevokeGrant: [
    { KeyId: ID, GrantId: 'g', DryRun: true },
    { kind: 'revoke-grant', key: ID, grantId: 'g', dryRun: true },
  ],
  RetireGrant: [{ GrantToken: 't' }, { kind: 'retire-grant', grantToken: 't' }],
  TagResource: [
    { KeyId: ID, Tags: [{ TagKey: 'a', TagValue: 'b' }] },
    { kind: 'tag-key', key: ID, tags: [['a', 'b']] },
  ],
  UntagResource: [
    { KeyId: ID, TagKeys: ['a'] },
    { kind: 'untag-key', key: ID, tagKeys: ['a'] },
  ],
  ListResourceTags: [{ KeyId: ID }, { kind: 'list-key-tags', key: ID, page: { limit: 50 } }],
}

test('every operation of the wire stands in the table below, and no other', () => {
  assert.deepEqual([...KMS_REQUESTS.keys()].sort(), Object.keys(FULL).sort())
})

for (const [name, [body, expected]] of Object.entries(FULL)) {
  test(`${name} is read member by member, and names what it is about`, () => {
    const { target, operation } = operationOf(name, body)
    const shown = 'plaintext' in operation && isSecret(operation.plaintext) ? { plaintext: 'hello' } : {}
    assert.deepEqual({ ...operation, ...shown }, expected)
    const about = 'key' in expected ? expected.key : 'alias' in expected ? expected.alias : undefined
    assert.deepEqual(
      target,
      about === undefined ? { kind: operation.kind } : { kind: operation.kind, keyReference: about },
    )
  })

  test(`${name} passes over members that it does not know, and takes null for absence`, () => {
    const more = { ...body, NoSuchMember: { deep: [1, { a: null }] }, __proto__: null, Unknown: null }
    assert.deepEqual(operationOf(name, more).operation.kind, 'kind' in expected ? expected.kind : '')
  })
}

const MISSING =
  "1 validation error detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null"
const AT = (path: string, constraint: string, value?: string): string =>
  `1 validation error detected: Value${value === undefined ? '' : ` '${value}'`} at '${path}' failed to satisfy constraint: ${constraint}`
const LONG = (max: number): string => `Member must have length less than or equal to ${max}`

/** Operation, body, and the words of the ValidationException. */
const INVALID: readonly (readonly [name: string, body: object, words: string])[] = [
  ['DescribeKey', {}, MISSING],
  ['DescribeKey', { KeyId: null }, MISSING],
  ['DescribeKey', { KeyId: '' }, AT('keyId', 'Member must have length greater than or equal to 1', '')],
  ['DescribeKey', { KeyId: 'x'.repeat(2049) }, AT('keyId', LONG(2048), 'x'.repeat(512))],
  ['GenerateRandom', {}, 'NumberOfBytes is required.'],
  [
    'GenerateRandom',
    { NumberOfBytes: 0 },
    AT('numberOfBytes', 'Member must have value greater than or equal to 1', '0'),
  ],
  [
    'GenerateRandom',
    { NumberOfBytes: 1025 },
    AT('numberOfBytes', 'Member must have value less than or equal to 1024', '1025'),
  ],
  ['Encrypt', { KeyId: ID, Plaintext: B64('x'.repeat(4097)) }, AT('plaintext', LONG(4096))],
  ['Encrypt', { KeyId: ID, Plaintext: '' }, AT('plaintext', 'Member must have length greater than or equal to 1')],
  ['Decrypt', { CiphertextBlob: B64('x'.repeat(6145)) }, AT('ciphertextBlob', LONG(6144))],
  ['Decrypt', {}, MISSING.replace('keyId', 'ciphertextBlob')],
  [
    'GenerateMac',
    { KeyId: ID, Message: B64('m'), MacAlgorithm: 'INVALID' },
    AT(
      'macAlgorithm',
      'Member must satisfy enum value set: [HMAC_SHA_224, HMAC_SHA_256, HMAC_SHA_384, HMAC_SHA_512]',
      'INVALID',
    ),
  ],
  ['GenerateDataKey', { KeyId: ID }, 'Please specify either number of bytes or key spec.'],
  [
    'GenerateDataKey',
    { KeyId: ID, KeySpec: 'AES_256', NumberOfBytes: 32 },
    'Please specify either number of bytes or key spec.',
  ],
  ['CreateAlias', { AliasName: 'photos', TargetKeyId: ID }, 'Alias must start with the prefix "alias/".'],
  [
    'CreateAlias',
    { AliasName: 'alias/a b', TargetKeyId: ID },
    AT('aliasName', 'Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$', 'alias/a b'),
  ],
  [
    'TagResource',
    { KeyId: ID, Tags: [{ TagKey: 'a', TagValue: 'b' }, {}] },
    "2 validation errors detected: Value null at 'tags.2.member.tagKey' failed to satisfy constraint: Member must not be null; " +
      "Value null at 'tags.2.member.tagValue' failed to satisfy constraint: Member must not be null",
  ],
  [
    'CreateGrant',
    { KeyId: ID, GranteePrincipal: 'a', Operations: ['Decrypt', 'Fly'] },
    AT(
      'operations',
      'Member must satisfy constraint: [Member must satisfy enum value set: [Decrypt, Encrypt, GenerateDataKey, ' +
        'GenerateDataKeyWithoutPlaintext, ReEncryptFrom, ReEncryptTo, Sign, Verify, GetPublicKey, CreateGrant, RetireGrant, ' +
        'DescribeKey, GenerateDataKeyPair, GenerateDataKeyPairWithoutPlaintext, GenerateMac, VerifyMac, DeriveSharedSecret]]',
      '[Decrypt, Fly]',
    ),
  ],
  [
    'CreateGrant',
    { KeyId: ID, Operations: ['Decrypt'] },
    'You must specify either GranteePrincipal or GranteeServicePrincipal.',
  ],
  ['RetireGrant', { KeyId: ID }, 'You must specify either a grant token, or a grant ID and a key ID.'],
  [
    'ImportKeyMaterial',
    { KeyId: ID, ImportToken: B64('t'), EncryptedKeyMaterial: B64('e') },
    'A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES',
  ],
  [
    'CreateKey',
    { KeySpec: 'HMAC_256' },
    'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
  ],
  [
    'ScheduleKeyDeletion',
    { KeyId: ID, PendingWindowInDays: 6 },
    AT('pendingWindowInDays', 'Member must have value greater than or equal to 7', '6'),
  ],
  [
    'EnableKeyRotation',
    { KeyId: ID, RotationPeriodInDays: 2561 },
    AT('rotationPeriodInDays', 'Member must have value less than or equal to 2560', '2561'),
  ],
  ['ListKeys', { Limit: 0 }, AT('limit', 'Member must have value greater than or equal to 1', '0')],
  ['ListKeys', { Marker: '' }, AT('marker', 'Member must have length greater than or equal to 1')],
  ['DescribeKey', { KeyId: ID, GrantTokens: Array.from({ length: 11 }, () => 't') }, AT('grantTokens', LONG(10))],
  [
    'DescribeKey',
    { KeyId: ID, GrantTokens: ['t', ''] },
    AT('grantTokens', 'Member must satisfy constraint: [Member must have length greater than or equal to 1]'),
  ],
]

for (const [name, body, words] of INVALID) {
  test(`${name} ${JSON.stringify(body).slice(0, 60)} is refused in KMS's words`, () => {
    assert.deepEqual(refusalOf(name, body), { kind: 'invalid-request', detail: words })
  })
}

test('what changes a key takes its id or its ARN, and what uses it takes its aliases too', () => {
  const alias = 'arn:aws:kms:us-east-1:000000000001:alias/x'
  const byAlias = new Set<string>()
  for (const [name, [body]] of Object.entries(FULL)) {
    const member = ['KeyId', 'TargetKeyId', 'DestinationKeyId'].find((one) => Object.hasOwn(body, one))
    if (member === undefined) continue
    for (const text of ['alias/x', alias]) {
      try {
        operationOf(name, { ...body, [member]: text })
        byAlias.add(name)
      } catch {
        assert.deepEqual(refusalOf(name, { ...body, [member]: text }), { kind: 'invalid-arn', arn: text })
      }
    }
  }
  const uses = ['Encrypt', 'Decrypt', 'ReEncrypt', 'Sign', 'Verify', 'GenerateMac', 'VerifyMac', 'GetPublicKey']
  const makes = ['GenerateDataKey', 'GenerateDataKeyPair'].flatMap((one) => [one, `${one}WithoutPlaintext`])
  assert.deepEqual([...byAlias].sort(), ['DescribeKey', ...uses, ...makes].sort())
})

test('T-101 what may be a secret is never told in a refusal', () => {
  const secret = 'c2VjcmV0LXNlY3JldA=='
  const policy = 'pölicy-secret\u0001'
  for (const [name, body] of [
    ['Encrypt', { KeyId: '', Plaintext: B64(secret.repeat(400)) }],
    ['Encrypt', { KeyId: '', Plaintext: secret.slice(1) }],
    ['DescribeKey', { KeyId: '', GrantTokens: [secret, ''] }],
    ['RetireGrant', { GrantToken: secret.repeat(1000) }],
    ['PutKeyPolicy', { KeyId: '', Policy: policy }],
    ['Encrypt', { KeyId: '', Plaintext: B64('x'), EncryptionContext: { [secret]: 1 } }],
    ['ListKeys', { Marker: `${secret}\u0001` }],
  ] as const) {
    const text = JSON.stringify(refusalOf(name, body))
    assert.ok(!text.includes(secret.slice(1, 9)) && !text.includes('pölicy'), text)
  }
})

test('several faults of one request are told together', () => {
  const refusal = refusalOf('ScheduleKeyDeletion', { PendingWindowInDays: 99 })
  assert.match(
    'detail' in refusal ? refusal.detail : '',
    /^2 validation errors detected: .*'keyId'.*; .*'pendingWindowInDays'/,
  )
})

/** JSON of the wrong kind: KMS calls each a SerializationException. */
const WRONG_KIND: readonly (readonly [name: string, body: unknown])[] = [
  ['DescribeKey', []],
  ['DescribeKey', 'text'],
  ['DescribeKey', { KeyId: 3 }],
  ['DescribeKey', { KeyId: [ID] }],
  ['DescribeKey', { KeyId: ID, GrantTokens: 't' }],
  ['DescribeKey', { KeyId: ID, GrantTokens: [1] }],
  ['Encrypt', { KeyId: ID, Plaintext: 'not base64!' }],
  ['Encrypt', { KeyId: ID, Plaintext: 'YQ' }],
  ['Encrypt', { KeyId: ID, Plaintext: 'YR==' }],
  ['Encrypt', { KeyId: ID, Plaintext: B64('x'), EncryptionContext: [] }],
  ['Encrypt', { KeyId: ID, Plaintext: B64('x'), EncryptionContext: { a: 1 } }],
  ['Encrypt', { KeyId: ID, Plaintext: B64('x'), EncryptionContext: { a: null } }],
  ['Encrypt', { KeyId: ID, Plaintext: B64('x'), DryRun: 'true' }],
  ['GenerateRandom', { NumberOfBytes: 1.5 }],
  ['GenerateRandom', { NumberOfBytes: '1' }],
  ['TagResource', { KeyId: ID, Tags: {} }],
  ['TagResource', { KeyId: ID, Tags: ['a'] }],
  ['ImportKeyMaterial', { KeyId: ID, ImportToken: B64('t'), EncryptedKeyMaterial: B64('e'), ValidTo: '2030-01-01' }],
  ['ImportKeyMaterial', { KeyId: ID, ImportToken: B64('t'), EncryptedKeyMaterial: B64('e'), ValidTo: 9e12 }],
]

for (const [name, body] of WRONG_KIND) {
  test(`${name} ${JSON.stringify(body).slice(0, 60)} is no request of its kind`, () => {
    assert.equal(refusalOf(name, body).kind, 'malformed-json')
  })
}

for (const text of [
  '{"KeyId":"a","KeyId":"b"}',
  '{"KeyId":"a"',
  '\ufeff{}',
  '{"KeyId":"\\ud800"}',
  '{"a":1}x',
  "{'a':1}",
]) {
  test(`the body ${JSON.stringify(text)} is not acceptable JSON`, () => {
    assert.equal(refusalOf('DescribeKey', text).kind, 'malformed-json')
  })
}

test('what KMS has and this service has not is refused by name, not ignored', () => {
  for (const [name, body] of [
    ['CreateKey', { MultiRegion: true }],
    ['CreateKey', { CustomKeyStoreId: 'cks-1' }],
    ['CreateKey', { XksKeyId: 'x' }],
    ['CreateKey', { Origin: 'AWS_CLOUDHSM' }],
    ['CreateKey', { KeySpec: 'ML_DSA_44', KeyUsage: 'SIGN_VERIFY' }],
    ['CreateKey', { KeySpec: 'RSA_2048', KeyUsage: 'KEY_AGREEMENT' }],
    ['Decrypt', { CiphertextBlob: B64('c'), Recipient: { AttestationDocument: B64('x') } }],
    ['GenerateDataKey', { KeyId: ID, KeySpec: 'AES_256', Recipient: {} }],
    ['GenerateRandom', { NumberOfBytes: 1, CustomKeyStoreId: 'cks-1' }],
    ['GetParametersForImport', { KeyId: ID, WrappingAlgorithm: 'RSAES_PKCS1_V1_5', WrappingKeySpec: 'RSA_2048' }],
  ] as const) {
    assert.equal(refusalOf(name, body).kind, 'unsupported-operation', name)
  }
  for (const name of UNSUPPORTED_OPERATIONS) assert.equal(refusalOf(name, {}).kind, 'unsupported-operation', name)
})

test('a target that is none is an unknown operation', () => {
  for (const target of [
    'TrentService.',
    'TrentService.Nope',
    'trentservice.DescribeKey',
    'DescribeKey',
    '',
    'TrentService.constructor',
  ]) {
    assert.throws(
      () => decodeKms(view(target)),
      {
        failure: {
          kind: 'unknown-operation',
          name: target === 'TrentService.Nope' ? 'Nope' : target.endsWith('.constructor') ? 'constructor' : '',
        },
      },
      target,
    )
  }
})

test('the body has a limit, is read of signed callers only, and has its own content type', () => {
  const decoded = decodeKms(view('TrentService.ListKeys'))
  assert.deepEqual(decoded.document, { maxBytes: MAX_KMS_BODY_BYTES, expect: {}, required: false })
  assert.equal(decoded.requiresSigV4, true)
  assert.equal(decoded.understand(new Uint8Array(0)).operation.kind, 'list-keys')
  for (const type of ['application/json', 'text/plain', 'application/x-amz-json-1.0', '']) {
    assert.throws(() => decodeKms(view('TrentService.ListKeys', type)), /malformed-json/)
  }
})

function view(target: string, contentType = 'application/x-amz-json-1.1'): RequestView {
  return {
    requestId: 'R1',
    method: 'POST',
    rawPath: '/',
    query: [],
    host: { name: 'localhost', raw: 'localhost' },
    headers: headersOf([
      ['x-amz-target', target],
      ['content-type', contentType],
    ]),
    secure: false,
    arrivedMs: 0,
  }
}
