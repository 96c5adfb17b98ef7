import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  EnableKeyCommand,
  GenerateDataKeyCommand,
  ListAliasesCommand,
  paginateListAliases,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCOUNT, REGION } from '../servers.ts'
import { kmsBench, refused } from './kms-bench.ts'

const { kms, newKey: create } = await kmsBench()
const ARN = (alias: string): string => `arn:aws:kms:${REGION}:${ACCOUNT}:${alias}`

async function newKey(): Promise<string> {
  return (await create()).id
}

async function named(KeyId: string): Promise<string | undefined> {
  return (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyId
}

test('an alias names a key where keys are used and described, by name and by ARN', async () => {
  const [one, other] = [await newKey(), await newKey()]
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/a', TargetKeyId: one }))
  assert.equal(await named('alias/a'), one)
  assert.equal(await named(ARN('alias/a')), one)
  const made = await kms.send(new GenerateDataKeyCommand({ KeyId: 'alias/a', KeySpec: 'AES_256' }))
  assert.ok(made.KeyId?.endsWith(`:key/${one}`))
  await kms.send(new UpdateAliasCommand({ AliasName: 'alias/a', TargetKeyId: other }))
  assert.equal(await named('alias/a'), other)
  await kms.send(new DeleteAliasCommand({ AliasName: 'alias/a' }))
  await refused(named('alias/a'), 'NotFoundException', `Alias ${ARN('alias/a')} is not found.`)
})

test('an alias that is there, and one that is not', async () => {
  const key = await newKey()
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/b', TargetKeyId: key }))
  const again = kms.send(new CreateAliasCommand({ AliasName: 'alias/b', TargetKeyId: key }))
  await refused(again, 'AlreadyExistsException', `An alias with the name ${ARN('alias/b')} already exists`)
  const missing = `Alias ${ARN('alias/none')} is not found.`
  const update = kms.send(new UpdateAliasCommand({ AliasName: 'alias/none', TargetKeyId: key }))
  await refused(update, 'NotFoundException', missing)
  await refused(kms.send(new DeleteAliasCommand({ AliasName: 'alias/none' })), 'NotFoundException', missing)
})

test('names that cannot be: without the prefix, reserved, with a colon, too long', async () => {
  const TargetKeyId = await newKey()
  const create = (AliasName: string) => kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }))
  await refused(create('photos'), 'ValidationException', /^Alias must start with the prefix "alias\/"/)
  for (const name of ['alias/aws/mine', 'alias/acs/mine', 'alias/obs/mine', 'alias/cos/mine', 'alias/a:b', 'alias/']) {
    await refused(create(name), 'InvalidAliasNameException')
  }
  await refused(create(`alias/${'x'.repeat(251)}`), 'ValidationException', /length less than or equal to 256/)
})

test('what changes a key does not take its alias, and an alias does not point at an alias', async () => {
  const key = await newKey()
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/c', TargetKeyId: key }))
  for (const name of ['alias/c', ARN('alias/c')]) {
    const words = `${name} is not valid here: the id or the ARN of a key is expected.`
    await refused(kms.send(new EnableKeyCommand({ KeyId: name })), 'InvalidArnException', words)
    const target = kms.send(new CreateAliasCommand({ AliasName: 'alias/d', TargetKeyId: name }))
    await refused(target, 'InvalidArnException', words)
  }
})

test('ListAliases shows the server’s own before they have a key, those of one key, and pages', async () => {
  const key = await newKey()
  for (const name of ['alias/z1', 'alias/z2', 'alias/z3']) {
    await kms.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: key }))
  }
  const { Aliases: all = [] } = await kms.send(new ListAliasesCommand({}))
  const managed = all.find(({ AliasName }) => AliasName === 'alias/aws/s3')
  assert.equal(managed?.AliasArn, ARN('alias/aws/s3'))
  assert.equal(managed.TargetKeyId, undefined)
  const { Aliases: ofKey = [] } = await kms.send(new ListAliasesCommand({ KeyId: key }))
  assert.deepEqual(
    ofKey.map(({ AliasName, AliasArn, TargetKeyId }) => [AliasName, AliasArn, TargetKeyId]),
    ['alias/z1', 'alias/z2', 'alias/z3'].map((name) => [name, ARN(name), key]),
  )
  const listed: (string | undefined)[] = []
  for await (const { Aliases = [] } of paginateListAliases({ client: kms, pageSize: 2 }, {})) {
    assert.ok(Aliases.length <= 2)
    listed.push(...Aliases.map(({ AliasName }) => AliasName))
  }
  assert.deepEqual(
    listed,
    all.map(({ AliasName }) => AliasName),
  )
  await refused(kms.send(new ListAliasesCommand({ Marker: 'no alias' })), 'InvalidMarkerException')
})
