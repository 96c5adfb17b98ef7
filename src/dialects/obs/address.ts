import { decodePercent, type HttpRequest } from '../../http/index.ts'
import { parseBucketName, parseObjectKey, refuse, type BucketName, type ObjectKey } from '../../operations/index.ts'

/** What a request is about: the service, a bucket, or an object. */
export type Address =
  | { readonly kind: 'service' }
  | { readonly kind: 'bucket'; readonly bucket: BucketName }
  | { readonly kind: 'object'; readonly bucket: BucketName; readonly key: ObjectKey }

export interface Addressing {
  /** The bucket that a host name addresses, as it stands there; undefined: the path names it (or nothing does). */
  readonly bucketOfHost: (host: string | HttpRequest['host']) => string | undefined
  /** Throws `invalid-uri`, `invalid-bucket-name` or `key-too-long`. */
  readonly addressOf: (host: HttpRequest['host'], rawPath: string) => Address
}

const IPV4 = /^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/
/** Huawei Cloud's endpoints and those of its partners: `[bucket.]obs[.region].<domain>` (OBS API reference, "Endpoints"). */
const VENDOR_HOST =
  /^(?:(.+)\.)?obs(?:[.-][a-z0-9-]+)?\.(?:myhuaweicloud\.(?:com|eu|cn)|myhwclouds\.com|otc\.t-systems\.com|hwclouds\.com)$/

/**
 * How hosts and paths name buckets and keys. The vendor wants the bucket in the host; both are taken. Addresses, unknown
 * hosts and no host at all leave it to the path.
 */
export function createAddressing(domains: readonly string[]): Addressing {
  const bases = domains.map((domain) => domain.toLowerCase()).sort((one, other) => other.length - one.length)
  const bucketOfHost: Addressing['bucketOfHost'] = (host) => {
    const name = typeof host === 'string' ? host : host.name
    if (name === '' || name.includes(':') || IPV4.test(name)) return undefined
    for (const base of bases) {
      if (name.endsWith(`.${base}`)) return name.slice(0, -base.length - 1)
    }
    return VENDOR_HOST.exec(name)?.[1]
  }
  return {
    bucketOfHost,
    addressOf: (host, rawPath) => {
      const path = rawPath.startsWith('/') ? rawPath.slice(1) : rawPath
      const ofHost = bucketOfHost(host)
      if (ofHost !== undefined) return inBucket(bucketNamed(ofHost), path)
      if (path === '') return { kind: 'service' }
      const slash = path.indexOf('/')
      const segment = slash < 0 ? path : path.slice(0, slash)
      return inBucket(bucketNamed(decodedText(segment)), slash < 0 ? '' : path.slice(slash + 1))
    },
  }
}

function decodedText(text: string): string {
  return decodePercent(text) ?? refuse({ kind: 'invalid-uri', detail: 'the path cannot be decoded' })
}

function bucketNamed(text: string): BucketName {
  return parseBucketName(text) ?? refuse({ kind: 'invalid-bucket-name', name: text.slice(0, 256) })
}

function inBucket(bucket: BucketName, rawKey: string): Address {
  if (rawKey === '') return { kind: 'bucket', bucket }
  return { kind: 'object', bucket, key: objectKeyOf(decodedText(rawKey)) }
}

/** A key from decoded text: never normalised, never read as a path (T-021, T-023). */
export function objectKeyOf(text: string): ObjectKey {
  const parsed = parseObjectKey(text)
  if (parsed.kind === 'key') return parsed.key
  if (parsed.problem === 'too-long') return refuse({ kind: 'key-too-long' })
  return refuse({ kind: 'invalid-uri', detail: 'this cannot be the key of an object' })
}
