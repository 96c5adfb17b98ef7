import type { Command } from 'commander'
import type { PolicyJson } from '../../dialects/admin/wire.ts'
import type { AdminClient } from '../admin-client.ts'
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
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { writeList, writeOne } from '../output.ts'
import { everyItem } from './people-lists.ts'
import { policyFile } from './policy-file.ts'

/** `coffer policy`: managed policies, and the inline ones of a holder. */
export function addManagedPolicyCommands(policy: Command, context: CommandContext): void {
  addList(policy, context)
  addShow(policy, context)
  addPut(policy, context)
  addAttachment(policy, context, 'attach')
  addAttachment(policy, context, 'detach')
}

type HolderKind = 'user' | 'group' | 'role'

/** The one holder that the flags name; undefined: none. Two are refused. */
function holderOf(options: Options): { readonly kind: HolderKind; readonly name: string } | undefined {
  const kinds: readonly HolderKind[] = ['user', 'group', 'role']
  const named = kinds.flatMap((kind) => {
    const name = options.text(kind)
    return name === undefined ? [] : [{ kind, name }]
  })
  if (named.length > 1) throw new CommandFailure(EXIT.usage, 'one of --user, --group and --role, not several.')
  return named[0]
}

function withHolder(command: Command): Command {
  return command
    .option('--user <name>', 'of this user')
    .option('--group <name>', 'of this group')
    .option('--role <name>', 'of this role')
}

function addList(policy: Command, context: CommandContext): void {
  const command = asClient(policy.command('list').description('List the managed policies')).option(
    '--built-in',
    'those that come with the server, not those of the account',
  )
  command.addHelpText('after', '\nExamples:\n  coffer policy list\n  coffer policy list --built-in -o id')
  command.action(async () => {
    const options = optionsOf(command)
    const shape = {
      member: 'policies',
      columns: [
        { title: 'POLICY', value: ({ name }: PolicyJson) => name },
        { title: 'VERSION', value: ({ defaultVersion }: PolicyJson) => defaultVersion },
        { title: 'HELD BY', value: ({ attachments }: PolicyJson) => String(attachments), right: true },
        { title: 'UPDATED', value: ({ updated }: PolicyJson) => shownTime(context, updated) },
        { title: 'ARN', value: ({ arn }: PolicyJson) => arn, flexible: true },
      ],
      id: ({ arn }: PolicyJson) => arn,
      empty: 'There are no policies. Make one: coffer policy put <name> <file>',
    }
    const scope = options.flag('builtIn') ? 'aws' : 'local'
    const policies = everyItem(
      (after) => clientOf(context, options).call('list-policies', {}, { scope, ...after }),
      (page) => page.policies,
    )
    await writeList(context.terminal, outputOf(options), shape, policies)
  })
}

/** The policy of this ARN, or the one of the account, or built in, that has this name. */
async function findPolicy(client: AdminClient, text: string): Promise<PolicyJson> {
  if (text.startsWith('arn:')) return (await client.call('get-policy', {}, { policyArn: text })).policy
  const found: PolicyJson[] = []
  for await (const one of everyItem(
    (after) => client.call('list-policies', {}, { ...after }),
    (page) => page.policies,
  )) {
    if (one.name.toLowerCase() === text.toLowerCase()) found.push(one)
  }
  const [only, ...more] = found
  if (only === undefined) {
    throw new CommandFailure(EXIT.notFound, `there is no policy ${text}.`, { tries: ['coffer policy list'] })
  }
  if (more.length > 0) {
    const tries = found.map(({ arn }) => arn)
    throw new CommandFailure(EXIT.usage, `several policies are called ${text}: name one by its ARN.`, { tries })
  }
  return only
}

function addShow(policy: Command, context: CommandContext): void {
  const command = withHolder(asClient(policy.command('show <policy>').description('Show the text of a policy')))
  command.addHelpText('after', '\nExamples:\n  coffer policy show readers\n  coffer policy show own --user alice')
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    const holder = holderOf(options)
    if (holder !== undefined) {
      const value = await client.call(`get-${holder.kind}-policy`, {}, { name: holder.name, policy: name })
      writeOne(context.terminal, outputOf(options), { value, id: name, text: `${value.document}\n` })
      return
    }
    const shown = await findPolicy(client, name)
    const asked = { policyArn: shown.arn, version: shown.defaultVersion }
    const { document } = await client.call('get-policy-version', {}, asked)
    const value = { policy: shown, document }
    writeOne(context.terminal, outputOf(options), { value, id: shown.arn, text: `${document}\n` })
  })
}

function addPut(policy: Command, context: CommandContext): void {
  const command = withHolder(
    asClient(
      policy.command('put <policy> <file>').description('Make a managed policy, or a new default version of it'),
    ),
  )
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer policy put readers readers.json\n  coffer policy put own own.json --user alice',
  )
  command.action(async (name: string, file: string) => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    const document = await policyFile(file)
    const holder = holderOf(options)
    if (holder !== undefined) {
      await client.call(`put-${holder.kind}-policy`, {}, { name: holder.name, policy: name, document })
      remark(context, options, `${name}: put on the ${holder.kind} ${holder.name}.`)
      return
    }
    const own: PolicyJson[] = []
    for await (const one of everyItem(
      (after) => client.call('list-policies', {}, { scope: 'local', ...after }),
      (page) => page.policies,
    )) {
      if (one.name.toLowerCase() === name.toLowerCase() || one.arn === name) own.push(one)
    }
    const [known] = own
    if (known === undefined) {
      const { policy: made } = await client.call('create-policy', {}, { name, document })
      writeOne(context.terminal, outputOf(options), { value: { policy: made }, id: made.arn, text: `${made.arn}\n` })
      return
    }
    const body = { policyArn: known.arn, document, setAsDefault: true }
    const { version } = await client.call('create-policy-version', {}, body)
    const text = `${known.arn} ${version}\n`
    writeOne(context.terminal, outputOf(options), { value: { policy: known, version }, id: known.arn, text })
  })
}

function addAttachment(policy: Command, context: CommandContext, verb: 'attach' | 'detach'): void {
  const about = verb === 'attach' ? 'Hang a managed policy on somebody' : 'Take a managed policy from somebody'
  const command = withHolder(asClient(policy.command(`${verb} <policy>`).description(about)))
  command.addHelpText(
    'after',
    `\nExamples:\n  coffer policy ${verb} readers --user alice\n  coffer policy ${verb} arn:aws:iam::aws:policy/ReadOnlyAccess --group staff`,
  )
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    const holder = holderOf(options)
    if (holder === undefined) throw new CommandFailure(EXIT.usage, 'say whose: --user, --group or --role.')
    const { arn } = await findPolicy(client, name)
    await client.call(`${verb}-${holder.kind}-policy`, {}, { name: holder.name, policyArn: arn })
    const done = verb === 'attach' ? 'attached to' : 'detached from'
    remark(context, options, `${arn}: ${done} the ${holder.kind} ${holder.name}.`)
  })
}
