import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  parseAccountId,
  parseBucketName,
  type Caller,
  type OperationKind,
  type VendorSpellings,
} from '../operations/index.ts'
import { requestContext } from './context.ts'
import type { Grammar, NamedPolicy, Vocabulary } from './document.ts'
import { evaluate } from './evaluate.ts'
import { parsePolicy } from './parse.ts'
import type { Question } from './question.ts'

const account = parseAccountId('000000000001') ?? assert.fail()
const bucket = parseBucketName('photos') ?? assert.fail()
const SPELLINGS: VendorSpellings = {
  uid: '1416614965936597',
  domainId: 'd78cbac1',
  appId: '1250000000',
  uin: '100000000001',
}
const ALICE: Caller = {
  ...{ kind: 'user', account, arn: 'arn:aws:iam::000000000001:user/alice', userId: 'AIDA1', userName: 'alice' },
  ...{ accessKeyId: 'AKIA', scheme: 'sigv4' },
}
const SERVICE = '*'
const BUCKET = 'arn:aws:s3:::photos'
const OBJECT = 'arn:aws:s3:::photos/2026/a:b.jpg'
const KEY = 'arn:aws:kms:eu-1:000000000001:key/3f2a'
const ALIAS = 'arn:aws:kms:eu-1:000000000001:alias/mine'

type Names = Readonly<Record<Vocabulary, string>>
interface Row {
  readonly operation: NonNullable<Question['operation']>
  readonly resource: string
  readonly names: Names
}

function row(
  operation: Row['operation'],
  resource: string,
  aws: string,
  ram: string,
  huawei: string,
  cam: string,
): Row {
  return { operation, resource, names: { aws, ram, huawei, cam } }
}

