import type { Command } from 'commander'
import type { GroupJson } from '../../dialects/admin/wire.ts'
import { asClient, clientOf, optionsOf, outputOf, remark, shownTime, type CommandContext } from '../command-context.ts'
import { confirm } from '../confirm.ts'
import { writeList, writeOne } from '../output.ts'
import { addSubject } from '../subject.ts'
import { renderFacts } from '../table.ts'
import { everyItem } from './people-lists.ts'

/** `coffer group`. */
export function addGroupCommands(program: Command, context: CommandContext): void {
  const group = addSubject(program, 'group', 'Groups of users', 'groups')
  const list = asClient(group.command('list').description('List the groups of the account'))
  list.addHelpText('after', '\nExamples:\n  coffer group list\n  coffer group list -o id')
  list.action(async () => {
    const options = optionsOf(list)
    const shape = {
      member: 'groups',
      columns: [
        { title: 'GROUP', value: ({ name }: GroupJson) => name, flexible: true },
        { title: 'PATH', value: ({ path }: GroupJson) => path },
        { title: 'CREATED', value: ({ created }: GroupJson) => shownTime(context, created) },
      ],
      id: ({ name }: GroupJson) => name,
      empty: 'There are no groups. Make one: coffer group create <name>',
    }
    const groups = everyItem(
      (after) => clientOf(context, options).call('list-groups', {}, { ...after }),
      (page) => page.groups,
    )
    await writeList(context.terminal, outputOf(options), shape, groups)
  })
  addShow(group, context)
  addChanges(group, context)
}

function addShow(group: Command, context: CommandContext): void {
  const command = asClient(group.command('show <group>').description('Show a group: members and policies'))
  command.addHelpText('after', '\nExamples:\n  coffer group show admins\n  coffer group show admins --json')
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    const { group: shown } = await client.call('get-group', {}, { name })
    const members: string[] = []
    for await (const member of everyItem(
      (after) => client.call('get-group', {}, { name, ...after }),
      (page) => page.users,
    ))
      members.push(member.name)
    const attached = (await client.call('list-attached-group-policies', {}, { name })).policies
    const inline = (await client.call('list-group-policies', {}, { name })).names
    const text = renderFacts([
      ['group', shown.name],
      ['ARN', shown.arn],
      ['members', members.join(' ') || 'none'],
      ['policies', [...attached.map((policy) => policy.arn), ...inline].join(' ') || 'none'],
    ])
    const value = { group: shown, members, attached, inline }
    writeOne(context.terminal, outputOf(options), { value, id: shown.name, text })
  })
}

function addChanges(group: Command, context: CommandContext): void {
  const create = asClient(group.command('create <group>').description('Make a group'))
  create.addHelpText('after', '\nExamples:\n  coffer group create admins\n  coffer group create readers --json')
  create.action(async (name: string) => {
    const options = optionsOf(create)
    const { group: made } = await clientOf(context, options).call('create-group', {}, { name })
    writeOne(context.terminal, outputOf(options), { value: { group: made }, id: made.name, text: `${made.arn}\n` })
  })
  const remove = asClient(group.command('delete <group>').description('Delete a group without members')).option(
    '-y, --yes',
    'do not ask',
  )
  remove.addHelpText('after', '\nExamples:\n  coffer group delete readers\n  coffer group delete readers --yes')
  remove.action(async (name: string) => {
    const options = optionsOf(remove)
    await confirm(context.terminal, {
      name,
      question: `Type the name of the group to delete it: ${name}`,
      dependents: 0,
      yes: options.flag('yes'),
      confirmed: undefined,
    })
    await clientOf(context, options).call('delete-group', {}, { name })
    remark(context, options, `${name}: deleted.`)
  })
}
