import type { Command } from 'commander'
import { optionsOf, remark, serverConfigOf, type CommandContext } from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { addAccountChangeCommands } from './account-change-commands.ts'
import { asHost } from './root-commands.ts'
import { addSubject } from '../subject.ts'

/** `coffer account`: accounts, and `recover-root`, a new secret for the root credential, on the host. */
export function addAccountCommands(program: Command, context: CommandContext): void {
  const account = addSubject(program, 'account', 'Accounts')
  addAccountChangeCommands(account, context)
  const command = asHost(
    account.command('recover-root').description('Make a new secret for the root access key (on the host)'),
  ).option('--show', 'show it although standard output is not a terminal')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer account recover-root\n  coffer account recover-root --show > secret',
  )
  command.action(async () => {
    const options = optionsOf(command)
    const { terminal } = context
    if (!terminal.outIsTerminal && !options.flag('show')) {
      throw new CommandFailure(
        EXIT.usage,
        'the new secret is shown once, and this output is kept. Nothing was changed.',
        {
          tries: ['coffer account recover-root on a terminal', '--show'],
        },
      )
    }
    const { accessKeyId, secret } = await (await context.host()).recoverRoot(serverConfigOf(context, options))
    const text = secret.expose((bytes) => Buffer.from(bytes).toString('utf8'))
    secret.wipe()
    terminal.out(`access key   ${accessKeyId}\nsecret key   ${text}\n`)
    remark(context, options, 'The former secret no longer works. This one is shown now and never again.')
  })
}
