import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CHECKOUT } from '../../tests/checkout.ts'
import { parseAccountId, type Caller, type VendorSpellings } from '../operations/index.ts'
import { requestContext } from './context.ts'
import type { Grammar, NamedPolicy } from './document.ts'
import { evaluate } from './evaluate.ts'
import { keyActionsOf, type KeyTask, type Vendor } from './names/key-tasks.ts'
import { parsePolicy } from './parse.ts'

/** The policies of the requirement pages, as they are printed there. */
function page(name: string): string {
  return readFileSync(join(CHECKOUT, 'vectors', 'policies', 'pages', `${name}.txt`), 'utf8')
}

const account = parseAccountId('000000000001') ?? assert.fail()
const other = parseAccountId('000000000002') ?? assert.fail()
/** The account of the pages, as its vendors call it. */
const SPELLINGS: VendorSpellings = {
  uid: '1416614965936597',
  domainId: 'd78cbac1',
  appId: '1250000000',
  uin: '100000000001',
}
const KEY = 'arn:aws:kms:eu-1:000000000001:key/3f2a'
const SECOND = 'arn:aws:kms:eu-1:000000000001:key/77bb'
const ALICE: Caller = {
  ...{ kind: 'user', account, arn: 'arn:aws:iam::000000000001:user/alice', userId: 'AIDA1', userName: 'alice' },
  ...{ accessKeyId: 'AKIA', scheme: 'sigv4' },
}
/** A key made by anybody's tool: it leaves the account to its people's policies. */
const DELEGATING = {
  name: 'key policy',
  on: 'key',
  document: parsePolicy(
    'aws',
    'key',
    '{"Statement":{"Effect":"Allow","Principal":{"AWS":"000000000001"},"Action":"kms:*","Resource":"*"}}',
  ),
} as const

function policy(grammar: Grammar, text: string): NamedPolicy {
  return { name: 'p', document: parsePolicy(grammar, 'identity', text) }
}

interface On {
  readonly key?: string
  readonly spellings?: VendorSpellings
  /** The key service is asked itself, and not on the way of an object. */
  readonly direct?: boolean
}

function may(identity: readonly NamedPolicy[], action: string, { key = KEY, spellings = SPELLINGS, direct }: On = {}) {
  const via = direct === true ? [] : [['kms:viaservice', ['s3.eu-1.amazonaws.com']] as const]
  const question = { caller: ALICE, action, resource: key, owner: account, ownerSpellings: spellings, isKey: true }
  const context = requestContext({ caller: ALICE, facts: { region: 'eu-1', nowMs: 0 }, extra: new Map(via) })
  const rights = { identity, tags: new Map<string, string>() }
  return evaluate({ ...question, resourcePolicy: DELEGATING, rights, context }).kind === 'allow'
}

function does(vendor: Vendor, task: KeyTask, identity: readonly NamedPolicy[], on?: On): boolean {
  return keyActionsOf(vendor, task).every((action) => may(identity, action, on))
}

const TASKS: readonly KeyTask[] = ['configure', 'upload', 'upload-part', 'download']

/** Each of OSS's samples: what it is enough for. */
const OSS_SAMPLES: readonly (readonly [string, string, readonly KeyTask[]])[] = [
  ['OSS-59', 'oss-configure', ['configure']],
  ['OSS-67', 'oss-upload', ['configure', 'upload', 'upload-part']],
  ['OSS-71', 'oss-download', ['download']],
]
for (const [row, name, enough] of OSS_SAMPLES) {
  const text = page(name)
  const sample = policy('ram', text)
  test(`${row} OSS-76 (part) the sample ${name}, as printed, is enough for ${enough.join(', ')} and for nothing else`, () => {
    assert.deepEqual(
      TASKS.filter((task) => does('oss', task, [sample])),
      enough,
    )
  })
  test(`OSS-73 (part) ${name} means all keys of its account, and no other's`, () => {
    assert.equal(does('oss', enough[0] ?? 'upload', [sample], { key: SECOND }), true)
    assert.equal(does('oss', enough[0] ?? 'upload', [sample], { spellings: { uid: '1416614965936598' } }), false)
  })
  for (const narrow of ['3f2a', 'key/3f2a']) {
    test(`OSS-74 (part) ${name} narrowed to ${narrow} opens that key and no second one`, () => {
      const one = policy('ram', text.replace(':*" ', `:${narrow}" `).replace(':*"/', `:${narrow}"/`))
      assert.deepEqual(
        TASKS.filter((task) => does('oss', task, [one])),
        enough,
      )
      assert.deepEqual(
        TASKS.filter((task) => does('oss', task, [one], { key: SECOND })),
        [],
      )
    })
  }
}

