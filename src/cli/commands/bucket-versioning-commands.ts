import type { Command } from 'commander'
import { asClient, clientOf, optionsOf, outputOf, remark, type CommandContext } from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { parseBucketPath } from '../object-path.ts'
import { writeOne } from '../output.ts'
import { addSubject } from '../subject.ts'

/** `coffer bucket versioning`. */
export function addBucketVersioningCommands(bucket: Command, context: CommandContext): void {
  const versioning = addSubject(bucket, 'versioning', 'Whether old versions are kept')
  const show = asClient(versioning.command('show <bucket>').description('Show the versioning of a bucket'))
  show.addHelpText(
    'after',
    '\nExamples:\n  coffer bucket versioning show photos\n  coffer bucket versioning show photos -o id',
  )
  show.action(async (name: string) => {
    const options = optionsOf(show)
    const value = await clientOf(context, options).call('get-bucket-versioning', { bucket: parseBucketPath(name) })
    writeOne(context.terminal, outputOf(options), { value, id: value.versioning, text: `${value.versioning}\n` })
  })
  const set = asClient(
    versioning.command('set <bucket> <enabled|suspended>').description('Set the versioning of a bucket'),
  )
  set.addHelpText(
    'after',
    '\nExamples:\n  coffer bucket versioning set photos enabled\n  coffer bucket versioning set photos suspended',
  )
  set.action(async (name: string, word: string) => {
    const options = optionsOf(set)
    if (word !== 'enabled' && word !== 'suspended') {
      throw new CommandFailure(
        EXIT.usage,
        'versioning is enabled or suspended; a bucket never goes back to unversioned',
      )
    }
    const target = { bucket: parseBucketPath(name) }
    const client = clientOf(context, options)
    const before = await client.call('get-bucket-versioning', target)
    if (before.versioning !== word) await client.call('put-bucket-versioning', target, { versioning: word })
    remark(
      context,
      options,
      before.versioning === word
        ? `${target.bucket}: unchanged, ${word}.`
        : `${target.bucket}: versioning ${word}. Was: ${before.versioning}.`,
    )
    writeOne(context.terminal, outputOf(options), { value: { versioning: word }, id: word, text: '' })
  })
}
