import assert from 'node:assert/strict'
import type { AdminClient } from '../../src/cli/admin-client.ts'
import type { KeyJson } from '../../src/dialects/admin/wire.ts'
import type { FaultCase, FaultServer } from './fault-cases.ts'

const PENDING_DAYS = 7
const PERIOD_DAYS = 90

interface KeyChangeCase {
  /** What stands before it; the key is new. */
  readonly before?: (admin: AdminClient, key: string) => Promise<unknown>
  readonly act: (admin: AdminClient, key: string) => Promise<unknown>
  /** What tells before and after apart. */
  readonly seen: (key: KeyJson) => unknown
  readonly states: readonly [before: unknown, after: unknown]
}

/** A change of one key; undefined where the verb is none. */
export function keyCase(verb: string, name: string): FaultCase | undefined {
  if (verb === 'create-key') return creating(name)
  const change = changeOf(verb, `alias/${name.replaceAll('.', '-')}`)
  if (change === undefined) return undefined
  let arn = ''
  return {
    prepare: async ({ admin }) => {
      arn = (await admin.call('create-key', {}, { description: name })).key.arn
      await change.before?.(admin, arn)
    },
    act: ({ admin }) => change.act(admin, arn),
    look: async ({ admin }) => {
      const seen = change.seen((await admin.call('describe-key', { key: arn })).key)
      if (seen === change.states[0]) return 'before'
      assert.equal(seen, change.states[1])
      return 'after'
    },
  }
}

function creating(name: string): FaultCase {
  const made = async ({ admin }: FaultServer): Promise<number> =>
    (await admin.call('list-keys')).keys.filter((key) => key.description === name).length
  return {
    prepare: async () => undefined,
    act: ({ admin }) => admin.call('create-key', {}, { description: name }),
    look: async (server) => {
      const count = await made(server)
      assert.ok(count <= 1)
      return count === 0 ? 'before' : 'after'
    },
  }
}

function changeOf(verb: string, alias: string): KeyChangeCase | undefined {
  const state = (key: KeyJson): string => key.state
  const disable = (admin: AdminClient, key: string) => admin.call('disable-key', { key })
  const enable = (admin: AdminClient, key: string) => admin.call('enable-key', { key })
  const schedule = (admin: AdminClient, key: string) =>
    admin.call('schedule-key-deletion', { key }, { pendingDays: PENDING_DAYS })
  const name = (admin: AdminClient, key: string) => admin.call('set-alias', { key }, { alias })
  const aliases = (key: KeyJson): number => key.aliases.length
  switch (verb) {
    case 'enable-key':
      return { before: disable, act: enable, seen: state, states: ['disabled', 'enabled'] }
    case 'disable-key':
      return { act: disable, seen: state, states: ['enabled', 'disabled'] }
    case 'schedule-key-deletion':
      return { act: schedule, seen: state, states: ['enabled', 'pending-deletion'] }
    case 'cancel-key-deletion': {
      const cancel = (admin: AdminClient, key: string) => admin.call('cancel-key-deletion', { key })
      return { before: schedule, act: cancel, seen: state, states: ['pending-deletion', 'disabled'] }
    }
    case 'rotate-key': {
      const rotate = (admin: AdminClient, key: string) => admin.call('rotate-key', { key })
      return { act: rotate, seen: (key) => key.version, states: [1, 2] }
    }
    case 'set-key-rotation': {
      const set = (admin: AdminClient, key: string) =>
        admin.call('set-key-rotation', { key }, { periodDays: PERIOD_DAYS })
      return { act: set, seen: (key) => key.rotation?.periodDays, states: [undefined, PERIOD_DAYS] }
    }
    case 'set-alias':
      return { act: name, seen: aliases, states: [0, 1] }
    case 'remove-alias': {
      // The alias is the target's name here.
      const remove = (admin: AdminClient) => admin.call('remove-alias', { key: alias })
      return { before: name, act: remove, seen: aliases, states: [1, 0] }
    }
    default:
      return undefined
  }
}
