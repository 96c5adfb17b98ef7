import type { Command } from 'commander'
import type { EncryptionJson, ListedObjectJson, ObjectJson, ShownEncryptionJson } from '../../dialects/admin/wire.ts'
import type { AdminClient } from '../admin-client.ts'
import {
  asClient,
  clientOf,
  optionsOf,
  outputOf,
  remark,
  shownTime,
  type CommandContext,
  type Options,
} from '../command-context.ts'
import { confirm } from '../confirm.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { fileBody, inputBody, saveBody } from '../object-transfer.ts'
import { parseObjectPath, parsePath } from '../object-path.ts'
import { writeList, writeOne } from '../output.ts'
import { size } from '../quantities.ts'
import { printable, renderFacts } from '../table.ts'
import { modeOf } from './bucket-encryption-commands.ts'
import { addObjectTagCommands } from './object-tag-commands.ts'
import { addSubject } from '../subject.ts'

/** `coffer object`: for everyday help and scripts without an SDK; it is no second `aws s3`. */
export function addObjectCommands(program: Command, context: CommandContext): void {
  const object = addSubject(program, 'object', 'Objects, one at a time', 'objects')
  addList(object, context)
  addShow(object, context)
  addPut(object, context)
  addGet(object, context)
  addCopy(object, context)
  addDelete(object, context)
  addObjectTagCommands(object, context)
}

type Listed = ListedObjectJson | { readonly group: string }

function addList(object: Command, context: CommandContext): void {
  const command = asClient(object.command('list <bucket/prefix>').description('List the objects of a bucket'))
    .option('--delimiter <text>', 'group names at this text, such as /')
    .option('--limit <n>', 'at most so many')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer object list photos/2026/\n  coffer object list photos --delimiter / -o jsonl',
  )
  command.action(async (path: string) => {
    const options = optionsOf(command)
    const { bucket, key: prefix } = parsePath(path)
    const limit = options.number('limit', 1, Number.MAX_SAFE_INTEGER) ?? Infinity
    const delimiter = options.text('delimiter') ?? ''
    const items = listObjects(clientOf(context, options), { bucket, prefix, delimiter, limit })
    const shape = {
      member: 'objects',
      columns: [
        { title: 'SIZE', value: (one: Listed) => ('group' in one ? '' : size(one.size)), right: true },
        { title: 'MODIFIED', value: (one: Listed) => ('group' in one ? '' : shownTime(context, one.lastModified)) },
        { title: 'KEY', value: (one: Listed) => ('group' in one ? one.group : one.key), flexible: true },
      ],
      id: (one: Listed) => ('group' in one ? one.group : one.key),
      empty: 'There are no objects.',
    }
    await writeList(context.terminal, outputOf(options), shape, items)
  })
}

interface Listing {
  readonly bucket: string
  readonly prefix: string
  readonly delimiter: string
  readonly limit: number
}

async function* listObjects(
  client: AdminClient,
  { bucket, prefix, delimiter, limit }: Listing,
): AsyncGenerator<Listed> {
  let left = limit
  let continuation: string | undefined
  do {
    const page = await client.call(
      'list-objects',
      { bucket },
      {
        prefix,
        delimiter,
        maxKeys: Math.min(left, 1_000),
        ...(continuation === undefined ? {} : { continuation }),
      },
    )
    for (const group of page.groups) yield { group }
    yield* page.objects
    left -= page.groups.length + page.objects.length
    continuation = page.next
  } while (continuation !== undefined && left > 0)
}

function addShow(object: Command, context: CommandContext): void {
  const command = asClient(object.command('show <bucket/key>').description('Show what is known of an object')).option(
    '--version-id <id>',
    'an older version',
  )
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer object show photos/a.jpg\n  coffer object show photos/a.jpg --json',
  )
  command.action(async (path: string) => {
    const options = optionsOf(command)
    const value = await clientOf(context, options).call('head-object', objectTarget(path, options))
    writeOne(context.terminal, outputOf(options), {
      value,
      id: value.versionId ?? value.etag,
      text: objectText(context, value),
    })
  })
}

function objectTarget(path: string, options: Options): { bucket: string; object: string; versionId?: string } {
  const { bucket, key } = parseObjectPath(path)
  const versionId = options.text('versionId')
  return { bucket, object: key, ...(versionId === undefined ? {} : { versionId }) }
}

function shownEncryption({ mode, keyArn, bucketKey }: ShownEncryptionJson): string {
  const key = keyArn === undefined ? '' : `, key ${keyArn}`
  return `${mode}${key}${bucketKey === true ? ', bucket key' : ''}`
}

export function objectText(context: CommandContext, object: ObjectJson): string {
  return renderFacts([
    ['key', object.key],
    ...(object.versionId === undefined ? [] : [['version', object.versionId] as const]),
    ['size', size(object.size)],
    ['modified', shownTime(context, object.lastModified, true)],
    ['etag', object.etag],
    ...(object.contentType === undefined ? [] : [['type', object.contentType] as const]),
    ['encryption', shownEncryption(object.encryption)],
    ['tags', String(object.tagCount)],
  ])
}

