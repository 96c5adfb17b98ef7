/**
 * The command line: subjects and verbs, for people and scripts.
 *
 * Promises: stdout is the answer, stderr is the talk; client commands ask the admin API as the caller and have no power
 * of their own; what destroys is confirmed; exit codes are stable; no secret on a command line, none in an output but
 * the one that a first start shows on a terminal.
 * Imports: config, auth (signing), and the types of `dialects/admin`. What only the host's owner can do is handed in as
 * `HostCommands`.
 */
export { EXIT, type ExitCode } from './exit-codes.ts'
export type { FirstStart, LaterStart, ReadyFacts } from './first-start.ts'
export {
  HostRefusal,
  type CheckReport,
  type HostCommands,
  type RootChange,
  type RootStatus,
  type ServeEvents,
} from './host-commands.ts'
export { runCli, type CliOptions } from './run-cli.ts'
export { processTerminal, type Terminal } from './terminal.ts'
