import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeyServiceOptions } from '../kms/index.ts'
import { keysAway } from './key-store.ts'

function storeThat(reaches: boolean): NonNullable<KeyServiceOptions['keyStore']> {
  const unused = async (): Promise<never> => assert.fail('only asked whether it answers')
  return {
    ...{ create: unused, wrap: unused, unwrap: unused, release: unused, discard: unused },
    reachable: async () => reaches,
  }
}

test('keys are away while the token that holds them does not answer, and only then', async () => {
  assert.equal(await keysAway(undefined), undefined)
  assert.equal(await keysAway(storeThat(true)), undefined)
  assert.match((await keysAway(storeThat(false))) ?? '', /does not answer/)
})
