import type { AccountId, AclGrant, AclGroup, AclPermission } from '../operations/index.ts'

export interface AclQuestion {
  readonly grants: readonly AclGrant[]
  readonly on: 'bucket' | 'object'
  /** Canonical: `s3:GetObject`. */
  readonly action: string
  /** The caller's account; undefined: nobody signed. */
  readonly account?: AccountId
  /** The account that owns what the list hangs on: its people have what its own policies give them. */
  readonly owner: AccountId
  /** Public access block: grants to everyone, and to everybody who signs, do not count (IgnorePublicAcls). */
  readonly ignorePublic?: boolean
  /** Who may write a bucket may delete in it too: OSS, OBS and COS mean it so, S3 does not. */
  readonly writersDelete?: boolean
}

type Giving = Readonly<Record<Exclude<AclPermission, 'FULL_CONTROL'>, readonly string[]>>

/** Which actions a permission gives (S3 User Guide, mapping of ACL permissions and policy permissions). */
const ACTIONS: Readonly<Record<AclQuestion['on'], Giving>> = {
  bucket: {
    READ: ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'],
    WRITE: ['s3:PutObject'],
    READ_ACP: ['s3:GetBucketAcl'],
    WRITE_ACP: ['s3:PutBucketAcl'],
  },
  object: {
    READ: ['s3:GetObject', 's3:GetObjectVersion'],
    // Objects have no WRITE: their bytes are the bucket's to give.
    WRITE: [],
    READ_ACP: ['s3:GetObjectAcl', 's3:GetObjectVersionAcl'],
    WRITE_ACP: ['s3:PutObjectAcl', 's3:PutObjectVersionAcl'],
  },
}
const DELETING = ['s3:DeleteObject', 's3:AbortMultipartUpload']

/** The name of the grant that allows it, for `alsoAllowedBy`, or undefined. */
export function aclAllows(question: AclQuestion): string | undefined {
  const found = question.grants.find((grant) => gives(grant, question) && means(grant, question))
  return found && `access control list of the ${question.on}, ${found.permission} for ${nameOf(found)}`
}

/** Whether any list at all could allow the action on a bucket or an object: what no list gives is not looked up. */
export function isAclAction(on: AclQuestion['on'], action: string): boolean {
  return Object.values(ACTIONS[on]).some((actions) => actions.includes(action))
}

function gives({ permission }: AclGrant, { on, action, writersDelete }: AclQuestion): boolean {
  const writes = permission === 'WRITE' || permission === 'FULL_CONTROL'
  if (on === 'bucket' && writes && writersDelete === true && DELETING.includes(action)) return true
  if (permission === 'FULL_CONTROL') return isAclAction(on, action)
  return ACTIONS[on][permission].includes(action)
}

function means({ grantee }: AclGrant, { account, owner, ignorePublic }: AclQuestion): boolean {
  if (grantee.kind === 'account') return grantee.account === account && account !== owner
  switch (grantee.group) {
    case 'everyone':
      return ignorePublic !== true
    case 'authenticated':
      return ignorePublic !== true && account !== undefined
    case 'log-delivery':
      // The server's own delivery asks for itself: no caller is it.
      return false
  }
}

const GROUP_NAMES: Readonly<Record<AclGroup, string>> = {
  everyone: 'AllUsers',
  authenticated: 'AuthenticatedUsers',
  'log-delivery': 'LogDelivery',
}

function nameOf({ grantee }: AclGrant): string {
  return grantee.kind === 'account' ? grantee.account : GROUP_NAMES[grantee.group]
}