/** As the vendors' documentation writes them; the table is not made by what it tests. */
const ROWS: readonly Row[] = [
  row(
    'list-buckets',
    SERVICE,
    's3:ListAllMyBuckets',
    'oss:ListBuckets',
    'obs:bucket:ListAllMyBuckets',
    'name/cos:GetService',
  ),
  row('create-bucket', BUCKET, 's3:CreateBucket', 'oss:PutBucket', 'obs:bucket:CreateBucket', 'name/cos:PutBucket'),
  row('head-bucket', BUCKET, 's3:ListBucket', 'oss:GetBucketInfo', 'obs:bucket:HeadBucket', 'name/cos:HeadBucket'),
  row(
    'delete-bucket',
    BUCKET,
    's3:DeleteBucket',
    'oss:DeleteBucket',
    'obs:bucket:DeleteBucket',
    'name/cos:DeleteBucket',
  ),
  row(
    'get-bucket-location',
    BUCKET,
    's3:GetBucketLocation',
    'oss:GetBucketLocation',
    'obs:bucket:GetBucketLocation',
    'name/cos:GetBucketLocation',
  ),
  row(
    'get-bucket-versioning',
    BUCKET,
    's3:GetBucketVersioning',
    'oss:GetBucketVersioning',
    'obs:bucket:GetBucketVersioning',
    'name/cos:GetBucketVersioning',
  ),
  row(
    'put-bucket-versioning',
    BUCKET,
    's3:PutBucketVersioning',
    'oss:PutBucketVersioning',
    'obs:bucket:PutBucketVersioning',
    'name/cos:PutBucketVersioning',
  ),
  row(
    'get-bucket-encryption',
    BUCKET,
    's3:GetEncryptionConfiguration',
    'oss:GetBucketEncryption',
    'obs:bucket:GetEncryptionConfiguration',
    'name/cos:GetBucketEncryption',
  ),
  row(
    'put-bucket-encryption',
    BUCKET,
    's3:PutEncryptionConfiguration',
    'oss:PutBucketEncryption',
    'obs:bucket:PutEncryptionConfiguration',
    'name/cos:PutBucketEncryption',
  ),
  row(
    'delete-bucket-encryption',
    BUCKET,
    's3:PutEncryptionConfiguration',
    'oss:DeleteBucketEncryption',
    'obs:bucket:PutEncryptionConfiguration',
    'name/cos:DeleteBucketEncryption',
  ),
  row('list-objects', BUCKET, 's3:ListBucket', 'oss:ListObjects', 'obs:bucket:ListBucket', 'name/cos:GetBucket'),
  row(
    'list-object-versions',
    BUCKET,
    's3:ListBucketVersions',
    'oss:ListObjectVersions',
    'obs:bucket:ListBucketVersions',
    'name/cos:GetBucketObjectVersions',
  ),
  row(
    'list-uploads',
    BUCKET,
    's3:ListBucketMultipartUploads',
    'oss:ListMultipartUploads',
    'obs:bucket:ListBucketMultipartUploads',
    'name/cos:ListMultipartUploads',
  ),
  row('put-object', OBJECT, 's3:PutObject', 'oss:PutObject', 'obs:object:PutObject', 'name/cos:PutObject'),
  row('get-object', OBJECT, 's3:GetObject', 'oss:GetObject', 'obs:object:GetObject', 'name/cos:GetObject'),
  row(
    'get-object',
    OBJECT,
    's3:GetObjectVersion',
    'oss:GetObjectVersion',
    'obs:object:GetObjectVersion',
    'name/cos:GetObject',
  ),
  row('head-object', OBJECT, 's3:GetObject', 'oss:GetObject', 'obs:object:GetObject', 'name/cos:HeadObject'),
  row(
    'get-object-attributes',
    OBJECT,
    's3:GetObjectAttributes',
    'oss:GetObject',
    'obs:object:GetObject',
    'name/cos:HeadObject',
  ),
  row('copy-object', OBJECT, 's3:PutObject', 'oss:PutObject', 'obs:object:PutObject', 'name/cos:PutObjectCopy'),
  row('copy-object', OBJECT, 's3:GetObject', 'oss:GetObject', 'obs:object:GetObject', 'name/cos:GetObject'),
  row(
    'delete-object',
    OBJECT,
    's3:DeleteObject',
    'oss:DeleteObject',
    'obs:object:DeleteObject',
    'name/cos:DeleteObject',
  ),
  row(
    'delete-object',
    OBJECT,
    's3:DeleteObjectVersion',
    'oss:DeleteObjectVersion',
    'obs:object:DeleteObjectVersion',
    'name/cos:DeleteObject',
  ),
  row(
    'delete-objects',
    OBJECT,
    's3:DeleteObject',
    'oss:DeleteObject',
    'obs:object:DeleteObject',
    'name/cos:DeleteMultipleObjects',
  ),
  row(
    'get-object-tagging',
    OBJECT,
    's3:GetObjectTagging',
    'oss:GetObjectTagging',
    'obs:object:GetObjectTagging',
    'name/cos:GetObjectTagging',
  ),
  row(
    'put-object-tagging',
    OBJECT,
    's3:PutObjectTagging',
    'oss:PutObjectTagging',
    'obs:object:PutObjectTagging',
    'name/cos:PutObjectTagging',
  ),
  row(
    'delete-object-tagging',
    OBJECT,
    's3:DeleteObjectTagging',
    'oss:DeleteObjectTagging',
    'obs:object:DeleteObjectTagging',
    'name/cos:DeleteObjectTagging',
  ),
  row(
    'update-object-encryption',
    OBJECT,
    's3:UpdateObjectEncryption',
    'oss:PutObject',
    'obs:object:PutObject',
    'name/cos:PutObject',
  ),
  row('append-object', OBJECT, 's3:PutObject', 'oss:PutObject', 'obs:object:PutObject', 'name/cos:AppendObject'),
  row('post-object', OBJECT, 's3:PutObject', 'oss:PutObject', 'obs:object:PutObject', 'name/cos:PostObject'),
  row('truncate-object', OBJECT, 's3:PutObject', 'oss:PutObject', 'obs:object:PutObject', 'name/cos:PutObject'),
  row('modify-object', OBJECT, 's3:PutObject', 'oss:PutObject', 'obs:object:PutObject', 'name/cos:PutObject'),
  row('rename-object', OBJECT, 's3:PutObject', 'oss:PutObject', 'obs:object:PutObject', 'name/cos:PutObject'),
  row('put-symlink', OBJECT, 's3:PutObject', 'oss:PutObject', 'obs:object:PutObject', 'name/cos:PutObject'),
  row('get-symlink', OBJECT, 's3:GetObject', 'oss:GetObject', 'obs:object:GetObject', 'name/cos:GetObject'),
  row(
    'restore-object',
    OBJECT,
    's3:RestoreObject',
    'oss:RestoreObject',
    'obs:object:RestoreObject',
    'name/cos:PostObjectRestore',
  ),
  row(
    'create-upload',
    OBJECT,
    's3:PutObject',
    'oss:PutObject',
    'obs:object:PutObject',
    'name/cos:InitiateMultipartUpload',
  ),
  row('upload-part', OBJECT, 's3:PutObject', 'oss:PutObject', 'obs:object:PutObject', 'name/cos:UploadPart'),
  row('upload-part-copy', OBJECT, 's3:PutObject', 'oss:PutObject', 'obs:object:PutObject', 'name/cos:UploadPartCopy'),
  row(
    'complete-upload',
    OBJECT,
    's3:PutObject',
    'oss:PutObject',
    'obs:object:PutObject',
    'name/cos:CompleteMultipartUpload',
  ),
  row(
    'abort-upload',
    OBJECT,
    's3:AbortMultipartUpload',
    'oss:AbortMultipartUpload',
    'obs:object:AbortMultipartUpload',
    'name/cos:AbortMultipartUpload',
  ),
  row(
    'list-parts',
    OBJECT,
    's3:ListMultipartUploadParts',
    'oss:ListParts',
    'obs:object:ListMultipartUploadParts',
    'name/cos:ListParts',
  ),
  row('create-key', SERVICE, 'kms:CreateKey', 'kms:CreateKey', 'kms:cmk:create', 'kms:CreateKey'),
  row('list-keys', SERVICE, 'kms:ListKeys', 'kms:ListKeys', 'kms:cmk:list', 'kms:ListKeys'),
  row('list-aliases', SERVICE, 'kms:ListAliases', 'kms:ListAliases', 'kms:cmk:list', 'kms:ListAliases'),
  row('generate-random', SERVICE, 'kms:GenerateRandom', 'kms:GenerateRandom', 'kms:cmk:generate', 'kms:GenerateRandom'),
  row('describe-key', KEY, 'kms:DescribeKey', 'kms:DescribeKey', 'kms:cmk:get', 'kms:DescribeKey'),
  row('enable-key', KEY, 'kms:EnableKey', 'kms:EnableKey', 'kms:cmk:enable', 'kms:EnableKey'),
  row('disable-key', KEY, 'kms:DisableKey', 'kms:DisableKey', 'kms:cmk:disable', 'kms:DisableKey'),
  row(
    'schedule-key-deletion',
    KEY,
    'kms:ScheduleKeyDeletion',
    'kms:ScheduleKeyDeletion',
    'kms:cmk:update',
    'kms:ScheduleKeyDeletion',
  ),
  row(
    'cancel-key-deletion',
    KEY,
    'kms:CancelKeyDeletion',
    'kms:CancelKeyDeletion',
    'kms:cmk:update',
    'kms:CancelKeyDeletion',
  ),
  row('set-alias', ALIAS, 'kms:CreateAlias', 'kms:CreateAlias', 'kms:cmk:update', 'kms:CreateAlias'),
  row('encrypt', KEY, 'kms:Encrypt', 'kms:Encrypt', 'kms:cmk:crypto', 'kms:Encrypt'),
  row('decrypt', KEY, 'kms:Decrypt', 'kms:Decrypt', 'kms:cmk:crypto', 'kms:Decrypt'),
  row('generate-data-key', KEY, 'kms:GenerateDataKey', 'kms:GenerateDataKey', 'kms:dek:create', 'kms:GenerateDataKey'),
  row('create-grant', KEY, 'kms:CreateGrant', 'kms:CreateGrant', 'kms:grant:create', 'kms:CreateGrant'),
  row('tag-key', KEY, 'kms:TagResource', 'kms:TagResource', 'kms:cmkTag:create', 'kms:TagResource'),
  row('put-key-policy', KEY, 'kms:PutKeyPolicy', 'kms:PutKeyPolicy', 'kms:cmk:putKeyPolicy', 'kms:PutKeyPolicy'),
]

