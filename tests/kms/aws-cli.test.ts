import assert from 'node:assert/strict'
import { constants, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { awsOf, findAwsClis, type Aws } from '../aws-cli/aws-command.ts'
import { member } from '../cli/coffer-command.ts'
import { memoryServer, testDirectory } from '../servers.ts'

const MISSING = 'no AWS CLI on this machine'
const clis = findAwsClis()
const skipped = clis.length > 0 || process.env['COFFER_TEST_REQUIRE'] === 'all' ? {} : { skip: MISSING }
if (clis.length === 0) test('aws kms works, unmodified', skipped, () => assert.fail(MISSING))

interface Bench {
  /** `aws kms <words>`: what it printed; a refusal fails the test. */
  readonly kms: (...words: readonly string[]) => Promise<string>
  /** What it said when it was refused. */
  readonly refused: (...words: readonly string[]) => Promise<string>
  /** A file of these bytes, as the CLI wants it named. */
  readonly file: (name: string, bytes: Uint8Array | string) => string
}

for (const [index, cli] of clis.entries()) {
  test(`${cli.version}: aws kms works, unmodified`, async (t) => {
    const bench = await openBench(t, (endpoint, home) => awsOf(cli, endpoint, home))
    await t.test('keys and their life', () => managesKeys(bench))
    await t.test('encrypt, decrypt, data keys', () => usesKeys(bench))
    // Old versions do not know what came later.
    if (index > 0) return
    await t.test('dry runs', () => runsDry(bench))
    await t.test('aliases, tags, policies', () => describesKeys(bench))
    await t.test('grants', () => grants(bench))
    await t.test('MACs, signatures, pairs', () => signs(bench))
    await t.test('rotation', () => rotates(bench))
    await t.test('imported material', () => imports(bench))
  })
}

async function openBench(t: TestContext, open: (endpoint: string, home: string) => Aws): Promise<Bench> {
  const server = await memoryServer()
  t.after(() => server.close())
  const directory = testDirectory()
  t.after(() => directory.remove())
  const aws = open(server.endpoint, directory.path)
  return {
    kms: async (...words) => {
      const { code, stdout, stderr } = await aws('kms', ...words, '--output', 'json')
      assert.equal(code, 0, `${words.join(' ')}: ${stderr}`)
      return stdout
    },
    refused: async (...words) => {
      const { code, stdout, stderr } = await aws('kms', ...words, '--output', 'json')
      assert.ok(code !== 0, `${words.join(' ')} was done: ${stdout}`)
      return stderr
    },
    file: (name, bytes) => {
      const path = join(directory.path, name)
      writeFileSync(path, bytes)
      return `fileb://${path}`
    },
  }
}

function text(json: string, ...path: readonly (string | number)[]): string {
  const value = member(json, ...path)
  assert.ok(typeof value === 'string', `${path.join('.')} in ${json}`)
  return value
}

async function newKey({ kms }: Bench, ...words: readonly string[]): Promise<readonly [id: string, arn: string]> {
  const made = await kms('create-key', ...words)
  return [text(made, 'KeyMetadata', 'KeyId'), text(made, 'KeyMetadata', 'Arn')]
}

async function managesKeys(bench: Bench): Promise<void> {
  const { kms, refused } = bench
  const [id, arn] = await newKey(bench, '--description', 'one')
  const state = async (): Promise<string> => text(await kms('describe-key', '--key-id', id), 'KeyMetadata', 'KeyState')
  assert.equal(await kms('update-key-description', '--key-id', id, '--description', 'two'), '')
  assert.equal(text(await kms('describe-key', '--key-id', arn), 'KeyMetadata', 'Description'), 'two')
  assert.equal(await kms('disable-key', '--key-id', id), '')
  assert.equal(await state(), 'Disabled')
  assert.equal(await kms('enable-key', '--key-id', id), '')
  const gone = await kms('schedule-key-deletion', '--key-id', id, '--pending-window-in-days', '7')
  assert.deepEqual([text(gone, 'KeyId'), text(gone, 'KeyState')], [arn, 'PendingDeletion'])
  assert.match(await refused('enable-key', '--key-id', id), /\(KMSInvalidStateException\).*is pending deletion\./)
  assert.equal(text(await kms('cancel-key-deletion', '--key-id', id), 'KeyId'), arn)
  assert.equal(await state(), 'Disabled')
  for (let made = 0; made < 3; made++) await newKey(bench)
  const listed = await kms('list-keys', '--page-size', '2')
  assert.ok(text(listed, 'Keys', 0, 'KeyArn').startsWith('arn:aws:kms:'))
  assert.ok(Array.isArray(member(listed, 'Keys')))
  assert.match(await refused('describe-key', '--key-id', 'nope'), /\(NotFoundException\).*Invalid keyId 'nope'/)
  assert.match(await refused('describe-custom-key-stores'), /UnsupportedOperationException/)
}

async function usesKeys(bench: Bench): Promise<void> {
  const { kms, refused, file } = bench
  const [id, arn] = await newKey(bench)
  const [other] = await newKey(bench)
  const plain = file('plain', 'hello')
  const context = ['--encryption-context', 'tenant=a']
  const sealed = await kms('encrypt', '--key-id', id, '--plaintext', plain, ...context)
  const blob = file('blob', Buffer.from(text(sealed, 'CiphertextBlob'), 'base64'))
  const opened = await kms('decrypt', '--ciphertext-blob', blob, ...context)
  assert.equal(Buffer.from(text(opened, 'Plaintext'), 'base64').toString(), 'hello')
  assert.equal(text(opened, 'KeyId'), arn)
  assert.match(await refused('decrypt', '--ciphertext-blob', blob), /InvalidCiphertextException/)
  const moved = await kms(
    ...['re-encrypt', '--ciphertext-blob', blob, '--source-encryption-context', 'tenant=a'],
    ...['--destination-key-id', other],
  )
  assert.equal(text(moved, 'SourceKeyId'), arn)
  const made = await kms('generate-data-key', '--key-id', id, '--key-spec', 'AES_256')
  assert.equal(Buffer.from(text(made, 'Plaintext'), 'base64').length, 32)
  const hidden = await kms('generate-data-key-without-plaintext', '--key-id', id, '--number-of-bytes', '64')
  assert.equal(member(hidden, 'Plaintext'), undefined)
  const random = await kms('generate-random', '--number-of-bytes', '12')
  assert.equal(Buffer.from(text(random, 'Plaintext'), 'base64').length, 12)
}

async function runsDry(bench: Bench): Promise<void> {
  const [id] = await newKey(bench)
  const words = ['encrypt', '--key-id', id, '--plaintext', bench.file('plain', 'hello'), '--dry-run']
  assert.match(await bench.refused(...words), /DryRunOperationException/)
}

async function describesKeys(bench: Bench): Promise<void> {
  const { kms, refused, file } = bench
  const [id, arn] = await newKey(bench, '--tags', 'TagKey=team,TagValue=red')
  await kms('create-alias', '--alias-name', 'alias/cli', '--target-key-id', id)
  assert.equal(text(await kms('describe-key', '--key-id', 'alias/cli'), 'KeyMetadata', 'Arn'), arn)
  const [other] = await newKey(bench)
  await kms('update-alias', '--alias-name', 'alias/cli', '--target-key-id', other)
  const listed = await kms('list-aliases', '--key-id', other)
  assert.equal(text(listed, 'Aliases', 0, 'AliasName'), 'alias/cli')
  await kms('delete-alias', '--alias-name', 'alias/cli')
  assert.match(
    await refused('create-alias', '--alias-name', 'cli', '--target-key-id', id),
    /must start with the prefix/,
  )
  await kms('tag-resource', '--key-id', id, '--tags', 'TagKey=cost,TagValue=')
  await kms('untag-resource', '--key-id', id, '--tag-keys', 'team')
  assert.deepEqual(member(await kms('list-resource-tags', '--key-id', id), 'Tags'), [{ TagKey: 'cost', TagValue: '' }])
  const policy = text(await kms('get-key-policy', '--key-id', id, '--policy-name', 'default'), 'Policy')
  assert.equal(member(policy, 'Id'), 'key-default-1')
  const written = file('policy.json', policy).replace('fileb://', 'file://')
  await kms('put-key-policy', '--key-id', id, '--policy-name', 'default', '--policy', written)
  assert.deepEqual(member(await kms('list-key-policies', '--key-id', id), 'PolicyNames'), ['default'])
}

async function grants(bench: Bench): Promise<void> {
  const { kms } = bench
  const [id, arn] = await newKey(bench)
  const root = 'arn:aws:iam::000000000001:root'
  const made = await kms(
    ...['create-grant', '--key-id', id, '--grantee-principal', root, '--retiring-principal', root],
    ...['--operations', 'Decrypt', 'GenerateDataKey', '--name', 'g'],
    ...['--constraints', 'EncryptionContextSubset={tenant=a}'],
  )
  const grantId = text(made, 'GrantId')
  const listed = await kms('list-grants', '--key-id', id)
  assert.deepEqual([text(listed, 'Grants', 0, 'GrantId'), text(listed, 'Grants', 0, 'KeyId')], [grantId, arn])
  assert.deepEqual(member(listed, 'Grants', 0, 'Constraints'), { EncryptionContextSubset: { tenant: 'a' } })
  const retirable = await kms('list-retirable-grants', '--retiring-principal', root)
  assert.equal(text(retirable, 'Grants', 0, 'GrantId'), grantId)
  await kms('retire-grant', '--grant-token', text(made, 'GrantToken'))
  assert.deepEqual(member(await kms('list-grants', '--key-id', id), 'Grants'), [])
  const again = await kms('create-grant', '--key-id', id, '--grantee-principal', root, '--operations', 'Encrypt')
  await kms('revoke-grant', '--key-id', id, '--grant-id', text(again, 'GrantId'))
  assert.deepEqual(member(await kms('list-grants', '--key-id', id), 'Grants'), [])
}

async function signs(bench: Bench): Promise<void> {
  const { kms, refused, file } = bench
  const message = file('message', 'some important message')
  const [mac] = await newKey(bench, '--key-spec', 'HMAC_256', '--key-usage', 'GENERATE_VERIFY_MAC')
  const hmac = ['--key-id', mac, '--message', message, '--mac-algorithm', 'HMAC_SHA_256']
  const made = file('mac', Buffer.from(text(await kms('generate-mac', ...hmac), 'Mac'), 'base64'))
  assert.equal(member(await kms('verify-mac', ...hmac, '--mac', made), 'MacValid'), true)
  assert.match(await refused('verify-mac', ...hmac, '--mac', message), /KMSInvalidMacException/)
  const [pair] = await newKey(bench, '--key-spec', 'ECC_NIST_P256', '--key-usage', 'SIGN_VERIFY')
  const ecdsa = ['--key-id', pair, '--message', message, '--signing-algorithm', 'ECDSA_SHA_256']
  const signature = file('signature', Buffer.from(text(await kms('sign', ...ecdsa), 'Signature'), 'base64'))
  assert.equal(member(await kms('verify', ...ecdsa, '--signature', signature), 'SignatureValid'), true)
  const spki = Buffer.from(text(await kms('get-public-key', '--key-id', pair), 'PublicKey'), 'base64')
  assert.equal(createPublicKey({ key: spki, format: 'der', type: 'spki' }).asymmetricKeyType, 'ec')
  const [id] = await newKey(bench)
  const named = ['--key-id', id, '--key-pair-spec', 'ECC_NIST_P384']
  assert.ok(text(await kms('generate-data-key-pair', ...named), 'PrivateKeyPlaintext').length > 0)
  const hidden = await kms('generate-data-key-pair-without-plaintext', ...named)
  assert.equal(member(hidden, 'PrivateKeyPlaintext'), undefined)
}

async function rotates(bench: Bench): Promise<void> {
  const { kms } = bench
  const [id, arn] = await newKey(bench)
  await kms('enable-key-rotation', '--key-id', id, '--rotation-period-in-days', '90')
  const status = await kms('get-key-rotation-status', '--key-id', id)
  assert.deepEqual([member(status, 'KeyRotationEnabled'), member(status, 'RotationPeriodInDays')], [true, 90])
  assert.equal(text(await kms('rotate-key-on-demand', '--key-id', id), 'KeyId'), arn)
  const listed = await kms('list-key-rotations', '--key-id', id)
  assert.equal(text(listed, 'Rotations', 0, 'RotationType'), 'ON_DEMAND')
  await kms('disable-key-rotation', '--key-id', id)
  assert.equal(member(await kms('get-key-rotation-status', '--key-id', id), 'KeyRotationEnabled'), false)
}

async function imports(bench: Bench): Promise<void> {
  const { kms, file } = bench
  const [id, arn] = await newKey(bench, '--origin', 'EXTERNAL')
  const asked = await kms(
    ...['get-parameters-for-import', '--key-id', id],
    ...['--wrapping-algorithm', 'RSAES_OAEP_SHA_256', '--wrapping-key-spec', 'RSA_2048'],
  )
  const key = createPublicKey({ key: Buffer.from(text(asked, 'PublicKey'), 'base64'), format: 'der', type: 'spki' })
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const sealed = publicEncrypt({ key, padding, oaepHash: 'sha256' }, randomBytes(32))
  const imported = await kms(
    ...['import-key-material', '--key-id', id, '--expiration-model', 'KEY_MATERIAL_DOES_NOT_EXPIRE'],
    ...['--import-token', file('token', Buffer.from(text(asked, 'ImportToken'), 'base64'))],
    ...['--encrypted-key-material', file('material', sealed)],
  )
  // The model of this CLI may be older than the members of the answer.
  assert.ok(imported === '' || text(imported, 'KeyId') === arn)
  assert.equal(text(await kms('describe-key', '--key-id', id), 'KeyMetadata', 'KeyState'), 'Enabled')
  await kms('delete-imported-key-material', '--key-id', id)
  assert.equal(text(await kms('describe-key', '--key-id', id), 'KeyMetadata', 'KeyState'), 'PendingImport')
}
