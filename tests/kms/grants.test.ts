import {
  CreateGrantCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  ListGrantsCommand,
  ListRetirableGrantsCommand,
  paginateListGrants,
  RetireGrantCommand,
  RevokeGrantCommand,
  type CreateGrantCommandInput,
  type KMSClient,
} from '@aws-sdk/client-kms'
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ACCESS_KEY, REGION, SECRET_KEY } from '../servers.ts'
import { kmsBench, kmsClient, refused, ROOT } from './kms-bench.ts'

const { kms, server, newKey } = await kmsBench()
const iam = new IAMClient({
  region: REGION,
  endpoint: server.endpoint,
  credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
  maxAttempts: 1,
})
after(() => iam.destroy())

interface Person {
  readonly arn: string
  readonly kms: KMSClient
}

/** A user without a single policy, and a client as that user. */
async function person(UserName: string): Promise<Person> {
  const { User } = await iam.send(new CreateUserCommand({ UserName }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {}
  const client = kmsClient(server, { credentials: { accessKeyId, secretAccessKey } })
  after(() => client.destroy())
  return { arn: User?.Arn ?? assert.fail(), kms: client }
}

async function grant(KeyId: string, GranteePrincipal: string, more: Partial<CreateGrantCommandInput> = {}) {
  const command = new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ['Decrypt'], ...more })
  const { GrantId, GrantToken } = await kms.send(command)
  return { id: GrantId ?? assert.fail(), token: GrantToken ?? assert.fail() }
}

const alice = await person('alice')
const bob = await person('bob')

