import { setTimeout as wait } from 'node:timers/promises'
import { changeGuard } from '../kms/index.ts'
import { refuse, type AccountId } from '../operations/index.ts'
import { randomBytes } from '../secrets/index.ts'
import { faultPoint, joinFragments, type Fragment, type Write } from '../storage/index.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import { openScope, type People, type PeopleKind, type Scope } from './people-scope.ts'

/** Where a crash test may end the process or throw. */
export const PEOPLE_FAULT_POINTS: readonly string[] = [
  'change-people:before-metadata-commit',
  'change-people:after-metadata-commit',
]

/** Tries of one change. Changes of one account in one process follow each other, so this is for other processes. */
export const MAX_TRIES = 24
const MAX_WAIT_MS = 64

export interface PeopleChange<Result> {
  readonly result: Result
  /** Absent: everything is as wanted already. */
  readonly fragment?: Fragment
  /** Whom the change was about, for its record. */
  readonly resource: string
  readonly detail?: Readonly<Record<string, string>>
  /** Other accounts whose people it touches. */
  readonly accounts?: readonly AccountId[]
}

type Decide<Result> = (scope: Scope) => Promise<PeopleChange<Result>>

/** Changes under way in this process, by account. */
const queues = new WeakMap<object, Map<AccountId, Promise<unknown>>>()

/**
 * Reads, asks for the right, decides and commits, with the record of the change in the same commit. Every change of an
 * account's people rewrites the account's guard and checks it as it was before anything was read: whatever changed
 * meanwhile, rights of the caller included, the change is decided anew.
 */
export function changePeople<Result>(
  rooms: People,
  request: PeopleRequest,
  kind: PeopleKind,
  decide: Decide<Result>,
): Promise<Result> {
  const { caller } = request
  const account = caller.kind === 'anonymous' ? undefined : caller.account
  const run = async (): Promise<Result> => tryUntilCommitted(rooms, request, kind, decide)
  return account === undefined ? run() : inTurn(rooms.store, account, run)
}

async function inTurn<Result>(store: object, account: AccountId, run: () => Promise<Result>): Promise<Result> {
  const queue = queues.get(store) ?? new Map<AccountId, Promise<unknown>>()
  queues.set(store, queue)
  const before = queue.get(account)
  const mine = (async () => {
    // How the one before it ended is its own caller's matter.
    await before?.catch(() => undefined)
    return run()
  })()
  queue.set(account, mine)
  try {
    return await mine
  } finally {
    if (queue.get(account) === mine) queue.delete(account)
  }
}

async function tryUntilCommitted<Result>(
  rooms: People,
  request: PeopleRequest,
  kind: PeopleKind,
  decide: Decide<Result>,
): Promise<Result> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const scope = await openScope(rooms, request, kind)
    const { result, fragment, resource, detail, accounts = [] } = await decide(scope)
    if (fragment === undefined) return result
    const { action } = scope
    const recorded = request.trail?.change(detail === undefined ? { action, resource } : { action, resource, detail })
    const guards: Fragment = {
      checks: [scope.guard],
      writes: [...new Set([scope.account, ...accounts])].map((one): Write => changeGuard(one)),
    }
    faultPoint('change-people:before-metadata-commit')
    const committed = await rooms.store.commit(
      joinFragments(fragment, guards, recorded?.fragment ?? { checks: [], writes: [] }),
    )
    if (committed.kind === 'committed') {
      faultPoint('change-people:after-metadata-commit')
      recorded?.committed()
      return result
    }
    await wait(((randomBytes(1)[0] ?? 0) * Math.min(2 ** attempt, MAX_WAIT_MS)) / 256)
  }
  return refuse({ kind: 'contended', detail: 'people' })
}

/** Reads as a caller: asks for the right, and tells what there is. */
export async function readPeople<Result>(
  rooms: People,
  request: PeopleRequest,
  kind: PeopleKind,
  read: (scope: Scope) => Promise<Result>,
): Promise<Result> {
  return read(await openScope(rooms, request, kind))
}
