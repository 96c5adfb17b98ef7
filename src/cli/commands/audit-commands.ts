import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import type { AdminBodies, AuditRecordJson } from '../../dialects/admin/wire.ts'
import {
  asClient,
  clientOf,
  optionsOf,
  outputOf,
  shownTime,
  type CommandContext,
  type Options,
} from '../command-context.ts'
import { writeList } from '../output.ts'
import { addSubject } from '../subject.ts'
import { addAuditExportCommand } from './audit-export-command.ts'
import { addAuditKeyUsageCommand } from './audit-key-usage-command.ts'
import { addAuditProofCommands } from './audit-proof-commands.ts'
import { timeOf } from './time-option.ts'

const MAX_RECORDS = 1_000
const FOLLOW_MS = 1_000
const LATE_MS = 5_000

/** `coffer audit`. */
export function addAuditCommands(program: Command, context: CommandContext): void {
  const audit = addSubject(program, 'audit', 'What happened')
  addSearch(audit, context)
  addTail(audit, context)
  addAuditProofCommands(audit, context)
  addAuditExportCommand(audit, context)
  addAuditKeyUsageCommand(audit, context)
}

function withFilters(command: Command): Command {
  return command
    .option('--action <name>', 'such as kms:Decrypt or kms:*')
    .option('--resource <arn>', 'an ARN, or its beginning and *')
    .option('--caller <arn>', 'an ARN, or its beginning and *')
    .option('--key <arn>', 'the ARN of a key that was used, or that an object was under')
    .option('--request <id>', 'the id that an answer carried')
    .option('--result <word>', 'done, refused or failed')
}

function addSearch(audit: Command, context: CommandContext): void {
  const command = withFilters(asClient(audit.command('search').description('Search the audit log, newest first')))
    .option('--since <time>', '24h, 30d, 2026-11-20, or an instant in ISO 8601')
    .option('--until <time>', 'before this time')
    .option('--limit <n>', `at most so many, up to ${MAX_RECORDS}`, '100')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer audit search --result refused --since 1h\n  coffer audit search --action "kms:*" -o jsonl',
  )
  command.action(async () => {
    const options = optionsOf(command)
    const { records } = await clientOf(context, options).call('search-audit', {}, queryOf(options, context.now()))
    await showRecords(context, options, records)
  })
}

function addTail(audit: Command, context: CommandContext): void {
  const command = withFilters(asClient(audit.command('tail').description('The last records, oldest first')))
    .option('--limit <n>', `at most so many, up to ${MAX_RECORDS}`, '20')
    .option('--follow', 'go on with what comes, until Ctrl-C')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer audit tail\n  coffer audit tail --follow --result refused -o jsonl',
  )
  command.action(async () => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    const shown = new Set<string>()
    let query = queryOf(options, context.now())
    for (;;) {
      const { records } = await client.call('search-audit', {}, query)
      const fresh = records.filter((record) => !shown.has(nameOf(record))).reverse()
      if (fresh.length > 0 || shown.size === 0) await showRecords(context, options, fresh)
      if (!options.flag('follow')) return
      for (const record of fresh) shown.add(nameOf(record))
      const newest = records[0]?.time
      // Records of other processes may come a second late.
      if (newest !== undefined) query = { ...query, since: new Date(Date.parse(newest) - LATE_MS).toISOString() }
      query = { ...query, limit: MAX_RECORDS }
      await pause(FOLLOW_MS)
    }
  })
}

function nameOf({ id, time, requestId, action }: AuditRecordJson): string {
  return id ?? `${time} ${requestId} ${action}`
}

async function showRecords(
  context: CommandContext,
  options: Options,
  records: readonly AuditRecordJson[],
): Promise<void> {
  const shape = {
    member: 'records',
    columns: [
      { title: 'TIME', value: ({ time }: AuditRecordJson) => shownTime(context, time, true) },
      { title: 'CALLER', value: ({ caller }: AuditRecordJson) => shortCaller(caller) },
      { title: 'ACTION', value: ({ action }: AuditRecordJson) => action },
      { title: 'RESULT', value: ({ outcome }: AuditRecordJson) => outcome },
      { title: 'WHY', value: ({ failure, detail }: AuditRecordJson) => why(failure, detail) },
      { title: 'REQUEST', value: ({ requestId }: AuditRecordJson) => requestId },
      { title: 'RESOURCE', value: ({ resource }: AuditRecordJson) => resource, flexible: true },
    ],
    id: ({ id, requestId }: AuditRecordJson) => id ?? requestId,
    empty: 'Nothing of that kind is in the log.',
  }
  await writeList(context.terminal, outputOf(options), shape, records)
}

function queryOf(options: Options, nowMs: number): AdminBodies['search-audit'] {
  const [action, resource, caller, usedKey, requestId, outcome] = [
    ...['action', 'resource', 'caller', 'key', 'request', 'result'].map((name) => options.text(name)),
  ]
  const [since, until] = [timeOf(options, 'since', nowMs), timeOf(options, 'until', nowMs)]
  return {
    ...(action === undefined ? {} : { action }),
    ...(resource === undefined ? {} : { resource }),
    ...(caller === undefined ? {} : { caller }),
    ...(usedKey === undefined ? {} : { usedKey }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    limit: options.number('limit', 1, MAX_RECORDS) ?? 100,
  }
}

/** `arn:aws:iam::000000000001:root` as `000000000001:root`. */
function shortCaller(caller: string): string {
  return caller.replace(/^arn:aws:iam::/, '')
}

function why(failure: string | undefined, detail: AuditRecordJson['detail']): string {
  const times = detail?.['count']
  return `${failure ?? ''}${times === undefined ? '' : ` x${times}`}`
}
