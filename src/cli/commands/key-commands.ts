import type { Command } from 'commander'
import type { DependentsJson, KeyJson, UnusedKeyJson } from '../../dialects/admin/wire.ts'
import { RefusedByServer, type AdminClient } from '../admin-client.ts'
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
import { findKey, keyReference } from '../find-key.ts'
import { writeList, writeOne } from '../output.ts'
import { count, plural } from '../quantities.ts'
import { renderFacts } from '../table.ts'
import { addKeyAliasCommands } from './key-alias-commands.ts'
import { addKeyGrantCommands } from './key-grant-commands.ts'
import { addKeyImport } from './key-import-command.ts'
import { addKeyPolicyCommands } from './key-policy-commands.ts'
import { addKeyRotationCommands } from './key-rotation-commands.ts'
import { addSubject } from '../subject.ts'
import { timeOf } from './time-option.ts'

/** `coffer key`. */
export function addKeyCommands(program: Command, context: CommandContext): void {
  const key = addSubject(program, 'key', 'KMS keys', 'keys')
  addList(key, context)
  addShow(key, context)
  addDepends(key, context)
  addCreate(key, context)
  addKeyImport(key, context)
  addChange(key, context, { verb: 'enable', kind: 'enable-key', done: 'enabled', about: 'Enable a disabled key' })
  addDisable(key, context)
  addChange(key, context, { verb: 'rotate', kind: 'rotate-key', done: 'rotated', about: 'Make a new version of a key' })
  addDelete(key, context)
  addChange(key, context, {
    verb: 'undelete',
    kind: 'cancel-key-deletion',
    done: 'no longer pending deletion; enable it to use it',
    about: 'Cancel a scheduled deletion',
  })
  addKeyAliasCommands(key, context)
  addKeyRotationCommands(key, context)
  addKeyPolicyCommands(key, context)
  addKeyGrantCommands(key, context)
}

/** The alias a person knows the key by, else its id. */
function nameOf(key: KeyJson): string {
  return key.aliases[0] ?? key.id
}

function addList(key: Command, context: CommandContext): void {
  const command = asClient(key.command('list').description('List the keys of the account')).option(
    '--unused-since <time>',
    'only keys that nobody has used since: 90d, 2026-11-20, or an instant',
  )
  command.addHelpText('after', '\nExamples:\n  coffer key list\n  coffer key list --unused-since 90d -o id')
  command.action(async () => {
    const options = optionsOf(command)
    const since = timeOf(options, 'unusedSince', context.now())
    if (since !== undefined) {
      await listUnused(context, options, since)
      return
    }
    const { keys } = await clientOf(context, options).call('list-keys')
    const shape = {
      member: 'keys',
      columns: [
        { title: 'KEY', value: ({ id }: KeyJson) => id },
        { title: 'STATE', value: ({ state }: KeyJson) => state },
        { title: 'VERSION', value: ({ version }: KeyJson) => String(version), right: true },
        { title: 'CREATED', value: ({ created }: KeyJson) => shownTime(context, created) },
        { title: 'ALIASES', value: ({ aliases }: KeyJson) => aliases.join(' '), flexible: true },
      ],
      id: ({ id }: KeyJson) => id,
      empty: 'There are no keys. Make one: coffer key create --alias <name>',
    }
    await writeList(context.terminal, outputOf(options), shape, keys)
  })
}

async function listUnused(context: CommandContext, options: Options, since: string): Promise<void> {
  const { keys } = await clientOf(context, options).call('list-unused-keys', {}, { since })
  const shape = {
    member: 'keys',
    columns: [
      { title: 'KEY', value: ({ id }: UnusedKeyJson) => id },
      { title: 'STATE', value: ({ state }: UnusedKeyJson) => state },
      { title: 'CREATED', value: ({ created }: UnusedKeyJson) => shownTime(context, created) },
      { title: 'LAST USED', value: ({ lastUsed }: UnusedKeyJson) => shownTime(context, lastUsed) || 'never' },
      { title: 'ALIASES', value: ({ aliases }: UnusedKeyJson) => aliases.join(' '), flexible: true },
    ],
    id: ({ id }: UnusedKeyJson) => id,
    empty: 'Every key has been used since.',
  }
  await writeList(context.terminal, outputOf(options), shape, keys)
}

