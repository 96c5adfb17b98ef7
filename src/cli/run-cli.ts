import { CommanderError } from 'commander'
import { ConfigProblem, type Environment } from '../config/index.ts'
import { makeAdminClient, type CommandContext } from './command-context.ts'
import { CommandFailure, EXIT, type ExitCode } from './exit-codes.ts'
import { HostRefusal, type HostCommands } from './host-commands.ts'
import { buildProgram, FIRST_DAY } from './program.ts'
import { styleFor, type ColourWish, type Style } from './style.ts'
import { printable } from './table.ts'
import type { Terminal } from './terminal.ts'

export interface CliOptions {
  /** Without the program and the script. */
  readonly argv: readonly string[]
  readonly terminal: Terminal
  readonly env: Environment
  /** Options of Node in front of the script. */
  readonly execArgv: readonly string[]
  readonly host: () => Promise<HostCommands>
  readonly version: string
  readonly now: () => number
  /** Handed in by tests. */
  readonly makeClient?: CommandContext['makeClient']
}

/** Words that would carry a secret; none of them is a flag (T-167). */
const SECRET_FLAGS = /^--(secret|secret-key|secret-access-key|session-token|password|passphrase|token)(=|$)/
const HOST_EXITS: Readonly<Record<HostRefusal['reason'], ExitCode>> = {
  configuration: EXIT.usage,
  'root-mismatch': EXIT.usage,
  sealed: EXIT.away,
  'in-use': EXIT.conflict,
  failed: EXIT.failed,
}

/** Runs one command; resolves with the exit code. Whatever goes wrong is told on stderr. */
export async function runCli(options: CliOptions): Promise<ExitCode> {
  const { terminal, env } = options
  let exitCode: ExitCode = EXIT.done
  const style = styleFor(terminal, env, colourWish(options.argv))
  const context: CommandContext = {
    terminal,
    env,
    execArgv: options.execArgv,
    host: options.host,
    version: options.version,
    now: options.now,
    style: () => style,
    makeClient: options.makeClient ?? makeAdminClient(options.now),
    setExitCode: (code) => {
      exitCode = code
    },
  }
  try {
    refuseSecretFlags(options.argv)
    if (options.argv.length === 0) {
      terminal.out(FIRST_DAY)
      return EXIT.done
    }
    await buildProgram(context).parseAsync([...options.argv], { from: 'user' })
    return exitCode
  } catch (error) {
    return tell(error, terminal, style, env)
  }
}

function colourWish(argv: readonly string[]): ColourWish {
  const at = argv.findIndex((word) => word === '--color' || word.startsWith('--color='))
  const word = at < 0 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1])
  return word === 'always' || word === 'never' ? word : 'auto'
}

function refuseSecretFlags(argv: readonly string[]): void {
  for (const word of argv) {
    if (word === '--') return
    const flag = SECRET_FLAGS.exec(word)?.[1]
    if (flag === undefined) continue
    throw new CommandFailure(
      EXIT.usage,
      `--${flag} would put a secret on a command line, where every user of the machine can read it`,
      { tries: ['COFFER_SECRET_KEY in the environment, or a profile (--profile <name>)'] },
    )
  }
}

/** `coffer: <what>.`, then what to try, then the request: one way for all errors. */
function tell(error: unknown, terminal: Terminal, style: Style, env: Environment): ExitCode {
  const { exitCode, sentence, tries, requestId } = explain(error)
  if (sentence === undefined) return exitCode
  const lines = sentence.split('\n').map(printable).join('\n')
  terminal.talk(`${style.failed('coffer:')} ${lines}${/[.?!]$/.test(lines) ? '' : '.'}\n`)
  tries.forEach((text, index) => terminal.talk(`${index === 0 ? '  try: ' : '       '}${style.command(text)}\n`))
  if (requestId !== undefined) terminal.talk(`request ${printable(requestId)}\n`)
  if (env.get('COFFER_DEBUG') === '1' && error instanceof Error) terminal.talk(`${error.stack ?? ''}\n`)
  return exitCode
}

interface Explanation {
  readonly exitCode: ExitCode
  /** Undefined: nothing is to be said (help was shown). */
  readonly sentence: string | undefined
  readonly tries: readonly string[]
  readonly requestId?: string | undefined
}

function explain(error: unknown): Explanation {
  if (error instanceof CommandFailure) {
    const { exitCode, message, tries, requestId } = error
    return { exitCode, sentence: message, tries, requestId }
  }
  if (error instanceof ConfigProblem) {
    return { exitCode: EXIT.usage, sentence: error.message, tries: error.remedy === undefined ? [] : [error.remedy] }
  }
  if (error instanceof HostRefusal) {
    return { exitCode: HOST_EXITS[error.reason], sentence: error.message, tries: error.tries }
  }
  if (error instanceof CommanderError) return explainUsage(error)
  const what = error instanceof Error ? error.message : String(error)
  return {
    exitCode: EXIT.failed,
    sentence: `something went wrong that nobody expected: ${what}`,
    tries: ['COFFER_DEBUG=1'],
  }
}

function explainUsage(error: CommanderError): Explanation {
  if (error.exitCode === 0) return { exitCode: EXIT.done, sentence: undefined, tries: [] }
  if (error.code === 'commander.help') {
    return { exitCode: EXIT.usage, sentence: 'a verb is missing', tries: ['coffer help'] }
  }
  const sentence = error.message.replace(/^error: /, '').replace(/\n\((.*)\)$/, '. $1')
  return { exitCode: EXIT.usage, sentence, tries: [] }
}
