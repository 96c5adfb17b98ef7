import { existsSync, readFileSync, renameSync } from 'node:fs'
import { setFaultHook } from '../../src/storage/index.ts'

/*
 * Loaded into every process of a server by `--import <this file>?armed=<path>`: the process that passes the point whose
 * name the file `armed` holds dies there. The file is renamed before, so that it happens once.
 */
const armed = new URL(import.meta.url).searchParams.get('armed') ?? ''

setFaultHook((name) => {
  if (!existsSync(armed) || readFileSync(armed, 'utf8') !== name) return
  renameSync(armed, `${armed}.hit`)
  process.kill(process.pid, 'SIGKILL')
})
