import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Command } from 'commander'
import type { AdminClient } from '../admin-client.ts'
import { asClient, clientOf, optionsOf, remark, type CommandContext, type Options } from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { plural } from '../quantities.ts'
import { timeOf } from './time-option.ts'

/** `coffer audit export`: the whole log, oldest first, a JSON text a line. */
export function addAuditExportCommand(audit: Command, context: CommandContext): void {
  const command = asClient(
    audit.command('export').description('The audit log as JSON lines in the names of AWS CloudTrail, oldest first'),
  )
    .option('--since <time>', '24h, 30d, 2026-11-20, or an instant in ISO 8601')
    .option('--until <time>', 'before this time')
    .option('--format <name>', 'cloudtrail, or ledger: the lines of the hash chain as they are', 'cloudtrail')
    .option('--checkpoint', 'instead: a checkpoint that is signed now, to be kept elsewhere')
    .option('--to <file>', 'write there, which must not exist, instead of to standard output')
    .option('--gzip', 'compressed')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer audit export --since 30d --gzip --to audit.jsonl.gz\n  coffer audit export --checkpoint >> /mnt/usb/checkpoints',
  )
  command.action(async () => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    const counted = { records: 0 }
    const lines = options.flag('checkpoint')
      ? checkpointText(client)
      : exportedLines(client, options, context.now(), counted)
    await write(context, options, lines)
    if (!options.flag('checkpoint')) remark(context, options, `${plural(counted.records, 'record')} exported.`)
  })
}

/** Ends in an empty line, so that the next one can be appended. */
async function* checkpointText(client: AdminClient): AsyncGenerator<string> {
  const { note } = await client.call('get-audit-checkpoint')
  if (note === undefined) throw new CommandFailure(EXIT.notFound, 'there is no checkpoint: nothing was recorded yet')
  yield `${note}\n`
}

async function* exportedLines(
  client: AdminClient,
  options: Options,
  nowMs: number,
  counted: { records: number },
): AsyncGenerator<string> {
  const [since, until] = [timeOf(options, 'since', nowMs), timeOf(options, 'until', nowMs)]
  const range = {
    format: formatOf(options),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
  let from: number | undefined = 0
  while (from !== undefined) {
    const page: { readonly lines: readonly string[]; readonly next?: number } = await client.call(
      'export-audit',
      {},
      { ...range, from },
    )
    counted.records += page.lines.length
    if (page.lines.length > 0) yield `${page.lines.join('\n')}\n`
    from = page.next
  }
}

function formatOf(options: Options): 'cloudtrail' | 'ledger' {
  const format = options.text('format')
  if (format === 'cloudtrail' || format === 'ledger') return format
  throw new CommandFailure(EXIT.usage, '--format must be cloudtrail or ledger')
}

async function write(context: CommandContext, options: Options, lines: AsyncIterable<string>): Promise<void> {
  const file = options.text('to')
  const source = Readable.from(lines)
  const target = async (chunks: AsyncIterable<Uint8Array | string>): Promise<void> => {
    for await (const chunk of chunks) {
      if (typeof chunk === 'string') context.terminal.out(chunk)
      else await context.terminal.outBytes(chunk)
    }
  }
  if (file === undefined) {
    if (options.flag('gzip')) await pipeline(source, createGzip(), target)
    else await pipeline(source, target)
    return
  }
  const sink = createWriteStream(file, { flags: 'wx', mode: 0o600 })
  sink.on('error', () => undefined)
  try {
    if (options.flag('gzip')) await pipeline(source, createGzip(), sink)
    else await pipeline(source, sink)
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (exists) throw new CommandFailure(EXIT.conflict, `${file} exists`)
    throw error
  }
}
