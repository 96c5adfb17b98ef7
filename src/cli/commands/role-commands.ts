import type { Command } from 'commander'
import type { RoleJson } from '../../dialects/admin/wire.ts'
import { asClient, clientOf, optionsOf, outputOf, remark, shownTime, type CommandContext } from '../command-context.ts'
import { confirm } from '../confirm.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { writeList, writeOne } from '../output.ts'
import { addSubject } from '../subject.ts'
import { renderFacts } from '../table.ts'
import { everyItem } from './people-lists.ts'
import { policyFile } from './policy-file.ts'

/** `coffer role`. */
export function addRoleCommands(program: Command, context: CommandContext): void {
  const role = addSubject(program, 'role', 'Roles, which people take for a time', 'roles')
  addList(role, context)
  addShow(role, context)
  addCreate(role, context)
  addDelete(role, context)
  addAssume(role, context)
}

function addList(role: Command, context: CommandContext): void {
  const command = asClient(role.command('list').description('List the roles of the account'))
  command.addHelpText('after', '\nExamples:\n  coffer role list\n  coffer role list -o id')
  command.action(async () => {
    const options = optionsOf(command)
    const shape = {
      member: 'roles',
      columns: [
        { title: 'ROLE', value: ({ name }: RoleJson) => name },
        { title: 'CREATED', value: ({ created }: RoleJson) => shownTime(context, created) },
        { title: 'ARN', value: ({ arn }: RoleJson) => arn, flexible: true },
      ],
      id: ({ name }: RoleJson) => name,
      empty: 'There are no roles. Make one: coffer role create <name> --trust <file>',
    }
    const roles = everyItem(
      (after) => clientOf(context, options).call('list-roles', {}, { ...after }),
      (page) => page.roles,
    )
    await writeList(context.terminal, outputOf(options), shape, roles)
  })
}

function addShow(role: Command, context: CommandContext): void {
  const command = asClient(role.command('show <role>').description('Show a role: trust, policies, boundary'))
  command.addHelpText('after', '\nExamples:\n  coffer role show reader\n  coffer role show reader --json')
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    const { role: shown } = await client.call('get-role', {}, { name })
    const attached = (await client.call('list-attached-role-policies', {}, { name })).policies
    const inline = (await client.call('list-role-policies', {}, { name })).names
    const text = renderFacts([
      ['role', shown.name],
      ['ARN', shown.arn],
      ['sessions', `at most ${shown.maxSessionSeconds} seconds`],
      ['policies', [...attached.map((policy) => policy.arn), ...inline].join(' ') || 'none'],
      ['boundary', shown.boundary ?? 'none'],
      ['trust', shown.trust],
    ])
    writeOne(context.terminal, outputOf(options), { value: { role: shown, attached, inline }, id: shown.name, text })
  })
}

function addCreate(role: Command, context: CommandContext): void {
  const command = asClient(role.command('create <role>').description('Make a role'))
    .option('--trust <file>', 'the policy that says who may take it')
    .option('--max-session <seconds>', 'how long a session may last (3600 to 43200)')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer role create reader --trust trust.json\n  coffer role create reader --trust trust.json --max-session 7200',
  )
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const file = options.text('trust')
    if (file === undefined) throw new CommandFailure(EXIT.usage, 'a role needs --trust <file>: who may take it.')
    const maxSessionSeconds = options.number('maxSession', 3_600, 43_200)
    const body = {
      name,
      trust: await policyFile(file),
      ...(maxSessionSeconds === undefined ? {} : { maxSessionSeconds }),
    }
    const { role: made } = await clientOf(context, options).call('create-role', {}, body)
    writeOne(context.terminal, outputOf(options), { value: { role: made }, id: made.name, text: `${made.arn}\n` })
  })
}

function addDelete(role: Command, context: CommandContext): void {
  const command = asClient(role.command('delete <role>').description('Delete a role; its sessions end')).option(
    '-y, --yes',
    'do not ask',
  )
  command.addHelpText('after', '\nExamples:\n  coffer role delete reader\n  coffer role delete reader --yes')
  command.action(async (name: string) => {
    const options = optionsOf(command)
    await confirm(context.terminal, {
      name,
      question: `Type the name of the role to delete it: ${name}`,
      dependents: 0,
      yes: options.flag('yes'),
      confirmed: undefined,
    })
    await clientOf(context, options).call('delete-role', {}, { name })
    remark(context, options, `${name}: deleted.`)
  })
}

/** Shell lines on standard output, so that `eval "$(coffer role assume ...)"` takes the role. */
function addAssume(role: Command, context: CommandContext): void {
  const command = asClient(role.command('assume <arn>').description('Take a role: credentials for a time'))
    .option('--session <name>', 'the name of the session, for records', 'coffer')
    .option('--seconds <n>', 'how long (900 to 43200; default 3600)')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer role assume arn:aws:iam::000000000001:role/reader\n  coffer role assume arn:aws:iam::000000000001:role/reader --seconds 900 --json',
  )
  command.action(async (arn: string) => {
    const options = optionsOf(command)
    const seconds = options.number('seconds', 900, 43_200)
    const body = {
      role: arn,
      session: options.text('session') ?? 'coffer',
      ...(seconds === undefined ? {} : { seconds }),
    }
    const value = await clientOf(context, options).call('assume-role', {}, body)
    const { accessKeyId, secretAccessKey, sessionToken, expires } = value.credentials
    const text = [
      `export COFFER_ACCESS_KEY=${accessKeyId}`,
      `export COFFER_SECRET_KEY=${secretAccessKey}`,
      `export COFFER_SESSION_TOKEN=${sessionToken}`,
      '',
    ].join('\n')
    writeOne(context.terminal, outputOf(options), { value, id: accessKeyId, text })
    remark(context, options, `${value.arn} until ${shownTime(context, expires)}.`)
  })
}
