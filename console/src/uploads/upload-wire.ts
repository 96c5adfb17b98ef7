/** One request that carries bytes. */
export interface Sending {
  readonly route: string
  readonly query?: Readonly<Record<string, string>>
  readonly body: Blob
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly onSent: (bytes: number) => void
}

/** What uploads need of the world around them: the browser's network and time, or a test's. */
export interface UploadWire {
  /** Throws `ApiFailure`, or an `AbortError` once `signal` is aborted. */
  readonly send: (sending: Sending) => Promise<unknown>
  /** A call without bytes; throws as `send`. */
  readonly call: (method: 'GET' | 'POST' | 'DELETE', route: string, options: WireOptions) => Promise<unknown>
  /** Returns earlier once `signal` is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** From 0 up to, not including, 1. */
  readonly chance: () => number
}

export interface WireOptions {
  readonly query?: Readonly<Record<string, string | number>>
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/** The bytes of a file, and what tells it from another: what a `File` of the browser has. */
export interface UploadSource {
  readonly name: string
  readonly size: number
  readonly type: string
  /** Milliseconds since 1970. */
  readonly lastModified: number
  readonly slice: (start: number, end: number) => Blob
}
