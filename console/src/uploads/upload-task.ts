import type { Chosen } from '../encryption/choice.ts'
import type { UploadSource } from './upload-wire.ts'

/** An upload in parts that the server knows of. */
export interface Begun {
  readonly uploadId: string
  readonly partBytes: number
}

export interface UploadTask {
  readonly bucket: string
  readonly key: string
  readonly file: UploadSource
  /** Absent: as the bucket says. */
  readonly encryption: Chosen | undefined
  readonly overwrite: boolean
  /** Aborted with `PAUSED`, what is on the server stays there to go on with; with anything else it is taken away. */
  readonly signal: AbortSignal
  /** Begun before, and not ended: the parts that arrived count. */
  readonly begun: Begun | undefined
  readonly onProgress: (sentBytes: number) => void
  /** There is something to go on with; `undefined`: not any more. */
  readonly onBegun: (begun: Begun | undefined) => void
}

/** The reason of an abort that keeps what was sent. */
export const PAUSED = 'paused'
