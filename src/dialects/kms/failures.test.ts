import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Failure } from '../../operations/index.ts'
import { encodeKmsFailure } from './failures.ts'
import { KMS_FAILURES } from './failure-table.ts'

const REGION = 'us-east-1'
const ACCOUNT = '000000000001'
const CALLER = `arn:aws:iam::${ACCOUNT}:user/alice`
const ID = '3f2a9c1e-0000-4000-8000-000000000000'
const ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${ID}`

function answer(failure: Failure, caller: string | undefined = CALLER) {
  const context = { requestId: 'R1', method: 'POST', resource: '/', account: ACCOUNT as never }
  const response = encodeKmsFailure(failure, caller === '' ? context : { ...context, caller }, REGION)
  assert.ok(response.body instanceof Uint8Array)
  const document: unknown = JSON.parse(Buffer.from(response.body).toString('utf8'))
  return { status: response.status, document, headers: new Map(response.headers) }
}

/** Failure, status, and the whole document. */
const TABLE: readonly (readonly [Failure, number, object])[] = [
  [
    { kind: 'access-denied', action: 'kms:Decrypt', resource: ARN, reason: 'statement 3 of the policy says so' },
    400,
    {
      __type: 'AccessDeniedException',
      Message: `User: ${CALLER} is not authorized to perform: kms:Decrypt on resource: ${ARN} because no policy that applies allows the kms:Decrypt action`,
    },
  ],
  [
    { kind: 'access-denied' },
    400,
    { __type: 'AccessDeniedException', Message: 'The caller is not authorized to perform this operation.' },
  ],
  [{ kind: 'key-not-found', key: ID }, 400, { __type: 'NotFoundException', message: `Key '${ARN}' does not exist` }],
  [{ kind: 'key-not-found', key: ARN }, 400, { __type: 'NotFoundException', message: `Key '${ARN}' does not exist` }],
  [
    { kind: 'key-not-found', key: `mrk-${'0'.repeat(32)}` },
    400,
    {
      __type: 'NotFoundException',
      message: `Key 'arn:aws:kms:${REGION}:${ACCOUNT}:key/mrk-${'0'.repeat(32)}' does not exist`,
    },
  ],
  [
    { kind: 'key-not-found', key: 'fake-key-id' },
    400,
    { __type: 'NotFoundException', message: `Invalid keyId 'fake-key-id'` },
  ],
  [
    { kind: 'key-not-found', key: ARN.replace(REGION, 'eu-1') },
    400,
    { __type: 'NotFoundException', message: 'Invalid arn eu-1' },
  ],
  [
    { kind: 'key-not-found', key: 'alias/x' },
    400,
    { __type: 'NotFoundException', message: `Alias arn:aws:kms:${REGION}:${ACCOUNT}:alias/x is not found.` },
  ],
  [
    { kind: 'alias-not-found', alias: 'alias/x' },
    400,
    { __type: 'NotFoundException', message: `Alias arn:aws:kms:${REGION}:${ACCOUNT}:alias/x is not found.` },
  ],
  [{ kind: 'key-disabled', key: ARN }, 400, { __type: 'DisabledException', message: `${ARN} is disabled.` }],
  ...(
    [
      ['pending-deletion', 'is pending deletion'],
      ['pending-import', 'is pending import'],
      ['enabled', 'is not pending deletion'],
      ['disabled', 'is not pending deletion'],
      ['unavailable', 'is unavailable'],
    ] as const
  ).map(
    ([state, words]) =>
      [
        { kind: 'key-invalid-state', key: ARN, state },
        400,
        { __type: 'KMSInvalidStateException', message: `${ARN} ${words}.` },
      ] as const,
  ),
  [
    { kind: 'key-in-use', key: ARN, versions: 2, uploads: 1, defaults: 0 },
    400,
    {
      __type: 'KMSInvalidStateException',
      message: `${ARN} is in use: 2 object versions, 1 uploads and 0 bucket defaults need it.`,
    },
  ],
  [
    { kind: 'key-invalid-usage', key: ARN, detail: 'Algorithm HMAC_SHA_256 is incompatible with key spec HMAC_224.' },
    400,
    {
      __type: 'InvalidKeyUsageException',
      message: 'Algorithm HMAC_SHA_256 is incompatible with key spec HMAC_224.',
    },
  ],
  [
    { kind: 'key-invalid-usage', key: ARN, detail: 'key usage is SIGN_VERIFY which is not valid for Encrypt.' },
    400,
    {
      __type: 'InvalidKeyUsageException',
      message: `${ARN} key usage is SIGN_VERIFY which is not valid for Encrypt.`,
    },
  ],
  [
    { kind: 'unsupported-operation', detail: 'imported key pairs' },
    400,
    { __type: 'UnsupportedOperationException', message: 'This is not supported: imported key pairs.' },
  ],
  // Nothing is said of why a ciphertext, a MAC or a signature is not right: there is no oracle.
  [{ kind: 'invalid-ciphertext' }, 400, { __type: 'InvalidCiphertextException' }],
  [{ kind: 'invalid-mac' }, 400, { __type: 'KMSInvalidMacException' }],
  [{ kind: 'invalid-signature' }, 400, { __type: 'KMSInvalidSignatureException' }],
  [{ kind: 'unknown-operation', name: 'x' }, 400, { __type: 'UnknownOperationException' }],
  [
    { kind: 'incorrect-key' },
    400,
    {
      __type: 'IncorrectKeyException',
      message: 'The key ID in the request does not identify a CMK that can perform this operation.',
    },
  ],
  [
    { kind: 'dry-run' },
    400,
    {
      __type: 'DryRunOperationException',
      message: 'The request would have succeeded, but the DryRun option is set.',
    },
  ],
  [
    { kind: 'invalid-argument', argument: 'plaintext', value: 'a secret', detail: '1 to 4096 bytes' },
    400,
    {
      __type: 'ValidationException',
      message: "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: 1 to 4096 bytes",
    },
  ],
]

for (const [failure, status, document] of TABLE) {
  test(`${JSON.stringify(failure).slice(0, 90)} in KMS's words`, () => {
    const shown = answer(failure)
    assert.deepEqual([shown.status, shown.document], [status, document])
    assert.equal(shown.headers.get('x-amzn-RequestId'), 'R1')
    assert.equal(shown.headers.get('content-type'), 'application/x-amz-json-1.1')
  })
}

