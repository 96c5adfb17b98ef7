import type { Command } from 'commander'
import type { AccountJson } from '../../dialects/admin/wire.ts'
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
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { writeList, writeOne } from '../output.ts'

/** `coffer account list | show | create | set | enable | disable`: accounts of the deployment, for its operators. */
export function addAccountChangeCommands(account: Command, context: CommandContext): void {
  addList(account, context)
  addShow(account, context)
  addCreate(account, context)
  addSet(account, context)
  addEnable(account, context)
  addDisable(account, context)
}

function addList(account: Command, context: CommandContext): void {
  const command = asClient(account.command('list').description('List the accounts of the deployment'))
  command.addHelpText('after', '\nExamples:\n  coffer account list\n  coffer account list -o id')
  command.action(async () => {
    const options = optionsOf(command)
    const { accounts } = await clientOf(context, options).call('list-accounts')
    const shape = {
      member: 'accounts',
      columns: [
        { title: 'ACCOUNT', value: (one: AccountJson) => one.account },
        { title: 'NAME', value: (one: AccountJson) => one.name ?? '', flexible: true },
        { title: 'STATE', value: (one: AccountJson) => (one.enabled ? 'on' : 'off') },
        { title: 'CREATED', value: (one: AccountJson) => shownTime(context, one.created) },
      ],
      id: (one: AccountJson) => one.account,
      empty: 'There are no accounts that you may see.',
    }
    await writeList(context.terminal, outputOf(options), shape, accounts)
  })
}

function addShow(account: Command, context: CommandContext): void {
  const command = asClient(account.command('show <account>').description('Show an account'))
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer account show 000000000001\n  coffer account show 000000000001 --json',
  )
  command.action(async (id: string) => {
    const options = optionsOf(command)
    writeAccount(context, options, (await clientOf(context, options).call('show-account', { account: id })).account)
  })
}

function addCreate(account: Command, context: CommandContext): void {
  const command = withSpellings(
    asClient(account.command('create [account]').description('Make an account and the access key of its root')),
  ).option('--show', 'show the secret although standard output is not a terminal')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer account create --name lab\n  coffer account create 000000000002 --name lab --uid 1234567890123456',
  )
  command.action(async (id: string | undefined) => {
    const options = optionsOf(command)
    const { terminal } = context
    if (!terminal.outIsTerminal && !options.flag('show')) {
      const why = 'the secret of its root is shown once, and this output is kept. Nothing was changed.'
      throw new CommandFailure(EXIT.usage, why, { tries: ['coffer account create on a terminal', '--show'] })
    }
    const target = id === undefined ? {} : { account: id }
    const made = await clientOf(context, options).call('create-account', target, spellingsOf(options))
    const { rootAccessKey = '' } = made.account
    const text = `account      ${made.account.account}\naccess key   ${rootAccessKey}\nsecret key   ${made.rootSecret}\n`
    writeOne(terminal, outputOf(options), { value: made, id: made.account.account, text })
    remark(context, options, 'The secret is shown now and never again.')
  })
}

function addSet(account: Command, context: CommandContext): void {
  const command = withSpellings(
    asClient(account.command('set <account>').description('Name an account, or say what vendors call it; "" removes')),
  )
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer account set 000000000002 --name lab\n  coffer account set 000000000002 --uin 100000000001',
  )
  command.action(async (id: string) => {
    const options = optionsOf(command)
    const set = await clientOf(context, options).call('set-account', { account: id }, spellingsOf(options))
    writeAccount(context, options, set.account)
  })
}

function addEnable(account: Command, context: CommandContext): void {
  const command = asClient(account.command('enable <account>').description('Switch an account on again'))
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer account enable 000000000002\n  coffer account enable 000000000002 -q',
  )
  command.action(async (id: string) => {
    const options = optionsOf(command)
    await clientOf(context, options).call('enable-account', { account: id })
    remark(context, options, `${id} is on.`)
  })
}

function addDisable(account: Command, context: CommandContext): void {
  const command = asClient(
    account.command('disable <account>').description('Switch an account off: no credential of it opens anything'),
  ).option('-y, --yes', 'do not ask')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer account disable 000000000002\n  coffer account disable 000000000002 --yes',
  )
  command.action(async (id: string) => {
    const options = optionsOf(command)
    const question = `Type the account to switch it off, sessions included: ${id}`
    const asked = { name: id, question, dependents: 0, yes: options.flag('yes'), confirmed: undefined }
    await confirm(context.terminal, asked)
    await clientOf(context, options).call('disable-account', { account: id })
    remark(context, options, `${id} is off. Nothing of it was deleted.`)
  })
}

function withSpellings(command: Command): Command {
  return command
    .option('--name <name>', 'what people call it')
    .option('--uid <id>', 'its uid at Alibaba Cloud')
    .option('--domain-id <id>', 'its domain id at Huawei Cloud')
    .option('--app-id <id>', 'its appid at Tencent Cloud')
    .option('--uin <id>', 'its uin at Tencent Cloud')
}

function spellingsOf(options: Options) {
  const [name, uid, domainId, appId, uin] = ['name', 'uid', 'domainId', 'appId', 'uin'].map((one) => options.text(one))
  return {
    ...(name === undefined ? {} : { name }),
    vendors: {
      ...(uid === undefined ? {} : { uid }),
      ...(domainId === undefined ? {} : { domainId }),
      ...(appId === undefined ? {} : { appId }),
      ...(uin === undefined ? {} : { uin }),
    },
  }
}

function writeAccount(context: CommandContext, options: Options, one: AccountJson): void {
  const spellings = Object.entries({ ...one.vendors }).map(([vendor, id]) => `${vendor}=${id}`)
  const lines = [
    ['account', one.account],
    ['name', one.name ?? ''],
    ['state', one.enabled ? 'on' : 'off'],
    ['canonical', one.canonicalId],
    ['created', shownTime(context, one.created)],
    ['access key', one.rootAccessKey ?? ''],
    ['vendors', spellings.join(' ')],
  ]
  const text = lines.map(([title = '', value = '']) => `${title.padEnd(13)}${value}`.trimEnd()).join('\n')
  writeOne(context.terminal, outputOf(options), { value: { account: one }, id: one.account, text: `${text}\n` })
}