const LOOK_UP = ['kms:ListKeys', 'kms:ListAliases', 'kms:ListAliasesByKeyId', 'kms:DescribeKey']

function ramOf(actions: readonly string[]): NamedPolicy {
  const statement = { Effect: 'Allow', Action: actions, Resource: ['acs:kms:*:1416614965936597:*'] }
  return policy('ram', JSON.stringify({ Version: '1', Statement: [statement] }))
}

const OSS_ROWS: readonly (readonly [string, KeyTask, string])[] = [
  ['OSS-55', 'configure', 'kms:ListKeys'],
  ['OSS-56', 'configure', 'kms:ListAliases'],
  ['OSS-57', 'configure', 'kms:ListAliasesByKeyId'],
  ['OSS-58', 'configure', 'kms:DescribeKey'],
  ['OSS-61', 'upload', 'kms:ListKeys'],
  ['OSS-62', 'upload', 'kms:ListAliases'],
  ['OSS-63', 'upload', 'kms:ListAliasesByKeyId'],
  ['OSS-64', 'upload', 'kms:DescribeKey'],
  ['OSS-65', 'upload', 'kms:GenerateDataKey'],
  ['OSS-69', 'download', 'kms:Decrypt'],
]
for (const [row, task, missing] of OSS_ROWS) {
  test(`${row} (part) ${task} with a key of one's own fails without ${missing}, and with it goes on`, () => {
    const needed = keyActionsOf('oss', task)
    assert.equal(does('oss', task, [ramOf(needed)]), true)
    const rest = needed.filter((action) => action !== missing)
    assert.equal(does('oss', task, rest.length === 0 ? [] : [ramOf(rest)]), false)
  })
}

test('OSS-56 OSS-58 (part) the spellings of the prose count as the actions that there are, whatever their case', () => {
  for (const alias of ['kms:Listalias', 'kms:ListAliases', 'kms:listaliases']) {
    for (const describe of ['kms:DescribeKeys', 'kms:DescribeKey', 'kms:describekeys']) {
      const spelled = ramOf(['kms:ListKeys', alias, 'kms:ListAliasesByKeyId', describe])
      assert.equal(does('oss', 'configure', [spelled]), true, `${alias} ${describe}`)
    }
  }
  assert.equal(does('oss', 'configure', [ramOf(['kms:ListKeys', 'kms:Listalia', 'kms:DescribeKey'])]), false)
})

test('OSS-77 (part) a Deny of any listed action beats the sample, for the key that it names only', () => {
  const sample = policy('ram', page('oss-upload'))
  for (const action of [...LOOK_UP, 'kms:GenerateDataKey']) {
    const statement = { Effect: 'Deny', Action: action, Resource: 'acs:kms:*:*:key/3f2a' }
    const deny = policy('ram', JSON.stringify({ Version: '1', Statement: statement }))
    assert.equal(does('oss', 'upload', [sample, deny]), false, action)
    assert.equal(does('oss', 'upload', [sample, deny], { key: SECOND }), true, action)
  }
})

/** OBS's two pages, and each list without one of its rights: what still goes on. */
const FIRST = ['kms:cmk:get', 'kms:cmk:list', 'kms:cmk:create', 'kms:dek:create', 'kms:dek:crypto']
const MINIMUM = policy('huawei', page('obs-minimum'))
const SIX = ['kms:dek:crypto', 'kms:dek:create', 'kms:cmk:get', 'kms:cmk:list', 'kms:cmk:generate', 'kms:cmk:crypto']

