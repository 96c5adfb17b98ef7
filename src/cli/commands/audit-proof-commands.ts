import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { AuditProofJson, AuditReportJson } from '../../dialects/admin/wire.ts'
import { asClient, clientOf, optionsOf, outputOf, remark, shownTime, type CommandContext } from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { writeOne } from '../output.ts'
import { count, plural } from '../quantities.ts'
import { renderFacts } from '../table.ts'

/** What the server takes of them; the newest say the most. */
const MAX_CHECKPOINT_CHARS = 8_000

/** `coffer audit verify`, `prove` and `key`. */
export function addAuditProofCommands(audit: Command, context: CommandContext): void {
  addVerify(audit, context)
  addProve(audit, context)
  addKey(audit, context)
}

function addVerify(audit: Command, context: CommandContext): void {
  const command = asClient(
    audit
      .command('verify')
      .description('Hold the whole audit log against its hash chain, its tree and its checkpoints'),
  ).option('--checkpoint <file>', 'checkpoints that were kept elsewhere (coffer audit export --checkpoint)')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer audit verify\n  coffer audit verify --checkpoint /mnt/usb/checkpoints',
  )
  command.action(async () => {
    const options = optionsOf(command)
    const file = options.text('checkpoint')
    const body = file === undefined ? {} : { checkpoints: lastNotes(readNotes(file)) }
    const value = await clientOf(context, options).call('verify-audit', {}, body)
    const text = reportText(context, value)
    writeOne(context.terminal, outputOf(options), { value, id: value.intact ? 'intact' : 'broken', text })
    if (!value.intact) context.setExitCode(EXIT.damage)
    else if (file === undefined) remark(context, options, 'keep it elsewhere: coffer audit export --checkpoint')
  })
}

function readNotes(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CommandFailure(EXIT.usage, `${file} can't be read`)
  }
}

/** Whole notes only: each begins after the empty line behind a signature. */
function lastNotes(text: string): string {
  let rest = text
  while (rest.length > MAX_CHECKPOINT_CHARS) {
    const end = /\n— [^\n]*\n\n/.exec(rest)
    if (end === null) throw new CommandFailure(EXIT.usage, 'that is no file of checkpoints')
    rest = rest.slice(end.index + end[0].length)
  }
  return rest
}

export function reportText(context: CommandContext, report: AuditReportJson): string {
  const { records, segments, first, last, problems, checkpoint, intact } = report
  const span = first === undefined ? '' : `, ${shownTime(context, first)} … ${shownTime(context, last, true)}`
  const size = `${plural(records, 'record')} in ${plural(segments, 'segment')}${span}`
  const signed =
    checkpoint === undefined
      ? 'no checkpoint yet\n'
      : `checkpoint ${checkpoint.root.slice(0, 16)}… over ${plural(checkpoint.size, 'record')}, signed by ${report.verifierKey ?? ''}\n`
  if (intact) return `complete and unchanged: ${size}\n${signed}`
  return problems.map((problem) => `${problemText(context, problem)}\n`).join('') + `looked at: ${size}\n`
}

function problemText(
  context: CommandContext,
  { what, record, segment, after }: AuditReportJson['problems'][number],
): string {
  if (record === undefined) return `broken: ${what}.`
  const where = [
    ...(segment === undefined ? [] : [`segment ${count(segment)}`]),
    ...(after === undefined ? [] : [`after ${shownTime(context, after, true)}`]),
  ]
  const place = where.length === 0 ? '' : ` (${where.join(', ')})`
  return `broken at record ${count(record)}${place}: ${what}. ${plural(record, 'record')} before it are intact.`
}

function addProve(audit: Command, context: CommandContext): void {
  const command = asClient(
    audit.command('prove <event>').description('Show that a record is one that a signed checkpoint speaks of'),
  )
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer audit prove 8f1c0b2e-7d1a-8c3f-8100-00000000002a\n  coffer audit prove 8f1c0b2e-7d1a-8c3f-8100-00000000002a -o json > proof.json',
  )
  command.action(async (id: string) => {
    const options = optionsOf(command)
    const value = await clientOf(context, options).call('prove-audit', {}, { id })
    writeOne(context.terminal, outputOf(options), { value, id: String(value.index), text: proofText(value) })
  })
}

function proofText({ line, index, size, hashes, checkpoint, verifierKey }: AuditProofJson): string {
  return renderFacts([
    ['record', `${count(index)} of ${count(size)}`],
    ['line', line],
    ...hashes.map((hash, step) => [step === 0 ? 'proof' : '', hash] as const),
    ...checkpoint
      .trimEnd()
      .split('\n')
      .map((text, step) => [step === 0 ? 'checkpoint' : '', text] as const),
    ['key', verifierKey],
  ])
}

function addKey(audit: Command, context: CommandContext): void {
  const command = asClient(audit.command('key').description('The public key that the checkpoints are verified with'))
  command.addHelpText('after', '\nExamples:\n  coffer audit key\n  coffer audit key -o id > coffer-audit.vkey')
  command.action(async () => {
    const options = optionsOf(command)
    const { verifierKey } = await clientOf(context, options).call('get-audit-checkpoint')
    const one = { value: { verifierKey }, id: verifierKey, text: `${verifierKey}\n` }
    writeOne(context.terminal, outputOf(options), one)
  })
}
