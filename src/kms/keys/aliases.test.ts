import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ListedAlias } from '../../operations/index.ts'
import { MAX_ALIASES_PER_KEY } from './aliases.ts'
import { anotherProcess, bare, deployment, isFailure, OURS, REGION, rootOf, THEIRS } from './keys.fixture.ts'
import { parseKeyName } from './key-names.ts'

const US = rootOf(OURS)
const THEM = rootOf(THEIRS)

test('an alias names a key by itself and by its ARN, and moves only when that is asked for', async () => {
  const { keys } = await deployment()
  const [one, two] = [await keys.createKey(US, { description: '1' }), await keys.createKey(US, { description: '2' })]
  await keys.setAlias(US, 'alias/team/photos', one.keyId, false)
  for (const name of ['alias/team/photos', `arn:aws:kms:${REGION}:${OURS}:alias/team/photos`]) {
    assert.equal((await keys.resolve(US, name)).arn, one.arn)
  }
  await assert.rejects(keys.setAlias(US, 'alias/team/photos', two.keyId, false), isFailure('alias-exists'))
  await keys.setAlias(US, 'alias/team/photos', two.arn, true)
  assert.equal((await keys.resolve(US, 'alias/team/photos')).arn, two.arn)
  assert.deepEqual((await keys.describeKey(US, one.keyId)).aliases, [])
  assert.deepEqual((await keys.describeKey(US, two.keyId)).aliases, ['alias/team/photos'])
  await keys.removeAlias(US, 'alias/team/photos')
  await assert.rejects(async () => keys.resolve(US, 'alias/team/photos'), isFailure('key-not-found'))
  await assert.rejects(keys.removeAlias(US, 'alias/team/photos'), isFailure('alias-not-found'))
})

test('S3-17 an alias of the same name in two accounts means the key of whoever asks', async () => {
  const { keys } = await deployment()
  const [ours, theirs] = [
    await keys.createKey(US, { description: '' }),
    await keys.createKey(THEM, { description: '' }),
  ]
  await keys.setAlias(US, 'alias/same', ours.keyId, false)
  await keys.setAlias(THEM, 'alias/same', theirs.keyId, false)
  assert.equal((await keys.resolve(US, 'alias/same')).arn, ours.arn)
  assert.equal((await keys.resolve(THEM, 'alias/same')).arn, theirs.arn)
  await assert.rejects(keys.setAlias(THEM, 'alias/stolen', ours.arn, false), isFailure('access-denied'))
})

test('T-092 reserved names, look-alike letters and malformed names are refused', async () => {
  const { keys } = await deployment()
  const { keyId } = await keys.createKey(US, { description: '' })
  const names = [
    'alias/aws/s3',
    'alias/aws/x',
    'alias/acs/oss',
    'alias/obs/default',
    'alias/cos/x',
    'alias/coffer/x',
    'obs/default',
    'photos',
    'alias/',
    'alias',
    'alias/рhotos',
    'alias/photos\n',
    'alias/pho tos',
    'alias/photos:1',
    'Alias/photos',
    `alias/${'x'.repeat(251)}`,
  ]
  for (const name of names) {
    await assert.rejects(keys.setAlias(US, name, keyId, false), isFailure('invalid-alias-name'), name)
    await assert.rejects(keys.setAlias(US, name, keyId, true), isFailure('invalid-alias-name'), name)
    await assert.rejects(keys.removeAlias(US, name), isFailure('invalid-alias-name'), name)
  }
  await keys.setAlias(US, `alias/${'x'.repeat(250)}`, keyId, false)
})

test('T-092 an alias that moves all the time: each use is of one of the two keys, and its blob says which', async () => {
  const all = await deployment()
  const other = await anotherProcess(all)
  const [one, two] = [
    await all.keys.createKey(US, { description: '' }),
    await all.keys.createKey(US, { description: '' }),
  ]
  await all.keys.setAlias(US, 'alias/moving', one.keyId, false)
  const seen = new Set<string>()
  const mover = async (): Promise<void> => {
    for (let turn = 0; turn < 200; turn++) {
      await all.keys.setAlias(US, 'alias/moving', turn % 2 === 0 ? two.keyId : one.keyId, true)
    }
  }
  const user = async (): Promise<void> => {
    for (let turn = 0; turn < 200; turn++) {
      const made = await other.generateDataKey(US, { key: 'alias/moving', context: {} })
      const opened = await all.keys.decrypt(US, { blob: made.blob, context: {} })
      assert.deepEqual(bare(opened.use), bare(made.use))
      seen.add(made.use.arn)
    }
  }
  await Promise.all([mover(), user()])
  assert.deepEqual(seen, new Set([one.arn, two.arn]))
})

