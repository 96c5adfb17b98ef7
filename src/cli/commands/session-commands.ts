import type { Command } from 'commander'
import { asClient, clientOf, optionsOf, outputOf, remark, shownTime, type CommandContext } from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { writeOne } from '../output.ts'
import { addSubject } from '../subject.ts'

/** `coffer session`. Sessions are stored nowhere, so that there is no list of them; they can be ended. */
export function addSessionCommands(program: Command, context: CommandContext): void {
  const session = addSubject(program, 'session', 'Temporary credentials', 'sessions')
  const command = asClient(session.command('revoke').description('End every session made until now'))
    .option('--user <name>', 'of this user')
    .option('--role <name>', 'of this role')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer session revoke --user alice\n  coffer session revoke --role reader',
  )
  command.action(async () => {
    const options = optionsOf(command)
    const [user, role] = [options.text('user'), options.text('role')]
    const name = user ?? role
    if (name === undefined || (user !== undefined && role !== undefined)) {
      throw new CommandFailure(EXIT.usage, 'say whose sessions: --user or --role.')
    }
    const holder = user === undefined ? 'role' : 'user'
    const value = await clientOf(context, options).call(
      'revoke-sessions',
      {},
      holder === 'role' ? { role: name } : { user: name },
    )
    writeOne(context.terminal, outputOf(options), { value, id: name, text: '' })
    remark(
      context,
      options,
      `Sessions of the ${holder} ${name} made before ${shownTime(context, value.before)} have ended.`,
    )
  })
}