function huaweiOf(actions: readonly string[], resource?: string): NamedPolicy {
  const resources = resource === undefined ? {} : { Resource: [resource] }
  const statement = { Effect: 'Allow', Action: actions, ...resources }
  return policy('huawei', JSON.stringify({ Version: '1.1', Statement: [statement] }))
}

const OBJECT_TASKS = ['upload', 'upload-part', 'download', 'make the default key'] as const

function obsDoes(identity: readonly NamedPolicy[], on?: On): readonly string[] {
  return OBJECT_TASKS.filter((task) =>
    task === 'make the default key' ? may(identity, 'kms:CreateKey', on) : does('obs', task, identity, on),
  )
}

test('OBSA-22 OBSB-19 OBSB-20 (part) either list of OBS’s pages is enough for everything that an object needs', () => {
  assert.deepEqual(obsDoes([MINIMUM]), OBJECT_TASKS)
  assert.deepEqual(obsDoes([huaweiOf(FIRST)]), OBJECT_TASKS)
  assert.deepEqual(obsDoes([]), [])
})

const OBS_ROWS: readonly (readonly [string, readonly string[], string, readonly string[]])[] = [
  ['OBSA-24 OBSA-29', FIRST, 'kms:cmk:get', ['make the default key']],
  ['OBSA-25 OBSA-30', FIRST, 'kms:cmk:list', OBJECT_TASKS],
  ['OBSA-26 OBSA-31', FIRST, 'kms:cmk:create', ['upload', 'upload-part', 'download']],
  ['OBSA-27 OBSA-32', FIRST, 'kms:dek:create', ['upload-part', 'download', 'make the default key']],
  ['OBSA-28 OBSA-33', FIRST, 'kms:dek:crypto', ['upload', 'make the default key']],
  ['OBSB-24 OBSB-25', SIX, 'kms:dek:crypto', ['upload', 'make the default key']],
  ['OBSB-26 OBSB-27', SIX, 'kms:dek:create', ['upload-part', 'download', 'make the default key']],
  ['OBSB-28 OBSB-29', SIX, 'kms:cmk:get', ['make the default key']],
  ['OBSB-30 OBSB-31', SIX, 'kms:cmk:list', OBJECT_TASKS],
  ['OBSB-32 OBSB-33', SIX, 'kms:cmk:generate', ['upload', 'upload-part', 'download']],
  ['OBSB-34 OBSB-35', SIX, 'kms:cmk:crypto', OBJECT_TASKS],
]
for (const [rows, list, missing, goesOn] of OBS_ROWS) {
  test(`${rows} (part) without ${missing} there goes on: ${goesOn.join(', ')}`, () => {
    assert.deepEqual(obsDoes([huaweiOf(list.filter((action) => action !== missing))]), goesOn)
  })
}

test('OBSB-34 OBSB-35 (part) the key service’s own small-data encryption needs kms:cmk:crypto', () => {
  const without = huaweiOf(SIX.filter((action) => action !== 'kms:cmk:crypto'))
  for (const action of ['kms:Encrypt', 'kms:Decrypt']) {
    assert.equal(may([MINIMUM], action, { direct: true }), true)
    assert.equal(may([without], action, { direct: true }), false)
    assert.equal(may([without], action), true)
  }
})

test('OBSB-22 (part) without a resource all keys are meant, with one that key', () => {
  assert.equal(does('obs', 'upload', [MINIMUM], { key: SECOND }), true)
  const narrowed = huaweiOf(SIX, 'kms:*:*:cmk:3f2a')
  assert.deepEqual(obsDoes([narrowed]), OBJECT_TASKS)
  assert.equal(does('obs', 'upload', [narrowed], { key: SECOND }), false)
})

