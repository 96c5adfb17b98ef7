import { parseBucketName, type BucketName, type StorageDialect } from '../operations/index.ts'

/** A bucket as a website, and whose words and rules hold for it. */
export interface Site {
  /** Undefined: what the host names cannot be a bucket. */
  readonly bucket: BucketName | undefined
  readonly dialect: StorageDialect
}

/** The website that a host name is the address of; undefined: none. */
export type SiteOf = (hostName: string) => Site | undefined

export interface WebsiteHosts {
  /** `<bucket>.<domain>` is a website. */
  readonly websiteDomains: readonly string[]
  /** `<bucket>.<domain>` is a bucket of the API: the longer of two that fit counts. */
  readonly domains: readonly string[]
  /** Whose words websites of `websiteDomains` speak. */
  readonly defaultDialect: StorageDialect
}

const REGION = '[a-z]{2}(?:-[a-z]+)+-[0-9]+'
/** The vendors' own website endpoints. OSS has none: there any domain of a bucket is one. */
const VENDOR_SITES: readonly (readonly [host: RegExp, dialect: StorageDialect])[] = [
  [new RegExp(`^(.+)\\.s3-website[.-]${REGION}\\.amazonaws\\.com(?:\\.cn)?$`), 's3'],
  [/^(.+)\.obs-website\.[a-z0-9-]+\.myhuaweicloud\.(?:com|cn|eu)$/, 'obs'],
  [/^(.+)\.cos-website\.[a-z][a-z0-9-]*\.(?:myqcloud\.com|tencentcos\.cn)$/, 'cos'],
]

export function createSiteOf({ websiteDomains, domains, defaultDialect }: WebsiteHosts): SiteOf {
  const bases = [
    ...websiteDomains.map((domain) => ({ domain, site: true })),
    ...domains.map((domain) => ({ domain, site: false })),
  ].sort((one, other) => other.domain.length - one.domain.length)
  return (hostName) => {
    const base = bases.find(({ domain }) => hostName === domain || hostName.endsWith(`.${domain}`))
    if (base?.site === true && hostName !== base.domain) {
      return { bucket: parseBucketName(hostName.slice(0, -base.domain.length - 1)), dialect: defaultDialect }
    }
    if (base !== undefined) return undefined
    for (const [host, dialect] of VENDOR_SITES) {
      const name = host.exec(hostName)?.[1]
      if (name !== undefined) return { bucket: parseBucketName(name), dialect }
    }
    return undefined
  }
}
