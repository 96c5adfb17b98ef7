import assert from 'node:assert/strict'
import {
  ADMIN_PREFIX,
  TARGET_PARAMETERS,
  type AdminKind,
  type AdminTarget,
  type KeyJson,
} from '../src/dialects/admin/wire.ts'
import { rawRequest } from './raw-request.ts'

type Server = { readonly endpoint: string }
type Member = Readonly<Record<string, unknown>>

/** One call of the admin API as the root of the test account; anything but 200 fails the test. */
export async function admin(
  server: Server,
  kind: AdminKind,
  target: AdminTarget = {},
  body: Member = {},
): Promise<Member> {
  const named = Object.entries(TARGET_PARAMETERS).flatMap(([name, parameter]) => {
    const value: unknown = Object.entries(target).find(([member]) => member === name)?.[1]
    return typeof value === 'string' ? [`${parameter}=${encodeURIComponent(value)}`] : []
  })
  const answer = await rawRequest(server, {
    method: 'POST',
    path: `${ADMIN_PREFIX}${kind}`,
    query: named.join('&'),
    headers: [['content-type', 'application/json']],
    body: JSON.stringify(body),
  })
  assert.equal(answer.status, 200, `${kind}: ${answer.text}`)
  const result: unknown = JSON.parse(answer.text)
  assert.ok(isMember(result))
  return result
}

function isMember(value: unknown): value is Member {
  return typeof value === 'object' && value !== null
}

function keyOf(result: Member): KeyJson {
  const { key } = result
  assert.ok(isKey(key))
  return key
}

function isKey(value: unknown): value is KeyJson {
  return isMember(value) && typeof value['arn'] === 'string' && typeof value['id'] === 'string'
}

/** A new KMS key of the test account, and, when asked for, an alias (`alias/...`) of it. */
export async function createKey(server: Server, alias?: string): Promise<KeyJson> {
  return keyOf(await admin(server, 'create-key', {}, alias === undefined ? {} : { alias }))
}

export async function describeKey(server: Server, key: string): Promise<KeyJson> {
  return keyOf(await admin(server, 'describe-key', { key }))
}
