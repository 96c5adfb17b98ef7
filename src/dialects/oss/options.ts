export interface OssDialectOptions {
  /** Base domains for virtual-hosted buckets, besides the vendor's own suffixes. */
  readonly domains: readonly string[]
  /** The home region. */
  readonly region: string
  /** The account that the deployment was made with: 12 digits. */
  readonly account: string
}
