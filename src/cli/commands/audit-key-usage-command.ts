import type { Command } from 'commander'
import type { KeyUsageJson } from '../../dialects/admin/wire.ts'
import { asClient, clientOf, optionsOf, outputOf, shownTime, type CommandContext } from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { findKey } from '../find-key.ts'
import { writeOne } from '../output.ts'
import { count } from '../quantities.ts'
import { renderTable } from '../table.ts'
import { timeOf } from './time-option.ts'

/** `coffer audit key-usage`: who used a key, and for what. */
export function addAuditKeyUsageCommand(audit: Command, context: CommandContext): void {
  const command = asClient(audit.command('key-usage').description('Who used a key, how often, and for which objects'))
    .option('--key <key>', 'id, ARN or alias')
    .option('--since <time>', '24h, 30d, 2026-11-20, or an instant in ISO 8601', '30d')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer audit key-usage --key photos --since 7d\n  coffer audit key-usage --key photos --since 90d --json',
  )
  command.action(async () => {
    const options = optionsOf(command)
    const name = options.text('key')
    if (name === undefined) throw new CommandFailure(EXIT.usage, '--key is missing')
    const client = clientOf(context, options)
    const since = timeOf(options, 'since', context.now()) ?? ''
    const { id } = await findKey(client, name)
    const value = await client.call('get-key-usage', { key: id }, { since })
    writeOne(context.terminal, outputOf(options), { value, id: value.key, text: usageText(context, value) })
  })
}

function usageText(context: CommandContext, usage: KeyUsageJson): string {
  const { users, subjects, lastUsed, more } = usage
  const limit = context.terminal.outIsTerminal ? context.terminal.columns : undefined
  const time = (iso: string): string => shownTime(context, iso)
  const last = lastUsed === undefined ? 'never used' : `last used ${shownTime(context, lastUsed, true)}`
  const head = `${usage.key}: ${last}\n`
  if (users.length === 0) return `${head}nobody asked for it since ${time(usage.since)}\n`
  const who = renderTable(
    [
      { title: 'CALLER', value: (row) => row.caller.replace(/^arn:aws:(iam|sts)::/, '') },
      { title: 'ACTION', value: (row) => row.action },
      { title: 'RESULT', value: (row) => row.outcome },
      { title: 'TIMES', value: (row) => count(row.count), right: true },
      { title: 'FIRST', value: (row) => time(row.first) },
      { title: 'LAST', value: (row) => time(row.last) },
    ],
    users,
    limit,
  )
  const what = renderTable(
    [
      { title: 'TIMES', value: (row) => count(row.count), right: true },
      { title: 'LAST', value: (row) => time(row.last) },
      { title: 'FOR', value: (row) => row.subject, flexible: true },
    ],
    subjects,
    limit,
  )
  return `${head}${who}${subjects.length === 0 ? '' : `\n${what}`}${more ? 'and more, which are not shown\n' : ''}`
}
