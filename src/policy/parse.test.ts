import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseBucketName, StoreFailure } from '../operations/index.ts'
import type { PolicyUse } from './document.ts'
import { POLICY_LIMITS } from './limits.ts'
import { parsePolicy, policyCharacters, type PolicyScope } from './parse.ts'

const ROOT = 'arn:aws:iam::000000000001:root'
const bucket = parseBucketName('photos')
const IN_PHOTOS: PolicyScope = bucket === undefined ? {} : { bucket }

function refusalOf(use: PolicyUse, text: string | Uint8Array, scope?: PolicyScope): string {
  try {
    parsePolicy('aws', use, text, scope)
  } catch (error) {
    assert.ok(error instanceof StoreFailure)
    return error.failure.kind
  }
  return 'accepted'
}

/** A statement that is good in its use, changed by `members`; undefined removes one. */
function policy(use: PolicyUse, members: Readonly<Record<string, unknown>> = {}): string {
  const service = { identity: 's3', session: 's3', bucket: 's3', key: 'kms', trust: 'sts' }[use]
  const statement = {
    Effect: 'Allow',
    ...(use === 'identity' || use === 'session' ? {} : { Principal: { AWS: ROOT } }),
    Action: `${service}:*`,
    ...(use === 'trust' ? {} : { Resource: '*' }),
    ...members,
  }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}

const USES: readonly PolicyUse[] = ['identity', 'session', 'bucket', 'key', 'trust']

for (const use of USES) {
  test(`a plain ${use} policy is read`, () => {
    const { statements, variables } = parsePolicy('aws', use, policy(use))
    assert.equal(variables, true)
    assert.equal(statements[0]?.effect, 'allow')
    assert.equal(statements[0].principals !== undefined, use !== 'identity' && use !== 'session')
    assert.equal(statements[0].resources !== undefined, use !== 'trust')
  })
}

test('one statement without a list, and texts in place of lists, mean the same', () => {
  const one = '{"Statement":{"Effect":"Deny","Action":"s3:Get*","Resource":"arn:aws:s3:::b/*"}}'
  const many = '{"Statement":[{"Effect":"Deny","Action":["s3:Get*"],"Resource":["arn:aws:s3:::b/*"]}]}'
  assert.deepEqual(parsePolicy('aws', 'identity', one), parsePolicy('aws', 'identity', many))
})

test('a document without a version is one of 2008, and has no variables', () => {
  assert.equal(
    parsePolicy('aws', 'identity', policy('identity').replace('"Version":"2012-10-17",', '')).variables,
    false,
  )
})