/** The resource of a row as each vendor writes it, in full and as another one of the same kind. */
function resourceIn(vocabulary: Vocabulary, resource: string): readonly [own: string, other: string] {
  if (resource === SERVICE) return ['*', '']
  const end = resource.split(':').slice(5).join(':')
  const kms = resource.includes(':kms:')
  const [kind, ...rest] = end.split('/')
  switch (vocabulary) {
    case 'aws':
      return [resource, kms ? `${resource}x` : resource.replace('photos', 'photos2')]
    case 'ram':
      return kms
        ? [`acs:kms:eu-1:1416614965936597:${end}`, `acs:kms:eu-1:1416614965936597:${end}x`]
        : [`acs:oss:oss-eu-1:1416614965936597:${end}`, `acs:oss:oss-eu-1:1416614965936597:x${end}`]
    case 'huawei': {
      const [type, path] = kms
        ? [kind === 'alias' ? 'alias' : 'cmk', rest.join('/')]
        : [rest.length > 0 ? 'object' : 'bucket', end]
      const service = kms ? 'kms' : 'obs'
      return [`${service}:*:d78cbac1:${type}:${path}`, `${service}:*:d78cbac1:${type}:x${path}`]
    }
    case 'cam': {
      if (kms) return [`qcs::kms:eu-1:uin/100000000001:${end}`, `qcs::kms:eu-1:uin/100000000001:${end}x`]
      const path = [`${kind ?? ''}-1250000000`, ...rest].join('/')
      const whole = rest.length > 0 ? path : `${path}/`
      return [`qcs::cos:eu-1:uid/1250000000:${whole}`, `qcs::cos:eu-1:uid/1250000000:x${whole}`]
    }
  }
}

