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
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { writeList } from '../output.ts'
import { parseSince } from '../quantities.ts'
import { addSubject } from '../subject.ts'

const MAX_RECORDS = 1_000

/** `coffer audit`. */
export function addAuditCommands(program: Command, context: CommandContext): void {
  const audit = addSubject(program, 'audit', 'What happened')
  const command = asClient(audit.command('search').description('Search the audit log, newest first'))
    .option('--action <name>', 'such as kms:Decrypt or kms:*')
    .option('--resource <arn>', 'an ARN, or its beginning and *')
    .option('--result <word>', 'done, refused or failed')
    .option('--since <time>', '24h, 30d, 2026-11-20, or an instant in ISO 8601')
    .option('--limit <n>', `at most so many, up to ${MAX_RECORDS}`, '100')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer audit search --result refused --since 1h\n  coffer audit search --action "kms:*" -o jsonl',
  )
  command.action(async () => {
    const options = optionsOf(command)
    const { records } = await clientOf(context, options).call('search-audit', {}, queryOf(options, context.now()))
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
      id: ({ requestId }: AuditRecordJson) => requestId,
      empty: 'Nothing of that kind is in the log.',
    }
    await writeList(context.terminal, outputOf(options), shape, records)
  })
}

function queryOf(options: Options, nowMs: number): AdminBodies['search-audit'] {
  const [action, resource, outcome, since] = ['action', 'resource', 'result', 'since'].map((name) => options.text(name))
  const from = since === undefined ? undefined : parseSince(since, nowMs)
  if (since !== undefined && from === undefined) {
    throw new CommandFailure(EXIT.usage, '--since must be a span such as 24h, a day such as 2026-11-20, or an instant')
  }
  return {
    ...(action === undefined ? {} : { action }),
    ...(resource === undefined ? {} : { resource }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(from === undefined ? {} : { since: from.toISOString() }),
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
