export interface ObsDialectOptions {
  /** Base domains for virtual-hosted buckets, besides Huawei's own suffixes. */
  readonly domains: readonly string[]
  /** The home region. */
  readonly region: string
  /** Takes customer keys over plain HTTP. For tests. */
  readonly allowInsecureSseC: boolean
}

/** Of every answer; the vendor writes its endpoint into it, and no client reads it. */
export const OBS_NAMESPACE = 'http://obs.myhwclouds.com/doc/2015-06-30/'
/** Of requests: any endpoint's, or Amazon's, which clients that fell back to its signature write. */
export const REQUEST_NAMESPACE = /^https?:\/\/[A-Za-z0-9.:-]+\/doc\/20(?:15-06-30|06-03-01)\/?$/
