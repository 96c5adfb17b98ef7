import type { Command } from 'commander'
import type { UserJson } from '../../dialects/admin/wire.ts'
import { asClient, clientOf, optionsOf, outputOf, remark, shownTime, type CommandContext } from '../command-context.ts'
import { confirm } from '../confirm.ts'
import { writeList, writeOne } from '../output.ts'
import { addSubject } from '../subject.ts'
import { renderFacts } from '../table.ts'
import { everyItem } from './people-lists.ts'
import { addUserPassword } from './user-password-command.ts'

/** `coffer user`. */
export function addUserCommands(program: Command, context: CommandContext): void {
  const user = addSubject(program, 'user', 'Users of the account', 'users')
  addList(user, context)
  addShow(user, context)
  addCreate(user, context)
  addDelete(user, context)
  addUserPassword(user, context)
  addMembership(user, context, 'add-to', 'add-user-to-group', 'is a member of')
  addMembership(user, context, 'remove-from', 'remove-user-from-group', 'is no member of')
}

function addList(user: Command, context: CommandContext): void {
  const command = asClient(user.command('list').description('List the users of the account'))
  command.addHelpText('after', '\nExamples:\n  coffer user list\n  coffer user list -o id')
  command.action(async () => {
    const options = optionsOf(command)
    const shape = {
      member: 'users',
      columns: [
        { title: 'USER', value: ({ name }: UserJson) => name, flexible: true },
        { title: 'PATH', value: ({ path }: UserJson) => path },
        { title: 'CREATED', value: ({ created }: UserJson) => shownTime(context, created) },
      ],
      id: ({ name }: UserJson) => name,
      empty: 'There are no users. Make one: coffer user create <name>',
    }
    const users = everyItem(
      (after) => clientOf(context, options).call('list-users', {}, { ...after }),
      (page) => page.users,
    )
    await writeList(context.terminal, outputOf(options), shape, users)
  })
}

function addShow(user: Command, context: CommandContext): void {
  const command = asClient(user.command('show <user>').description('Show a user: groups, policies, boundary'))
  command.addHelpText('after', '\nExamples:\n  coffer user show alice\n  coffer user show alice --json')
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    const { user: shown } = await client.call('get-user', {}, { name })
    const groups = (await client.call('list-groups-for-user', {}, { name })).groups.map((group) => group.name)
    const attached = (await client.call('list-attached-user-policies', {}, { name })).policies
    const inline = (await client.call('list-user-policies', {}, { name })).names
    const facts = [
      ['user', shown.name],
      ['id', shown.id],
      ['ARN', shown.arn],
      ['created', shownTime(context, shown.created)],
      ['groups', groups.join(' ') || 'none'],
      ['policies', [...attached.map((policy) => policy.arn), ...inline].join(' ') || 'none'],
      ['boundary', shown.boundary ?? 'none'],
    ] as const
    const value = { user: shown, groups, attached, inline }
    writeOne(context.terminal, outputOf(options), { value, id: shown.name, text: renderFacts(facts) })
  })
}

function addCreate(user: Command, context: CommandContext): void {
  const command = asClient(user.command('create <user>').description('Make a user, who may nothing yet'))
    .option('--path <path>', 'a place in the directory, such as /staff/')
    .option('--boundary <arn>', 'a managed policy that the user never gets beyond')
  command.addHelpText('after', '\nExamples:\n  coffer user create alice\n  coffer user create alice --path /staff/')
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const [path, boundary] = [options.text('path'), options.text('boundary')]
    const body = { name, ...(path === undefined ? {} : { path }), ...(boundary === undefined ? {} : { boundary }) }
    const { user: made } = await clientOf(context, options).call('create-user', {}, body)
    writeOne(context.terminal, outputOf(options), { value: { user: made }, id: made.name, text: `${made.arn}\n` })
    remark(context, options, `${made.name} may nothing yet: coffer policy attach <arn> --user ${made.name}`)
  })
}

function addDelete(user: Command, context: CommandContext): void {
  const command = asClient(
    user.command('delete <user>').description('Delete a user who holds nothing any more'),
  ).option('-y, --yes', 'do not ask')
  command.addHelpText('after', '\nExamples:\n  coffer user delete alice\n  coffer user delete alice --yes')
  command.action(async (name: string) => {
    const options = optionsOf(command)
    await confirm(context.terminal, {
      name,
      question: `Type the name of the user to delete them: ${name}`,
      dependents: 0,
      yes: options.flag('yes'),
      confirmed: undefined,
    })
    await clientOf(context, options).call('delete-user', {}, { name })
    remark(context, options, `${name}: deleted.`)
  })
}

function addMembership(
  user: Command,
  context: CommandContext,
  verb: 'add-to' | 'remove-from',
  kind: 'add-user-to-group' | 'remove-user-from-group',
  done: string,
): void {
  const about = verb === 'add-to' ? 'Give a user the rights of a group' : 'Take the rights of a group from a user'
  const command = asClient(user.command(`${verb} <group> <user>`).description(about))
  command.addHelpText('after', `\nExamples:\n  coffer user ${verb} admins alice\n  coffer user ${verb} admins alice -q`)
  command.action(async (group: string, name: string) => {
    const options = optionsOf(command)
    await clientOf(context, options).call(kind, {}, { name: group, user: name })
    remark(context, options, `${name} ${done} ${group}.`)
  })
}
