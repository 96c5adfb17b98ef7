import type { Command } from 'commander'
import { readFile } from 'node:fs/promises'
import { asClient, clientOf, optionsOf, remark, type CommandContext, type Options } from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { fileProblem } from './policy-file.ts'

/** More is no password. */
const MAX_FILE_BYTES = 4 * 1024

/** `coffer user password`: for the console. It never stands on the command line. */
export function addUserPassword(user: Command, context: CommandContext): void {
  const command = asClient(user.command('password <user>').description('Set the password of a user for the console'))
    .option(
      '--secret-from <file>',
      'read it from a file, or with - from standard input; its last line break is left out',
    )
    .option('--keep', 'the user need not choose another at the next sign-in')
    .option('--remove', 'take the password away')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer user password alice\n  coffer user password alice --secret-from - < password.txt\n  coffer user password alice --remove',
  )
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    if (options.flag('remove')) {
      await client.call('delete-login-profile', {}, { name })
      remark(context, options, `${name}: has no password any more. Sessions that began with it have ended.`)
      return
    }
    const password = await passwordFrom(context, options)
    const mustChange = !options.flag('keep')
    await client.call('update-login-profile', {}, { name, password, mustChange, orCreate: true })
    remark(context, options, `${name}: password set. Sessions that began with another have ended.`)
    if (mustChange) remark(context, options, `${name} chooses another at the next sign-in.`)
  })
}

async function passwordFrom(context: CommandContext, options: Options): Promise<string> {
  const { terminal } = context
  const from = options.text('secretFrom')
  if (from !== undefined) return withoutBreak(from === '-' ? await inputOf(context) : await textOf(from))
  if (!terminal.inIsTerminal || !terminal.talkIsTerminal) {
    const why = 'there is no terminal to type the password on. Nothing was changed.'
    throw new CommandFailure(EXIT.usage, why, { tries: ['--secret-from <file>', '--secret-from -'] })
  }
  const first = await terminal.askSecret('Password: ')
  const again = await terminal.askSecret('The same again: ')
  if (first === again) return first
  throw new CommandFailure(EXIT.usage, 'The two are not the same. Nothing was changed.')
}

async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: unknown) => fileProblem(path, error))
  return limited(bytes)
}

async function inputOf({ terminal }: CommandContext): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of terminal.readInput()) pieces.push(piece)
  return limited(Buffer.concat(pieces))
}

function limited(bytes: Buffer): string {
  if (bytes.length > MAX_FILE_BYTES) throw new CommandFailure(EXIT.usage, 'This is too long for a password.')
  return bytes.toString('utf8')
}

function withoutBreak(text: string): string {
  return text.replace(/\r?\n$/, '')
}
