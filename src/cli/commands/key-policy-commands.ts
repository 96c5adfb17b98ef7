import type { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { asClient, clientOf, optionsOf, outputOf, remark, type CommandContext } from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { findKey } from '../find-key.ts'
import { writeOne } from '../output.ts'
import { addSubject } from '../subject.ts'

/** `coffer key policy`. */
export function addKeyPolicyCommands(key: Command, context: CommandContext): void {
  const policy = addSubject(key, 'policy', 'Who may use a key, in AWS’s policy language')
  const show = asClient(policy.command('show <key>').description('Show the policy of a key, byte for byte'))
  show.addHelpText(
    'after',
    '\nExamples:\n  coffer key policy show photos\n  coffer key policy show photos > policy.json',
  )
  show.action(async (name: string) => {
    const options = optionsOf(show)
    const client = clientOf(context, options)
    const { id } = await findKey(client, name)
    const value = await client.call('get-key-policy', { key: id })
    writeOne(context.terminal, outputOf(options), { value, id, text: value.policy })
  })
  const set = asClient(policy.command('set <key> <file>').description('Give a key another policy')).option(
    '--bypass-lockout-check',
    'also when you could not change it afterwards',
  )
  set.addHelpText(
    'after',
    '\nExamples:\n  coffer key policy set photos policy.json\n  coffer key policy set photos policy.json -q',
  )
  set.action(async (name: string, file: string) => {
    const options = optionsOf(set)
    const text = policyText(file)
    const client = clientOf(context, options)
    const { id, aliases } = await findKey(client, name)
    const same = (await client.call('get-key-policy', { key: id })).policy === text
    const body = { policy: text, ...(options.flag('bypassLockoutCheck') ? { bypassLockoutCheck: true } : {}) }
    if (!same) await client.call('put-key-policy', { key: id }, body)
    remark(context, options, `${aliases[0] ?? id}: ${same ? 'unchanged' : 'has another policy'}.`)
  })
}

function policyText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CommandFailure(EXIT.usage, `${file} cannot be read`)
  }
}
