import type { Command } from 'commander'
import type { TagJson } from '../../dialects/admin/wire.ts'
import { asClient, clientOf, optionsOf, outputOf, remark, type CommandContext } from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { parseObjectPath } from '../object-path.ts'
import { writeList } from '../output.ts'
import { printable } from '../table.ts'
import { addSubject } from '../subject.ts'

/** `coffer object tags`. */
export function addObjectTagCommands(object: Command, context: CommandContext): void {
  const tags = addSubject(object, 'tags', 'The tags of an object')
  const target = (path: string): { bucket: string; object: string } => {
    const { bucket, key } = parseObjectPath(path)
    return { bucket, object: key }
  }
  const show = asClient(tags.command('show <bucket/key>').description('Show the tags of an object'))
  show.addHelpText(
    'after',
    '\nExamples:\n  coffer object tags show photos/a.jpg\n  coffer object tags show photos/a.jpg --json',
  )
  show.action(async (path: string) => {
    const options = optionsOf(show)
    const value = await clientOf(context, options).call('get-object-tagging', target(path))
    const shape = {
      member: 'tags',
      columns: [
        { title: 'TAG', value: ({ key }: TagJson) => key },
        { title: 'VALUE', value: (tag: TagJson) => tag.value, flexible: true },
      ],
      id: ({ key }: TagJson) => key,
      empty: 'It has no tags.',
    }
    await writeList(context.terminal, outputOf(options), shape, value.tags)
  })
  const set = asClient(
    tags.command('set <bucket/key> <tag...>').description('Set the tags of an object; others are removed'),
  )
  set.addHelpText(
    'after',
    '\nExamples:\n  coffer object tags set photos/a.jpg year=2026 owner=ann\n  coffer object tags set photos/a.jpg year=2026',
  )
  set.action(async (path: string, texts: readonly string[]) => {
    const options = optionsOf(set)
    await clientOf(context, options).call('put-object-tagging', target(path), { tags: texts.map(tagOf) })
    remark(context, options, `${printable(path)}: ${texts.length === 1 ? '1 tag' : `${texts.length} tags`}.`)
  })
  const remove = asClient(tags.command('remove <bucket/key>').description('Remove all tags of an object'))
  remove.addHelpText(
    'after',
    '\nExamples:\n  coffer object tags remove photos/a.jpg\n  coffer object tags remove s3://photos/a.jpg',
  )
  remove.action(async (path: string) => {
    const options = optionsOf(remove)
    await clientOf(context, options).call('delete-object-tagging', target(path))
    remark(context, options, `${printable(path)}: no tags.`)
  })
}

function tagOf(text: string): TagJson {
  const equals = text.indexOf('=')
  if (equals < 1) throw new CommandFailure(EXIT.usage, 'a tag is written as name=value')
  return { key: text.slice(0, equals), value: text.slice(equals + 1) }
}
