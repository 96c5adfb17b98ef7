import { setTimeout as wait } from 'node:timers/promises'
import type { BenchProcess } from './bench-process.ts'
import type { CofferProcess } from './coffer-process.ts'
import { BUCKET, makeBucket } from './fill.ts'
import { numbered } from './load-plan.ts'
import { residentOf, type Resident } from './resident-memory.ts'

export interface MemoryReport {
  readonly idle: MemoryLine
  readonly uploading: MemoryLine
}

export interface MemoryLine {
  readonly what: string
  /** The most that was seen, looking ten times a second. */
  readonly peak: Resident
  readonly goalBytes: number
  readonly met: boolean
}

const MIB = 1024 ** 2
const IDLE_GOAL_BYTES = 250 * MIB
const UPLOADING_GOAL_BYTES = 300 * MIB
const UPLOADS = 64
const UPLOAD_BYTES = 1024 * MIB
const IDLE_MS = 3_000
const LOOK_MS = 100

export interface MemoryWork {
  readonly load: BenchProcess
  /** Starts a server on a data directory of its own. */
  readonly start: (workers: number) => Promise<CofferProcess>
  readonly cores: number
  readonly seconds: number
}

/**
 * An idle server with a worker a core, all its processes; then one worker while 64 uploads of 1 GiB are on their way,
 * as fast as it takes them, and cut after some seconds: what a worker holds does not depend on how far they are.
 */
export async function measureMemory({ load, start, cores, seconds }: MemoryWork): Promise<MemoryReport> {
  const resting = await start(cores)
  const idle = await peakWhile(resting.pid, wait(IDLE_MS)).finally(() => resting.stop())
  const busy = await start(1)
  try {
    await makeBucket(busy.target)
    const uploads = {
      target: busy.target,
      uris: numbered(`/${BUCKET}/held/`, UPLOADS),
      headers: [['x-amz-server-side-encryption', 'AES256']] as const,
      sizeBytes: UPLOAD_BYTES,
      durationMs: seconds * 1_000,
    }
    const held = load.holdUploads(uploads)
    const peak = await peakWhile(busy.pid, held)
    const each = Math.round((await held).sentBytes / UPLOADS / MIB)
    const what = `one worker, ${UPLOADS} uploads of 1 GiB at once, ${each} MiB of each sent`
    return {
      idle: lineOf(`idle, ${cores} workers, ${idle.processes} processes`, idle, IDLE_GOAL_BYTES),
      uploading: lineOf(what, peak, UPLOADING_GOAL_BYTES),
    }
  } finally {
    await busy.stop()
  }
}

function lineOf(what: string, peak: Resident, goalBytes: number): MemoryLine {
  return { what, peak, goalBytes, met: peak.proportionalBytes <= goalBytes }
}

async function peakWhile(pid: number, work: Promise<unknown>): Promise<Resident> {
  const over = new AbortController()
  const done = work.finally(() => {
    over.abort()
  })
  done.catch(() => undefined)
  let peak: Resident | undefined
  while (!over.signal.aborted) {
    const now = residentOf(pid)
    if (now !== undefined && now.residentBytes >= (peak?.residentBytes ?? 0)) peak = now
    await wait(LOOK_MS)
  }
  await done
  if (peak === undefined) throw new Error('this system does not say what a process holds')
  return peak
}
