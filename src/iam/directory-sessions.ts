import type { SessionTokens } from '../kms/index.ts'
import { refuse, type DirectorySession, type SignedCaller, type TemporaryCredentials } from '../operations/index.ts'
import { giveSession, newTokenId } from './give-session.ts'
import type { SessionPayload, SessionSubject } from './session-payload.ts'

/** S3 User Guide, "CreateSession authorization": five minutes, and no longer. */
export const DIRECTORY_SESSION_MS = 5 * 60_000

/** A session of the caller's own for one directory bucket: as its principal, narrowed as the caller is narrowed already. */
export async function giveDirectorySession(
  rooms: { readonly now: () => number },
  caller: SignedCaller,
  directory: DirectorySession,
  tokens: SessionTokens,
): Promise<TemporaryCredentials> {
  const issuedMs = rooms.now()
  const { session, account } = caller
  const expiresMs = Math.min(issuedMs + DIRECTORY_SESSION_MS, session?.expiresMs ?? Infinity)
  const payload: SessionPayload = {
    ...{ tokenId: newTokenId(), account, issuedMs, expiresMs, subject: subjectOf(caller), directory },
    policies: session?.policies ?? [],
    policyArns: session?.policyArns ?? [],
    tags: session?.tags ?? {},
    transitiveTagKeys: session?.transitiveTagKeys ?? [],
    ...(session?.sourceIdentity === undefined ? {} : { sourceIdentity: session.sourceIdentity }),
  }
  return giveSession(tokens, payload)
}

function subjectOf(caller: SignedCaller): SessionSubject {
  if (caller.kind === 'role-session') {
    const { roleId, roleName: name, roleArn, sessionName: session } = caller
    const place = roleArn.slice(roleArn.indexOf(':role/') + ':role'.length)
    return { kind: 'role', roleId, name, path: place.slice(0, place.length - name.length), session }
  }
  const { session, accessKeyId } = caller
  if (session === undefined) return { kind: 'key', accessKeyId }
  const { ofKey } = session
  return ofKey === undefined ? refuse({ kind: 'internal' }) : { kind: 'key', accessKeyId: ofKey }
}
