import type { Command } from 'commander'
import type { AuditRecordJson, ExplanationJson, TagJson } from '../../dialects/admin/wire.ts'
import { asClient, clientOf, optionsOf, outputOf, type CommandContext, type Options } from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'
import { addSubject } from '../subject.ts'
import { addManagedPolicyCommands } from './managed-policy-commands.ts'
import { addPolicyValidate } from './policy-validate-command.ts'

/** Records that are looked through for a request's id, newest first. */
const RECORDS_LOOKED_AT = 1_000
const SIDES: Readonly<Record<string, string>> = {
  owner: 'root of the owner',
  resource: 'policy of the resource',
  identity: 'policies of the caller',
  boundary: 'permissions boundary',
  session: 'session policy',
  also: 'list or grant',
}

/** `coffer policy`. */
export function addPolicyCommands(program: Command, context: CommandContext): void {
  const policy = addSubject(program, 'policy', 'Who may do what', 'policies')
  addManagedPolicyCommands(policy, context)
  addPolicyValidate(policy, context)
  const command = asClient(policy.command('explain').description('Say whether somebody may do something, and why'))
    .option('--as <principal>', 'root, a user, role/<name>, or an ARN')
    .option('--action <name>', 'such as s3:PutObject or kms:Decrypt')
    .option('--resource <arn>', 'an ARN; of a key also its id or alias')
    .option('--context <key=value...>', 'values of condition keys')
    .option('--request <id>', 'the caller, action and resource of a recorded request')
  command.addHelpText(
    'after',
    '\nExamples:\n' +
      '  coffer policy explain --as alice --action s3:GetObject --resource arn:aws:s3:::photos/a.jpg\n' +
      '  coffer policy explain --as alice --action kms:Decrypt --resource alias/photos --context kms:ViaService=s3.us-east-1.amazonaws.com',
  )
  command.action(async () => {
    const options = optionsOf(command)
    const asked = await questionOf(context, options)
    const explained = await clientOf(context, options).call('explain-policy', {}, asked)
    show(context, options, explained)
    if (explained.decision !== 'allow') context.setExitCode(EXIT.refused)
  })
}

interface Asked {
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly context?: readonly TagJson[]
}

async function questionOf(context: CommandContext, options: Options): Promise<Asked> {
  const request = options.text('request')
  const recorded = request === undefined ? undefined : await recordOf(context, options, request)
  const principal = options.text('as') ?? recorded?.caller
  const action = options.text('action') ?? recorded?.action
  const resource = options.text('resource') ?? recorded?.resource
  if (principal === undefined || action === undefined || resource === undefined) {
    throw new CommandFailure(EXIT.usage, '--as, --action and --resource are needed, or --request')
  }
  const given = options.texts('context')
  return { principal, action, resource, ...(given.length === 0 ? {} : { context: given.map(pairOf) }) }
}

function pairOf(text: string): TagJson {
  const equals = text.indexOf('=')
  if (equals < 1) throw new CommandFailure(EXIT.usage, '--context takes key=value')
  return { key: text.slice(0, equals), value: text.slice(equals + 1) }
}

/** A request as the audit log has it. */
async function recordOf(context: CommandContext, options: Options, id: string): Promise<AuditRecordJson> {
  const { records } = await clientOf(context, options).call('search-audit', {}, { limit: RECORDS_LOOKED_AT })
  const found = records.find(({ requestId }) => requestId === id)
  if (found !== undefined) return found
  const sentence = `no request ${id} among the newest ${RECORDS_LOOKED_AT} records`
  throw new CommandFailure(EXIT.notFound, sentence, { tries: ['coffer audit search'] })
}

function show(context: CommandContext, options: Options, explained: ExplanationJson): void {
  const { terminal } = context
  if (outputOf(options) !== 'table') {
    terminal.out(`${JSON.stringify(explained, undefined, outputOf(options) === 'json' ? 2 : undefined)}\n`)
    return
  }
  const lines = [`${WORDS[explained.decision] ?? explained.decision}   ${explained.reason}`]
  for (const { side, says, policy, sid, index } of explained.sides) {
    const where = policy === undefined ? '' : `   ${policy}, statement ${sid ?? String((index ?? 0) + 1)}`
    lines.push(`  ${(SIDES[side] ?? side).padEnd(24)} ${says.padEnd(9)}${where}`)
  }
  if (explained.decision === 'no-opinion') lines.push('allowed by, at the least:', `  ${leastStatement(explained)}`)
  terminal.out(`${lines.map((line) => line.trimEnd()).join('\n')}\n`)
}

const WORDS: Readonly<Record<string, string>> = {
  allow: 'allowed',
  'explicit-deny': 'refused',
  'no-opinion': 'refused',
}

function leastStatement({ action, resource, principal }: ExplanationJson): string {
  const statement = JSON.stringify({ Effect: 'Allow', Action: action, Resource: resource })
  return `${statement}   in a policy of ${principal}`
}