function addShow(key: Command, context: CommandContext): void {
  const command = asClient(key.command('show <key>').description('Show a key: id, ARN, alias'))
  command.addHelpText('after', '\nExamples:\n  coffer key show alias/photos\n  coffer key show photos --json')
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const value = await withDependents(clientOf(context, options), name)
    writeOne(context.terminal, outputOf(options), { value, id: value.key.id, text: keyText(context, value) })
  })
}

function addDepends(key: Command, context: CommandContext): void {
  const command = asClient(key.command('depends <key>').description('Show exactly what depends on a key'))
  command.addHelpText('after', '\nExamples:\n  coffer key depends alias/photos\n  coffer key depends photos --json')
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const value = await withDependents(clientOf(context, options), name)
    const text = renderFacts(dependentFacts(value.dependents))
    writeOne(context.terminal, outputOf(options), { value, id: value.key.id, text })
  })
}

interface KeyAndDependents {
  readonly key: KeyJson
  readonly dependents: DependentsJson
}

async function withDependents(client: AdminClient, text: string): Promise<KeyAndDependents> {
  const { id } = await findKey(client, text)
  return client.call('key-dependents', { key: id })
}

function totalOf({ versions, uploads, defaults }: DependentsJson): number {
  return versions + uploads + defaults
}

function dependsWords({ versions, uploads, defaults }: DependentsJson): string {
  const words = [plural(versions, 'object version'), plural(uploads, 'upload'), plural(defaults, 'bucket default')]
  return `${words[0] ?? ''}, ${words[1] ?? ''} and ${words[2] ?? ''}`
}

function dependentFacts(dependents: DependentsJson): readonly (readonly [string, string])[] {
  if (totalOf(dependents) === 0) return [['depends', 'nothing']]
  const versions = dependents.byVersion.map(({ version, count: number }) => `v${version} ${count(number)}`)
  return [
    ['depends', dependsWords(dependents)],
    ...(versions.length === 0 ? [] : [['', versions.join('   ')] as const]),
  ]
}

export function keyText(context: CommandContext, { key, dependents }: KeyAndDependents): string {
  const { rotation, deletion } = key
  return renderFacts([
    ['id', key.id],
    ['arn', key.arn],
    ['aliases', key.aliases.length === 0 ? 'none' : key.aliases.join(' ')],
    ['state', deletion === undefined ? key.state : `${key.state} until ${shownTime(context, deletion)}`],
    ['origin', `${key.origin}      managed by ${key.manager}`],
    ['account', `${key.account}      region ${key.region}`],
    ['created', shownTime(context, key.created)],
    [
      'rotation',
      rotation === undefined
        ? `off, version ${key.version}`
        : `every ${rotation.periodDays} days, next ${shownTime(context, rotation.next)}, version ${key.version}`,
    ],
    ...(key.description === '' ? [] : [['about', key.description] as const]),
    ...dependentFacts(dependents),
  ])
}

function addCreate(key: Command, context: CommandContext): void {
  const command = asClient(key.command('create').description('Make a key'))
    .option('--alias <name>', 'alias for it')
    .option('--description <text>', 'what it is for')
    .option('--key-id <id>', 'id to give it, instead of a random one')
    .option('--imported', 'its material is made elsewhere: coffer key import')
    .option('--if-missing', 'no failure when the alias is there already')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer key create --alias photos\n  coffer key create --alias photos --if-missing -o id',
  )
  command.action(async () => {
    const options = optionsOf(command)
    const alias = options.text('alias')
    const client = clientOf(context, options)
    const { key: made, fresh } = await createKey(client, options, alias)
    remark(context, options, fresh ? `${nameOf(made)}: created.` : `${nameOf(made)}: unchanged, it was there.`)
    writeOne(context.terminal, outputOf(options), { value: { key: made }, id: made.id, text: `${made.arn}\n` })
  })
}

