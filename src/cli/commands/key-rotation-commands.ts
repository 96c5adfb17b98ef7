import type { Command } from 'commander'
import { asClient, clientOf, optionsOf, outputOf, remark, shownTime, type CommandContext } from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { writeOne } from '../output.ts'
import { findKey } from '../find-key.ts'
import { addSubject } from '../subject.ts'

const MAX_PERIOD_DAYS = 2_560

/** `coffer key rotation`. */
export function addKeyRotationCommands(key: Command, context: CommandContext): void {
  const rotation = addSubject(key, 'rotation', 'Rotation by the calendar')
  const show = asClient(rotation.command('show <key>').description('Show when a key is rotated'))
  show.addHelpText('after', '\nExamples:\n  coffer key rotation show photos\n  coffer key rotation show photos --json')
  show.action(async (name: string) => {
    const options = optionsOf(show)
    const { rotation: value, id } = await findKey(clientOf(context, options), name)
    const text =
      value === undefined ? 'off\n' : `every ${value.periodDays} days, next ${shownTime(context, value.next)}\n`
    writeOne(context.terminal, outputOf(options), { value: { rotation: value ?? 'off' }, id, text })
  })
  const set = asClient(rotation.command('set <key> <days|off>').description('Set how often a key is rotated'))
  set.addHelpText('after', '\nExamples:\n  coffer key rotation set photos 365\n  coffer key rotation set photos off')
  set.action(async (name: string, word: string) => {
    const options = optionsOf(set)
    const days = daysOf(word)
    const client = clientOf(context, options)
    const found = await findKey(client, name)
    const same = found.rotation?.periodDays === days
    const body = days === undefined ? {} : { periodDays: days }
    const value = same ? { key: found } : await client.call('set-key-rotation', { key: found.id }, body)
    const words = days === undefined ? 'no rotation' : `rotated every ${days} days`
    remark(context, options, `${found.aliases[0] ?? found.id}: ${same ? 'unchanged, ' : ''}${words}.`)
    writeOne(context.terminal, outputOf(options), { value, id: found.id, text: '' })
  })
}

function daysOf(word: string): number | undefined {
  if (word === 'off') return undefined
  const days = /^[1-9][0-9]{0,3}$/.test(word) ? Number(word) : NaN
  if (!(days <= MAX_PERIOD_DAYS))
    throw new CommandFailure(EXIT.usage, `a number of days up to ${MAX_PERIOD_DAYS}, or off`)
  return days
}
