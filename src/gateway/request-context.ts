import type { VersionAccess } from '../objects/index.ts'
import type { Caller, EncryptionMode, OperationKind, RequestFacts, Scheme, Target } from '../operations/index.ts'
import { keyReferenceArn, requestContext, type ContextValues, type Rights } from '../policy/index.ts'

const KEY_ID = 's3:x-amz-server-side-encryption-aws-kms-key-id'
const OBJECT_TAG = 's3:existingobjecttag/'
/** Operations on an object that is there: only these have tags to ask for. */
const ON_OBJECTS: ReadonlySet<OperationKind> = new Set<OperationKind>([
  ...(['get-object', 'head-object', 'get-object-attributes', 'delete-object', 'update-object-encryption'] as const),
  ...(['truncate-object', 'modify-object', 'restore-object', 'get-symlink'] as const),
  ...(['get-object-tagging', 'put-object-tagging', 'delete-object-tagging'] as const),
  ...(['get-object-acl', 'put-object-acl', 'get-object-retention', 'put-object-retention'] as const),
  ...(['get-object-legal-hold', 'put-object-legal-hold'] as const),
])
const SSE = 's3:x-amz-server-side-encryption'
const CUSTOMER_ALGORITHM = 's3:x-amz-server-side-encryption-customer-algorithm'
/** Said once, when an upload is begun, and asked of each of its parts too. */
const OF_UPLOADS: ReadonlySet<string> = new Set([SSE, KEY_ID, CUSTOMER_ALGORITHM])
const SSE_VALUES: Partial<Readonly<Record<EncryptionMode, string>>> = {
  'sse-s3': 'AES256',
  'sse-kms': 'aws:kms',
  'dsse-kms': 'aws:kms:dsse',
}
/** `s3:authType`, by how the scheme is called. */
function authType(scheme: Scheme): string {
  if (scheme.endsWith('-post')) return 'POST'
  return scheme.endsWith('-query') ? 'REST-QUERY-STRING' : 'REST-HEADER'
}

/** What was read for conditions so far. */
export interface KnownFacts {
  /** Whose the object (or the source of a copy) is, what its list gives, its tags; `missing`: there is none. */
  readonly access?: VersionAccess | 'missing'
  readonly sourceAccess?: VersionAccess | 'missing'
  /** How an upload is encrypted. */
  readonly upload?: { readonly mode?: EncryptionMode; readonly keyArn?: string }
}

/** Somebody's policy asks for what nobody has read yet: it is read, and the question is put again. */
export class FactsWanted extends Error {
  override readonly name = 'FactsWanted'
  readonly of: keyof KnownFacts

  constructor(of: keyof KnownFacts) {
    super('facts are wanted')
    this.of = of
  }
}

export interface Asked {
  readonly caller: Caller
  readonly rights: Rights | undefined
  readonly facts: RequestFacts
  readonly target: Target
  /** Whose resource it is. */
  readonly owner: string | undefined
  readonly on: 'target' | 'source'
  readonly known: KnownFacts
}

/** What conditions see of a request: global keys from the caller and the connection, the rest from what was decoded. */
export function contextOf(asked: Asked): ContextValues {
  const { caller, rights, facts, owner } = asked
  return requestContext({
    caller,
    facts,
    owner,
    ...(rights === undefined ? {} : { rights }),
    extra: (key) => (key.startsWith(OBJECT_TAG) ? tagValues(asked, key) : ownValues(asked, key)),
  })
}

function tagValues({ target, on, known: facts }: Asked, key: string): readonly string[] | undefined {
  if (on === 'target' && (target.key === undefined || !ON_OBJECTS.has(target.kind))) return undefined
  const of = on === 'target' ? 'access' : 'sourceAccess'
  const known = facts[of]
  if (known === undefined) throw new FactsWanted(of)
  if (known === 'missing') return undefined
  const wanted = key.slice(OBJECT_TAG.length)
  const found = known.tags.find(([name]) => name.toLowerCase() === wanted)
  return found === undefined ? undefined : [found[1]]
}

/** A part carries no encryption header of its own: a rule about encryption holds for what its upload was begun with. */
function uploadValues({ known }: Asked, key: string): readonly string[] | undefined {
  const { upload } = known
  if (upload === undefined) throw new FactsWanted('upload')
  const { mode, keyArn } = upload
  const value =
    key === KEY_ID ? keyArn : key === SSE ? mode && SSE_VALUES[mode] : mode === 'sse-c' ? 'AES256' : undefined
  return value === undefined ? undefined : [value]
}

function ownValues(asked: Asked, key: string): readonly string[] | undefined {
  const { caller, facts, target } = asked
  if (target.uploadId !== undefined && OF_UPLOADS.has(key)) return uploadValues(asked, key)
  switch (key) {
    case 's3:authtype':
      return 'scheme' in caller ? [authType(caller.scheme)] : undefined
    case 's3:signatureversion':
      return 'scheme' in caller ? [caller.scheme.startsWith('sigv2') ? 'AWS' : 'AWS4-HMAC-SHA256'] : undefined
    case 's3express:sessionmode': {
      const mode = target.sessionMode ?? ('session' in caller ? caller.session.directory?.mode : undefined)
      return mode === undefined ? undefined : [mode === 'read-only' ? 'ReadOnly' : 'ReadWrite']
    }
    case KEY_ID:
      // However the key was written, it is compared as the ARN that it means to the caller.
      return target
        .conditions?.(key)
        ?.map((text) => keyReferenceArn('account' in caller ? caller.account : '', text, facts.region))
    default:
      return target.conditions?.(key)
  }
}
