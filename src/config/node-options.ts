import { ConfigProblem } from './config-problem.ts'
import type { Environment } from './env.ts'

/** Options of Node that open a window into the process, write its memory somewhere, or weaken what it checks (T-168). */
const DANGEROUS = [
  ...['--inspect', '--inspect-brk', '--inspect-wait', '--inspect-port', '--debug-port', '--inspect-publish-uid'],
  ...['--heapsnapshot-signal', '--heapsnapshot-near-heap-limit', '--heap-prof', '--cpu-prof', '--prof'],
  ...['--report-on-fatalerror', '--report-on-signal', '--report-uncaught-exception', '--report-signal'],
  ...['--report-dir', '--report-directory', '--report-filename', '--report-compact'],
  ...['--insecure-http-parser', '--tls-keylog', '--abort-on-uncaught-exception'],
  ...['--tls-min-v1.0', '--tls-min-v1.1', '--trace-tls', '--env-file'],
]
/** Variables of Node that print headers, log TLS keys or take over module resolution. */
const DANGEROUS_VARIABLES = ['NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'NODE_PATH', 'NODE_REDIRECT_WARNINGS', 'SSLKEYLOGFILE']

/** Refuses to start under an inspector, with dumps of memory switched on, or with verification switched off (T-137, T-168). */
export function refuseDangerousNode(env: Environment, execArgv: readonly string[]): void {
  const verification = env.get('NODE_TLS_REJECT_UNAUTHORIZED')
  if (verification !== undefined && verification !== '1') {
    throw new ConfigProblem(
      'NODE_TLS_REJECT_UNAUTHORIZED switches the checking of certificates off',
      'unset NODE_TLS_REJECT_UNAUTHORIZED',
    )
  }
  for (const name of DANGEROUS_VARIABLES) {
    const value = env.get(name)
    if (value !== undefined && value !== '') {
      throw new ConfigProblem(`${name} would show what must stay inside the process`, `unset ${name}`)
    }
  }
  const fromVariable = (env.get('NODE_OPTIONS') ?? '').split(/[\s"']+/)
  refuseOptions(execArgv, 'the command line of Node')
  refuseOptions(fromVariable, 'NODE_OPTIONS')
}

function refuseOptions(options: readonly string[], place: string): void {
  for (const option of options) {
    // Node takes underscores for dashes, and a value after an equals sign.
    const name = (option.split('=')[0] ?? '').replaceAll('_', '-')
    if (DANGEROUS.includes(name)) {
      throw new ConfigProblem(
        `${name} in ${place} is not allowed for a server that holds keys`,
        `start without ${name}`,
      )
    }
  }
}
