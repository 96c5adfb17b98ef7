import type { Command } from 'commander'
import {
  ConfigProblem,
  parseRootKey,
  readSecretFile,
  resolveRootKey,
  ValueProblem,
  type RootKeySetting,
} from '../../config/index.ts'
import { asOutput, optionsOf, outputOf, remark, serverConfigOf, type CommandContext } from '../command-context.ts'
import { confirm } from '../confirm.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import type { RootStatus } from '../host-commands.ts'
import { writeOne } from '../output.ts'
import { renderFacts } from '../table.ts'
import { addSubject } from '../subject.ts'

/** `coffer root`: on the host, by whoever has the data directory and the root key in reach. */
export function addRootCommands(program: Command, context: CommandContext): void {
  const root = addSubject(program, 'root', 'The root key (on the host)')
  addStatus(root, context)
  addVerify(root, context)
  addRotate(root, context)
  addMove(root, context)
  addExport(root, context)
  addImport(root, context)
}

/** What every host command takes. */
export function asHost(command: Command): Command {
  return asOutput(command).option('--config <file>', 'configuration file of the server')
}

function statusText(status: RootStatus): string {
  return renderFacts([
    ['root', `${status.provider}      ${status.place}`],
    ['id', status.rootId],
    [
      'cluster key',
      `version ${status.clusterVersion}, wrapped ${status.wraps === 1 ? 'once' : `${status.wraps} times`}`,
    ],
  ])
}

function addStatus(root: Command, context: CommandContext): void {
  const command = asHost(root.command('status').description('Where the root key is and what it wraps'))
  command.addHelpText('after', '\nExamples:\n  coffer root status\n  coffer root status --json')
  command.action(async () => {
    const options = optionsOf(command)
    const value = await (await context.host()).rootStatus(serverConfigOf(context, options))
    writeOne(context.terminal, outputOf(options), { value, id: value.rootId, text: statusText(value) })
  })
}

function addVerify(root: Command, context: CommandContext): void {
  const command = asHost(root.command('verify').description('Prove that the root key opens the data'))
  command.addHelpText('after', '\nExamples:\n  coffer root verify\n  coffer root verify --json')
  command.action(async () => {
    const options = optionsOf(command)
    const value = await (await context.host()).verifyRoot(serverConfigOf(context, options))
    writeOne(context.terminal, outputOf(options), { value, id: value.rootId, text: statusText(value) })
    remark(context, options, 'The root key opens the cluster key.')
  })
}

function addRotate(root: Command, context: CommandContext): void {
  const command = asHost(
    root.command('rotate').description('Make a new root key at the same place; no data is touched'),
  )
    .option('--cluster-key', 'make a new cluster key instead: everything under it is wrapped anew, the root stays')
    .option('-y, --yes', 'do not ask')
  command.addHelpText('after', '\nExamples:\n  coffer root rotate\n  coffer root rotate --cluster-key')
  command.action(async () => {
    const options = optionsOf(command)
    if (options.flag('clusterKey')) {
      const value = await (await context.host()).rotateClusterKey(serverConfigOf(context, options))
      const { clusterVersion, renewed } = value
      remark(
        context,
        options,
        `cluster key ${clusterVersion} made and proved, ${renewed} wraps renewed, the old ones removed.`,
      )
      writeOne(context.terminal, outputOf(options), { value, id: String(clusterVersion), text: '' })
      return
    }
    await confirm(context.terminal, {
      name: 'rotate',
      question: 'The present root key will no longer open this data. Type rotate',
      dependents: 0,
      yes: options.flag('yes'),
      confirmed: undefined,
    })
    const value = await (await context.host()).rotateRoot(serverConfigOf(context, options))
    remark(
      context,
      options,
      `new wrap added and proved by unwrapping, old one removed. No data was touched. Keep the new root key: ${value.place} (id ${value.rootId}).`,
    )
    writeOne(context.terminal, outputOf(options), { value, id: value.rootId, text: '' })
  })
}