test('a grant gives its grantee its operations under its constraints, at once, and revoking takes them at once', async () => {
  const { id: KeyId, arn } = await newKey()
  const EncryptionContext = { tenant: 'a', more: 'x' }
  const seal = async (context: Record<string, string>) =>
    (await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x'), EncryptionContext: context })))
      .CiphertextBlob
  const sealed = await seal(EncryptionContext)
  const open = (who: Person, context: Record<string, string>, blob = sealed, GrantTokens?: string[]) =>
    who.kms.send(new DecryptCommand({ CiphertextBlob: blob, EncryptionContext: context, GrantTokens }))
  await refused(open(alice, EncryptionContext), 'AccessDeniedException')
  const Constraints = { EncryptionContextSubset: { tenant: 'a' } }
  const { id, token } = await grant(KeyId, alice.arn, { Constraints })
  assert.match(id, /^[0-9a-f]{64}$/)
  assert.ok((await open(alice, EncryptionContext)).Plaintext)
  assert.ok((await open(alice, EncryptionContext, sealed, [token])).Plaintext)
  await refused(open(bob, EncryptionContext), 'AccessDeniedException')
  await refused(open(bob, EncryptionContext, sealed, [token]), 'AccessDeniedException')
  await refused(open(alice, { tenant: 'b' }, await seal({ tenant: 'b' })), 'AccessDeniedException')
  const other = alice.kms.send(new GenerateDataKeyCommand({ KeyId: arn, KeySpec: 'AES_256', EncryptionContext }))
  await refused(other, 'AccessDeniedException', /is not authorized to perform: kms:GenerateDataKey/)
  await kms.send(new RevokeGrantCommand({ KeyId, GrantId: id }))
  await refused(open(alice, EncryptionContext), 'AccessDeniedException')
  await refused(kms.send(new RevokeGrantCommand({ KeyId, GrantId: id })), 'NotFoundException')
})

test('the same name and the same terms are the same grant; other terms are another one', async () => {
  const { id: KeyId } = await newKey()
  const first = await grant(KeyId, alice.arn, { Name: 'n' })
  const again = await grant(KeyId, alice.arn, { Name: 'n' })
  assert.equal(again.id, first.id)
  const other = await grant(KeyId, alice.arn, { Name: 'n', Operations: ['Encrypt'] })
  assert.notEqual(other.id, first.id)
})

test('grants are listed with all their terms, by grantee, by id, and in parts', async () => {
  const { id: KeyId, arn } = await newKey()
  const Constraints = { EncryptionContextEquals: { a: '1' } }
  const more = { Name: 'one', RetiringPrincipal: bob.arn, Constraints }
  const one = await grant(KeyId, alice.arn, more)
  const ids = [one.id]
  for (let made = 0; made < 3; made++) ids.push((await grant(KeyId, bob.arn)).id)
  const { Grants = [] } = await kms.send(new ListGrantsCommand({ KeyId, GranteePrincipal: alice.arn }))
  const [{ CreationDate, ...shown } = {}, ...rest] = Grants
  assert.equal(rest.length, 0)
  assert.ok(CreationDate instanceof Date)
  assert.deepEqual(shown, {
    KeyId: arn,
    GrantId: one.id,
    Name: 'one',
    GranteePrincipal: alice.arn,
    RetiringPrincipal: bob.arn,
    IssuingAccount: ROOT,
    Operations: ['Decrypt'],
    Constraints,
  })
  const byId = await kms.send(new ListGrantsCommand({ KeyId, GrantId: ids[1] }))
  assert.deepEqual(
    byId.Grants?.map(({ GrantId }) => GrantId),
    [ids[1]],
  )
  const listed: (string | undefined)[] = []
  for await (const page of paginateListGrants({ client: kms, pageSize: 3 }, { KeyId })) {
    assert.ok((page.Grants?.length ?? 0) <= 3)
    listed.push(...(page.Grants ?? []).map(({ GrantId }) => GrantId))
  }
  assert.deepEqual(listed.toSorted(), ids.toSorted())
  await refused(kms.send(new ListGrantsCommand({ KeyId, Marker: 'no grant' })), 'InvalidMarkerException')
})

test('who may retire a grant retires it, by token or by its id, and nobody else does', async () => {
  const { id: KeyId, arn } = await newKey()
  const first = await grant(KeyId, alice.arn, { RetiringPrincipal: bob.arn })
  const found = await kms.send(new ListRetirableGrantsCommand({ RetiringPrincipal: bob.arn }))
  assert.ok(found.Grants?.some(({ GrantId }) => GrantId === first.id))
  const asAlice = alice.kms.send(new RetireGrantCommand({ GrantToken: first.token }))
  await refused(asAlice, 'AccessDeniedException')
  const forged = `${first.token.slice(0, -4)}AAAA`
  await refused(bob.kms.send(new RetireGrantCommand({ GrantToken: forged })), 'InvalidGrantTokenException')
  const dry = bob.kms.send(new RetireGrantCommand({ GrantToken: first.token, DryRun: true }))
  await refused(dry, 'DryRunOperationException')
  await bob.kms.send(new RetireGrantCommand({ GrantToken: first.token }))
  const second = await grant(KeyId, alice.arn, { RetiringPrincipal: bob.arn })
  await bob.kms.send(new RetireGrantCommand({ KeyId: arn, GrantId: second.id }))
  const left = await kms.send(new ListGrantsCommand({ KeyId }))
  assert.deepEqual(left.Grants, [])
})

test('grants that cannot be', async () => {
  const { id: KeyId } = await newKey()
  const create = (more: Partial<CreateGrantCommandInput>) =>
    kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: alice.arn, Operations: ['Decrypt'], ...more }))
  await refused(create({ DryRun: true }), 'DryRunOperationException')
  assert.deepEqual((await kms.send(new ListGrantsCommand({ KeyId }))).Grants, [])
  await refused(create({ GranteePrincipal: undefined }), 'ValidationException')
  await refused(create({ KeyId: 'alias/x' }), 'InvalidArnException')
  await assert.rejects(create({ GranteePrincipal: 'arn:aws:iam::000000000001:user/nobody' }), /Exception/)
  await assert.rejects(create({ Operations: ['Sign'] }), /Exception/)
})
