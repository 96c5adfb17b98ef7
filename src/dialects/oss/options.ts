export interface OssDialectOptions {
  /** Base domains for virtual-hosted buckets, besides the vendor's own suffixes. */
  readonly domains: readonly string[]
  /** The home region. */
  readonly region: string
  /** The account that the deployment was made with: 12 digits. */
  readonly account: string
}

/** Answers of OSS carry none. Some clients write this one into their documents. */
export const OSS_NAMESPACE = 'http://doc.oss-cn-hangzhou.aliyuncs.com'

/** A region as OSS's answers write it. */
export function shownRegion(region: string): string {
  return region.startsWith('oss-') ? region : `oss-${region}`
}
