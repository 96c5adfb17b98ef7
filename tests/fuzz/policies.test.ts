/** Policies in every language: whatever is taken can be asked, and means the same each time. */
import assert from 'node:assert/strict'
import { parseAccountId, type Caller } from '../../src/operations/index.ts'
import {
  evaluate,
  explain,
  isPublic,
  parsePolicy,
  principalsOf,
  requestContext,
  type Grammar,
  type PolicyDocument,
  type PolicyUse,
} from '../../src/policy/index.ts'
import { fuzz } from './fuzzer.ts'
import { valueOrRefusal } from './refusals.ts'

const account = parseAccountId('000000000001') ?? assert.fail()
const ARN = 'arn:aws:iam::000000000001:user/alice'
const ALICE: Caller = {
  ...{ kind: 'user', account, arn: ARN, userId: 'AIDA1', userName: 'alice', accessKeyId: 'AKIA', scheme: 'sigv4' },
}
const FACTS = { sourceIp: '10.0.0.1', secure: true, nowMs: 0, region: 'eu-1' }
const QUESTIONS = [
  ['s3:GetObject', 'arn:aws:s3:::b/a:b/c.jpg'],
  ['s3:ListAllMyBuckets', '*'],
  ['kms:Decrypt', 'arn:aws:kms:eu-1:000000000001:key/k'],
] as const

/** The same question twice, and once after a Deny of everything was added: nothing that was closed opens. */
function ask(document: PolicyDocument, use: PolicyUse): void {
  for (const [action, resource] of QUESTIONS) {
    const hangs = use === 'bucket' || use === 'key' || use === 'trust'
    const named = { name: 'p', document }
    const question = {
      ...{ caller: ALICE, action, resource, owner: account, context: requestContext({ caller: ALICE, facts: FACTS }) },
      rights: { identity: hangs ? [] : [named], tags: new Map<string, string>() },
      ...(hangs ? { resourcePolicy: { ...named, on: use } } : {}),
    }
    const decision = evaluate(question)
    assert.deepEqual(evaluate(question), decision)
    assert.equal(explain(question).kind, decision.kind)
    const closed = document.statements.map((statement) => ({ ...statement, effect: 'deny' as const }))
    const denying = { name: 'p', document: { ...document, statements: closed } }
    const changed = hangs
      ? { resourcePolicy: { ...denying, on: use } }
      : { rights: { ...question.rights, identity: [denying] } }
    assert.notEqual(evaluate({ ...question, ...changed }).kind, 'allow')
  }
}

const TARGETS: readonly (readonly [Grammar, PolicyUse, readonly string[]])[] = [
  [
    'aws',
    'identity',
    [
      '{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Action":["s3:Get*"],"Resource":"arn:aws:s3:::b/${aws:username}/*","Condition":{"ForAllValues:StringLike":{"aws:PrincipalTag/a":["x*","${aws:userid}"]},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}}]}',
      '{"Statement":{"Effect":"Deny","NotAction":"kms:*","NotResource":["*","arn:aws:s3:*:*:b"],"Condition":{"Null":{"a:b":true},"NumericEquals":{"s3:max-keys":10}}}}',
    ],
  ],
  [
    'aws',
    'bucket',
    [
      `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["${ARN}","000000000001"]},"Action":"s3:*","Resource":"*"},{"Effect":"Deny","NotPrincipal":{"AWS":"*"},"Action":"s3:Put*","Resource":"arn:aws:s3:::b/*"}]}`,
    ],
  ],
  [
    'ram',
    'identity',
    ['{"Version":"1", // x\n"Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"acs:oss:*:*:b/*"}]}'],
  ],
  [
    'oss-bucket',
    'bucket',
    [
      '{"Version":"1","Statement":[{"Effect":"Allow","Principal":["*","123"],"Action":"oss:*","Resource":"acs:oss:*:*:b/*"}]}',
    ],
  ],
  [
    'huawei',
    'identity',
    [
      '{"Version":"1.1","Statement":[{"Effect":"Allow","Action":["obs:*:*","kms:cmk:get"],"Condition":{"StringStartWith":{"obs:prefix":["a"]}}}]}',
    ],
  ],
  [
    'obs-bucket',
    'bucket',
    [
      '{"Statement":[{"Effect":"Deny","Principal":{"ID":["domain/000000000001:user/AIDA1"]},"Action":["*"],"Resource":["b","b/*"]}]}',
    ],
  ],
  [
    'cam',
    'identity',
    [
      '{"version":"2.0","statement":[{"effect":"allow","action":["name/cos:*"],"resource":["qcs::cos::uid/1:b-1/*"],"condition":{"ip_equal":{"qcs:ip":"10.0.0.0/8"}}}]}',
    ],
  ],
  [
    'cos-bucket',
    'bucket',
    ['{"Statement":[{"effect":"allow","principal":{"qcs":["qcs::cam::anyone:anyone"]},"action":"*","resource":"*"}]}'],
  ],
]

for (const [grammar, use, seeds] of TARGETS) {
  fuzz({
    name: `policy-${grammar}-${use}`,
    seeds,
    words: [
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '*',
        '?',
        '${',
        '${*}',
        '${aws:username}',
        '\\u0045',
        '//',
        'Allow',
        'Deny',
      ],
      ...[
        '"Principal":"*",',
        '"NotPrincipal":',
        '"NotAction":',
        '"Condition":{',
        'IfExists',
        'ForAnyValue:',
        'null',
        '1e3',
      ],
      ...['arn:aws:s3:::', 'acs:oss:', 'qcs::', 'obs:*:*:', '__proto__', '\ufeff', '::ffff:10.0.0.1', '000000000001'],
    ],
    check: (input) => {
      const read = valueOrRefusal(() => parsePolicy(grammar, use, input))
      if ('refused' in read) {
        assert.ok(['malformed-policy', 'policy-too-large', 'not-implemented'].includes(read.refused), read.refused)
        return
      }
      assert.equal(read.value.grammar, grammar)
      assert.equal(typeof isPublic(read.value), 'boolean')
      assert.ok(principalsOf(read.value).length >= (use === 'bucket' ? 1 : 0))
      ask(read.value, use)
    },
  })
}
