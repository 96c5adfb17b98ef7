import { arnFieldsOf } from '../arn-pattern.ts'
import type { Question } from '../question.ts'

/** What a question is about, out of its ARN. */
export interface NamedSubject {
  /** `s3`, `kms`, `iam`, `sts`, `coffer` */
  readonly service: string
  /** The action without its service, as it was asked. */
  readonly action: string
  /** Empty: the question has none. */
  readonly region: string
  /** What the ARN has after its account; undefined: the question is about nothing in particular. */
  readonly path: string | undefined
}

export function subjectOf({ action, resource, context }: Question): NamedSubject {
  const colon = action.indexOf(':')
  const [, , service, region, , path] = arnFieldsOf(resource) ?? []
  const asked = context?.('aws:requestedregion')?.[0] ?? ''
  return {
    service: service ?? action.slice(0, colon).toLowerCase(),
    action: action.slice(colon + 1),
    region: region === undefined || region === '' ? asked : region,
    path,
  }
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
