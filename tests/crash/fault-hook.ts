import { existsSync, readFileSync, renameSync } from 'node:fs'
import { serverDoor } from '../server-door.ts'

/*
 * Loaded into every process of a server by `--import <this file>?armed=<path>`: the process that passes the point whose
 * name the file `armed` holds dies there, or throws, if the name stands behind `throw `. The file is renamed before, so
 * that it happens once.
 */
const armed = new URL(import.meta.url).searchParams.get('armed') ?? ''

const { setFaultHook } = await serverDoor('storage')
setFaultHook((name) => {
  if (!existsSync(armed)) return
  const asked = readFileSync(armed, 'utf8')
  if (asked !== name && asked !== `throw ${name}`) return
  renameSync(armed, `${armed}.hit`)
  if (asked !== name) throw new Error('EACCES: fault-detail, open /srv/fault-detail/data.mdb')
  process.kill(process.pid, 'SIGKILL')
})
