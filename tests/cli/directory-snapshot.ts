import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** LMDB's table of reading processes: no data, and touched by who only looks. */
const READER_TABLE = 'lock.mdb'

/** What a directory holds, byte by byte: name, kind, rights and digest of everything below it. */
export function snapshotOf(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => name !== READER_TABLE)
    .sort()
    .flatMap((name) => {
      const path = join(directory, name)
      const stats = lstatSync(path)
      const mode = (stats.mode & 0o7777).toString(8)
      if (stats.isDirectory()) return [`${path} directory ${mode}`, ...snapshotOf(path)]
      if (!stats.isFile()) return [`${path} other ${mode}`]
      return [`${path} ${mode} ${stats.size} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`]
    })
}

/** What differs between two snapshots. */
export function changesBetween(before: readonly string[], after: readonly string[]): readonly string[] {
  const [was, is] = [new Set(before), new Set(after)]
  return [
    ...before.filter((line) => !is.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !was.has(line)).map((line) => `+ ${line}`),
  ]
}
