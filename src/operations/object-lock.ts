/**
 * Object lock: versions that nobody may remove before a time, or while a hold lies on them. S3's words; OBS and COS know
 * `compliance` only; OSS locks a whole bucket for a number of days after each object's last change (`worm`).
 */

/** `governance` can be lifted by who holds the right to; `compliance` by nobody, only lengthened. */
export type RetentionMode = 'governance' | 'compliance'

export interface Retention {
  readonly mode: RetentionMode
  /** Milliseconds since 1970, whole seconds. */
  readonly untilMs: number
}

/** What lies on one version. */
export interface ObjectLock {
  readonly retention?: Retention
  readonly legalHold?: boolean
}
