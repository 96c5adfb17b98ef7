import type { Command } from 'commander'
import type { GrantJson, TagJson } from '../../dialects/admin/wire.ts'
import { asClient, clientOf, optionsOf, outputOf, remark, shownTime, type CommandContext } from '../command-context.ts'
import { confirm } from '../confirm.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { findKey } from '../find-key.ts'
import { writeList, writeOne } from '../output.ts'
import { addSubject } from '../subject.ts'

/** `coffer key grant`. */
export function addKeyGrantCommands(key: Command, context: CommandContext): void {
  const grant = addSubject(key, 'grant', 'Rights on a key for one principal', 'grants')
  addList(grant, context)
  addCreate(grant, context)
  addRevoke(grant, context)
}

function addList(grant: Command, context: CommandContext): void {
  const command = asClient(grant.command('list <key>').description('List the grants of a key'))
  command.addHelpText('after', '\nExamples:\n  coffer key grant list photos\n  coffer key grant list photos --json')
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    const { grants } = await client.call('list-grants', { key: (await findKey(client, name)).id })
    const shape = {
      member: 'grants',
      columns: [
        { title: 'GRANT', value: ({ id }: GrantJson) => id },
        { title: 'CREATED', value: ({ created }: GrantJson) => shownTime(context, created) },
        { title: 'GRANTEE', value: ({ grantee }: GrantJson) => grantee },
        { title: 'OPERATIONS', value: ({ operations }: GrantJson) => operations.join(' '), flexible: true },
      ],
      id: ({ id }: GrantJson) => id,
      empty: 'There are no grants. Make one: coffer key grant create <key> --to <arn> --operation Decrypt',
    }
    await writeList(context.terminal, outputOf(options), shape, grants)
  })
}

function addCreate(grant: Command, context: CommandContext): void {
  const command = asClient(grant.command('create <key>').description('Let one principal use a key'))
    .option('--to <arn>', 'who may')
    .option('--operation <name...>', 'what, as KMS calls it: Decrypt, GenerateDataKey')
    .option('--retiring <arn>', 'who may end it besides')
    .option('--name <name>', 'the same name and terms again make no second one')
    .option('--context <key=value...>', 'only with an encryption context that has these pairs')
  command.addHelpText(
    'after',
    '\nExamples:\n' +
      '  coffer key grant create photos --to arn:aws:iam::000000000001:user/alice --operation Decrypt\n' +
      '  coffer key grant create photos --to arn:aws:iam::000000000001:role/app --operation GenerateDataKey Decrypt --context tenant=a',
  )
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const [grantee, operations] = [options.text('to'), options.texts('operation')]
    if (grantee === undefined || operations.length === 0) {
      throw new CommandFailure(EXIT.usage, '--to and --operation are needed')
    }
    const contextSubset = options.texts('context').map(pairOf)
    const [retiring, given] = [options.text('retiring'), options.text('name')]
    const client = clientOf(context, options)
    const { id, aliases } = await findKey(client, name)
    const value = await client.call(
      'create-grant',
      { key: id },
      {
        ...{ grantee, operations },
        ...(retiring === undefined ? {} : { retiring }),
        ...(given === undefined ? {} : { name: given }),
        ...(contextSubset.length === 0 ? {} : { contextSubset }),
      },
    )
    remark(context, options, `${aliases[0] ?? id}: ${grantee} may ${operations.join(', ')}.`)
    writeOne(context.terminal, outputOf(options), { value, id: value.id, text: `${value.id}\n` })
  })
}

function pairOf(text: string): TagJson {
  const at = text.indexOf('=')
  if (at < 1) throw new CommandFailure(EXIT.usage, '--context takes key=value')
  return { key: text.slice(0, at), value: text.slice(at + 1) }
}

function addRevoke(grant: Command, context: CommandContext): void {
  const command = asClient(grant.command('revoke <key> <grant>').description('End a grant, at once')).option(
    '-y, --yes',
    'do not ask',
  )
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer key grant revoke photos <grant>\n  coffer key grant revoke photos <grant> --yes',
  )
  command.action(async (name: string, grantId: string) => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    const { id, aliases } = await findKey(client, name)
    await confirm(context.terminal, {
      name: grantId,
      question: `Type the grant to end it: ${grantId}`,
      dependents: 0,
      yes: options.flag('yes'),
      confirmed: undefined,
    })
    await client.call('revoke-grant', { key: id }, { grantId })
    remark(context, options, `${aliases[0] ?? id}: the grant is revoked.`)
  })
}
