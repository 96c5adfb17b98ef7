/**
 * Processes: who runs what. One file a role: primary, worker, writer, jobs; and everything in one process, for small
 * machines, `--memory` and tests. The only place, with `main.ts` and `start-coffer.ts`, that picks implementations.
 *
 * Promises: only the primary sees the root; whoever loses the primary ends; whoever dies is started again; nothing is
 * written before the root was seen to fit.
 * May import everything.
 */
export { StartRefused } from './data-directory.ts'
export { hostCommands } from './host-commands.ts'
export { runJobsProcess } from './jobs-process.ts'
export { runKeyAgent } from './key-agent.ts'
export { createLog, type Log } from './log.ts'
export { startSingleProcess, type SingleProcess } from './single-process.ts'
export { runWorker } from './worker.ts'
export { runWriter } from './writer.ts'
