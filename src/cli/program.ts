import { Command, Help, Option, type Command as AnyCommand } from 'commander'
import type { CommandContext } from './command-context.ts'
import { addAccountCommands } from './commands/account-commands.ts'
import { addAccessKeyCommands } from './commands/access-key-commands.ts'
import { addGroupCommands } from './commands/group-commands.ts'
import { addRoleCommands } from './commands/role-commands.ts'
import { addJobCommands } from './commands/job-commands.ts'
import { addSessionCommands } from './commands/session-commands.ts'
import { addUserCommands } from './commands/user-commands.ts'
import { addAuditCommands } from './commands/audit-commands.ts'
import { addBucketCommands } from './commands/bucket-commands.ts'
import { addConfigCommands } from './commands/config-commands.ts'
import { addHelpCommand } from './commands/help-command.ts'
import { addKeyCommands } from './commands/key-commands.ts'
import { addObjectCommands } from './commands/object-commands.ts'
import { addPolicyCommands } from './commands/policy-commands.ts'
import { addRootCommands } from './commands/root-commands.ts'
import { addServeCommand } from './commands/serve-command.ts'
import { addStatusCommand } from './commands/status-command.ts'
import { addVerifyCommand } from './commands/verify-command.ts'
import { addVersionCommand } from './commands/version-command.ts'

/** `coffer` alone. */
export const FIRST_DAY = `Coffer: object storage in which every byte is encrypted.

The first day:
  coffer serve                                  start the server
  coffer bucket create photos                   make a bucket
  coffer object put a.jpg photos/a.jpg          store a file
  coffer key create --alias photos              make a KMS key
  coffer bucket encryption set photos --mode kms --key alias/photos

All commands: coffer help      Connecting a client: coffer help connect
`

/** All commands. Nothing ends the process here: errors of usage are thrown, help and version as well. */
export function buildProgram(context: CommandContext): Command {
  const program = new Command('coffer')
  program
    .description('Object storage in which every byte is encrypted')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.terminal.out(text),
      writeErr: (text) => context.terminal.talk(text),
      outputError: () => undefined,
    })
    .configureHelp({ subcommandTerm, commandUsage, helpWidth: context.terminal.columns })
    .option('-q, --quiet', 'no remarks on standard error')
    .option('-v, --verbose', 'requests and their ids on standard error')
    .addOption(
      new Option('--color <when>', 'colour on standard error').choices(['auto', 'always', 'never']).default('auto'),
    )
  addServeCommand(program, context)
  addStatusCommand(program, context)
  addBucketCommands(program, context)
  addObjectCommands(program, context)
  addKeyCommands(program, context)
  addUserCommands(program, context)
  addGroupCommands(program, context)
  addRoleCommands(program, context)
  addAccessKeyCommands(program, context)
  addSessionCommands(program, context)
  addJobCommands(program, context)
  addVerifyCommand(program, context)
  addAuditCommands(program, context)
  addPolicyCommands(program, context)
  addRootCommands(program, context)
  addAccountCommands(program, context)
  addConfigCommands(program, context)
  addHelpCommand(program, context)
  addVersionCommand(program, context)
  return program
}

/** The plural of a subject works, and is not shown. */
function subcommandTerm(command: AnyCommand): string {
  return withoutAliases(Help.prototype.subcommandTerm(command), command)
}

function commandUsage(command: AnyCommand): string {
  let usage = Help.prototype.commandUsage(command)
  for (let one: AnyCommand | null = command; one !== null; one = one.parent) usage = withoutAliases(usage, one)
  return usage
}

function withoutAliases(text: string, command: AnyCommand): string {
  return command.aliases().reduce((shown, alias) => shown.replace(`${command.name()}|${alias}`, command.name()), text)
}
