import { refuse, type ShownJob } from '../operations/index.ts'
import type { MetadataStore, Row } from '../storage/index.ts'

/**
 * What other processes see of a job, and what they ask of it: rows `job-state/<name>` and `job-control/<name>`, JSON. They
 * hold names, counts and times, and nothing of what a job works on.
 */
export interface JobBoard {
  /**
   * Writes down how a job is: at most once in `NOTE_MS`, and in `IDLE_NOTE_MS` where there was nothing to do, unless it
   * failed, was paused or stopped.
   */
  note(job: NotedJob, idle: boolean): Promise<void>
  /** What was asked of it. */
  control(name: string): Promise<JobControl>
}

export type NotedJob = Omit<ShownJob, 'paused'>

export interface JobControl {
  readonly paused: boolean
  /** When somebody wanted its next unit at once. */
  readonly runMs?: number
}

export const NOTE_MS = 60_000
export const IDLE_NOTE_MS = 15 * 60_000
const MAX_JOBS = 100
const MAX_NAME_CHARS = 64
const STATES = ['working', 'waiting', 'retrying', 'elsewhere', 'paused', 'stopped'] as const
const URGENT: ReadonlySet<string> = new Set(['retrying', 'paused', 'stopped'])

function stateRow(name: string): Buffer {
  return Buffer.from(`job-state/${name}`, 'latin1')
}

function controlRow(name: string): Buffer {
  return Buffer.from(`job-control/${name}`, 'latin1')
}

export function createJobBoard(store: MetadataStore, now: () => number): JobBoard {
  const noted = new Map<string, { readonly atMs: number; readonly state: string }>()
  return {
    note: async (job, idle) => {
      const before = noted.get(job.name)
      const fresh = before !== undefined && now() - before.atMs < (idle ? IDLE_NOTE_MS : NOTE_MS)
      const changed = before?.state !== job.state && (URGENT.has(job.state) || URGENT.has(before?.state ?? ''))
      // What another process does is that one's to tell.
      if ((fresh && !changed) || job.state === 'elsewhere') return
      noted.set(job.name, { atMs: now(), state: job.state })
      const value = Buffer.from(JSON.stringify(job), 'utf8')
      await store.commit({ checks: [], writes: [{ kind: 'put', key: stateRow(job.name), value }] })
    },
    control: (name) => readControl(store, name),
  }
}

async function readControl(store: Pick<MetadataStore, 'getMany'>, name: string): Promise<JobControl> {
  const [row] = await store.getMany([controlRow(name)])
  return row === undefined ? { paused: false } : openControl(row)
}

function fieldsOf(row: Row): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(row.value).toString('utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    // Nobody but this room writes such rows; one that cannot be read says nothing.
    return {}
  }
}

function openControl(row: Row): JobControl {
  const { paused, runMs } = fieldsOf(row)
  return { paused: paused === true, ...(typeof runMs === 'number' ? { runMs } : {}) }
}

function openState(row: Row): NotedJob | undefined {
  const fields = fieldsOf(row)
  const { name, pausable, units, failures, lastFailure } = fields
  const state = STATES.find((one) => one === fields['state'])
  if (typeof name !== 'string' || state === undefined) return undefined
  const times = ['startedMs', 'endedMs', 'nextMs'].filter((time) => typeof fields[time] === 'number')
  return {
    ...{ name, state, pausable: pausable === true },
    ...{ units: typeof units === 'number' ? units : 0, failures: typeof failures === 'number' ? failures : 0 },
    ...(typeof lastFailure === 'string' ? { lastFailure } : {}),
    ...Object.fromEntries(times.map((time) => [time, fields[time]])),
  }
}

/** Every job that ever ran here, as it was last noted, in the order of the names. */
export async function listJobs(store: Pick<MetadataStore, 'scan' | 'getMany'>): Promise<readonly ShownJob[]> {
  const { rows } = await store.scan({ start: stateRow(''), end: Buffer.from('job-state0', 'latin1'), limit: MAX_JOBS })
  const jobs: ShownJob[] = []
  for (const row of rows) {
    const job = openState(row)
    if (job !== undefined) jobs.push({ ...job, paused: (await readControl(store, job.name)).paused })
  }
  return jobs
}

/** Pauses a job after the unit that it is at, lets it go on, or has its next unit done now. */
export async function controlJob(
  store: Pick<MetadataStore, 'getMany' | 'commit'>,
  name: string,
  act: 'pause' | 'resume' | 'run',
  nowMs: number,
): Promise<undefined> {
  const known = /^[a-z][a-z-]*$/.test(name) && name.length <= MAX_NAME_CHARS
  const [row] = known ? await store.getMany([stateRow(name)]) : []
  const job = row === undefined ? undefined : openState(row)
  if (job === undefined) return refuse({ kind: 'entity-not-found', entity: 'job', name: name.slice(0, MAX_NAME_CHARS) })
  if (act === 'pause' && !job.pausable) {
    refuse({ kind: 'unsupported-operation', detail: `${name} never pauses` })
  }
  const before = await readControl(store, name)
  if (act === 'run' && before.paused) refuse({ kind: 'unsupported-operation', detail: `${name} is paused` })
  const after: JobControl = act === 'run' ? { paused: false, runMs: nowMs } : { paused: act === 'pause' }
  const value = Buffer.from(JSON.stringify(after), 'utf8')
  await store.commit({ checks: [], writes: [{ kind: 'put', key: controlRow(name), value }] })
  return undefined
}
