/** Work in the background, in small idempotent units. What is to be done is always found in rows: a restart loses nothing. */
export interface Job {
  readonly name: string
  /** How long to wait when a unit found nothing to do. */
  readonly idleMs: number
  /** Its units are safe in every process at once: it takes no lease, and waits for nobody who died with one. */
  readonly everywhere?: true
  /** It never pauses: what it does is a promise of the server's. */
  readonly unstoppable?: true
  /** Does one small unit. `more`: call again soon; `idle`: nothing is left for now. */
  unit(signal: AbortSignal): Promise<'more' | 'idle'>
}

export interface JobStatus {
  readonly name: string
  readonly state: 'working' | 'waiting' | 'retrying' | 'elsewhere' | 'paused' | 'stopped'
  readonly units: number
  readonly failures: number
  /** The name of the last failure's class or kind; never its text. */
  readonly lastFailure?: string
}
