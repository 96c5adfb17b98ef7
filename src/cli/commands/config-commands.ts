import type { Command } from 'commander'
import { ALL_SETTINGS, nearest, type Config } from '../../config/index.ts'
import {
  asClient,
  clientConfigOf,
  optionsOf,
  outputOf,
  serverConfigOf,
  type CommandContext,
  type Options,
} from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { writeList } from '../output.ts'
import { addSubject } from '../subject.ts'

/** One line, of the server or of a client. */
type SettingLine = Readonly<Record<'name' | 'value' | 'source' | 'variable', string>>

/** `coffer config`: what is in force, and where each value came from. */
export function addConfigCommands(program: Command, context: CommandContext): void {
  const config = addSubject(program, 'config', 'What is in force and where it came from')
  addShow(config, context)
  addGet(config, context)
}

function addShow(config: Command, context: CommandContext): void {
  const command = asClient(config.command('show').description('Show every setting; secrets as "set"'))
    .option('--config <file>', 'configuration file of the server')
    .option('--sources', 'show where each value came from')
    .option('--client', 'the settings of client commands instead of the server’s')
  command.addHelpText('after', '\nExamples:\n  coffer config show --sources\n  coffer config show --client')
  command.action(async () => {
    const options = optionsOf(command)
    const settings: readonly SettingLine[] = options.flag('client')
      ? clientSettings(context, options)
      : serverSettings(context, options)
    const columns = [
      { title: 'NAME', value: ({ name }: SettingLine) => name },
      ...(options.flag('sources')
        ? [
            { title: 'SOURCE', value: ({ source }: SettingLine) => source },
            { title: 'VARIABLE', value: ({ variable }: SettingLine) => variable },
          ]
        : []),
      { title: 'VALUE', value: ({ value }: SettingLine) => value, flexible: true },
    ]
    const shape = { member: 'settings', columns, id: ({ name }: SettingLine) => name, empty: 'Nothing is set.' }
    await writeList(context.terminal, outputOf(options), shape, settings)
  })
}

function addGet(config: Command, context: CommandContext): void {
  const command = config
    .command('get <name>')
    .description('Show one setting of the server, named as in the file, as a flag or as a variable')
    .option('--config <file>', 'configuration file of the server')
  command.addHelpText('after', '\nExamples:\n  coffer config get listen\n  coffer config get COFFER_ROOT_KEY')
  command.action((name: string) => {
    const setting = ALL_SETTINGS.find(
      (one) => one.name === name || one.variable === name || `--${one.flag ?? ''}` === name,
    )
    if (setting === undefined) {
      const near = nearest(name, [...ALL_SETTINGS.map((one) => one.name), ...ALL_SETTINGS.map((one) => one.variable)])
      const hint = near === undefined ? '' : ` Did you mean ${near}?`
      throw new CommandFailure(EXIT.notFound, `${name} is not a setting.${hint}`)
    }
    const shown = serverSettings(context, optionsOf(command)).find((one) => one.name === setting.name)
    context.terminal.out(`${shown?.value ?? ''}\n`)
  })
}

function serverSettings(context: CommandContext, options: Options): Config['settings'] {
  return serverConfigOf(context, options).settings
}

function clientSettings(context: CommandContext, options: Options): readonly SettingLine[] {
  const { endpoint, region, credential, sources } = clientConfigOf(context, options)
  return [
    { name: 'endpoint', value: endpoint.text, source: sources.endpoint, variable: 'COFFER_ENDPOINT' },
    { name: 'region', value: region, source: sources.region, variable: 'COFFER_REGION' },
    {
      name: 'accessKey',
      value: credential?.accessKeyId ?? '',
      source: sources.credential,
      variable: 'COFFER_ACCESS_KEY',
    },
    {
      name: 'secretKey',
      value: credential === undefined ? '' : 'set',
      source: sources.credential,
      variable: 'COFFER_SECRET_KEY',
    },
  ]
}
