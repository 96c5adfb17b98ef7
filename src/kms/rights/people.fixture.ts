import assert from 'node:assert/strict'
import type { AccountId, Caller, SignedCaller } from '../../operations/index.ts'
import { parsePolicy, type Rights } from '../../policy/index.ts'
import { readRows } from '../../storage/index.ts'
import { deployment, type Deployment } from '../keys/keys.fixture.ts'
import { changeGuard, guardRow } from '../kms-rows.ts'

/** A user for tests, known to no directory. */
export function testUser(account: AccountId, userName: string, userId = `AIDA${userName.toUpperCase()}`): SignedCaller {
  const arn = `arn:aws:iam::${account}:user/${userName}`
  return { kind: 'user', account, arn, userId, userName, accessKeyId: `AKIA${userName}`, scheme: 'sigv4' }
}

/** A deployment with a directory that holds identity policies by user name. */
export async function withPeople() {
  const policies = new Map<string, Rights>()
  const stores: Deployment['store'][] = []
  const rightsOf = async (caller: SignedCaller) => {
    const [row] = await readRows(stores[0] ?? assert.fail(), [guardRow(caller.account)])
    const rights = policies.get(caller.arn) ?? { identity: [], tags: new Map<string, string>() }
    return { rights, revision: row?.revision }
  }
  const made = await deployment({ rightsOf })
  stores.push(made.store)
  const say = async (caller: Caller, statements: readonly object[] | undefined, more: Partial<Rights> = {}) => {
    assert.ok(caller.kind === 'user' || caller.kind === 'account-root')
    const rights = { identity: statements === undefined ? [] : [identity(statements)], tags: new Map<string, string>() }
    policies.set(caller.arn, { ...rights, ...more })
    await made.store.commit({ checks: [], writes: [changeGuard(caller.account)] })
  }
  return { ...made, say }
}

/** Statements as one of a caller's own policies. */
export function identity(statements: readonly object[]) {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  return { name: 'inline policy p', document: parsePolicy('aws', 'identity', text) }
}
