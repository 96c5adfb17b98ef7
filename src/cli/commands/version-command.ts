import type { Command } from 'commander'
import { optionsOf, type CommandContext } from '../command-context.ts'

/** `coffer version`. */
export function addVersionCommand(program: Command, context: CommandContext): void {
  const command = program.command('version').description('Show the version').option('--json', 'as JSON')
  command.addHelpText('after', '\nExamples:\n  coffer version\n  coffer version --json')
  command.action(() => {
    const value = { version: context.version, node: process.versions.node }
    context.terminal.out(optionsOf(command).flag('json') ? `${JSON.stringify(value)}\n` : `Coffer ${value.version}\n`)
  })
}
