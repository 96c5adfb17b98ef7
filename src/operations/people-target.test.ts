import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAccountId } from './names.ts'
import type { PeopleOperation } from './people-operations.ts'
import { peopleTarget } from './people-target.ts'

const account = parseAccountId('000000000002') ?? assert.fail()

const TABLE: readonly (readonly [PeopleOperation, unknown])[] = [
  [{ kind: 'get-user' }, { kind: 'get-user' }],
  [
    { kind: 'put-group-policy', name: 'g', policyName: 'p', document: '{}' },
    { kind: 'put-group-policy', person: { kind: 'group', name: 'g' } },
  ],
  [
    { kind: 'add-user-to-group', name: 'g', userName: 'u' },
    { kind: 'add-user-to-group', person: { kind: 'group', name: 'g' } },
  ],
  [
    { kind: 'list-groups-for-user', userName: 'u' },
    { kind: 'list-groups-for-user', person: { kind: 'user', name: 'u' } },
  ],
  [
    { kind: 'update-assume-role-policy', name: 'r', trustPolicy: '{}' },
    { kind: 'update-assume-role-policy', person: { kind: 'role', name: 'r' } },
  ],
  [
    { kind: 'attach-user-policy', name: 'u', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
    { kind: 'attach-user-policy', person: { kind: 'user', name: 'u' } },
  ],
  [
    { kind: 'get-policy', policyArn: 'arn:p' },
    { kind: 'get-policy', arn: 'arn:p' },
  ],
  [
    { kind: 'assume-role', roleArn: 'arn:r', sessionName: 's', policyArns: [], tags: {}, transitiveTagKeys: [] },
    { kind: 'assume-role', arn: 'arn:r' },
  ],
  [
    { kind: 'revoke-sessions', holder: 'role', name: 'r' },
    { kind: 'revoke-sessions', person: { kind: 'role', name: 'r' } },
  ],
  [{ kind: 'create-account', name: 'second', vendors: {} }, { kind: 'create-account' }],
  [
    { kind: 'set-account', account, name: 'second', vendors: {} },
    { kind: 'set-account', person: { kind: 'account', name: account } },
  ],
]

for (const [operation, expected] of TABLE) {
  test(`the target of ${operation.kind} says whom the request names`, () => {
    assert.deepEqual(peopleTarget(operation), expected)
  })
}
