import type { SecretBytes } from '../secrets/index.ts'

/** A server that answers. */
export interface RunningServer {
  /** `http://127.0.0.1:9000` */
  readonly url: string
  /** Absent: there is no console. */
  readonly consoleUrl?: string
  /** True when this start made the data. */
  readonly created: boolean
  readonly accessKeyId: string
  /** A secret that was made now, to be shown once and on a terminal only. */
  readonly secret?: SecretBytes
  /** How much is stored, by the counters. */
  stored(): Promise<{ readonly buckets: number; readonly versions: number }>
  /** Drains, and leaves the data consistent. */
  stop(): Promise<void>
}