async function createKey(
  client: AdminClient,
  options: Options,
  alias: string | undefined,
): Promise<{ readonly key: KeyJson; readonly fresh: boolean }> {
  const [description, keyId] = [options.text('description'), options.text('keyId')]
  if (options.flag('ifMissing')) {
    if (alias === undefined) throw new CommandFailure(EXIT.usage, '--if-missing needs --alias to look for')
    try {
      return { key: (await client.call('describe-key', { key: keyReference(alias) })).key, fresh: false }
    } catch (error) {
      if (!(error instanceof RefusedByServer) || error.exitCode !== EXIT.notFound) throw error
    }
  }
  const body = {
    ...(alias === undefined ? {} : { alias: keyReference(alias) }),
    ...(description === undefined ? {} : { description }),
    ...(keyId === undefined ? {} : { keyId }),
    ...(options.flag('imported') ? { origin: 'external' as const } : {}),
  }
  return { key: (await client.call('create-key', {}, body)).key, fresh: true }
}

interface Change {
  readonly verb: string
  readonly kind: 'enable-key' | 'rotate-key' | 'cancel-key-deletion'
  readonly done: string
  readonly about: string
}

function addChange(key: Command, context: CommandContext, { verb, kind, done, about }: Change): void {
  const command = asClient(key.command(`${verb} <key>`).description(about))
  command.addHelpText('after', `\nExamples:\n  coffer key ${verb} alias/photos\n  coffer key ${verb} photos --json`)
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    const { id } = await findKey(client, name)
    const value = await client.call(kind, { key: id })
    const version = verb === 'rotate' ? `, version ${value.key.version}` : ''
    remark(context, options, `${nameOf(value.key)}: ${done}${version}.`)
    writeOne(context.terminal, outputOf(options), { value, id, text: '' })
  })
}

function addDisable(key: Command, context: CommandContext): void {
  const command = asClient(
    key.command('disable <key>').description('Disable a key: nothing under it opens until it is enabled'),
  )
    .option('-y, --yes', 'do not ask')
    .option('--confirm <n>', 'the number of things that depend on the key')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer key disable old\n  coffer key disable photos --yes --confirm 790101',
  )
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const client = clientOf(context, options)
    const { key: found, dependents } = await withDependents(client, name)
    const total = totalOf(dependents)
    if (total > 0) {
      context.terminal.talk(`${dependsWords(dependents)} cannot be read while ${nameOf(found)} is disabled.\n`)
      await confirm(context.terminal, {
        name: nameOf(found),
        question: `Type the name of the key to disable it: ${nameOf(found)}`,
        dependents: total,
        yes: options.flag('yes'),
        confirmed: options.number('confirm', 0, Number.MAX_SAFE_INTEGER),
      })
    }
    const value = await client.call('disable-key', { key: found.id })
    remark(context, options, `${nameOf(found)}: disabled. Undo: coffer key enable ${nameOf(found)}`)
    writeOne(context.terminal, outputOf(options), { value, id: found.id, text: '' })
  })
}

function addDelete(key: Command, context: CommandContext): void {
  const command = asClient(key.command('delete <key>').description('Schedule the deletion of a key that nothing needs'))
    .option('--pending-days <n>', 'days in which it can be undone, 7 to 30', '30')
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'show what depends on it, change nothing')
  command.addHelpText('after', '\nExamples:\n  coffer key delete old\n  coffer key delete old --pending-days 7 --yes')
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const pendingDays = options.number('pendingDays', 7, 30) ?? 30
    const client = clientOf(context, options)
    const { key: found, dependents } = await withDependents(client, name)
    const known = nameOf(found)
    if (totalOf(dependents) > 0) throw inUse(known, dependents)
    context.terminal.talk(`Nothing depends on ${known} (${found.id}).\n`)
    if (options.flag('dryRun')) return
    await confirm(context.terminal, {
      name: known,
      question: `Type the name of the key to schedule its deletion in ${pendingDays} days: ${known}`,
      dependents: 0,
      yes: options.flag('yes'),
      confirmed: undefined,
    })
    const value = await client.call('schedule-key-deletion', { key: found.id }, { pendingDays })
    const until = shownTime(context, value.key.deletion)
    remark(context, options, `${known}: pending deletion until ${until}. Undo: coffer key undelete ${found.id}`)
    writeOne(context.terminal, outputOf(options), { value, id: found.id, text: '' })
  })
}

function inUse(name: string, dependents: DependentsJson): CommandFailure {
  return new CommandFailure(
    EXIT.conflict,
    `${name} can't be scheduled for deletion: ${dependsWords(dependents)} need it.\nWithout it they can never be read again.`,
    { tries: [`coffer key depends ${name}`, `coffer key disable ${name}     (can be undone at any time)`] },
  )
}
