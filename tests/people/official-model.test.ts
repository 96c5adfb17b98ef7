import * as officialIam from '@aws-sdk/client-iam'
import * as officialSts from '@aws-sdk/client-sts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IAM_OPERATIONS, UNDONE_ACTIONS, type IamKind } from '../../src/dialects/iam/index.ts'
import type { AnyQueryOperation } from '../../src/dialects/query-operation.ts'
import type { QueryParameters } from '../../src/dialects/query-parameters.ts'
import { SESSION_OPERATIONS, UNDONE_STS_ACTIONS, type StsKind } from '../../src/dialects/sts/index.ts'
import type { AccountOperation, PeopleOperation } from '../../src/operations/index.ts'

/** Asked for elsewhere: neither service of the vendor has an action for it. */
type Elsewhere = AccountOperation['kind'] | 'revoke-sessions'
type Unasked = Exclude<PeopleOperation['kind'], IamKind | StsKind | Elsewhere>

test('every operation of the directory is asked somewhere', () => {
  const none: [Unasked] extends [never] ? true : Unasked = true
  assert.equal(none, true)
})

interface Service {
  readonly name: string
  readonly official: object
  readonly operations: Readonly<Record<string, AnyQueryOperation>>
  readonly undone: ReadonlySet<string>
}

const SERVICES: readonly Service[] = [
  { name: 'IAM', official: officialIam, operations: IAM_OPERATIONS, undone: UNDONE_ACTIONS },
  { name: 'STS', official: officialSts, operations: SESSION_OPERATIONS, undone: UNDONE_STS_ACTIONS },
]

function actionsOf(official: object): readonly string[] {
  return Object.keys(official)
    .filter((name) => /^[A-Z].*Command$/.test(name))
    .map((name) => name.replace(/Command$/, ''))
}

/** The members of a request as the official client's own schema lists them; none where it has no request at all. */
function officialMembers(official: object, action: string): readonly string[] {
  const found: unknown = Object.entries(official).find(([name]) => name === `${action}Request$`)?.[1]
  if (found === undefined) return []
  assert.ok(Array.isArray(found), action)
  const members: unknown = found[4]
  assert.ok(Array.isArray(members), action)
  return members.map(String)
}

/** The names that an action reads, when nothing but what it needs is sent. */
function namesRead(operation: AnyQueryOperation): ReadonlySet<string> {
  const asked = new Set<string>()
  const record = (name: string): void => void asked.add(name)
  const parameters: QueryParameters = {
    text: (name) => (record(name), 'x'),
    optional: (name) => (record(name), undefined),
    word: (name) => (record(name), undefined),
    requiredWord: (name, words) => (record(name), [...words.values()][0] ?? assert.fail()),
    number: (name) => (record(name), undefined),
    flag: (name) => (record(name), undefined),
    texts: (name) => (record(name), []),
    items: (name) => (record(name), []),
    undone: (...names) => names.forEach(record),
    end: () => undefined,
  }
  operation.read(parameters)
  return asked
}

for (const { name, official, operations, undone } of SERVICES) {
  test(`${name}: every action of the official client is carried out or refused by name`, () => {
    const actions = actionsOf(official)
    assert.ok(actions.length >= 10)
    const built = new Set(Object.values(operations).map(({ action }) => action))
    assert.deepEqual(
      actions.filter((action) => !built.has(action) && !undone.has(action)),
      [],
    )
    assert.deepEqual(
      [...built].filter((action) => !actions.includes(action) || undone.has(action)),
      [],
    )
  })

  test(`${name}: every member that the official client can send is read or refused by name, and no other`, () => {
    for (const operation of Object.values(operations)) {
      const read = namesRead(operation)
      assert.deepEqual([...read].sort(), [...officialMembers(official, operation.action)].sort(), operation.action)
    }
  })
}