test('nobody learns that a credential is missing, and nothing else', () => {
  const { status, document } = answer({ kind: 'access-denied', action: 'kms:Decrypt', resource: ARN }, '')
  assert.equal(status, 400)
  assert.deepEqual(document, {
    __type: 'MissingAuthenticationTokenException',
    message: 'Missing Authentication Token',
  })
})

test('every failure has a type, and a status that says whether to try again', () => {
  for (const [kind, { status, type }] of Object.entries(KMS_FAILURES)) {
    assert.match(type, /^[A-Z][A-Za-z]+Exception$/, kind)
    assert.ok([400, 413, 500, 503].includes(status), kind)
  }
  for (const kind of ['sealed', 'unavailable', 'key-unavailable', 'internal', 'integrity'] as const) {
    assert.ok(KMS_FAILURES[kind].status >= 500, kind)
  }
})

test('T-101 what is damaged, away, or decided stays inside', () => {
  const inside = 'row-7f-inside'
  for (const failure of [
    { kind: 'integrity', what: inside },
    { kind: 'unavailable', detail: inside },
    { kind: 'key-unavailable', detail: inside },
    { kind: 'slow-down', detail: inside },
    { kind: 'contended', detail: inside },
    { kind: 'access-denied', action: 'kms:Encrypt', reason: inside },
  ] as const) {
    assert.ok(!JSON.stringify(answer(failure).document).includes(inside), failure.kind)
  }
})
