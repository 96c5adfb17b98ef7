import type { Command } from 'commander'
import type { VerifyJson } from '../../dialects/admin/wire.ts'
import { asClient, clientOf, optionsOf, outputOf, type CommandContext } from '../command-context.ts'
import { EXIT } from '../exit-codes.ts'
import { writeOne } from '../output.ts'
import { count } from '../quantities.ts'
import { renderFacts } from '../table.ts'

/** `coffer verify`: exit 7 when something is damaged. */
export function addVerifyCommand(program: Command, context: CommandContext): void {
  const command = asClient(
    program.command('verify').description('Read and authenticate everything that is stored, compare every counter'),
  ).option('--bucket <bucket>', 'only this bucket')
  command.addHelpText('after', '\nExamples:\n  coffer verify\n  coffer verify --bucket photos --json')
  command.action(async () => {
    const options = optionsOf(command)
    const bucket = options.text('bucket')
    const value = await clientOf(context, options).call('verify-store', bucket === undefined ? {} : { bucket })
    const good = isWhole(value)
    writeOne(context.terminal, outputOf(options), { value, id: good ? 'whole' : 'damaged', text: verifyText(value) })
    if (!good) context.setExitCode(EXIT.damage)
  })
}

function isWhole(report: VerifyJson): boolean {
  const { versions, sealed, readable, keysMissing, damaged, countersAgree, indexAgrees } = report
  const all = sealed === versions && readable === versions
  return all && keysMissing === 0 && damaged.length === 0 && countersAgree && indexAgrees
}

export function verifyText(report: VerifyJson): string {
  const { versions, sealed, readable, damaged, keysMissing, orphans, leftovers } = report
  const agree = (good: boolean): string => (good ? 'agree' : 'DO NOT AGREE')
  return renderFacts([
    ['sealed', `${count(sealed)} of ${count(versions)}`],
    ['readable', `${count(readable)}      damaged ${count(damaged.length)}      keys missing ${count(keysMissing)}`],
    [
      'counters',
      `${agree(report.countersAgree)}      index ${report.indexAgrees ? 'agrees' : 'DOES NOT AGREE'}      orphans ${count(orphans)}      leftovers ${count(leftovers)}`,
    ],
    ...damaged.map(
      ({ bucket, key, versionId, what }, index) =>
        [index === 0 ? 'damaged' : '', `${bucket}/${key}  version ${versionId}  ${what}`] as const,
    ),
    ...report.remarks.map((remark, index) => [index === 0 ? 'remarks' : '', remark] as const),
  ])
}
