import type { VendorSpellings } from '../../operations/index.ts'
import { arnFieldsOf } from '../arn-pattern.ts'
import type { Question } from '../question.ts'

/** What a question is about, out of its ARN. */
export interface NamedSubject {
  /** Whose action it is: `s3`, `kms`, `iam`, `sts`, `coffer`. */
  readonly service: string
  /** Whose resource it is: a right of the server's own may be about a key. */
  readonly owner: string
  /** The action without its service, as it was asked. */
  readonly action: string
  /** Empty: the question has none. */
  readonly region: string
  /** What the ARN has after its account; undefined: the question is about nothing in particular. */
  readonly path: string | undefined
}

export function subjectOf({ action, resource, context }: Question): NamedSubject {
  const colon = action.indexOf(':')
  const service = action.slice(0, colon).toLowerCase()
  const [, , owner = service, region, , path] = arnFieldsOf(resource) ?? []
  const asked = context?.('aws:requestedregion')?.[0] ?? ''
  return {
    service,
    owner,
    action: action.slice(colon + 1),
    region: region === undefined || region === '' ? asked : region,
    path,
  }
}

/** How the vendors call the account that owns what is asked for. */
export function spellingsOf({ ownerSpellings, caller, owner, rights }: Question): VendorSpellings {
  if (ownerSpellings !== undefined) return ownerSpellings
  return (caller.kind !== 'anonymous' && caller.account === owner ? rights?.accountSpellings : undefined) ?? {}
}

/** `bucket/key` in its two parts; the key is undefined for a bucket itself. */
export function bucketAndKey(path: string): readonly [bucket: string, key: string | undefined] {
  const slash = path.indexOf('/')
  return slash < 0 ? [path, undefined] : [path.slice(0, slash), path.slice(slash + 1)]
}

/** `key/<id>`, `alias/<name>`, `user/<path>` in kind and rest. */
export function kindAndRest(path: string): readonly [kind: string, rest: string] {
  const slash = path.indexOf('/')
  return slash < 0 ? ['', path] : [path.slice(0, slash), path.slice(slash + 1)]
}

/** Whether the key service is asked on the way of something else: the data key of an object is wrapped or unwrapped. */
export function isOnTheWay({ context }: Question): boolean {
  return context?.('kms:viaservice') !== undefined
}

/** Whether what is encrypted or decrypted is asked for as a data key. */
export function isAboutDataKey({ context }: Question): boolean {
  return context?.('coffer:datakey') !== undefined
}

/** Whether it is asked on the way of making the key that it is about. */
export function isOfNewKey({ context }: Question): boolean {
  return context?.('coffer:newkey') !== undefined
}
