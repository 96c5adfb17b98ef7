/** What a request of OSS names, in the form that its signatures hold: bucket and key, whatever the style of address. */
import { decodePercent, type HttpRequest } from '../../http/index.ts'
import { refuse } from '../../operations/index.ts'

/** One way to read host and path. */
export interface OssResource {
  /** Absent: the service. */
  readonly bucket?: string
  /** Decoded; empty: the bucket itself. */
  readonly key: string
  /** The host's bucket is not part of it: the path names the bucket. */
  readonly byPath: boolean
}

/**
 * The readings that a client may have signed, at most two. A client that is told an address writes the bucket into the
 * host and, where it was told to use paths, into the path too; which was meant, the signature says (T-027).
 */
export function ossReadings(rawPath: string, hostBucket: string | undefined): readonly OssResource[] {
  const path = decodePercent(rawPath.slice(1)) ?? refuse({ kind: 'invalid-uri', detail: 'the path cannot be decoded' })
  if (hostBucket === undefined) return [byPath(rawPath)]
  const byHost: OssResource = { bucket: hostBucket, key: path, byPath: false }
  const other = byPath(rawPath)
  return other.bucket === hostBucket ? [byHost, other] : [byHost]
}

function byPath(rawPath: string): OssResource {
  const raw = rawPath.slice(1)
  if (raw === '') return { key: '', byPath: true }
  const slash = raw.indexOf('/')
  const bucket = decodePercent(slash < 0 ? raw : raw.slice(0, slash))
  const key = decodePercent(slash < 0 ? '' : raw.slice(slash + 1))
  if (bucket === undefined || key === undefined) {
    return refuse({ kind: 'invalid-uri', detail: 'the path cannot be decoded' })
  }
  return { bucket, key, byPath: true }
}

/** `/`, `/bucket/` or `/bucket/key`, decoded. */
export function resourceText({ bucket, key }: OssResource): string {
  return bucket === undefined ? '/' : `/${bucket}/${key}`
}

/** What a decoder sees for this reading: where the path names the bucket, the host names none. */
export function hostOf(host: HttpRequest['host'], { byPath: named }: OssResource): HttpRequest['host'] {
  return named ? { ...host, name: '' } : host
}
