import type { Command } from 'commander'
import type { StatusJson } from '../../dialects/admin/wire.ts'
import { asClient, clientOf, optionsOf, outputOf, type CommandContext } from '../command-context.ts'
import { EXIT } from '../exit-codes.ts'
import { writeOne } from '../output.ts'
import { count, duration, plural, size } from '../quantities.ts'
import { renderFacts } from '../table.ts'

/** `coffer status`. */
export function addStatusCommand(program: Command, context: CommandContext): void {
  const command = asClient(program.command('status').description('Health, version, what is stored'))
  command.addHelpText('after', '\nExamples:\n  coffer status\n  coffer status --json')
  command.action(async () => {
    const options = optionsOf(command)
    const value = await clientOf(context, options).call('server-status')
    writeOne(context.terminal, outputOf(options), { value, id: value.state, text: statusText(value, context.now()) })
    if (value.state !== 'serving') context.setExitCode(EXIT.away)
  })
}

export function statusText(status: StatusJson, nowMs: number): string {
  const up = duration(Math.max(0, nowMs - Date.parse(status.started)))
  const free = status.freeBytes === undefined ? '' : `      ${size(status.freeBytes)} free`
  return renderFacts([
    [status.state, `${status.version}, ${plural(status.workers, 'worker')}, up ${up}`],
    ['account', `${status.account}      region ${status.region}`],
    ['data', `${status.data}${free}`],
    ['root', status.rootProvider],
    ...(status.audit === undefined ? [] : [['audit', auditWords(status.audit)] as const]),
    [
      'stored',
      `${plural(status.versions, 'version')} in ${plural(status.buckets, 'bucket')}, ${size(status.bytes)}      uploads ${status.uploads}`,
    ],
  ])
}

function auditWords({ records, signedRecords }: NonNullable<StatusJson['audit']>): string {
  const signed = signedRecords === undefined ? 'no checkpoint yet' : `${count(signedRecords)} under the last checkpoint`
  return `${plural(records, 'record')} sealed, ${signed}`
}
