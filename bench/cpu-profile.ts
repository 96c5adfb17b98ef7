/** Loaded into a server before its own code (`--import`): profiles the process, writes the profile when it ends. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { join } from 'node:path'

const INTERVAL_MICROS = 200
const directory = new URL(import.meta.url).searchParams.get('directory') ?? '.'
const session = new Session()
session.connect()
session.post('Profiler.enable')
session.post('Profiler.setSamplingInterval', { interval: INTERVAL_MICROS })
session.post('Profiler.start')
process.once('exit', () => {
  // A session in its own thread answers before `post` returns.
  session.post('Profiler.stop', (error, result) => {
    if (error !== null) throw error
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, `coffer-${process.pid}.cpuprofile`), JSON.stringify(result.profile))
  })
})
