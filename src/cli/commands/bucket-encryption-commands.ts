import type { Command } from 'commander'
import type { AdminBodies, BucketEncryptionJson } from '../../dialects/admin/wire.ts'
import { RefusedByServer, type AdminClient } from '../admin-client.ts'
import {
  asClient,
  clientOf,
  optionsOf,
  outputOf,
  remark,
  type CommandContext,
  type Options,
} from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { parseBucketPath } from '../object-path.ts'
import { writeOne } from '../output.ts'
import { renderFacts } from '../table.ts'
import { addSubject } from '../subject.ts'

type BucketMode = NonNullable<AdminBodies['put-bucket-encryption']['mode']>

const MODES: Readonly<Record<string, BucketMode>> = {
  none: 'none',
  s3: 'sse-s3',
  'sse-s3': 'sse-s3',
  kms: 'sse-kms',
  'sse-kms': 'sse-kms',
  dsse: 'dsse-kms',
  'dsse-kms': 'dsse-kms',
}
const SHOWN_MODES: Readonly<Record<string, string>> = {
  none: 'None',
  'sse-s3': 'AES256',
  'sse-kms': 'KMS',
  'dsse-kms': 'DSSE-KMS',
}
const S3_WORDS: Readonly<Record<string, string>> = {
  none: 'AES256',
  'sse-s3': 'AES256',
  'sse-kms': 'aws:kms',
  'dsse-kms': 'aws:kms:dsse',
}

export function modeOf(text: string): BucketMode {
  const mode = Object.hasOwn(MODES, text) ? MODES[text] : undefined
  if (mode === undefined) throw new CommandFailure(EXIT.usage, '--mode must be one of none, s3, kms, dsse')
  return mode
}

/** `KMS, key alias/photos, bucket key on`. */
export function shownMode({ mode, key, bucketKey }: BucketEncryptionJson): string {
  const parts = [SHOWN_MODES[mode] ?? mode]
  if (key !== undefined) parts.push(`key ${key}`)
  if (bucketKey) parts.push('bucket key on')
  return parts.join(', ')
}

/** `coffer bucket encryption`. */
export function addBucketEncryptionCommands(bucket: Command, context: CommandContext): void {
  const encryption = addSubject(bucket, 'encryption', 'The default encryption of a bucket')
  addShow(encryption, context)
  addSet(encryption, context)
  addRemove(encryption, context)
}

function addShow(encryption: Command, context: CommandContext): void {
  const command = asClient(encryption.command('show <bucket>').description('Show the default encryption of a bucket'))
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer bucket encryption show photos\n  coffer bucket encryption show photos --json',
  )
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    const value = await client.call('get-bucket-encryption', { bucket: parseBucketPath(name) })
    const facts: (readonly [string, string])[] = [['mode', SHOWN_MODES[value.mode] ?? value.mode]]
    if (value.key !== undefined)
      facts.push(['key', value.key], ['resolves to', (await resolved(client, value.key)).shown])
    if (value.mode.endsWith('kms')) facts.push(['bucket key', value.bucketKey ? 'on' : 'off'])
    if (value.blocked !== undefined) facts.push(['blocked', value.blocked])
    facts.push(['set', value.explicit ? 'yes' : 'no, this is what a new bucket has'])
    facts.push(['as seen by', `s3 ${S3_WORDS[value.mode] ?? value.mode}`])
    writeOne(context.terminal, outputOf(options), { value, id: value.mode, text: renderFacts(facts) })
  })
}

function addSet(encryption: Command, context: CommandContext): void {
  const command = asClient(encryption.command('set <bucket>').description('Set the default encryption of a bucket'))
    .requiredOption('--mode <mode>', 'none, s3, kms or dsse')
    .option('--key <key>', 'KMS key: ARN (recommended), id or alias')
    .option('--bucket-key', 'spare key calls with a bucket key')
    .option('--strict', 'refuse a key that is unknown, disabled or pending deletion')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer bucket encryption set photos --mode kms --key alias/photos --bucket-key\n  coffer bucket encryption set photos --mode s3',
  )
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const target = { bucket: parseBucketPath(name) }
    const client = clientOf(context, options)
    const wish = wishOf(options)
    const before = await client.call('get-bucket-encryption', target)
    if (wish.key !== undefined) await lookAtKey(context, options, client, wish.key)
    const same =
      before.explicit && before.mode === wish.mode && before.key === wish.key && before.bucketKey === wish.bucketKey
    if (!same) await client.call('put-bucket-encryption', target, wish)
    const after: BucketEncryptionJson = { ...wish, cipher: before.cipher, explicit: true }
    remark(
      context,
      options,
      same
        ? `${target.bucket}: unchanged, ${shownMode(before)}.`
        : `${target.bucket}: ${shownMode(after)}. Was: ${shownMode(before)}.\n  Applies to later uploads; what is stored stays as it is.`,
    )
    writeOne(context.terminal, outputOf(options), { value: after, id: wish.mode, text: '' })
  })
}

function wishOf(options: Options): { readonly mode: BucketMode; readonly key?: string; readonly bucketKey: boolean } {
  const mode = modeOf(options.text('mode') ?? '')
  const key = options.text('key')
  if (key !== undefined && (mode === 'none' || mode === 'sse-s3')) {
    throw new CommandFailure(EXIT.usage, `--key does not go with --mode ${options.text('mode') ?? mode}`)
  }
  return { mode, bucketKey: options.flag('bucketKey'), ...(key === undefined ? {} : { key }) }
}

/** S3 takes any text as key of a default; the person who sets it is told when it will not work (S3-15). */
async function lookAtKey(context: CommandContext, options: Options, client: AdminClient, key: string): Promise<void> {
  const found = await resolved(client, key)
  if (found.state !== 'enabled') {
    const sentence = `the key ${key} is ${found.state}: uploads will be refused until that changes`
    if (options.flag('strict')) throw new CommandFailure(EXIT.conflict, `${sentence}. Nothing was changed.`)
    context.terminal.talk(`${context.style().warning('warning:')} ${sentence}\n`)
  }
  if (!key.startsWith('arn:') && found.arn !== undefined) {
    remark(
      context,
      options,
      `note: an id or alias is resolved in the account of whoever uploads; the ARN avoids that: --key ${found.arn}`,
    )
  }
}

async function resolved(
  client: AdminClient,
  key: string,
): Promise<{ readonly state: string; readonly shown: string; readonly arn?: string }> {
  try {
    const { key: found } = await client.call('describe-key', { key })
    return { state: found.state, shown: `${found.id}  ${found.state}`, arn: found.arn }
  } catch (error) {
    if (!(error instanceof RefusedByServer)) throw error
    const unknown = error.code === 'key-not-found' || error.code === 'alias-not-found'
    const state = unknown ? 'unknown' : 'not visible to you'
    return { state, shown: state }
  }
}

function addRemove(encryption: Command, context: CommandContext): void {
  const command = asClient(
    encryption.command('remove <bucket>').description('Remove the default encryption: later uploads get AES256'),
  )
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer bucket encryption remove photos\n  coffer bucket encryption remove s3://photos',
  )
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const target = { bucket: parseBucketPath(name) }
    await clientOf(context, options).call('delete-bucket-encryption', target)
    remark(context, options, `${target.bucket}: AES256 for later uploads. What is stored stays as it is.`)
  })
}
