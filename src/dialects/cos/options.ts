export interface CosDialectOptions {
  /** Base domains for buckets named by the host, besides the vendor's own suffixes. */
  readonly domains: readonly string[]
  /** The home region. */
  readonly region: string
  /** Takes customer keys over plain HTTP. For tests. */
  readonly allowInsecureSseC: boolean
}