test('T-092 many at once take one alias: exactly one gets it, and only its key lists it', async () => {
  const all = await deployment()
  const second = await anotherProcess(all)
  const made = await Promise.all(Array.from({ length: 6 }, () => all.keys.createKey(US, { description: '' })))
  const outcomes = await Promise.allSettled(
    made.map(({ keyId }, index) => (index % 2 === 0 ? all.keys : second).setAlias(US, 'alias/wanted', keyId, false)),
  )
  assert.equal(outcomes.filter((one) => one.status === 'fulfilled').length, 1)
  const winner = await all.keys.describeKey(US, 'alias/wanted')
  const listed = (await all.keys.listKeys(US)).filter((key) => key.aliases.includes('alias/wanted'))
  assert.deepEqual(listed, [winner])
})

test('a key has at most 50 aliases, also when they come at once', async () => {
  const { keys } = await deployment()
  const { keyId } = await keys.createKey(US, { description: '' })
  for (let index = 0; index < MAX_ALIASES_PER_KEY - 1; index++) await keys.setAlias(US, `alias/n${index}`, keyId, false)
  const last = await Promise.allSettled(['alias/a', 'alias/b'].map((name) => keys.setAlias(US, name, keyId, false)))
  assert.deepEqual(last.map((one) => one.status).sort(), ['fulfilled', 'rejected'])
  assert.equal((await keys.describeKey(US, keyId)).aliases.length, MAX_ALIASES_PER_KEY)
  await assert.rejects(keys.setAlias(US, 'alias/c', keyId, false), isFailure('limit-exceeded'))
})

/** Without their ARNs, which are made of them. */
function shown(aliases: readonly ListedAlias[]): readonly object[] {
  for (const { alias, arn } of aliases) assert.equal(arn, `arn:aws:kms:${REGION}:${OURS}:${alias}`)
  return aliases.map(({ alias, keyId }) => (keyId === undefined ? { alias } : { alias, keyId }))
}

test('aliases are listed with their keys, the managed one also before it has one', async () => {
  const { keys } = await deployment()
  const { keyId } = await keys.createKey(US, { description: '' })
  await keys.setAlias(US, 'alias/b', keyId, false)
  await keys.setAlias(US, 'alias/a', keyId, false)
  assert.deepEqual(shown(await keys.listAliases(US)), [
    { alias: 'alias/a', keyId },
    { alias: 'alias/aws/s3' },
    { alias: 'alias/b', keyId },
  ])
  assert.deepEqual(shown(await keys.listAliases(US, 'alias/b')), [
    { alias: 'alias/a', keyId },
    { alias: 'alias/b', keyId },
  ])
  assert.deepEqual(await keys.listAliases(THEM), [
    { alias: 'alias/aws/s3', arn: `arn:aws:kms:${REGION}:${THEIRS}:alias/aws/s3` },
  ])
  const managed = await keys.resolve({ ...US, via: 's3' }, undefined)
  const [, listed] = await keys.listAliases(US)
  assert.ok(managed.arn.endsWith(`key/${listed?.keyId ?? 'none'}`))
})

test('names of keys: what is an id, an alias, an ARN, and what is nothing', () => {
  const at = { region: 'eu-west-1', account: OURS }
  assert.deepEqual(parseKeyName('testkey-1'), { kind: 'id', keyId: 'testkey-1' })
  assert.deepEqual(parseKeyName('alias/a/b'), { kind: 'alias', alias: 'alias/a/b' })
  assert.deepEqual(parseKeyName(`arn:aws:kms:eu-west-1:${OURS}:key/k`), { kind: 'id', keyId: 'k', at })
  assert.deepEqual(parseKeyName(`arn:aws:kms:eu-west-1:${OURS}:alias/k`), { kind: 'alias', alias: 'alias/k', at })
  for (const text of ['-k', 'k'.repeat(129), 'k/', 'arn:aws:kms:::key/k', `arn:aws:kms:eu-west-1:${OURS}:key/`]) {
    assert.equal(parseKeyName(text), undefined, text)
  }
})