function addMove(root: Command, context: CommandContext): void {
  const command = asHost(root.command('move').description('Move the root key to another place; no data is touched'))
    .requiredOption(
      '--to <provider>',
      'file:<path>, env:<NAME>, passphrase:file:<path>, systemd-credential:<name>, pkcs11:..., vault:..., aws-kms:...',
    )
    .option('-y, --yes', 'do not ask')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer root move --to file:/secure/root.key\n  coffer root move --to passphrase:file:/secure/words --yes',
  )
  command.action(async () => {
    const options = optionsOf(command)
    const to = rootKeySetting(context, options.text('to') ?? '')
    await confirm(context.terminal, {
      name: 'move',
      question: 'The present root key will no longer open this data. Type move',
      dependents: 0,
      yes: options.flag('yes'),
      confirmed: undefined,
    })
    const value = await (await context.host()).moveRoot(serverConfigOf(context, options), to)
    const left = value.left === undefined ? '' : ` ${value.left} is no longer needed; old backups still need it.`
    remark(
      context,
      options,
      `wrap added, unwrapped as a proof, the former one removed. Start with COFFER_ROOT_KEY=${options.text('to') ?? ''}.${left}`,
    )
    writeOne(context.terminal, outputOf(options), { value, id: value.rootId, text: '' })
  })
}

function rootKeySetting(context: CommandContext, text: string): RootKeySetting {
  try {
    return resolveRootKey(parseRootKey(text), context.env)
  } catch (error) {
    if (error instanceof ValueProblem) throw new ConfigProblem(`--to must be ${error.message}`)
    throw error
  }
}

function addExport(root: Command, context: CommandContext): void {
  const command = asHost(root.command('export').description('Write a copy of the root key, wrapped by a passphrase'))
    .requiredOption('--to-passphrase <file>', 'the new file')
    .requiredOption('--secret-from <file>', 'file (mode 0600) that holds the passphrase')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer root export --to-passphrase root.backup --secret-from words\n  coffer root export --to-passphrase /mnt/root.backup --secret-from words',
  )
  command.action(async () => {
    const options = optionsOf(command)
    const [file, from] = [options.text('toPassphrase'), options.text('secretFrom')]
    if (file === undefined || from === undefined) throw new CommandFailure(EXIT.usage, 'two files are needed')
    const passphrase = readSecretFile(from, 'the passphrase')
    try {
      const value = await (await context.host()).exportRoot(serverConfigOf(context, options), { file, passphrase })
      remark(context, options, `${file}: the root key, wrapped by the passphrase. Neither is of use without the other.`)
      writeOne(context.terminal, outputOf(options), { value, id: value.rootId, text: '' })
    } finally {
      passphrase.wipe()
    }
  })
}

function addImport(root: Command, context: CommandContext): void {
  const command = asOutput(root.command('import').description('Make a root key file of such a copy'))
    .requiredOption('--from-passphrase <file>', 'the copy')
    .requiredOption('--secret-from <file>', 'file (mode 0600) that holds the passphrase')
    .requiredOption('--to <file>', 'the new root key file')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer root import --from-passphrase root.backup --secret-from words --to ./data/root.key\n  coffer root import --from-passphrase /mnt/root.backup --secret-from words --to /secure/root.key',
  )
  command.action(async () => {
    const options = optionsOf(command)
    const [file, from, to] = [options.text('fromPassphrase'), options.text('secretFrom'), options.text('to')]
    if (file === undefined || from === undefined || to === undefined) {
      throw new CommandFailure(EXIT.usage, 'three files are needed')
    }
    const passphrase = readSecretFile(from, 'the passphrase')
    try {
      const value = await (await context.host()).importRoot({ file, passphrase, to })
      remark(context, options, `${value.place}: the root key with the id ${value.rootId}.`)
      writeOne(context.terminal, outputOf(options), { value, id: value.rootId, text: '' })
    } finally {
      passphrase.wipe()
    }
  })
}
