import { Option, type Command } from 'commander'
import { ALL_SETTINGS, isSwitch, type FlagValues, type Setting } from '../../config/index.ts'
import { optionsOf, serverConfigOf, type CommandContext } from '../command-context.ts'
import { EXIT } from '../exit-codes.ts'
import { firstStartText, laterStartText, readyLine } from '../first-start.ts'
import type { ServeEvents } from '../host-commands.ts'

/** `coffer serve`: every setting has its flag. */
export function addServeCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('serve')
    .description('Start the server; the first start makes what is missing')
    .option('--memory', 'keep nothing: for tests and for a look around')
    .option('--check', 'validate configuration, root key and data directory, and end')
    .option('--config <file>', 'configuration file (default: ./coffer.yaml, else /etc/coffer/coffer.yaml)')
  for (const setting of ALL_SETTINGS) {
    const option = optionOf(setting)
    if (option !== undefined) command.addOption(option)
  }
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer serve --data /srv/coffer\n  coffer serve --memory --listen 127.0.0.1:0',
  )
  command.action(async () => {
    const options = optionsOf(command)
    const memory = options.flag('memory')
    const config = serverConfigOf(context, options, { flags: flagsOf(command), memory })
    if (options.flag('check')) {
      for (const warning of config.warnings)
        context.terminal.talk(`${context.style().warning('warning:')} ${warning}\n`)
      const { lines } = await (await context.host()).check(config)
      for (const { verdict, what, detail } of lines)
        context.terminal.out(`${verdict.padEnd(5)} ${what.padEnd(18)} ${detail}\n`)
      if (lines.some(({ verdict }) => verdict === 'fail')) context.setExitCode(EXIT.failed)
      return
    }
    const code = await (await context.host()).serve(config, eventsFor(context))
    if (code !== EXIT.done) context.setExitCode(code === EXIT.usage ? EXIT.usage : EXIT.failed)
  })
}

/** Secrets have no flag. A flag without a value means `on` where a setting is on or off. */
function optionOf(setting: Setting<unknown>): Option | undefined {
  if (setting.flag === undefined) return undefined
  const fallback = setting.fallback ?? setting.shownFallback
  const description = `${setting.doc}${fallback === undefined ? '' : ` (default: ${fallback})`}`
  return new Option(`--${setting.flag} ${isSwitch(setting) ? '[on|off]' : '<value>'}`, description)
}

function flagsOf(command: Command): FlagValues {
  const values: Readonly<Record<string, unknown>> = command.opts()
  const flags: Record<string, string | true> = {}
  for (const setting of ALL_SETTINGS) {
    const option = optionOf(setting)
    if (option === undefined || setting.flag === undefined) continue
    const value = values[option.attributeName()]
    if (typeof value === 'string' || value === true) flags[setting.flag] = value
  }
  return flags
}

/** The ready line is the only thing on stdout. */
function eventsFor({ terminal }: CommandContext): ServeEvents {
  return {
    firstStart: (facts) => terminal.talk(firstStartText(facts, terminal.talkIsTerminal)),
    laterStart: (facts) => terminal.talk(laterStartText(facts)),
    ready: (facts) => terminal.out(readyLine(facts)),
    note: (text) => terminal.talk(`${text}\n`),
  }
}
