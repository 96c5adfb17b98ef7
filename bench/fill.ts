import type { BenchProcess } from './bench-process.ts'
import { bodyOf, numbered, type Target } from './load-plan.ts'
import { ROWS_OF_GROUP } from './floor-rows.ts'
import { makeKey } from './key-calls.ts'
import { sendOnce } from './run-load.ts'
import { headersOf, LARGE_BYTES, PROTECTIONS, SMALL_BYTES, type Protection, type Scenario } from './scenarios.ts'

export const BUCKET = 'bench'
export const GROUPS = 1_000
const GROUPED_BYTES = 16
/** Enough that they come from more than a few pages, and no more than fits the memory of a small machine. */
const READ_BYTES = 256 * 1024 * 1024
const MAX_READ = 1_000

/** How many objects of a size are read in turns; a page of a listing is a thousand, whatever their size. */
export function objectsOf(sizeBytes: number): number {
  return Math.max(4, Math.min(MAX_READ, Math.floor(READ_BYTES / sizeBytes)))
}

export function pathOf(use: string, sizeBytes: number, protection: Protection): string {
  return `/${BUCKET}/${use}/${sizeBytes}/${PROTECTIONS.indexOf(protection)}/`
}

/** Makes the bucket, and the objects that these scenarios read; looks whether what comes back is what was sent. */
export async function fill(load: BenchProcess, target: Target, scenarios: readonly Scenario[]): Promise<void> {
  await makeBucket(target)
  const done = new Set<string>()
  for (const { verb, sizeBytes, protection, against } of scenarios) {
    if (verb === 'list-groups') await fillGroups(load, target, done)
    if (verb === 'data-key' && !done.has(verb)) {
      done.add(verb)
      await makeKey(target)
    }
    if (verb !== 'get' && verb !== 'head' && verb !== 'list') continue
    const compared = PROTECTIONS.filter((one) => one === protection || against.some(({ floor }) => floor === one))
    for (const one of compared) {
      const path = pathOf('get', sizeBytes, one)
      if (done.has(path)) continue
      done.add(path)
      await fillObjects(load, target, path, sizeBytes, one)
    }
  }
}

export async function makeBucket(target: Target): Promise<void> {
  const plain = { target, headers: [], bodyBytes: 0, answerBytes: undefined }
  const made = await sendOnce({ ...plain, method: 'PUT', uris: [`/${BUCKET}`] })
  if (made.status !== 200) throw new Error(`the bucket was answered ${made.status}`)
}

async function fillObjects(
  load: BenchProcess,
  target: Target,
  path: string,
  sizeBytes: number,
  protection: Protection,
): Promise<void> {
  const uris = numbered(path, objectsOf(sizeBytes))
  await upload(load, target, uris, sizeBytes, protection)
  const headers = headersOf(protection, 'get')
  const last = uris.slice(-1)
  const got = await sendOnce({ target, headers, bodyBytes: 0, answerBytes: undefined, method: 'GET', uris: last })
  const compared = sizeBytes !== LARGE_BYTES
  const same = !compared || got.body?.equals(bodyOf(sizeBytes).body) === true
  if (got.status !== 200 || got.bodyBytes !== sizeBytes || !same) {
    throw new Error(`${path} does not come back as it was sent`)
  }
}

async function fillGroups(load: BenchProcess, target: Target, done: Set<string>): Promise<void> {
  if (done.has('groups')) return
  done.add('groups')
  for (let row = 0; row < ROWS_OF_GROUP; row++) {
    await upload(load, target, numbered(`/${BUCKET}/groups/`, GROUPS, `/${row}`), GROUPED_BYTES, 'SSE-S3')
  }
}

/** Uploads each of these once, as fast as it goes. */
export async function upload(
  load: BenchProcess,
  target: Target,
  uris: readonly string[],
  sizeBytes: number,
  protection: Protection,
): Promise<void> {
  await load.load({
    ...{ target, method: 'PUT', uris, headers: headersOf(protection, 'put'), bodyBytes: sizeBytes },
    ...{ connections: Math.min(sizeBytes > SMALL_BYTES ? 8 : 64, uris.length), durationMs: 0, warmupMs: 0 },
    ...{ answerBytes: undefined, exactly: uris.length },
  })
}
