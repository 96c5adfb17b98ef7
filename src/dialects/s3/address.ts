import { decodePercent, type HttpRequest } from '../../http/index.ts'
import {
  parseAnyBucketName,
  parseObjectKey,
  refuse,
  zoneOf,
  type BucketName,
  type ObjectKey,
} from '../../operations/index.ts'

/** What a request is about: the service, a bucket, or an object. */
export type Address =
  | { readonly kind: 'service' }
  | ({ readonly kind: 'bucket'; readonly bucket: BucketName } & Place)
  | ({ readonly kind: 'object'; readonly bucket: BucketName; readonly key: ObjectKey } & Place)

/** Of directory buckets: where the name stood, and which of Amazon's endpoints for them was meant. */
interface Place {
  readonly style?: 'host' | 'path'
  readonly endpoint?: 'control' | 'zonal'
}

export interface Addressing {
  /** The bucket that a host name addresses, as it stands there; undefined: the path names it (or nothing does). */
  readonly bucketOfHost: (host: string | HttpRequest['host']) => string | undefined
  /** Throws `invalid-uri`, `invalid-bucket-name`, `key-too-long`, or `invalid-bucket-name`. */
  readonly addressOf: (host: HttpRequest['host'], rawPath: string) => Address
}

const IPV4 = /^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/
/**
 * Amazon's own suffixes: global, with a region after a dot or a dash, dual-stack, and the misprint of the reference's example
 * that lacks the dot between region and `s3` (S3-100). The bucket is what stands before, dots included.
 */
const REGION = '[a-z]{2}(?:-[a-z]+)+-[0-9]+'
const VENDOR_HOST = new RegExp(
  `^(?:(.+)\\.)?(?:s3|s3[.-](?:dualstack\\.|fips\\.|fips-)?${REGION}|${REGION}s3)\\.amazonaws\\.com(?:\\.cn)?$`,
)
const CONTROL_HOST = new RegExp(
  `^(?:(.+)\\.)?s3express-control(?:-fips)?\\.(?:dualstack\\.)?${REGION}\\.amazonaws\\.com(?:\\.cn)?$`,
)
const ZONAL_HOST = new RegExp(
  `^(?:(.+)\\.)?s3express-(?:fips-)?[a-z0-9-]+\\.(?:dualstack\\.)?${REGION}\\.amazonaws\\.com(?:\\.cn)?$`,
)

/**
 * How hosts and paths name buckets and keys. `domains` are the deployment's base domains: a label or more before one of
 * them is a bucket. Addresses, unknown hosts and no host at all leave it to the path.
 */
export function createAddressing(domains: readonly string[]): Addressing {
  const bases = domains.map((domain) => domain.toLowerCase()).sort((one, other) => other.length - one.length)

  const bucketOfHost: Addressing['bucketOfHost'] = (host) => {
    const name = typeof host === 'string' ? host : host.name
    if (name === '' || name.includes(':') || IPV4.test(name)) return undefined
    for (const base of bases) {
      if (name === base) return undefined
      if (name.endsWith(`.${base}`)) return name.slice(0, -base.length - 1)
    }
    return (VENDOR_HOST.exec(name) ?? CONTROL_HOST.exec(name) ?? ZONAL_HOST.exec(name))?.[1]
  }

  return {
    bucketOfHost,
    addressOf: (host, rawPath) => {
      const path = rawPath.startsWith('/') ? rawPath.slice(1) : rawPath
      const ofHost = bucketOfHost(host)
      const endpoint = endpointOf(host.name)
      const place = endpoint === undefined ? {} : { endpoint }
      if (ofHost !== undefined) return inBucket(bucketNamed(ofHost), path, { style: 'host', ...place })
      if (path === '') return { kind: 'service' }
      const slash = path.indexOf('/')
      const segment = slash < 0 ? path : path.slice(0, slash)
      const bucket = decodePercent(segment) ?? refuse({ kind: 'invalid-uri', detail: 'the path cannot be decoded' })
      const name = bucketNamed(bucket)
      const rest = slash < 0 ? '' : path.slice(slash + 1)
      return inBucket(name, withoutExtraSlash(name, rest), { style: 'path', ...place })
    },
  }
}

function bucketNamed(text: string): BucketName {
  return parseAnyBucketName(text) ?? refuse({ kind: 'invalid-bucket-name', name: text.slice(0, 256) })
}

function endpointOf(hostName: string): Place['endpoint'] {
  if (CONTROL_HOST.test(hostName)) return 'control'
  return ZONAL_HOST.test(hostName) ? 'zonal' : undefined
}

/** A client that has no endpoint of Amazon's for directory buckets writes two slashes behind the bucket: one of them is its own. */
function withoutExtraSlash(bucket: BucketName, rest: string): string {
  return zoneOf(bucket) !== undefined && rest.startsWith('/') ? rest.slice(1) : rest
}

function inBucket(bucket: BucketName, rawKey: string, found: Place): Address {
  const place = zoneOf(bucket) === undefined ? {} : found
  if (rawKey === '') return { kind: 'bucket', bucket, ...place }
  const text = decodePercent(rawKey) ?? refuse({ kind: 'invalid-uri', detail: 'the path cannot be decoded' })
  return { kind: 'object', bucket, key: objectKeyOf(text), ...place }
}

/** A key from decoded text: never normalised, never read as a path (T-021, T-023). */
export function objectKeyOf(text: string): ObjectKey {
  const parsed = parseObjectKey(text)
  if (parsed.kind === 'key') return parsed.key
  if (parsed.problem === 'too-long') return refuse({ kind: 'key-too-long' })
  return refuse({ kind: 'invalid-uri', detail: 'this cannot be the key of an object' })
}
