import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAccountId, StoreFailure, type Caller } from '../../operations/index.ts'
import type { Condition, Grammar, PolicyUse } from '../document.ts'
import { evaluate } from '../evaluate.ts'
import { parsePolicy } from '../parse.ts'
import type { Question } from '../question.ts'

/** A good statement of each language. */
const GOOD: Readonly<Record<Exclude<Grammar, 'aws'>, readonly [PolicyUse, version: string, statement: string]>> = {
  ram: ['identity', '1', '{"Effect":"Allow","Action":"oss:Get*","Resource":"acs:oss:*:*:b/*"}'],
  'oss-bucket': [
    'bucket',
    '1',
    '{"Effect":"Allow","Principal":["*"],"Action":"oss:Get*","Resource":"acs:oss:*:*:b/*"}',
  ],
  huawei: ['identity', '1.1', '{"Effect":"Allow","Action":["obs:object:Get*"],"Resource":["obs:*:*:object:b/*"]}'],
  'obs-bucket': ['bucket', '2008-10-17', '{"Effect":"Allow","Principal":"*","Action":["Get*"],"Resource":["b/*"]}'],
  cam: ['identity', '2.0', '{"effect":"allow","action":["name/cos:Get*"],"resource":["qcs::cos::uid/1:b-1/*"]}'],
  'cos-bucket': ['bucket', '2.0', '{"effect":"allow","principal":{"qcs":["*"]},"action":"cos:Get*","resource":"*"}'],
}

type Foreign = keyof typeof GOOD
const LANGUAGES: readonly Foreign[] = ['ram', 'oss-bucket', 'huawei', 'obs-bucket', 'cam', 'cos-bucket']

function document(version: string, ...statements: readonly string[]): string {
  return `{"Version":"${version}","Statement":[${statements.join()}]}`
}

function outcome(grammar: Grammar, use: PolicyUse, text: string): string {
  try {
    parsePolicy(grammar, use, text)
  } catch (error) {
    assert.ok(error instanceof StoreFailure)
    return error.failure.kind
  }
  return 'read'
}

