import { decodePercent, type HttpRequest } from '../../http/index.ts'
import { parseBucketName, parseObjectKey, refuse, type BucketName, type ObjectKey } from '../../operations/index.ts'
import { refuseArgument } from '../refuse-argument.ts'

/** What a request is about: the service, a bucket, or an object. */
export type Address =
  | { readonly kind: 'service' }
  | { readonly kind: 'bucket'; readonly bucket: BucketName }
  | { readonly kind: 'object'; readonly bucket: BucketName; readonly key: ObjectKey }

export interface Addressing {
  /** The bucket that a host name addresses, as it stands there; undefined: the path names it (or nothing does). */
  readonly bucketOfHost: (host: HttpRequest['host']) => string | undefined
  /** Throws `invalid-argument` for names of objects that OSS does not have, `invalid-bucket-name`, `invalid-uri`. */
  readonly addressOf: (host: HttpRequest['host'], rawPath: string) => Address
}

/**
 * Alibaba's own hosts: public, internal, in a VPC, accelerated (overseas too), and dual stack. The bucket is the first
 * label: names of OSS hold no dot.
 */
const VENDOR_HOST =
  /^(?:([a-z0-9_-]+)\.)?(?:(?:vpc100-)?oss-[a-z0-9-]+\.aliyuncs\.com|[a-z0-9-]+\.oss\.aliyuncs\.com|oss\.aliyuncs\.com)$/
const IPV4 = /^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/

/** How hosts and paths name buckets and keys. `domains` are the deployment's own base domains. */
export function createAddressing(domains: readonly string[]): Addressing {
  const bases = domains.map((domain) => domain.toLowerCase()).sort((one, other) => other.length - one.length)

  const bucketOfHost: Addressing['bucketOfHost'] = ({ name }) => {
    if (name === '' || name.includes(':') || IPV4.test(name)) return undefined
    for (const base of bases) {
      if (name === base) return undefined
      if (name.endsWith(`.${base}`)) return name.slice(0, -base.length - 1)
    }
    return VENDOR_HOST.exec(name)?.[1]
  }

  return {
    bucketOfHost,
    addressOf: (host, rawPath) => {
      const path = rawPath.slice(1)
      const ofHost = bucketOfHost(host)
      if (ofHost !== undefined) return inBucket(ofHost, path)
      if (path === '') return { kind: 'service' }
      const slash = path.indexOf('/')
      const segment = slash < 0 ? path : path.slice(0, slash)
      const bucket = decodePercent(segment) ?? refuse({ kind: 'invalid-uri', detail: 'the path cannot be decoded' })
      return inBucket(bucket, slash < 0 ? '' : path.slice(slash + 1))
    },
  }
}

function inBucket(name: string, rawKey: string): Address {
  const bucket = parseBucketName(name) ?? refuse({ kind: 'invalid-bucket-name', name: name.slice(0, 256) })
  if (rawKey === '') return { kind: 'bucket', bucket }
  return { kind: 'object', bucket, key: objectKeyOf(decodePercent(rawKey)) }
}

/** OSS: object names are 1 to 1,023 bytes, and begin with neither slash nor backslash. */
export const MAX_OSS_KEY_BYTES = 1_023
/** The argument of refusals that OSS answers with a code of their own. */
export const OBJECT_NAME = 'object-name'

/** A key from decoded text (undefined: it could not be decoded): never normalised, never read as a path (T-021, T-023). */
export function objectKeyOf(text: string | undefined): ObjectKey {
  const parsed = text === undefined ? undefined : parseObjectKey(text)
  const problem = text === undefined || /^[/\\]/.test(text) || Buffer.byteLength(text) > MAX_OSS_KEY_BYTES
  if (parsed?.kind === 'key' && !problem) return parsed.key
  return refuseArgument(OBJECT_NAME, undefined, 'The specified object is not valid.')
}
