import type { Caller, OperationKind, RequestFacts, Tags, Target } from '../operations/index.ts'
import { keyReferenceArn, requestContext, type ContextValues, type Rights } from '../policy/index.ts'

const KEY_ID = 's3:x-amz-server-side-encryption-aws-kms-key-id'
const OBJECT_TAG = 's3:existingobjecttag/'
/** Operations on an object that is there: only these have tags to ask for. */
const ON_OBJECTS: ReadonlySet<OperationKind> = new Set<OperationKind>([
  ...(['get-object', 'head-object', 'get-object-attributes', 'delete-object', 'update-object-encryption'] as const),
  ...(['get-object-tagging', 'put-object-tagging', 'delete-object-tagging'] as const),
])
const AUTH_TYPES = { header: 'REST-HEADER', query: 'REST-QUERY-STRING' } as const

/** Tags that were read so far: of the object that is asked for, and of the source of a copy. */
export interface KnownTags {
  readonly target?: Tags
  readonly source?: Tags
}

/** Somebody's policy asks for tags that nobody has read yet: they are read, and the question is put again. */
export class TagsWanted extends Error {
  override readonly name = 'TagsWanted'
  readonly of: 'target' | 'source'

  constructor(of: 'target' | 'source') {
    super('tags are wanted')
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
  readonly tags: KnownTags
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

function tagValues({ target, on, tags }: Asked, key: string): readonly string[] | undefined {
  if (on === 'target' && (target.key === undefined || !ON_OBJECTS.has(target.kind))) return undefined
  const known = tags[on]
  if (known === undefined) throw new TagsWanted(on)
  const wanted = key.slice(OBJECT_TAG.length)
  const found = known.find(([name]) => name.toLowerCase() === wanted)
  return found === undefined ? undefined : [found[1]]
}

function ownValues({ caller, facts, target }: Asked, key: string): readonly string[] | undefined {
  switch (key) {
    case 's3:authtype':
      return 'scheme' in caller ? [caller.scheme.endsWith('-query') ? AUTH_TYPES.query : AUTH_TYPES.header] : undefined
    case 's3:signatureversion':
      return 'scheme' in caller ? [caller.scheme.startsWith('sigv4') ? 'AWS4-HMAC-SHA256' : 'AWS'] : undefined
    case KEY_ID:
      // However the key was written, it is compared as the ARN that it means to the caller.
      return target
        .conditions?.(key)
        ?.map((text) => keyReferenceArn('account' in caller ? caller.account : '', text, facts.region))
    default:
      return target.conditions?.(key)
  }
}