const GOOD_IDENTITY = policy('identity')
/** T-084 and the grammar: what is refused, whatever the rest of the document says. */
const MALFORMED: readonly (readonly [string, PolicyUse, string])[] = [
  ['T-084 Effect twice', 'identity', GOOD_IDENTITY.replace('"Effect"', '"Effect":"Deny","Effect"')],
  ['T-084 Effect behind an escape', 'identity', GOOD_IDENTITY.replace('"Effect"', '"\\u0045ffect":"Deny","Effect"')],
  ['T-084 Statement twice', 'identity', GOOD_IDENTITY.replace('"Statement"', '"Statement":[],"Statement"')],
  ['T-084 effect in lower case', 'identity', GOOD_IDENTITY.replace('"Effect"', '"effect"')],
  ['T-084 __proto__', 'identity', GOOD_IDENTITY.replace('"Effect"', '"__proto__":{},"Effect"')],
  ['T-084 a byte order mark', 'identity', `\ufeff${GOOD_IDENTITY}`],
  ['T-084 a trailing comma', 'identity', GOOD_IDENTITY.replace(']}', '],}')],
  ['T-084 a comment', 'identity', GOOD_IDENTITY.replace('{', '{ // all\n')],
  ['T-084 33 levels', 'identity', policy('identity', { Action: 'x' }).replace('"x"', '['.repeat(33) + ']'.repeat(33))],
  ['no object', 'identity', '[]'],
  ['no statement', 'identity', '{"Version":"2012-10-17"}'],
  ['an empty list of statements', 'identity', '{"Version":"2012-10-17","Statement":[]}'],
  ['an unknown version', 'identity', GOOD_IDENTITY.replace('2012-10-17', '2012-10-18')],
  ['an unknown element', 'identity', policy('identity', { Actions: 's3:*' })],
  ['an unknown effect', 'identity', policy('identity', { Effect: 'allow' })],
  ['no action', 'identity', policy('identity', { Action: undefined })],
  ['no resource', 'identity', policy('identity', { Resource: undefined })],
  ['Action and NotAction', 'identity', policy('identity', { NotAction: 's3:*' })],
  ['Resource and NotResource', 'identity', policy('identity', { NotResource: '*' })],
  ['an empty list of actions', 'identity', policy('identity', { Action: [] })],
  ['an action that is a number', 'identity', policy('identity', { Action: 1 })],
  ['an action without a service', 'identity', policy('identity', { Action: 'PutObject' })],
  ['an action with a look-alike letter', 'identity', policy('identity', { Action: '\u212Ams:*' })],
  ['a wildcard for the service of an action', 'identity', policy('identity', { Action: 's*:GetObject' })],
  ['a resource that is no ARN', 'identity', policy('identity', { Resource: 'photos/*' })],
  ['an ARN of too few fields', 'identity', policy('identity', { Resource: 'arn:aws:s3:*' })],
  ['a wildcard for the service of an ARN', 'identity', policy('identity', { Resource: 'arn:aws:*:::photos' })],
  ['a variable that does not end', 'identity', policy('identity', { Resource: 'arn:aws:s3:::home/${aws:username' })],
  ['a variable without a name', 'identity', policy('identity', { Resource: 'arn:aws:s3:::home/${}' })],
  ['a principal in an identity policy', 'identity', policy('identity', { Principal: '*' })],
  ['a Sid with a space in an identity policy', 'identity', policy('identity', { Sid: 'my statement' })],
  ['a Sid that is a number', 'key', policy('key', { Sid: 1 })],
  ['T-080 an unknown operator', 'identity', policy('identity', { Condition: { StringIs: { 'aws:username': 'a' } } })],
  ['T-080 an operator in lower case', 'identity', policy('identity', { Condition: { bool: { 'aws:a': 'true' } } })],
  ['T-080 NullIfExists', 'identity', policy('identity', { Condition: { NullIfExists: { 'aws:a': 'true' } } })],
  ['T-080 Bool of 1', 'identity', policy('identity', { Condition: { Bool: { 'aws:securetransport': '1' } } })],
  ['T-080 a number of 1e3', 'identity', policy('identity', { Condition: { NumericEquals: { 's3:max-keys': '1e3' } } })],
  [
    'T-080 a time without zone',
    'identity',
    policy('identity', { Condition: { DateEquals: { 'aws:currenttime': '2026-01-01T00:00:00' } } }),
  ],
  [
    'T-080 the 30th of February',
    'identity',
    policy('identity', { Condition: { DateEquals: { 'aws:currenttime': '2026-02-30' } } }),
  ],
  [
    'an address with 33 bits',
    'identity',
    policy('identity', { Condition: { IpAddress: { 'aws:sourceip': '10.0.0.0/33' } } }),
  ],
  [
    'an address with an octal look',
    'identity',
    policy('identity', { Condition: { IpAddress: { 'aws:sourceip': '010.0.0.1' } } }),
  ],
  [
    'a condition without values',
    'identity',
    policy('identity', { Condition: { StringEquals: { 'aws:username': [] } } }),
  ],
  [
    'a condition key without service',
    'identity',
    policy('identity', { Condition: { StringEquals: { username: 'a' } } }),
  ],
  [
    'a value that is an object',
    'identity',
    policy('identity', { Condition: { StringEquals: { 'aws:username': {} } } }),
  ],
  [
    'an ARN condition that is no ARN',
    'identity',
    policy('identity', { Condition: { ArnLike: { 'aws:principalarn': 'arn:aws:*' } } }),
  ],
  ['no principal', 'bucket', policy('bucket', { Principal: undefined })],
  ['T-080 NotPrincipal with Allow', 'bucket', policy('bucket', { Principal: undefined, NotPrincipal: '*' })],
  ['Principal and NotPrincipal', 'bucket', policy('bucket', { Effect: 'Deny', NotPrincipal: '*' })],
  ['T-079 a list for a principal', 'bucket', policy('bucket', { Principal: ['*'] })],
  [
    'T-079 a wildcard in a user',
    'bucket',
    policy('bucket', { Principal: { AWS: 'arn:aws:iam::000000000001:user/*' } }),
  ],
  ['T-079 a wildcard in an account', 'bucket', policy('bucket', { Principal: { AWS: 'arn:aws:iam::*:root' } })],
  ['T-079 an account that is a number', 'bucket', policy('bucket', { Principal: { AWS: 1 } })],
  ['T-079 an account of one digit', 'bucket', policy('bucket', { Principal: { AWS: '1' } })],
  ['T-079 an account of 13 digits', 'bucket', policy('bucket', { Principal: { AWS: '0000000000001' } })],
  ['T-079 another partition', 'bucket', policy('bucket', { Principal: { AWS: 'arn:aws-cn:iam::000000000001:root' } })],
  ['T-079 every canonical user', 'bucket', policy('bucket', { Principal: { CanonicalUser: '*' } })],
  ['T-079 every service', 'bucket', policy('bucket', { Principal: { Service: '*' } })],
  ['a kind of principal that there is not', 'bucket', policy('bucket', { Principal: { aws: '*' } })],
  ['an action of another service on a bucket', 'bucket', policy('bucket', { Action: 'kms:Decrypt' })],
  ['an action of another service on a key', 'key', policy('key', { Action: 's3:GetObject' })],
  ['a key policy without Resource', 'key', policy('key', { Resource: undefined })],
  ['a key policy without Action', 'key', policy('key', { Action: undefined })],
  ['a resource in a trust policy', 'trust', policy('trust', { Resource: '*' })],
]

