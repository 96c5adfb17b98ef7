import type { Command } from 'commander'
import { asClient, clientOf, optionsOf, outputOf, remark, type CommandContext } from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { writeOne } from '../output.ts'
import { policyFile } from './policy-file.ts'

const LANGUAGES = ['s3', 'oss', 'obs', 'cos'] as const
const USES = ['bucket', 'people', 'key', 'trust'] as const

/** `coffer policy validate`: whether the server would take it, and where it stops. */
export function addPolicyValidate(policy: Command, context: CommandContext): void {
  const command = asClient(
    policy.command('validate <file>').description('Say whether a text would be taken as a policy'),
  )
    .option('--language <name>', `whose language: ${LANGUAGES.join(', ')}`, 's3')
    .option('--use <what>', `what it is to hang on: ${USES.join(', ')}`, 'people')
    .option('--bucket <name>', 'of a bucket: the one that its resources have to lie in')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer policy validate reader.json\n  coffer policy validate --language oss --use bucket --bucket photos policy.json',
  )
  command.action(async (file: string) => {
    const options = optionsOf(command)
    const [language, use, bucket] = [
      wordOf(LANGUAGES, options.text('language') ?? 's3'),
      wordOf(USES, options.text('use') ?? 'people'),
      options.text('bucket'),
    ]
    const body = { text: await policyFile(file), language, use, ...(bucket === undefined ? {} : { bucket }) }
    const value = await clientOf(context, options).call('validate-policy', {}, body)
    const lines = value.problems.map(({ message, line, column }) => {
      const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`
      return `${place}: ${message}\n`
    })
    writeOne(context.terminal, outputOf(options), { value, id: String(value.valid), text: lines.join('') })
    if (value.valid) remark(context, options, `${file}: would be taken.`)
    else context.setExitCode(EXIT.failed)
  })
}

function wordOf<Word extends string>(words: readonly Word[], text: string): Word {
  const found = words.find((word) => word === text)
  if (found === undefined) throw new CommandFailure(EXIT.usage, `${text} is none of ${words.join(', ')}.`)
  return found
}
