import { readFileSync } from 'node:fs'

/** Linux tells CPU time in hundredths of a second, whatever its timer does. */
const TICK_MICROS = 10_000

/** CPU time of a process and of all processes below it, in microseconds. Undefined where there is no `/proc`. */
export function cpuMicrosOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // Behind the name, which may hold anything: field 3 and so on.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const own = (Number(fields[11]) + Number(fields[12])) * TICK_MICROS
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()
    return children.split(' ').reduce((sum, child) => sum + (child === '' ? 0 : (cpuMicrosOf(Number(child)) ?? 0)), own)
  } catch {
    return undefined
  }
}
