import { createSessionTokens } from '../kms/index.ts'
import { after, principalId, refuse, type Awaitable, type Principal, type Session } from '../operations/index.ts'
import type { SecretBytes } from '../secrets/index.ts'
import { readRows, type Key, type Row } from '../storage/index.ts'
import { ALL_SCHEMES, type AccountCredential } from './credential.ts'
import { entityArn, sessionArn } from './people-arns.ts'
import { accountOffRow, idRow, revocationRow } from './people-rows.ts'
import type { CredentialRooms } from './root-credential.ts'
import { credentialOf } from './session-credential.ts'
import { decodePayload, sessionOf, type SessionPayload } from './session-payload.ts'
import { openFields } from './stored-fields.ts'

export interface SessionLookup {
  /** Throws `invalid-token`, `expired-token`. */
  lookup(accessKeyId: string, token: string): Awaitable<AccountCredential>
}

interface HeldSession {
  readonly token: string
  readonly payload: SessionPayload
  readonly session: Session
  readonly secret: SecretBytes
}

/** Tokens that a process keeps open. What they say is fixed; whether they still count is read each time. */
export const MAX_HELD_SESSIONS = 10_000
const TOKEN = /^[A-Za-z0-9_-]+$/

type Lasting = (accessKeyId: string) => Awaitable<AccountCredential | undefined>

/**
 * Temporary credentials. A token opens for its own access key only; it ends with its time, with a revocation, with its
 * account, and with its role, or with the access key that it was given for.
 */
export function createSessionLookup(rooms: CredentialRooms, lasting: Lasting): SessionLookup {
  const held = new Map<string, HeldSession>()
  const tokens = createSessionTokens(rooms)

  async function open(accessKeyId: string, token: string): Promise<AccountCredential> {
    const bytes = TOKEN.test(token) ? Buffer.from(token, 'base64url') : undefined
    // One token has one spelling.
    if (bytes?.toString('base64url') !== token) return invalid()
    const opened = await tokens.open(bytes)
    const payload = opened === undefined ? undefined : decodePayload(opened.payload)
    if (opened === undefined || payload === undefined) return invalid()
    const made = credentialOf(opened.credential)
    if (made.accessKeyId !== accessKeyId) return invalid()
    if (held.size >= MAX_HELD_SESSIONS) held.clear()
    const one = { token, payload, session: sessionOf(payload), secret: made.secret }
    held.set(accessKeyId, one)
    return judge(accessKeyId, one)
  }

  function judge(accessKeyId: string, one: HeldSession): Awaitable<AccountCredential> {
    const { payload, session, secret } = one
    if (rooms.now() >= payload.expiresMs) return refuse({ kind: 'expired-token' })
    return after(holderOf(payload), ({ principal, schemes }) => {
      const revoked = revocationRow(payload.account, standingId(principal))
      return after(readRows(rooms.store, [revoked]), ([row]) => {
        if (row !== undefined && payload.issuedMs <= revokedBeforeMs(row)) return invalid()
        return { accessKeyId, secret, generation: payload.tokenId, principal, session, schemes }
      })
    })
  }

  /** An own session is shown by what its access key is shown by. */
  function holderOf(payload: SessionPayload): Awaitable<Pick<AccountCredential, 'principal' | 'schemes'>> {
    const { account, subject } = payload
    if (subject.kind === 'key') {
      return after(lasting(subject.accessKeyId), (parent) =>
        parent?.principal.account === account ? parent : invalid(),
      )
    }
    const keys: readonly Key[] = [idRow(account, subject.roleId), accountOffRow(account)]
    return after(readRows(rooms.store, keys), ([role, off]) => {
      if (role === undefined || off !== undefined) return invalid()
      const { roleId, name: roleName, path, session: sessionName } = subject
      const roleArn = entityArn({ kind: 'role', account, path, name: roleName })
      const arn = sessionArn(account, roleName, sessionName)
      const principal = { kind: 'role-session', account, arn, roleId, roleName, roleArn, sessionName } as const
      return { principal, schemes: ALL_SCHEMES }
    })
  }

  function revokedBeforeMs(row: Row): number {
    return openFields(rooms.records, row).number('beforeMs')
  }

  return {
    lookup: (accessKeyId, token) => {
      const known = held.get(accessKeyId)
      return known?.token === token ? judge(accessKeyId, known) : open(accessKeyId, token)
    },
  }
}

/** Under which id sessions are revoked: the user's, the role's, the account's. */
export function standingId(principal: Principal): string {
  return principal.kind === 'role-session' ? principal.roleId : principalId(principal)
}

function invalid(): never {
  return refuse({ kind: 'invalid-token' })
}
