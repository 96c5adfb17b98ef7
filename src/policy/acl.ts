/** To whom an access control list gives something (S3 User Guide, ACL overview). */
export type AclGrantee =
  | { readonly kind: 'canonical-user'; readonly id: string }
  /** `AllUsers` */
  | { readonly kind: 'everyone' }
  /** `AuthenticatedUsers`: everybody who signs, of any account. */
  | { readonly kind: 'authenticated' }

export type AclPermission = 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP' | 'FULL_CONTROL'

export interface AclGrant {
  readonly grantee: AclGrantee
  readonly permission: AclPermission
}

export interface AclQuestion {
  readonly grants: readonly AclGrant[]
  readonly on: 'bucket' | 'object'
  /** Canonical: `s3:GetObject`. */
  readonly action: string
  /** The canonical id of the caller's account; undefined: nobody signed. */
  readonly canonicalId?: string
  /** The canonical id of the account that owns the bucket: its people have what its own policies give them. */
  readonly ownerCanonicalId: string
  /** Public access block: grants to everyone, and to everybody who signs, do not count (IgnorePublicAcls). */
  readonly ignorePublic?: boolean
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

/** The name of the grant that allows it, for `alsoAllowedBy`, or undefined. */
export function aclAllows(question: AclQuestion): string | undefined {
  const found = question.grants.find((grant) => gives(grant, question) && means(grant.grantee, question))
  return found && `access control list of the ${question.on}, ${found.permission} for ${nameOf(found.grantee)}`
}

/** Whether a list opens anything to everyone, or to everybody who signs. */
export function isPublicAcl(grants: readonly AclGrant[]): boolean {
  return grants.some(({ grantee }) => grantee.kind !== 'canonical-user')
}

function gives({ permission }: AclGrant, { on, action }: AclQuestion): boolean {
  const giving = ACTIONS[on]
  if (permission !== 'FULL_CONTROL') return giving[permission].includes(action)
  return Object.values(giving).some((actions) => actions.includes(action))
}

function means(grantee: AclGrantee, { canonicalId, ownerCanonicalId, ignorePublic }: AclQuestion): boolean {
  switch (grantee.kind) {
    case 'canonical-user':
      return grantee.id === canonicalId && canonicalId !== ownerCanonicalId
    case 'everyone':
      return ignorePublic !== true
    case 'authenticated':
      return ignorePublic !== true && canonicalId !== undefined
  }
}

function nameOf(grantee: AclGrantee): string {
  return grantee.kind === 'canonical-user'
    ? grantee.id
    : { everyone: 'AllUsers', authenticated: 'AuthenticatedUsers' }[grantee.kind]
}
