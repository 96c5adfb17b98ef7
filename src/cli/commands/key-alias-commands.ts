import type { Command } from 'commander'
import type { AdminResults } from '../../dialects/admin/wire.ts'
import { asClient, clientOf, optionsOf, outputOf, remark, type CommandContext } from '../command-context.ts'
import { confirm } from '../confirm.ts'
import { writeList } from '../output.ts'
import { findKey, keyReference } from '../find-key.ts'
import { addSubject } from '../subject.ts'

type AliasJson = AdminResults['list-aliases']['aliases'][number]

/** `coffer key alias`. */
export function addKeyAliasCommands(key: Command, context: CommandContext): void {
  const alias = addSubject(key, 'alias', 'Names for keys')
  addList(alias, context)
  addSet(alias, context)
  addRemove(alias, context)
}

function addList(alias: Command, context: CommandContext): void {
  const command = asClient(alias.command('list [key]').description('List the aliases of the account, or of a key'))
  command.addHelpText('after', '\nExamples:\n  coffer key alias list\n  coffer key alias list photos')
  command.action(async (name: string | undefined) => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    const target = name === undefined ? {} : { key: (await findKey(client, name)).id }
    const { aliases } = await client.call('list-aliases', target)
    const shape = {
      member: 'aliases',
      columns: [
        { title: 'ALIAS', value: (one: AliasJson) => one.alias, flexible: true },
        { title: 'KEY', value: ({ keyId }: AliasJson) => keyId ?? 'none yet' },
      ],
      id: (one: AliasJson) => one.alias,
      empty: 'There are no aliases. Make one: coffer key alias set <name> <key>',
    }
    await writeList(context.terminal, outputOf(options), shape, aliases)
  })
}

function addSet(alias: Command, context: CommandContext): void {
  const command = asClient(alias.command('set <alias> <key>').description('Point an alias at a key')).option(
    '--replace',
    'point it away from another key',
  )
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer key alias set photos 3f2a9c1e-0000-4000-8000-000000000000\n  coffer key alias set photos old --replace',
  )
  command.action(async (name: string, keyName: string) => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    const { id, aliases } = await findKey(client, keyName)
    const wanted = keyReference(name)
    const same = aliases.includes(wanted)
    if (!same) await client.call('set-alias', { key: id }, { alias: wanted, replace: options.flag('replace') })
    remark(context, options, `${wanted}: ${same ? 'unchanged, it points at' : 'points at'} ${id}.`)
  })
}

function addRemove(alias: Command, context: CommandContext): void {
  const command = asClient(alias.command('remove <alias>').description('Remove an alias; the key stays')).option(
    '-y, --yes',
    'do not ask',
  )
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer key alias remove photos\n  coffer key alias remove alias/photos --yes',
  )
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const wanted = keyReference(name)
    const client = clientOf(context, options)
    await confirm(context.terminal, {
      name: wanted,
      question: `Type the alias to remove it: ${wanted}`,
      dependents: 0,
      yes: options.flag('yes'),
      confirmed: undefined,
    })
    await client.call('remove-alias', { key: wanted })
    remark(context, options, `${wanted}: removed. The key is still there.`)
  })
}
