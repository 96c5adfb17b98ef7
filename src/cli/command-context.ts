import type { Command } from 'commander'
import {
  loadClientConfig,
  loadConfig,
  type ClientConfig,
  type Config,
  type Environment,
  type FlagValues,
} from '../config/index.ts'
import { createAdminClient, type AdminClient } from './admin-client.ts'
import { CommandFailure, EXIT, type ExitCode } from './exit-codes.ts'
import type { HostCommands } from './host-commands.ts'
import { createSend } from './http-exchange.ts'
import { parseOutputFormat, type OutputFormat } from './output.ts'
import { localTime } from './quantities.ts'
import type { Style } from './style.ts'
import type { Terminal } from './terminal.ts'

/** What every command is given. */
export interface CommandContext {
  readonly terminal: Terminal
  readonly env: Environment
  readonly execArgv: readonly string[]
  /** Loaded when a host command runs: clients need nothing of the server. */
  readonly host: () => Promise<HostCommands>
  readonly version: string
  readonly now: () => number
  /** Style of stderr, once the flags are known. */
  style(): Style
  /** Makes the client of the admin API; handed in by tests. */
  readonly makeClient: (config: ClientConfig, trace?: (line: string) => void) => AdminClient
  /** The exit code of a command that ended well but not with 0. */
  setExitCode(code: ExitCode): void
}

/** What was given on the command line, read without trusting its shape. */
export interface Options {
  text(name: string): string | undefined
  /** Of an option that may be given more than once. */
  texts(name: string): readonly string[]
  flag(name: string): boolean
  number(name: string, min: number, max: number): number | undefined
}

export function optionsOf(command: Command): Options {
  const values: Readonly<Record<string, unknown>> = command.optsWithGlobals()
  const text = (name: string): string | undefined => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    text,
    texts: (name) => {
      const value: unknown = values[name]
      return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
    },
    flag: (name) => values[name] === true,
    number(name, min, max) {
      const given = text(name)
      if (given === undefined) return undefined
      const value = /^(0|[1-9][0-9]{0,14})$/.test(given) ? Number(given) : NaN
      if (!(value >= min && value <= max)) {
        throw new CommandFailure(EXIT.usage, `--${dashed(name)} must be a whole number from ${min} to ${max}`)
      }
      return value
    },
  }
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** Adds what every client command takes. */
export function asClient(command: Command): Command {
  return asOutput(command)
    .option('--endpoint <url>', 'server to ask (COFFER_ENDPOINT; default http://127.0.0.1:9000)')
    .option('--region <region>', 'region to sign for (COFFER_REGION)')
    .option('--profile <name>', 'profile with endpoint and access key (COFFER_PROFILE)')
    .option('--ca-file <file>', 'certificate to trust, for a self-signed server (COFFER_CA_FILE)')
}

export function asOutput(command: Command): Command {
  return command
    .option('-o, --output <format>', 'table, json, jsonl or id', 'table')
    .option('--json', 'the same as -o json')
}

export function outputOf(options: Options): OutputFormat {
  return options.flag('json') ? 'json' : parseOutputFormat(options.text('output') ?? 'table')
}

export function clientOf(context: CommandContext, options: Options): AdminClient {
  const trace = options.flag('verbose') ? (line: string): void => context.terminal.talk(`${line}\n`) : undefined
  return context.makeClient(clientConfigOf(context, options), trace)
}

export function clientConfigOf(context: CommandContext, options: Options): ClientConfig {
  const [endpoint, region, profile, caFile] = ['endpoint', 'region', 'profile', 'caFile'].map((name) =>
    options.text(name),
  )
  return loadClientConfig({
    flags: {
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(region === undefined ? {} : { region }),
      ...(profile === undefined ? {} : { profile }),
      ...(caFile === undefined ? {} : { caFile }),
    },
    env: context.env,
  })
}

export function makeAdminClient(now: () => number): CommandContext['makeClient'] {
  return (config, trace) =>
    createAdminClient({ config, send: createSend(config), now, ...(trace === undefined ? {} : { trace }) })
}

/** The server's configuration, for host commands. */
export function serverConfigOf(
  context: CommandContext,
  options: Options,
  given: { readonly flags?: FlagValues; readonly memory?: boolean } = {},
): Config {
  const userId = process.getuid?.()
  return loadConfig({
    flags: given.flags ?? {},
    memory: given.memory ?? false,
    env: context.env,
    execArgv: context.execArgv,
    file: { named: options.text('config'), userId },
  })
}

/** A time for people, in their zone. */
export function shownTime(context: CommandContext, iso: string | undefined, withSeconds = false): string {
  return iso === undefined ? '' : localTime(iso, context.terminal.timeZone, withSeconds)
}

/** A sentence on stderr, unless `-q`. */
export function remark(context: CommandContext, options: Options, sentence: string): void {
  if (!options.flag('quiet')) context.terminal.talk(`${sentence}\n`)
}
