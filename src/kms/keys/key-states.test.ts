import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeyState } from '../../operations/index.ts'
import { deployment, isFailure, OURS, rootOf, type Deployment } from './keys.fixture.ts'
import { demandState, type KeyAct } from './key-states.ts'
import { SecretBytes } from '../../secrets/index.ts'

type Expected = 'ok' | 'key-disabled' | 'key-invalid-state' | 'key-unavailable'

const [OK, OFF, BAD, AWAY]: readonly [Expected, Expected, Expected, Expected] = [
  'ok',
  'key-disabled',
  'key-invalid-state',
  'key-unavailable',
]
const STATES: readonly KeyState[] = ['enabled', 'disabled', 'pending-import', 'pending-deletion', 'unavailable']
const EXPECTED: Readonly<Record<KeyAct, readonly Expected[]>> = {
  use: [OK, OFF, BAD, BAD, AWAY],
  look: [OK, OK, OK, OK, OK],
  switch: [OK, OK, BAD, BAD, OK],
  rotate: [OK, OFF, BAD, BAD, BAD],
  'schedule-deletion': [OK, OK, OK, BAD, OK],
  'cancel-deletion': [BAD, BAD, BAD, OK, BAD],
  import: [OK, OK, OK, BAD, AWAY],
  forget: [OK, OK, OK, OK, AWAY],
  'point-at': [OK, OK, OK, BAD, OK],
}
const ACTS: readonly KeyAct[] = [
  'use',
  'look',
  'switch',
  'rotate',
  'schedule-deletion',
  'cancel-deletion',
  'point-at',
  'import',
  'forget',
]

test('states: each act in each state is allowed or refused as the table of the key service says', () => {
  for (const act of ACTS) {
    for (const [index, state] of STATES.entries()) {
      const expected = EXPECTED[act][index]
      const demand = (): void => {
        demandState(act, state, 'arn')
      }
      if (expected === undefined || expected === 'ok') assert.doesNotThrow(demand, `${act} ${state}`)
      else assert.throws(demand, isFailure(expected), `${act} ${state}`)
    }
  }
})

type Reached = 'enabled' | 'disabled' | 'pending-deletion'
const REACHED: readonly Reached[] = ['enabled', 'disabled', 'pending-deletion']
const US = rootOf(OURS)

/** A key in a state, a blob that it wrapped while it was enabled, and an alias of it. */
async function keyIn(
  state: Reached,
): Promise<{ readonly all: Deployment; readonly id: string; readonly blob: Buffer }> {
  const all = await deployment()
  const { keyId: id } = await all.keys.createKey(US, { description: '' })
  const { blob } = await all.keys.generateDataKey(US, { key: id, context: {} })
  await all.keys.setAlias(US, 'alias/there', id, false)
  if (state === 'disabled') await all.keys.disableKey(US, id)
  if (state === 'pending-deletion') await all.keys.scheduleDeletion(US, id, 7)
  return { all, id, blob }
}

interface Operation {
  readonly expected: Readonly<Record<Reached, Expected>>
  readonly run: (on: { readonly all: Deployment; readonly id: string; readonly blob: Buffer }) => Promise<unknown>
}

function expecting(enabled: Expected, disabled: Expected, pendingDeletion: Expected): Operation['expected'] {
  return { enabled, disabled, 'pending-deletion': pendingDeletion }
}

const PLAINTEXT = new SecretBytes(Buffer.from('plaintext'))
const OPERATIONS: Readonly<Record<string, Operation>> = {
  generateDataKey: {
    expected: expecting(OK, OFF, BAD),
    run: ({ all, id }) => all.keys.generateDataKey(US, { key: id, context: {} }),
  },
  encrypt: {
    expected: expecting(OK, OFF, BAD),
    run: ({ all, id }) => all.keys.encrypt(US, { key: id, plaintext: PLAINTEXT, context: {} }),
  },
  decrypt: {
    expected: expecting(OK, OFF, BAD),
    run: ({ all, blob }) => all.keys.decrypt(US, { blob, context: {} }),
  },
  'reEncrypt from it': {
    expected: expecting(OK, OFF, BAD),
    run: async ({ all, blob }) => {
      const { keyId } = await all.keys.createKey(US, { description: 'other' })
      return all.keys.reEncrypt(US, { blob, sourceContext: {}, key: keyId, context: {} })
    },
  },
  'reEncrypt to it': {
    expected: expecting(OK, OFF, BAD),
    run: async ({ all, id }) => {
      const { keyId } = await all.keys.createKey(US, { description: 'other' })
      const other = await all.keys.generateDataKey(US, { key: keyId, context: {} })
      return all.keys.reEncrypt(US, { blob: other.blob, sourceContext: {}, key: id, context: {} })
    },
  },
  authorizeUse: {
    expected: expecting(OK, OFF, BAD),
    run: async ({ all, id }) => all.keys.authorizeUse(US, await all.keys.resolve(US, id), 'Decrypt', {}),
  },
  reference: {
    expected: expecting(OK, OK, BAD),
    run: async ({ all, id }) =>
      all.keys.reference(await all.keys.resolve(US, id), { kind: 'version', id: Buffer.alloc(16) }),
  },
  resolve: { expected: expecting(OK, OK, OK), run: async ({ all, id }) => all.keys.resolve(US, id) },
  describeKey: { expected: expecting(OK, OK, OK), run: ({ all, id }) => all.keys.describeKey(US, id) },
  dependents: { expected: expecting(OK, OK, OK), run: ({ all, id }) => all.keys.dependents(US, id) },
  enableKey: { expected: expecting(OK, OK, BAD), run: ({ all, id }) => all.keys.enableKey(US, id) },
  disableKey: { expected: expecting(OK, OK, BAD), run: ({ all, id }) => all.keys.disableKey(US, id) },
  rotateKey: { expected: expecting(OK, OFF, BAD), run: ({ all, id }) => all.keys.rotateKey(US, id) },
  'setRotation on': { expected: expecting(OK, OFF, BAD), run: ({ all, id }) => all.keys.setRotation(US, id, 90) },
  'setRotation off': {
    expected: expecting(OK, OFF, BAD),
    run: ({ all, id }) => all.keys.setRotation(US, id, undefined),
  },
  scheduleDeletion: { expected: expecting(OK, OK, BAD), run: ({ all, id }) => all.keys.scheduleDeletion(US, id, 7) },
  cancelDeletion: { expected: expecting(BAD, BAD, OK), run: ({ all, id }) => all.keys.cancelDeletion(US, id) },
  setAlias: { expected: expecting(OK, OK, BAD), run: ({ all, id }) => all.keys.setAlias(US, 'alias/new', id, false) },
  removeAlias: { expected: expecting(OK, OK, OK), run: ({ all }) => all.keys.removeAlias(US, 'alias/there') },
  listAliases: { expected: expecting(OK, OK, OK), run: ({ all, id }) => all.keys.listAliases(US, id) },
}

for (const [name, { expected, run }] of Object.entries(OPERATIONS)) {
  test(`states: ${name} answers by the state that the key has`, async () => {
    for (const state of REACHED) {
      const outcome = run(await keyIn(state))
      const verdict = expected[state]
      if (verdict === 'ok') await assert.doesNotReject(outcome, state)
      else await assert.rejects(outcome, isFailure(verdict), state)
    }
  })
}
