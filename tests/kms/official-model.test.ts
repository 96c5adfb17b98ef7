import * as official from '@aws-sdk/client-kms'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KMS_REQUESTS, UNSUPPORTED_OPERATIONS } from '../../src/dialects/kms/request-table.ts'

/** Members of the official client that mean nothing here, by operation; each is refused or has no effect. */
const LEFT_OUT: ReadonlyMap<string, readonly string[]> = new Map([])

/** The members of a request as the official client's own schema lists them. */
function officialMembers(operation: string): readonly string[] {
  const schema: unknown = Object.entries(official).find(([name]) => name === `${operation}Request$`)?.[1]
  assert.ok(Array.isArray(schema), operation)
  const members: unknown = schema[4]
  assert.ok(Array.isArray(members), operation)
  return members.map(String)
}

const OPERATIONS = Object.keys(official)
  .filter((name) => /^[A-Z].*Command$/.test(name) && name !== '$Command')
  .map((name) => name.replace(/Command$/, ''))

test('every operation of the official client is carried out or refused by name', () => {
  assert.ok(OPERATIONS.length > 50, String(OPERATIONS.length))
  const known = new Set([...KMS_REQUESTS.keys(), ...UNSUPPORTED_OPERATIONS])
  assert.deepEqual(
    OPERATIONS.filter((name) => !known.has(name)),
    [],
  )
})

for (const [name, { members }] of KMS_REQUESTS) {
  test(`${name}: every member that the official client can send is looked at`, () => {
    const leftOut = LEFT_OUT.get(name) ?? []
    assert.deepEqual(
      officialMembers(name).filter((member) => !members.includes(member) && !leftOut.includes(member)),
      [],
    )
  })
}