/** What no language takes. */
const BAD: readonly (readonly [string, (statement: string) => string])[] = [
  [
    'T-084 an effect twice',
    (one) => one.replace(/"effect"/i, (name) => `"Effect":"Deny",${name}`).replace('"effect"', '"Effect"'),
  ],
  [
    'T-084 an effect behind an escape',
    (one) => one.replace(/"effect":/i, (name) => `${name}"Deny","\\u00${name.charCodeAt(1).toString(16)}ffect":`),
  ],
  ['T-084 __proto__', (one) => one.replace('{', '{"__proto__":{},')],
  ['T-084 a byte order mark', (one) => `\ufeff${one}`],
  ['T-084 a trailing comma', (one) => one.replace(/\}$/, ',}')],
  ['an unknown element', (one) => one.replace('{', '{"Actions":"*",')],
  ['an unknown effect', (one) => one.replace(/"allow"/i, '"Maybe"')],
  ['no action', (one) => one.replace(/"action":(?:"[^"]*"|\[[^\]]*\]),/i, '')],
  ['an empty list of actions', (one) => one.replace(/("action":)(?:"[^"]*"|\[[^\]]*\])/i, '$1[]')],
  ['an action of no service', (one) => one.replace(/("action":)(?:"[^"]*"|\[[^\]]*\])/i, '$1"Get Object"')],
  ['a resource of no form', (one) => one.replace(/("resource":)(?:"[^"]*"|\[[^\]]*\])/i, '$1"arn:aws:iam::1:user"')],
  ['T-080 an unknown operator', (one) => one.replace('{', '{"Condition":{"StringIs":{"acs:SourceIp":"1"}},')],
  ['T-080 an unknown key', (one) => one.replace('{', '{"Condition":{"Bool":{"x:y":"true"}},')],
]

for (const grammar of LANGUAGES) {
  const [use, version, statement] = GOOD[grammar]
  test(`a statement of ${grammar} is read, and only where its language has such policies`, () => {
    assert.equal(outcome(grammar, use, document(version, statement)), 'read')
    for (const other of ['key', 'trust', use === 'bucket' ? 'identity' : 'bucket'] satisfies PolicyUse[]) {
      assert.equal(outcome(grammar, other, document(version, statement)), 'malformed-policy', other)
    }
    assert.equal(outcome(grammar, use, document(version)), 'malformed-policy')
    assert.equal(outcome(grammar, use, document('0', statement)), 'malformed-policy')
  })
  for (const [what, change] of BAD) {
    test(`${grammar}: ${what} is refused`, () => {
      const changed = change(statement)
      assert.notEqual(changed, statement)
      assert.equal(outcome(grammar, use, document(version, changed)), 'malformed-policy', changed)
    })
  }
}

test('comments are RAM’s alone', () => {
  for (const grammar of LANGUAGES) {
    const [use, version, statement] = GOOD[grammar]
    const commented = document(version, `${statement} // why\n`)
    assert.equal(outcome(grammar, use, commented), grammar === 'ram' ? 'read' : 'malformed-policy', grammar)
  }
})

test('CAM’s elements have no case, and none twice in two spellings; the others’ have one', () => {
  const cam = '{"Effect":"allow","ACTION":"cos:*","Resource":"*"}'
  assert.equal(outcome('cam', 'identity', document('2.0', cam)), 'read')
  assert.equal(outcome('cam', 'identity', document('2.0', cam.replace('{', '{"effect":"deny",'))), 'malformed-policy')
  assert.equal(outcome('ram', 'identity', document('1', GOOD.ram[2].replace('Effect', 'effect'))), 'malformed-policy')
})

function conditionOf(grammar: Foreign, operator: string, key: string, value: string): Condition | string {
  const [use, version, statement] = GOOD[grammar]
  const condition = JSON.stringify({ [operator]: { [key]: [value] } })
  try {
    const text = document(version, statement.replace('{', `{"Condition":${condition},`))
    return parsePolicy(grammar, use, text).statements[0]?.conditions[0] ?? 'none'
  } catch (error) {
    assert.ok(error instanceof StoreFailure)
    return error.failure.kind
  }
}

const CONDITIONS: readonly (readonly [Foreign, string, string, string, Partial<Condition>])[] = [
  ['ram', 'IpAddress', 'acs:SourceIp', '10.0.0.0/8', { operator: 'ip-address', key: 'aws:sourceip' }],
  [
    'ram',
    'StringNotLikeIfExists',
    'oss:Prefix',
    'a*',
    { operator: 'string-like', negated: true, ifExists: true, key: 's3:prefix' },
  ],
  ['oss-bucket', 'StringEquals', 'oss:ExistingObjectTag/Team', 'red', { key: 's3:existingobjecttag/team' }],
  ['oss-bucket', 'StringEquals', 'oss:x-oss-object-acl', 'private', { key: 's3:x-amz-acl' }],
  [
    'huawei',
    'StringStartWith',
    'obs:prefix',
    'a',
    { operator: 'string-like', negated: false, values: ['a*'], key: 's3:prefix' },
  ],
  [
    'huawei',
    'StringNotEndWithIfExsits',
    'obs:prefix',
    'a',
    { operator: 'string-like', negated: true, ifExists: true, values: ['*a'] },
  ],
  ['huawei', 'NumberLessThan', 'obs:max-keys', '10', { operator: 'numeric-less-than', key: 's3:max-keys' }],
  ['huawei', 'IsNullOrEmpty', 'g:MFAPresent', 'true', { operator: 'null', key: 'aws:multifactorauthpresent' }],
  [
    'obs-bucket',
    'StringNotEquals',
    'x-obs-server-side-encryption',
    'kms',
    { values: ['aws:kms'], key: 's3:x-amz-server-side-encryption' },
  ],
  ['obs-bucket', 'Bool', 'SecureTransport', 'false', { operator: 'bool', key: 'aws:securetransport' }],
  ['obs-bucket', 'StringEquals', 's3:x-amz-acl', 'private', { key: 's3:x-amz-acl' }],
  ['cam', 'ip_not_equal', 'qcs:ip', '10.0.0.0/8', { operator: 'ip-address', negated: true, key: 'aws:sourceip' }],
  [
    'cam',
    'for_all_value:string_like_if_exist',
    'cos:prefix',
    'a*',
    { quantifier: 'for-all-values', ifExists: true, operator: 'string-like' },
  ],
  ['cos-bucket', 'string_equal', 'cos:x-cos-server-side-encryption', 'cos/kms', { values: ['aws:kms'] }],
  ['cos-bucket', 'bool_equal', 'cos:secure-transport', 'true', { operator: 'bool', key: 'aws:securetransport' }],
]
for (const [grammar, operator, key, value, expected] of CONDITIONS) {
  test(`${grammar}: ${operator} of ${key} is understood`, () => {
    const condition = conditionOf(grammar, operator, key, value)
    assert.ok(typeof condition !== 'string')
    assert.deepEqual({ ...condition, ...expected }, condition)
  })
}

const NONE: readonly (readonly [Foreign, string, string, string])[] = [
  ['ram', 'ArnLike', 'acs:SourceIp', '*'],
  ['ram', 'StringEquals', 'acs:AccessId', 'AKIA'],
  ['ram', 'StringEquals', 'oss:x-oss-forbid-overwrite', 'true'],
  ['huawei', 'StringStartWith', 'obs:prefix', 'a*'],
  ['huawei', 'IsNullOrEmptyIfExists', 'obs:prefix', 'true'],
  ['huawei', 'StringEquals', 'g:DomainName', 'x'],
  ['cam', 'null_equal_if_exist', 'qcs:ip', 'true'],
  ['cam', 'ip_equal', 'qcs:ip', 'somewhere'],
]
for (const [grammar, operator, key, value] of NONE) {
  test(`${grammar}: ${operator} of ${key} with ${value} is refused`, () => {
    assert.equal(conditionOf(grammar, operator, key, value), 'malformed-policy')
  })
}

function principalsOf(grammar: Foreign, principal: string): unknown {
  const [use, version, statement] = GOOD[grammar]
  const text = document(version, statement.replace(/("principal":)(?:"[^"]*"|\[[^\]]*\]|\{[^}]*\})/i, `$1${principal}`))
  return parsePolicy(grammar, use, text).statements[0]?.principals?.entries
}

test('principals of the vendors’ bucket policies', () => {
  const everyone = [{ kind: 'everyone' }]
  const ours = [{ kind: 'account', account: '000000000001' }]
  assert.deepEqual(principalsOf('oss-bucket', '["*"]'), everyone)
  assert.deepEqual(principalsOf('oss-bucket', '[]'), everyone)
  assert.deepEqual(principalsOf('oss-bucket', '["000000000001"]'), ours)
  assert.deepEqual(principalsOf('oss-bucket', '["1416614965936597"]'), [
    { kind: 'canonical-user', id: 'acs:1416614965936597' },
  ])
  assert.deepEqual(principalsOf('oss-bucket', '["acs:ram::000000000001:user/alice"]'), [
    { kind: 'principal', arn: 'arn:aws:iam::000000000001:user/alice' },
  ])
  assert.deepEqual(principalsOf('obs-bucket', '"*"'), everyone)
  assert.deepEqual(principalsOf('obs-bucket', '{"ID":["domain/000000000001","domain/000000000001:user/*"]}'), [
    ...ours,
    ...ours,
  ])
  assert.deepEqual(principalsOf('obs-bucket', '{"ID":"domain/d78c:user/AIDA1"}'), [
    { kind: 'principal', arn: 'domain/d78c:user/AIDA1', id: 'AIDA1' },
  ])
  assert.deepEqual(principalsOf('cos-bucket', '{"qcs":["qcs::cam::anyone:anyone"]}'), everyone)
  assert.deepEqual(principalsOf('cos-bucket', '{"qcs":["qcs::cam::uin/000000000001:uin/000000000001"]}'), ours)
  const bad: readonly (readonly [Foreign, string])[] = [
    ['oss-bucket', '{"AWS":"*"}'],
    ['oss-bucket', '[1]'],
    ['oss-bucket', '["acs:ram::*:user/*"]'],
    ['obs-bucket', '{"ID":["domain/*"]}'],
    ['obs-bucket', '{"AWS":"*"}'],
    ['cos-bucket', '{"qcs":["qcs::cam::uin/*:uin/*"]}'],
    ['cos-bucket', '{"qcs":[]}'],
  ]
  for (const [grammar, principal] of bad) {
    assert.throws(() => principalsOf(grammar, principal), { message: 'malformed-policy' }, `${grammar} ${principal}`)
  }
})

test('T-080 (part) Allow with NotPrincipal is refused in every language that has it', () => {
  for (const grammar of LANGUAGES.filter((one) => one.endsWith('-bucket'))) {
    const [use, version, statement] = GOOD[grammar]
    const negated = statement.replace(/"principal"/i, (name) =>
      name === '"principal"' ? '"notprincipal"' : '"NotPrincipal"',
    )
    assert.equal(outcome(grammar, use, document(version, negated)), 'malformed-policy', grammar)
    const deny = negated.replace('"allow"', '"deny"').replace('"Allow"', '"Deny"')
    assert.equal(outcome(grammar, use, document(version, deny)), 'read', grammar)
  }
})

test('a name of a vendor that is not bound opens nothing, and closes', () => {
  const account = parseAccountId('000000000001') ?? assert.fail()
  const caller: Caller = {
    ...{ kind: 'account-root', account, arn: 'arn:aws:iam::000000000001:root', accessKeyId: 'A', scheme: 'sigv4' },
  }
  const [, version, statement] = GOOD['oss-bucket']
  for (const [effect, expected] of [
    ['Allow', 'allow'],
    ['Deny', 'explicit-deny'],
  ] as const) {
    const named = statement.replace('["*"]', '["1416614965936597"]').replace('"Allow"', `"${effect}"`)
    const parsed = parsePolicy('oss-bucket', 'bucket', document(version, named))
    const resourcePolicy = { name: 'bucket policy', on: 'bucket', document: parsed } as const
    const question: Question = {
      ...{ caller, action: 's3:GetObject', resource: 'arn:aws:s3:::b/x', owner: account },
      resourcePolicy,
    }
    // The owner's root needs no Allow; a Deny that may mean it does.
    assert.equal(evaluate(question).kind, expected)
  }
})
