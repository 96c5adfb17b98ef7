import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPublicList, parseAccountId, type AccountId, type AclGrant } from '../operations/index.ts'
import { aclAllows } from './acl.ts'
import { parsePolicy } from './parse.ts'
import { isPublic } from './public.ts'

const EVERYONE = { Principal: '*' }
const ACCOUNT = { Principal: { AWS: '000000000001' } }

function when(operator: string, key: string, ...values: readonly string[]) {
  return { ...EVERYONE, Condition: { [operator]: { [key]: values } } }
}

const TABLE: readonly (readonly [string, boolean, Readonly<Record<string, unknown>>])[] = [
  ['"*"', true, EVERYONE],
  ['{"AWS":"*"}', true, { Principal: { AWS: '*' } }],
  ['an account and everyone', true, { Principal: { AWS: ['000000000001', '*'] } }],
  ['an account', false, ACCOUNT],
  ['a service', false, { Principal: { Service: 'logging.s3.amazonaws.com' } }],
  ['a Deny for everyone', false, { ...EVERYONE, Effect: 'Deny' }],
  ['every address', true, when('IpAddress', 'aws:SourceIp', '0.0.0.0/0')],
  ['every address in two halves', true, when('IpAddress', 'aws:SourceIp', '0.0.0.0/1', '128.0.0.0/1')],
  ['one network', false, when('IpAddress', 'aws:SourceIp', '10.0.0.0/8')],
  ['one network and every address of IPv6', true, when('IpAddress', 'aws:SourceIp', '10.0.0.0/8', '::/0')],
  ['every address of IPv4, as IPv6', true, when('IpAddress', 'aws:SourceIp', '::ffff:0.0.0.0/96')],
  ['one network of IPv6', false, when('IpAddress', 'aws:SourceIp', '2001:db8::/32')],
  ['all but one network', true, when('NotIpAddress', 'aws:SourceIp', '10.0.0.0/8')],
  ['a network, if there is an address', true, when('IpAddressIfExists', 'aws:SourceIp', '10.0.0.0/8')],
  ['any user id', true, when('StringLike', 'aws:userid', '*')],
  ['any session of a role', true, when('StringLike', 'aws:userid', 'AROA1:*')],
  ['one user id', false, when('StringEquals', 'aws:userid', 'AIDA1')],
  ['a user id of a variable', true, when('StringEquals', 'aws:userid', '${aws:userid}')],
  ['all but one user id', true, when('StringNotEquals', 'aws:userid', 'AIDA1')],
  ['one account', false, when('StringEquals', 'aws:PrincipalAccount', '000000000001')],
  ['one account or any', true, when('StringLike', 'aws:PrincipalAccount', '000000000001', '*')],
  ['one account for all values', true, when('ForAllValues:StringEquals', 'aws:PrincipalAccount', '000000000001')],
  ['users of an account by pattern', true, when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::000000000001:user/*')],
  ['one role', false, when('ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::000000000001:role/r')],
  ['one prefix', true, when('StringEquals', 's3:prefix', 'public/')],
  ['by TLS', true, when('Bool', 'aws:SecureTransport', 'true')],
  ['one tag of the caller', true, when('StringEquals', 'aws:PrincipalTag/team', 'red')],
]

for (const [what, expected, members] of TABLE) {
  test(`T-079 a policy for ${what} is ${expected ? '' : 'not '}public`, () => {
    const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*', ...members }
    const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    assert.equal(isPublic(parsePolicy('aws', 'bucket', text)), expected)
  })
}

const [OWNER, FRIEND, STRANGER] = [accountOf('1'), accountOf('2'), accountOf('3')]
const ALL: AclGrant = { grantee: { kind: 'group', group: 'everyone' }, permission: 'READ' }
const SIGNED: AclGrant = { grantee: { kind: 'group', group: 'authenticated' }, permission: 'WRITE' }
const LOGS: AclGrant = { grantee: { kind: 'group', group: 'log-delivery' }, permission: 'FULL_CONTROL' }
const FRIENDS: AclGrant = { grantee: { kind: 'account', account: FRIEND }, permission: 'FULL_CONTROL' }
const OWNERS: AclGrant = { grantee: { kind: 'account', account: OWNER }, permission: 'FULL_CONTROL' }
const GRANTS = [LOGS, OWNERS, ALL, SIGNED, FRIENDS]

function accountOf(digit: string): AccountId {
  const account = parseAccountId(digit.repeat(12))
  assert.ok(account !== undefined)
  return account
}

function allows(
  action: string,
  account?: AccountId,
  more: { readonly ignorePublic?: boolean; readonly on?: 'object'; readonly writersDelete?: boolean } = {},
) {
  const who = account === undefined ? {} : { account }
  return aclAllows({ grants: GRANTS, on: 'bucket', action, owner: OWNER, ...who, ...more }) !== undefined
}

test('lists give what their permissions mean, to whom they name', () => {
  assert.equal(allows('s3:ListBucket'), true)
  assert.equal(allows('s3:PutObject'), false)
  assert.equal(allows('s3:PutObject', STRANGER), true)
  assert.equal(allows('s3:PutBucketAcl', STRANGER), false)
  assert.equal(allows('s3:PutBucketAcl', FRIEND), true)
  assert.equal(allows('s3:DeleteBucket', FRIEND), false)
  assert.equal(allows('s3:GetObject'), false)
  assert.equal(allows('s3:GetObject', undefined, { on: 'object' }), true)
  assert.equal(allows('s3:PutObject', FRIEND, { on: 'object' }), false)
  assert.equal(allows('s3:DeleteObject', FRIEND), false)
  assert.equal(allows('s3:DeleteObject', FRIEND, { writersDelete: true }), true)
  assert.equal(allows('s3:DeleteObject', undefined, { writersDelete: true }), false)
})

test('people of the owner have what its policies give them, and no more by its own name in a list', () => {
  assert.equal(allows('s3:GetBucketAcl', OWNER), false)
})

test('T-085 public grants do not count where public lists are ignored', () => {
  assert.equal(allows('s3:ListBucket', undefined, { ignorePublic: true }), false)
  assert.equal(allows('s3:PutObject', STRANGER, { ignorePublic: true }), false)
  assert.equal(allows('s3:PutObject', FRIEND, { ignorePublic: true }), true)
  assert.deepEqual(
    [isPublicList(GRANTS), isPublicList([SIGNED]), isPublicList([OWNERS, FRIENDS, LOGS])],
    [true, true, false],
  )
})