const VERSIONS: Readonly<Record<Vocabulary, string>> = { aws: '2012-10-17', ram: '1', huawei: '1.1', cam: '2.0' }
const IDENTITY: Readonly<Record<Vocabulary, Grammar>> = { aws: 'aws', ram: 'ram', huawei: 'huawei', cam: 'cam' }
const IN_BUCKET: Readonly<Record<Vocabulary, Grammar>> = {
  ...{ aws: 'aws', ram: 'oss-bucket', huawei: 'obs-bucket', cam: 'cos-bucket' },
}
const EVERYBODY: Readonly<Record<Vocabulary, unknown>> = {
  ...{ aws: '*', ram: ['*'], huawei: '*', cam: { qcs: ['qcs::cam::anyone:anyone'] } },
}
const VOCABULARIES: readonly Vocabulary[] = ['aws', 'ram', 'huawei', 'cam']

function effectIn(vocabulary: Vocabulary, effect: 'Allow' | 'Deny'): string {
  return vocabulary === 'cam' ? effect.toLowerCase() : effect
}

function identity(vocabulary: Vocabulary, effect: 'Allow' | 'Deny', action: string, resource: string): NamedPolicy {
  const statement = { Effect: effectIn(vocabulary, effect), Action: [action], Resource: [resource] }
  const text = JSON.stringify({ Version: VERSIONS[vocabulary], Statement: [statement] })
  return { name: `${effect} in ${vocabulary}`, document: parsePolicy(IDENTITY[vocabulary], 'identity', text) }
}

function inBucket(vocabulary: Vocabulary, action: string, resource: string): NamedPolicy & { readonly on: 'bucket' } {
  const bare = vocabulary === 'huawei'
  const statement = {
    ...{ Effect: effectIn(vocabulary, 'Deny'), Principal: EVERYBODY[vocabulary] },
    Action: [bare ? (action.split(':').at(-1) ?? '') : action],
    Resource: [bare ? resource.split(':').slice(4).join(':') : resource],
  }
  const version = vocabulary === 'huawei' ? {} : { Version: VERSIONS[vocabulary] }
  const text = JSON.stringify({ ...version, Statement: [statement] })
  const scope = vocabulary === 'cam' ? {} : { bucket }
  return { name: 'bucket policy', on: 'bucket', document: parsePolicy(IN_BUCKET[vocabulary], 'bucket', text, scope) }
}

