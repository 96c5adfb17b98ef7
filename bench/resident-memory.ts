import { readFileSync } from 'node:fs'

/** Memory of a process and of all processes below it, added up. */
export interface Resident {
  /** VmRSS: everything mapped and present. A page that several processes share counts for each of them. */
  readonly residentBytes: number
  /** The same with each shared page counted once: what the machine gives. */
  readonly proportionalBytes: number
  /** What only these processes have: heaps, buffers, stacks. */
  readonly anonymousBytes: number
  /** Pages of files: the program itself, and of LMDB's file what was touched. The system may take them back. */
  readonly fileBytes: number
  readonly processes: number
}

const KIB = 1_024

/** Undefined where there is no `/proc`, or the process has ended. */
export function residentOf(pid: number): Resident | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    const field = (name: string): number =>
      Number(new RegExp(`^${name}:\\s*([0-9]+) kB`, 'm').exec(status)?.[1] ?? 0) * KIB
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')
    const own: Resident = {
      proportionalBytes: Number(/^Pss:\s*([0-9]+) kB/m.exec(rollup)?.[1] ?? 0) * KIB,
      residentBytes: field('VmRSS'),
      anonymousBytes: field('RssAnon'),
      fileBytes: field('RssFile') + field('RssShmem'),
      processes: 1,
    }
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()
    return children
      .split(' ')
      .map((child) => (child === '' ? undefined : residentOf(Number(child))))
      .reduce<Resident>(added, own)
  } catch {
    return undefined
  }
}

function added(sum: Resident, one: Resident | undefined): Resident {
  if (one === undefined) return sum
  return {
    residentBytes: sum.residentBytes + one.residentBytes,
    proportionalBytes: sum.proportionalBytes + one.proportionalBytes,
    anonymousBytes: sum.anonymousBytes + one.anonymousBytes,
    fileBytes: sum.fileBytes + one.fileBytes,
    processes: sum.processes + one.processes,
  }
}
