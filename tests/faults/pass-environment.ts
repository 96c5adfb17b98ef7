import childProcess, { type ForkOptions } from 'node:child_process'
import cluster from 'node:cluster'
import { syncBuiltinESMExports } from 'node:module'

/*
 * Loaded into a server by `--import <this file>`: its processes, which get no environment, get what the failing disk needs.
 */
const passed = { LD_PRELOAD: process.env['LD_PRELOAD'], FAILING_DISK: process.env['FAILING_DISK'] }

const fork = childProcess.fork
const withEnvironment = (path: string | URL, args: readonly string[] = [], options: ForkOptions = {}) =>
  fork(path, args, { ...options, env: { ...options.env, ...passed } })
Object.assign(childProcess, { fork: withEnvironment })
syncBuiltinESMExports()

if (cluster.isPrimary) {
  const forkWorker = cluster.fork.bind(cluster)
  cluster.fork = (env: unknown) => forkWorker({ ...(typeof env === 'object' ? env : {}), ...passed })
}