function decide(
  { operation, resource, names }: Row,
  policies: readonly NamedPolicy[],
  hanging?: ReturnType<typeof inBucket>,
) {
  return evaluate({
    ...{ caller: ALICE, action: names.aws, operation, resource, owner: account, ownerSpellings: SPELLINGS },
    rights: { identity: policies, tags: new Map() },
    context: requestContext({ caller: ALICE, facts: { region: 'eu-1', nowMs: 0 } }),
    ...(hanging === undefined ? {} : { resourcePolicy: hanging }),
  }).kind
}

let cells = 0
for (const one of ROWS) {
  const { operation, names, resource } = one
  test(`T-071 (part) ${operation}, ${names.aws}: a Deny in any language holds, and an Allow in each opens, by its own name and for its own resource`, () => {
    for (const allowing of VOCABULARIES) {
      const [own, other] = resourceIn(allowing, resource)
      const allow = identity(allowing, 'Allow', names[allowing], own)
      assert.equal(decide(one, [allow]), 'allow', `allowed in ${allowing}`)
      if (other !== '') {
        const elsewhere = identity(allowing, 'Allow', names[allowing], other)
        assert.equal(decide(one, [elsewhere]), 'no-opinion', `allowed elsewhere in ${allowing}`)
      }
      const another = identity(allowing, 'Allow', `${names[allowing]}X`, own)
      assert.equal(decide(one, [another]), 'no-opinion', `another action in ${allowing}`)
      for (const denying of VOCABULARIES) {
        const [denied, spared] = resourceIn(denying, resource)
        const cell = `allowed in ${allowing}, denied in ${denying}`
        const deny = identity(denying, 'Deny', names[denying], denied)
        assert.equal(decide(one, [allow, deny]), 'explicit-deny', cell)
        cells += 1
        if (spared !== '') {
          assert.equal(decide(one, [allow, identity(denying, 'Deny', names[denying], spared)]), 'allow', cell)
          cells += 1
        }
        if (!names.aws.startsWith('s3:') || resource === SERVICE) continue
        assert.equal(
          decide(one, [allow], inBucket(denying, names[denying], denied)),
          'explicit-deny',
          `${cell}, bucket`,
        )
        cells += 1
      }
    }
  })
}

test('T-071 (part) the table has more than 1,500 cells', () => {
  assert.ok(cells > 1_500, `${cells}`)
})

test('T-071 (part) in CAM, a Deny of the wider name holds for what COS tells apart; an Allow of it gives only itself', () => {
  const WIDER: readonly (readonly [OperationKind, string, string])[] = [
    ['upload-part', 's3:PutObject', 'name/cos:PutObject'],
    ['copy-object', 's3:PutObject', 'name/cos:PutObject'],
    ['delete-objects', 's3:DeleteObject', 'name/cos:DeleteObject'],
    ['head-object', 's3:GetObject', 'name/cos:GetObject'],
  ]
  for (const [operation, action, wider] of WIDER) {
    const asked = row(operation, OBJECT, action, '', '', '')
    const everything = identity('aws', 'Allow', '*', '*')
    assert.equal(decide(asked, [everything, identity('cam', 'Deny', wider, '*')]), 'explicit-deny', operation)
    assert.equal(decide(asked, [identity('cam', 'Allow', wider, '*')]), 'no-opinion', operation)
  }
})

