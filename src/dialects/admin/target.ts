import { decodePercent, type RequestView } from '../../http/index.ts'
import {
  parseAnyBucketName,
  parseBucketName,
  parseObjectKey,
  parseVersionId,
  refuse,
  type BucketName,
  type ObjectKey,
  type VersionId,
} from '../../operations/index.ts'
import { ADMIN_OBJECTS_PREFIX, ADMIN_PREFIX, TARGET_PARAMETERS, type AdminTarget } from './wire.ts'

/** The parameters of a request, each taken once; `end` refuses the rest. */
export interface Parameters {
  readonly take: (name: string) => string | undefined
  readonly end: () => void
}

/** The names were unique without regard to case when the request came in. */
export function parametersOf({ query }: Pick<RequestView, 'query'>): Parameters {
  const values = new Map(query.map(({ name, value }) => [name, value]))
  return {
    take: (name) => {
      const value = values.get(name)
      values.delete(name)
      return value
    },
    end: () => {
      const [unknown] = values.keys()
      if (unknown !== undefined) badArgument(unknown.slice(0, 64), 'is no parameter of this operation')
    },
  }
}

export function badArgument(argument: string, detail: string): never {
  return refuse({ kind: 'invalid-argument', argument, detail })
}

/** What the path asks for: an operation by its name, or the bytes of an object. */
export type Addressed =
  | { readonly kind: 'operation'; readonly name: string }
  | { readonly kind: 'object'; readonly bucket: BucketName; readonly key: ObjectKey }

export function addressOf(rawPath: string): Addressed {
  if (!rawPath.startsWith(ADMIN_PREFIX)) return refuse({ kind: 'invalid-uri', detail: 'no path of the admin API' })
  if (!rawPath.startsWith(ADMIN_OBJECTS_PREFIX)) return { kind: 'operation', name: rawPath.slice(ADMIN_PREFIX.length) }
  const rest = rawPath.slice(ADMIN_OBJECTS_PREFIX.length)
  const slash = rest.indexOf('/')
  if (slash < 0) return refuse({ kind: 'invalid-uri', detail: 'objects/<bucket>/<key> is expected' })
  const key = decodePercent(rest.slice(slash + 1))
  if (key === undefined) return refuse({ kind: 'invalid-uri', detail: 'the key is not percent-encoded UTF-8' })
  return { kind: 'object', bucket: bucketName(rest.slice(0, slash)), key: objectKey(key) }
}

export function bucketName(text: string): BucketName {
  return parseBucketName(text) ?? refuse({ kind: 'invalid-bucket-name', name: text.slice(0, 64) })
}

/** A bucket of either kind: directory buckets too. */
export function anyBucketName(text: string): BucketName {
  return parseAnyBucketName(text) ?? refuse({ kind: 'invalid-bucket-name', name: text.slice(0, 64) })
}

export function objectKey(text: string): ObjectKey {
  const parsed = parseObjectKey(text)
  if (parsed.kind === 'key') return parsed.key
  if (parsed.problem === 'too-long') return refuse({ kind: 'key-too-long' })
  return badArgument(TARGET_PARAMETERS.object, parsed.problem === 'empty' ? 'is empty' : 'is not a valid name')
}

export function versionId(text: string | undefined): VersionId | undefined {
  if (text === undefined) return undefined
  return parseVersionId(text) ?? badArgument(TARGET_PARAMETERS.versionId, 'is no version id')
}

/** Reads one name of the target out of the query. */
export function targetReader(parameters: Parameters) {
  const optional = (name: keyof AdminTarget): string | undefined => parameters.take(TARGET_PARAMETERS[name])
  const required = (name: keyof AdminTarget): string =>
    optional(name) ?? badArgument(TARGET_PARAMETERS[name], 'is missing in the query')
  return {
    optional,
    required,
    bucket: (): BucketName => bucketName(required('bucket')),
    object: (): ObjectKey => objectKey(required('object')),
    versionId: (): VersionId | undefined => versionId(optional('versionId')),
    key: (): string => required('key'),
  }
}

export type TargetReader = ReturnType<typeof targetReader>
