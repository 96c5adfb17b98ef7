/** What the server does by itself. */
export interface ShownJob {
  readonly name: string
  readonly state: 'working' | 'waiting' | 'retrying' | 'elsewhere' | 'paused' | 'stopped'
  /** Somebody paused it; it stops after the unit that it is at. */
  readonly paused: boolean
  /** False: it never pauses (the sealing of the audit log). */
  readonly pausable: boolean
  /** Since the process began that does it. */
  readonly units: number
  readonly failures: number
  /** The name of the last failure's class or kind; never its text. */
  readonly lastFailure?: string
  /** The last unit, and when the next one comes by itself. Up to a minute old. */
  readonly startedMs?: number
  readonly endedMs?: number
  readonly nextMs?: number
}

export type JobOperation =
  | { readonly kind: 'list-jobs' }
  /** `run`: its next unit is done now, and not when its time comes. */
  | { readonly kind: 'control-job'; readonly job: string; readonly act: 'pause' | 'resume' | 'run' }

export interface JobResults {
  'list-jobs': { readonly jobs: readonly ShownJob[] }
  'control-job': undefined
}