/** T-072: the rule of each dialect about encryption, and what the request was decoded to. */
const RULES: readonly (readonly [Vocabulary, string, Readonly<Record<string, unknown>>])[] = [
  ['aws', 's3:PutObject', { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } }],
  ['ram', 'oss:PutObject', { StringNotEquals: { 'oss:x-oss-server-side-encryption': 'KMS' } }],
  ['huawei', 'PutObject', { StringNotEquals: { 'x-obs-server-side-encryption': 'kms' } }],
  ['cam', 'name/cos:PutObject', { string_not_equal: { 'cos:x-cos-server-side-encryption': 'cos/kms' } }],
]
for (const [vocabulary, action, condition] of RULES) {
  test(`T-072 (part) the rule of ${vocabulary} that asks for a KMS key is the same for every road`, () => {
    const [resource] = resourceIn(vocabulary, 'arn:aws:s3:::photos/*')
    const bare = vocabulary === 'huawei' ? 'photos/*' : resource
    const statement = {
      ...{ Effect: effectIn(vocabulary, 'Deny'), Principal: EVERYBODY[vocabulary], Action: [action], Resource: [bare] },
      Condition: condition,
    }
    const version = vocabulary === 'huawei' ? {} : { Version: VERSIONS[vocabulary] }
    const text = JSON.stringify({ ...version, Statement: [statement] })
    const document = parsePolicy(IN_BUCKET[vocabulary], 'bucket', text)
    for (const operation of ['put-object', 'copy-object', 'create-upload', 'upload-part'] satisfies OperationKind[]) {
      for (const [mode, expected] of [
        ['aws:kms', 'allow'],
        ['AES256', 'explicit-deny'],
        [undefined, 'explicit-deny'],
      ] as const) {
        const extra = new Map(mode === undefined ? [] : [['s3:x-amz-server-side-encryption', [mode]]])
        const decision = evaluate({
          ...{
            caller: ALICE,
            action: 's3:PutObject',
            operation,
            resource: OBJECT,
            owner: account,
            ownerSpellings: SPELLINGS,
          },
          rights: { identity: [identity('aws', 'Allow', '*', '*')], tags: new Map() },
          resourcePolicy: { name: 'bucket policy', on: 'bucket', document },
          context: requestContext({ caller: ALICE, facts: { region: 'eu-1', nowMs: 0 }, extra }),
        })
        assert.equal(decision.kind, expected, `${operation} ${mode ?? 'without'}`)
      }
    }
  })
}

test('T-084 a text is read in the language in which it was put: one that two have means in each what it says there', () => {
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action: '*', Resource: 'arn:aws:s3:::photos/*' }],
  })
  const aws = parsePolicy('aws', 'bucket', text)
  const obs = parsePolicy('obs-bucket', 'bucket', text)
  assert.deepEqual([aws.grammar, obs.grammar], ['aws', 'obs-bucket'])
  assert.deepEqual(aws.statements[0]?.resources?.patterns, ['arn:aws:s3:::photos/*'])
  assert.deepEqual(obs.statements[0]?.resources?.patterns, ['obs:*:*:object:photos/*'])
  for (const grammar of ['ram', 'huawei', 'cam', 'oss-bucket', 'cos-bucket'] satisfies Grammar[]) {
    const use = grammar.endsWith('-bucket') ? 'bucket' : 'identity'
    assert.throws(() => parsePolicy(grammar, use, text), { message: 'malformed-policy' }, grammar)
  }
})

test('a right of the server’s own on a key is not among the rights on keys, in any language', () => {
  const everyKeyRight: Names = { aws: 'kms:*', ram: 'kms:*', huawei: 'kms:*', cam: 'kms:*' }
  const shred = row('schedule-key-deletion', KEY, 'coffer:CryptoShred', '', '', '')
  for (const vocabulary of VOCABULARIES) {
    assert.equal(
      decide(shred, [identity(vocabulary, 'Allow', everyKeyRight[vocabulary], '*')]),
      'no-opinion',
      vocabulary,
    )
    assert.equal(decide(shred, [identity(vocabulary, 'Allow', '*', '*')]), 'allow', vocabulary)
    const [own, other] = resourceIn(vocabulary, KEY)
    assert.equal(decide(shred, [identity(vocabulary, 'Allow', 'coffer:*', own)]), 'allow', vocabulary)
    assert.equal(decide(shred, [identity(vocabulary, 'Allow', 'coffer:*', other)]), 'no-opinion', vocabulary)
  }
})
