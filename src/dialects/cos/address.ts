import { decodePercent, type HttpRequest } from '../../http/index.ts'
import { parseBucketName, parseObjectKey, refuse, type BucketName, type ObjectKey } from '../../operations/index.ts'

/** What a request is about: the service, a bucket, or an object. */
export type Address =
  | { readonly kind: 'service' }
  | { readonly kind: 'bucket'; readonly bucket: BucketName }
  | { readonly kind: 'object'; readonly bucket: BucketName; readonly key: ObjectKey }

/** What a host says: of which bucket (`<name>-<appid>`, as it stands there), and of which region. */
export interface NamedHost {
  readonly bucket?: string
  readonly region?: string
}

export interface Addressing {
  readonly named: (hostName: string) => NamedHost
  /** The bucket that a host addresses; undefined: the path names it, or nothing does. */
  readonly bucketOfHost: (host: string | HttpRequest['host']) => string | undefined
  /** Throws `invalid-uri`, `invalid-bucket-name` or `key-too-long`. */
  readonly addressOf: (host: HttpRequest['host'], rawPath: string) => Address
}

const IPV4 = /^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/
const REGION = '[a-z][a-z0-9-]*'
/** `cos.<region>` and its siblings before a base domain; `cos.accelerate` names no region. */
const SERVICE_LABELS = new RegExp(`^(?:(.+)\\.)?(?:cos|cosv6|cos-internal|cos-cdc)\\.(${REGION})$`)
const VENDOR_DOMAINS = ['myqcloud.com', 'tencentcos.cn']
/** Regions whose hosts were once written without `cos.`. */
const OLD_REGIONS: ReadonlySet<string> = new Set([
  ...['cn-south', 'cn-south-2', 'cn-north', 'cn-east', 'cn-southwest', 'sg'],
])

/**
 * How hosts and paths name buckets and keys. A bucket is its whole name, `<name>-<appid>`, as every dialect sees it.
 * `domains`: a deployment's own base domains, `<bucket>.cos.<region>.<domain>` and `<bucket>.<domain>`.
 */
export function createAddressing(domains: readonly string[]): Addressing {
  const bases = domains.map((domain) => domain.toLowerCase()).sort((one, other) => other.length - one.length)

  const named = (hostName: string): NamedHost => {
    if (hostName === '' || hostName.includes(':') || IPV4.test(hostName)) return {}
    const vendor = beforeBase(hostName, VENDOR_DOMAINS)
    if (vendor !== undefined) return ofVendor(vendor)
    const labels = beforeBase(hostName, bases)
    if (labels === undefined || labels === '' || labels === 'service.cos') return {}
    return ofService(labels) ?? { bucket: labels }
  }
  const bucketOfHost: Addressing['bucketOfHost'] = (host) => named(typeof host === 'string' ? host : host.name).bucket

  return {
    named,
    bucketOfHost,
    addressOf: (host, rawPath) => {
      const path = rawPath.startsWith('/') ? rawPath.slice(1) : rawPath
      const ofHost = bucketOfHost(host)
      if (ofHost !== undefined) return inBucket(bucketNamed(ofHost), path)
      if (path === '') return { kind: 'service' }
      const slash = path.indexOf('/')
      const segment = slash < 0 ? path : path.slice(0, slash)
      const bucket = decodePercent(segment) ?? refuse({ kind: 'invalid-uri', detail: 'the path cannot be decoded' })
      return inBucket(bucketNamed(bucket), slash < 0 ? '' : path.slice(slash + 1))
    },
  }
}

/** What stands before one of the base domains; empty for the base itself. */
function beforeBase(hostName: string, bases: readonly string[]): string | undefined {
  for (const base of bases) {
    if (hostName === base) return ''
    if (hostName.endsWith(`.${base}`)) return hostName.slice(0, -base.length - 1)
  }
  return undefined
}

function ofService(labels: string): NamedHost | undefined {
  const found = SERVICE_LABELS.exec(labels)
  if (found === null) return undefined
  const [, bucket, region = ''] = found
  return {
    ...(bucket === undefined ? {} : { bucket }),
    ...(region === 'accelerate' ? {} : { region }),
  }
}

function ofVendor(labels: string): NamedHost {
  const found = ofService(labels)
  if (found !== undefined) return found
  const dot = labels.lastIndexOf('.')
  const region = labels.slice(dot + 1)
  return dot > 0 && OLD_REGIONS.has(region) ? { bucket: labels.slice(0, dot), region } : {}
}

export function bucketNamed(text: string): BucketName {
  return parseBucketName(text) ?? refuse({ kind: 'invalid-bucket-name', name: text.slice(0, 256) })
}

function inBucket(bucket: BucketName, rawKey: string): Address {
  if (rawKey === '') return { kind: 'bucket', bucket }
  const text = decodePercent(rawKey) ?? refuse({ kind: 'invalid-uri', detail: 'the path cannot be decoded' })
  return { kind: 'object', bucket, key: objectKeyOf(text) }
}

/** A key from decoded text: never normalised, never read as a path (T-021, T-023). */
export function objectKeyOf(text: string): ObjectKey {
  const parsed = parseObjectKey(text)
  if (parsed.kind === 'key') return parsed.key
  if (parsed.problem === 'too-long') return refuse({ kind: 'key-too-long' })
  return refuse({ kind: 'invalid-uri', detail: 'this cannot be the key of an object' })
}