test('T-080 (part) "all" of a statement without a resource ends at its service and its account', () => {
  const question = {
    caller: ALICE,
    action: 'kms:Decrypt',
    resource: KEY.replace('0001:', '0002:'),
    owner: other,
    isKey: true,
  }
  const text = '{"Statement":{"Effect":"Allow","Principal":{"AWS":"000000000001"},"Action":"kms:*","Resource":"*"}}'
  const resourcePolicy = { name: 'key policy', on: 'key', document: parsePolicy('aws', 'key', text) } as const
  const decide = (identity: NamedPolicy) =>
    evaluate({ ...question, resourcePolicy, rights: { identity: [identity], tags: new Map() } }).kind
  assert.equal(decide(huaweiOf(['kms:*'])), 'no-opinion')
  assert.equal(decide(huaweiOf(['kms:*'], 'kms:*:*:cmk:*')), 'allow')
  assert.equal(may([huaweiOf(['kms:*:*'])], 'kms:GenerateDataKey'), true)
  assert.equal(may([huaweiOf(['obs:*:*'])], 'kms:GenerateDataKey'), false)
})

test('OBSB-23 (part) rights on keys open no bucket', () => {
  const question = { caller: ALICE, action: 's3:PutObject', resource: 'arn:aws:s3:::b/x', owner: account }
  for (const identity of [MINIMUM, huaweiOf(FIRST), policy('ram', page('oss-upload'))]) {
    assert.equal(evaluate({ ...question, rights: { identity: [identity], tags: new Map() } }).kind, 'no-opinion')
  }
})

test('OBSB-16 OBSB-17 (part) the role KMS Administrator is enough, in the region that it is given for', () => {
  const role = policy('huawei', '{"Version":"1.0","Statement":[{"Effect":"Allow","Action":["KMS:*:*"]}]}')
  assert.deepEqual(obsDoes([role]), OBJECT_TASKS)
  const here = huaweiOf(['kms:*:*'], 'kms:eu-1:*:*:*')
  assert.deepEqual(obsDoes([here]), OBJECT_TASKS)
  assert.deepEqual(obsDoes([here], { key: KEY.replace('eu-1', 'eu-2') }), [])
})

const VERSIONS: readonly (readonly [string, Grammar, string, boolean])[] = [
  ['OSS-75', 'ram', '1', true],
  ['OSS-75', 'ram', '2', false],
  ['OBSB-21', 'huawei', '1.1', true],
  ['OBSB-21', 'huawei', '9', false],
  ['CAM', 'cam', '2.0', true],
  ['CAM', 'cam', '2012-10-17', false],
]
for (const [row, grammar, version, good] of VERSIONS) {
  test(`${row} version ${version} of ${grammar} is ${good ? 'read' : 'refused'}`, () => {
    const effect = grammar === 'cam' ? 'allow' : 'Allow'
    const text = JSON.stringify({ Version: version, Statement: [{ Effect: effect, Action: '*', Resource: '*' }] })
    const read = () => parsePolicy(grammar, 'identity', text)
    if (good) assert.equal(read().statements.length, 1)
    else assert.throws(read, { message: 'malformed-policy' })
  })
}

test('OSS-76 comments after strings are left out, in strings they are text, and nothing else of the kind is taken', () => {
  const statement = (resource: string) => `{"Effect":"Allow","Action":"oss:*","Resource":"${resource}"}`
  const read = (text: string) => parsePolicy('ram', 'identity', text).statements[0]?.resources?.patterns
  assert.deepEqual(read(`{"Version":"1", // x " {\n"Statement":${statement('acs:oss:*:*:b//x')}}//`), [
    'acs:oss:*:*:b//x',
  ])
  assert.deepEqual(read(`{"Version":"1","Statement":${statement('acs:oss:*:*:\\"//x')}}`), ['acs:oss:*:*:"//x'])
  for (const bad of ['/* x */', '/ x', '# x', '/* x']) {
    assert.throws(() => read(`{"Version":"1", ${bad}\n"Statement":${statement('*')}}`), { message: 'malformed-policy' })
  }
})
