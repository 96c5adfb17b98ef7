import { isSigned, principalId, type Caller, type SignedCaller } from '../operations/index.ts'

/** What stands behind a temporary credential: who issued it to whom, and since when. */
export interface AuditSession {
  /** The role or user whose session it is: ARN, id, account and name. */
  readonly issuerArn: string
  readonly issuerId: string
  readonly issuerAccount: string
  readonly issuerName: string
  readonly createdMs: number
  readonly mfa: boolean
  readonly sourceIdentity?: string
}

/** CloudTrail's `userIdentity`, but for the ARN, which is the record's `caller`. */
export interface AuditIdentity {
  readonly type: 'Root' | 'IAMUser' | 'AssumedRole' | 'AWSAccount' | 'AWSService' | 'Anonymous'
  readonly principalId?: string
  readonly accountId?: string
  readonly accessKeyId?: string
  readonly userName?: string
  readonly session?: AuditSession
  /** The service that asked in the caller's name, or by itself. */
  readonly invokedBy?: string
}

/** What the server does by itself. */
export const SERVER_IDENTITY: AuditIdentity = { type: 'AWSService', invokedBy: 'coffer' }

/** Who asked, as records tell it: the one place where a caller becomes a `userIdentity`. Undefined: the server itself. */
export function identityOf(caller: Caller | undefined): AuditIdentity {
  if (caller === undefined) return SERVER_IDENTITY
  if (isSigned(caller)) return signedIdentity(caller)
  switch (caller.kind) {
    case 'anonymous':
      return { type: 'Anonymous' }
    case 'job':
      return { ...SERVER_IDENTITY, accountId: caller.account, principalId: caller.job }
  }
}

const TYPES = {
  'account-root': 'Root',
  user: 'IAMUser',
  'role-session': 'AssumedRole',
} as const satisfies Readonly<Record<SignedCaller['kind'], AuditIdentity['type']>>

function signedIdentity(caller: SignedCaller): AuditIdentity {
  const { kind, account, accessKeyId } = caller
  const base = { type: TYPES[kind], principalId: principalId(caller), accountId: account, accessKeyId }
  const named = kind === 'user' ? { ...base, userName: caller.userName } : base
  const session = sessionOf(caller)
  return session === undefined ? named : { ...named, session }
}

function sessionOf(caller: SignedCaller): AuditSession | undefined {
  const { session, account } = caller
  if (session === undefined) return undefined
  const { issuedMs, mfa, sourceIdentity } = session
  const facts = { issuerAccount: account, createdMs: issuedMs, mfa }
  return { ...issuerOf(caller), ...facts, ...(sourceIdentity === undefined ? {} : { sourceIdentity }) }
}

function issuerOf(caller: SignedCaller): Pick<AuditSession, 'issuerArn' | 'issuerId' | 'issuerName'> {
  switch (caller.kind) {
    case 'role-session':
      return { issuerArn: caller.roleArn, issuerId: caller.roleId, issuerName: caller.roleName }
    case 'user':
      return { issuerArn: caller.arn, issuerId: caller.userId, issuerName: caller.userName }
    case 'account-root':
      return { issuerArn: caller.arn, issuerId: caller.account, issuerName: 'root' }
  }
}

/** The caller's ARN, or the word that stands for one. */
export function callerName(caller: Caller | undefined): string {
  if (caller === undefined) return 'coffer'
  return caller.kind === 'anonymous' ? 'anonymous' : caller.arn
}
