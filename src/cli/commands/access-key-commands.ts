import type { Command } from 'commander'
import { SIGNATURES } from '../../operations/index.ts'
import type { AccessKeyJson } from '../../dialects/admin/wire.ts'
import {
  asClient,
  clientOf,
  optionsOf,
  outputOf,
  remark,
  shownTime,
  type CommandContext,
  type Options,
} from '../command-context.ts'
import { confirm } from '../confirm.ts'
import { writeList, writeOne } from '../output.ts'
import { addSubject } from '../subject.ts'
import { everyItem } from './people-lists.ts'

/** `coffer access-key`. */
export function addAccessKeyCommands(program: Command, context: CommandContext): void {
  const key = addSubject(program, 'access-key', 'Access keys of users', 'access-keys')
  addList(key, context)
  addCreate(key, context)
  addActive(key, context, 'enable', true)
  addActive(key, context, 'disable', false)
  addLimit(key, context)
  addDelete(key, context)
}

const OF_USER = ['--user <name>', 'whose; default: your own'] as const

const SIGNATURES_HELP = `some of ${SIGNATURES.join(', ')}, with commas between; or all`

function signaturesOf(options: Options): { readonly signatures?: readonly string[] } {
  const text = options.text('signatures')
  if (text === undefined) return {}
  return { signatures: text === 'all' ? SIGNATURES : text.split(',').map((name) => name.trim()) }
}

function userOf(options: Options): { readonly user?: string } {
  const user = options.text('user')
  return user === undefined ? {} : { user }
}

function addList(key: Command, context: CommandContext): void {
  const command = asClient(key.command('list').description('List the access keys of a user')).option(...OF_USER)
  command.addHelpText('after', '\nExamples:\n  coffer access-key list --user alice\n  coffer access-key list --json')
  command.action(async () => {
    const options = optionsOf(command)
    const shape = {
      member: 'accessKeys',
      columns: [
        { title: 'ACCESS KEY', value: ({ accessKeyId }: AccessKeyJson) => accessKeyId },
        { title: 'USER', value: ({ user }: AccessKeyJson) => user, flexible: true },
        { title: 'STATE', value: ({ active }: AccessKeyJson) => (active ? 'active' : 'inactive') },
        { title: 'SIGNATURES', value: ({ signatures }: AccessKeyJson) => signatures?.join(' ') ?? 'all' },
        { title: 'CREATED', value: ({ created }: AccessKeyJson) => shownTime(context, created) },
      ],
      id: ({ accessKeyId }: AccessKeyJson) => accessKeyId,
      empty: 'There are no access keys. Make one: coffer access-key create --user <name>',
    }
    const client = clientOf(context, options)
    const keys = everyItem(
      (after) => client.call('list-access-keys', {}, { ...userOf(options), ...after }),
      (page) => page.accessKeys,
    )
    await writeList(context.terminal, outputOf(options), shape, keys)
  })
}

function addCreate(key: Command, context: CommandContext): void {
  const command = asClient(key.command('create').description('Make an access key; its secret is shown once'))
    .option(...OF_USER)
    .option('--signatures <names>', SIGNATURES_HELP)
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer access-key create --user alice\n  coffer access-key create --user ci --signatures sigv4,oss-v4',
  )
  command.action(async () => {
    const options = optionsOf(command)
    const value = await clientOf(context, options).call(
      'create-access-key',
      {},
      {
        ...userOf(options),
        ...signaturesOf(options),
      },
    )
    const { accessKeyId, user } = value.accessKey
    const text = `access key   ${accessKeyId}\nsecret key   ${value.secretAccessKey}\n`
    writeOne(context.terminal, outputOf(options), { value, id: accessKeyId, text })
    remark(context, options, `The secret of ${user}'s key is shown now and never again.`)
  })
}

function addActive(key: Command, context: CommandContext, verb: 'enable' | 'disable', active: boolean): void {
  const about = active ? 'Let an access key be used again' : 'Refuse an access key from the next request on'
  const command = asClient(key.command(`${verb} <access-key>`).description(about)).option(...OF_USER)
  command.addHelpText(
    'after',
    `\nExamples:\n  coffer access-key ${verb} AKIAEXAMPLE --user alice\n  coffer access-key ${verb} AKIAEXAMPLE`,
  )
  command.action(async (accessKeyId: string) => {
    const options = optionsOf(command)
    const body = { ...userOf(options), accessKeyId, active }
    await clientOf(context, options).call('update-access-key', {}, body)
    remark(context, options, `${accessKeyId}: ${verb}d.`)
  })
}

function addLimit(key: Command, context: CommandContext): void {
  const about = 'Which signatures an access key may be shown by'
  const command = asClient(key.command('limit <access-key>').description(about))
    .option(...OF_USER)
    .requiredOption('--signatures <names>', SIGNATURES_HELP)
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer access-key limit AKIAEXAMPLE --signatures sigv4\n  coffer access-key limit AKIAEXAMPLE --user alice --signatures all',
  )
  command.action(async (accessKeyId: string) => {
    const options = optionsOf(command)
    const body = { ...userOf(options), accessKeyId, ...signaturesOf(options) }
    await clientOf(context, options).call('update-access-key', {}, body)
    remark(context, options, `${accessKeyId}: ${options.text('signatures') ?? ''} from the next request on.`)
  })
}

function addDelete(key: Command, context: CommandContext): void {
  const command = asClient(key.command('delete <access-key>').description('Delete an access key'))
    .option(...OF_USER)
    .option('-y, --yes', 'do not ask')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer access-key delete AKIAEXAMPLE --user alice\n  coffer access-key delete AKIAEXAMPLE --yes',
  )
  command.action(async (accessKeyId: string) => {
    const options = optionsOf(command)
    await confirm(context.terminal, {
      name: accessKeyId,
      question: `Type the access key to delete it: ${accessKeyId}`,
      dependents: 0,
      yes: options.flag('yes'),
      confirmed: undefined,
    })
    await clientOf(context, options).call('delete-access-key', {}, { ...userOf(options), accessKeyId })
    remark(context, options, `${accessKeyId}: deleted.`)
  })
}