for (const [what, use, text] of MALFORMED) {
  test(`${what} is refused in a policy of kind ${use}`, () => assert.equal(refusalOf(use, text), 'malformed-policy'))
}

test('a Sid that comes twice is refused', () => {
  const statement = '{"Sid":"a","Effect":"Allow","Action":"s3:*","Resource":"*"}'
  assert.equal(refusalOf('identity', `{"Statement":[${statement},${statement}]}`), 'malformed-policy')
})

test('a bucket policy speaks of its own bucket', () => {
  for (const resource of [
    'arn:aws:s3:::photos',
    'arn:aws:s3:::photos/*',
    'arn:aws:s3:::photos/${aws:username}/*',
    '*',
  ]) {
    assert.equal(refusalOf('bucket', policy('bucket', { Resource: resource }), IN_PHOTOS), 'accepted')
  }
  for (const resource of ['arn:aws:s3:::photos2', 'arn:aws:s3:::other/photos/*', 'arn:aws:kms:::photos']) {
    assert.equal(refusalOf('bucket', policy('bucket', { Resource: resource }), IN_PHOTOS), 'malformed-policy')
  }
})

test('principals are read in every form of theirs', () => {
  const session = 'arn:aws:sts::000000000001:assumed-role/reader/me@example.com'
  const user = 'arn:aws:iam::000000000001:user/teams/alice'
  const canonical = '1'.repeat(64)
  const principal = {
    AWS: ['*', '000000000002', ROOT, user, session],
    CanonicalUser: canonical,
    Service: 'logging.s3.amazonaws.com',
  }
  const [statement] = parsePolicy('aws', 'bucket', policy('bucket', { Principal: principal })).statements
  assert.deepEqual(statement?.principals?.entries, [
    { kind: 'everyone' },
    { kind: 'account', account: '000000000002' },
    { kind: 'account', account: '000000000001' },
    { kind: 'principal', arn: user },
    { kind: 'principal', arn: session },
    { kind: 'canonical-user', id: canonical },
    { kind: 'service', name: 'logging.s3.amazonaws.com' },
  ])
})

test('federated principals and other languages are not there yet, and say so', () => {
  assert.equal(refusalOf('trust', policy('trust', { Principal: { Federated: 'x' } })), 'not-implemented')
})

/** Fills a policy with white space or with an Id up to a size. */
function sized(use: PolicyUse, characters: number, filler: 'Id' | 'blanks'): string {
  const text = policy(use)
  if (filler === 'blanks') return text + ' '.repeat(characters - text.length)
  const start = text.replace('{', '{"Id":"",')
  return start.replace('"Id":""', `"Id":"${'x'.repeat(characters - start.length)}"`)
}

test('T-084 a policy is as large as its kind may be, and no byte more', () => {
  const limits: readonly (readonly [PolicyUse, PolicyScope, number])[] = [
    ['bucket', {}, 20_480],
    ['key', {}, 32_768],
    ['identity', { place: 'user' }, 2_048],
    ['identity', { place: 'group' }, 5_120],
    ['identity', { place: 'role' }, 10_240],
    ['identity', {}, 6_144],
    ['session', {}, 2_048],
    ['trust', {}, 4_096],
  ]
  for (const [use, scope, limit] of limits) {
    assert.equal(refusalOf(use, sized(use, limit, 'Id'), scope), 'accepted', use)
    assert.equal(refusalOf(use, sized(use, limit + 1, 'Id'), scope), 'policy-too-large', use)
    const counted = use === 'bucket' || use === 'key'
    assert.equal(refusalOf(use, sized(use, limit + 1, 'blanks'), scope), counted ? 'policy-too-large' : 'accepted', use)
    assert.equal(refusalOf(use, sized(use, POLICY_LIMITS.textBytes + 1, 'blanks'), scope), 'policy-too-large', use)
  }
})

test('characters are counted as such, and white space is not', () => {
  assert.equal(policyCharacters('{ "ä"\n:\t"😀" }'), 9)
})
