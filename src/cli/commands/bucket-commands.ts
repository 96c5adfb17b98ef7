import type { Command } from 'commander'
import type { AdminResults } from '../../dialects/admin/wire.ts'
import type { AdminClient } from '../admin-client.ts'
import { RefusedByServer } from '../admin-client.ts'
import { asClient, clientOf, optionsOf, outputOf, remark, shownTime, type CommandContext } from '../command-context.ts'
import { confirm } from '../confirm.ts'
import { parseBucketPath } from '../object-path.ts'
import { writeList, writeOne } from '../output.ts'
import { printable, renderFacts } from '../table.ts'
import { addBucketEncryptionCommands, shownMode } from './bucket-encryption-commands.ts'
import { addBucketVersioningCommands } from './bucket-versioning-commands.ts'
import { addSubject } from '../subject.ts'

type BucketJson = AdminResults['list-buckets']['buckets'][number]

/** `coffer bucket`. */
export function addBucketCommands(program: Command, context: CommandContext): void {
  const bucket = addSubject(program, 'bucket', 'Buckets and their settings', 'buckets')
  addList(bucket, context)
  addShow(bucket, context)
  addCreate(bucket, context)
  addDelete(bucket, context)
  addBucketEncryptionCommands(bucket, context)
  addBucketVersioningCommands(bucket, context)
}

function addList(bucket: Command, context: CommandContext): void {
  const command = asClient(bucket.command('list').description('List the buckets of the account'))
    .option('--prefix <text>', 'only names that begin with this')
    .option('--limit <n>', 'at most so many')
  command.addHelpText('after', '\nExamples:\n  coffer bucket list\n  coffer bucket list -o id')
  command.action(async () => {
    const options = optionsOf(command)
    const prefix = options.text('prefix')
    const limit = options.number('limit', 1, Number.MAX_SAFE_INTEGER) ?? Infinity
    const client = clientOf(context, options)
    const shape = {
      member: 'buckets',
      columns: [
        { title: 'NAME', value: ({ name }: BucketJson) => name, flexible: true },
        { title: 'CREATED', value: ({ created }: BucketJson) => shownTime(context, created) },
        { title: 'REGION', value: ({ region }: BucketJson) => region },
      ],
      id: ({ name }: BucketJson) => name,
      empty: 'There are no buckets. Make one: coffer bucket create <name>',
    }
    await writeList(context.terminal, outputOf(options), shape, listBuckets(client, prefix, limit))
  })
}

async function* listBuckets(
  client: AdminClient,
  prefix: string | undefined,
  limit: number,
): AsyncGenerator<BucketJson> {
  let left = limit
  let after: string | undefined
  do {
    const page = await client.call(
      'list-buckets',
      {},
      {
        ...(prefix === undefined ? {} : { prefix }),
        ...(after === undefined ? {} : { after }),
        maxBuckets: Math.min(left, 1_000),
      },
    )
    yield* page.buckets.slice(0, left)
    left -= page.buckets.length
    after = page.next
  } while (after !== undefined && left > 0)
}

function addShow(bucket: Command, context: CommandContext): void {
  const command = asClient(bucket.command('show <bucket>').description('Show a bucket and its settings'))
  command.addHelpText('after', '\nExamples:\n  coffer bucket show photos\n  coffer bucket show photos --json')
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const bucketName = parseBucketPath(name)
    const client = clientOf(context, options)
    const target = { bucket: bucketName }
    const [{ region }, { versioning }, encryption] = await Promise.all([
      client.call('head-bucket', target),
      client.call('get-bucket-versioning', target),
      client.call('get-bucket-encryption', target),
    ])
    const value = { name: bucketName, region, versioning, encryption }
    const text = renderFacts([
      ['name', bucketName],
      ['region', region],
      ['versioning', versioning],
      ['encryption', shownMode(encryption)],
    ])
    writeOne(context.terminal, outputOf(options), { value, id: bucketName, text })
  })
}

function addCreate(bucket: Command, context: CommandContext): void {
  const command = asClient(bucket.command('create <bucket>').description('Make a bucket')).option(
    '--if-missing',
    'no failure when it is there already',
  )
  command.addHelpText('after', '\nExamples:\n  coffer bucket create photos\n  coffer bucket create photos --if-missing')
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const bucketName = parseBucketPath(name)
    const value = { name: bucketName }
    try {
      await clientOf(context, options).call('create-bucket', { bucket: bucketName }, {})
      remark(context, options, `${bucketName}: created.`)
    } catch (error) {
      const there = error instanceof RefusedByServer && error.code === 'bucket-exists'
      if (!there || !options.flag('ifMissing')) throw error
      remark(context, options, `${bucketName}: unchanged, it was there.`)
    }
    writeOne(context.terminal, outputOf(options), { value, id: bucketName, text: '' })
  })
}

function addDelete(bucket: Command, context: CommandContext): void {
  const command = asClient(bucket.command('delete <bucket>').description('Delete an empty bucket')).option(
    '-y, --yes',
    'do not ask',
  )
  command.addHelpText('after', '\nExamples:\n  coffer bucket delete photos\n  coffer bucket delete photos --yes')
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const bucketName = parseBucketPath(name)
    const client = clientOf(context, options)
    await client.call('head-bucket', { bucket: bucketName })
    await confirm(context.terminal, {
      name: bucketName,
      question: `Type the name to delete the bucket ${printable(bucketName)}`,
      dependents: 0,
      yes: options.flag('yes'),
      confirmed: undefined,
    })
    await client.call('delete-bucket', { bucket: bucketName })
    remark(context, options, `${bucketName}: deleted.`)
  })
}