function encryptionOptions(command: Command): Command {
  return command
    .option('--mode <mode>', 's3, kms or dsse; the default of the bucket decides without it')
    .option('--key <key>', 'KMS key: ARN, id or alias')
    .option('--bucket-key', 'spare key calls with a bucket key')
}

function encryptionOf(options: Options): EncryptionJson | undefined {
  const [word, key, bucketKey] = [options.text('mode'), options.text('key'), options.flag('bucketKey')]
  if (word === undefined) {
    if (key !== undefined || bucketKey) throw new CommandFailure(EXIT.usage, '--key and --bucket-key need --mode kms')
    return undefined
  }
  const mode = modeOf(word)
  if (mode === 'none') throw new CommandFailure(EXIT.usage, 'an object cannot be stored without encryption')
  if (mode === 'sse-s3' && (key !== undefined || bucketKey)) {
    throw new CommandFailure(EXIT.usage, '--key and --bucket-key need --mode kms')
  }
  return { mode, ...(key === undefined ? {} : { key }), ...(bucketKey ? { bucketKey } : {}) }
}

function addPut(object: Command, context: CommandContext): void {
  const command = encryptionOptions(
    asClient(object.command('put <file> <bucket/key>').description('Store a file, or standard input as -')),
  ).option('--content-type <type>', 'content type to keep with it')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer object put a.jpg photos/a.jpg\n  tar c . | coffer object put - backup/home.tar --mode kms --key backup',
  )
  command.action(async (file: string, path: string) => {
    const options = optionsOf(command)
    const { bucket, key } = parseObjectPath(path)
    const encryption = encryptionOf(options)
    const contentType = options.text('contentType')
    const client = clientOf(context, options)
    const body = file === '-' ? await inputBody(context.terminal.readInput()) : await fileBody(file)
    const value = await client.putObject({
      bucket,
      object: key,
      ...body,
      ...(encryption === undefined ? {} : { encryption }),
      ...(contentType === undefined ? {} : { contentType }),
    })
    remark(context, options, `${printable(path)}: stored ${size(value.size)}, ${shownEncryption(value.encryption)}.`)
    writeOne(context.terminal, outputOf(options), { value, id: value.versionId ?? value.etag, text: '' })
  })
}

function addGet(object: Command, context: CommandContext): void {
  const command = asClient(
    object.command('get <bucket/key> [file]').description('Fetch an object to a file, or to standard output'),
  )
    .option('--version-id <id>', 'an older version')
    .option('--overwrite', 'replace a file that exists')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer object get photos/a.jpg a.jpg\n  coffer object get backup/home.tar - | tar t',
  )
  command.action(async (path: string, file: string | undefined) => {
    const options = optionsOf(command)
    const { terminal } = context
    const download = await clientOf(context, options).getObject(objectTarget(path, options))
    if (file === undefined || file === '-') {
      for await (const piece of download.body) await terminal.outBytes(piece)
      return
    }
    await saveBody(download, file, options.flag('overwrite'))
    remark(context, options, `${file}: ${size(download.sizeBytes)}.`)
  })
}

function addCopy(object: Command, context: CommandContext): void {
  const command = encryptionOptions(
    asClient(object.command('copy <from> <to>').description('Copy an object within the server')),
  ).option('--version-id <id>', 'an older version of the source')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer object copy photos/a.jpg archive/a.jpg\n  coffer object copy photos/a.jpg photos/a.jpg --mode kms --key photos',
  )
  command.action(async (from: string, to: string) => {
    const options = optionsOf(command)
    const [source, target] = [parseObjectPath(from), parseObjectPath(to)]
    const versionId = options.text('versionId')
    const encryption = encryptionOf(options)
    const value = await clientOf(context, options).call(
      'copy-object',
      {
        bucket: target.bucket,
        object: target.key,
        sourceBucket: source.bucket,
        sourceObject: source.key,
        ...(versionId === undefined ? {} : { sourceVersionId: versionId }),
      },
      encryption === undefined ? {} : { encryption },
    )
    remark(context, options, `${printable(to)}: copied, ${shownEncryption(value.encryption)}.`)
    writeOne(context.terminal, outputOf(options), { value, id: value.versionId ?? value.etag, text: '' })
  })
}

function addDelete(object: Command, context: CommandContext): void {
  const command = asClient(object.command('delete <bucket/key>').description('Delete an object'))
    .option('--version-id <id>', 'delete this version for ever')
    .option('-y, --yes', 'do not ask')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer object delete photos/a.jpg\n  coffer object delete photos/a.jpg --yes',
  )
  command.action(async (path: string) => {
    const options = optionsOf(command)
    const target = objectTarget(path, options)
    await confirm(context.terminal, {
      name: target.object,
      question: `Type the name of the object to delete it: ${printable(target.object)}`,
      dependents: 0,
      yes: options.flag('yes'),
      confirmed: undefined,
    })
    const value = await clientOf(context, options).call('delete-object', target)
    remark(
      context,
      options,
      `${printable(path)}: ${value.deleteMarker ? 'deleted; older versions are kept' : 'deleted'}.`,
    )
    writeOne(context.terminal, outputOf(options), { value, id: value.versionId ?? target.object, text: '' })
  })
}
