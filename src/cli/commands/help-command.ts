import type { Command } from 'commander'
import { nearest } from '../../config/index.ts'
import { asClient, clientConfigOf, optionsOf, type CommandContext } from '../command-context.ts'
import { CommandFailure, EXIT } from '../exit-codes.ts'

/** `coffer help`, `coffer help <subject>`, `coffer help connect`. */
export function addHelpCommand(program: Command, context: CommandContext): void {
  const command = asClient(
    program.command('help [subject...]').description('Help for a subject; help connect: how to connect'),
  )
  command.action((subject: readonly string[]) => {
    if (subject[0] === 'connect') {
      const { endpoint, region } = clientConfigOf(context, optionsOf(command))
      context.terminal.out(connectText(endpoint.text, region))
      return
    }
    context.terminal.out(find(program, subject).helpInformation())
  })
}

function find(program: Command, subject: readonly string[]): Command {
  let found = program
  for (const word of subject) {
    const next = found.commands.find((one) => one.name() === word || one.aliases().includes(word))
    if (next === undefined) {
      const near = nearest(word, [
        ...found.commands.map((one) => one.name()),
        ...(found === program ? ['connect'] : []),
      ])
      const hint = near === undefined ? '' : ` Did you mean ${near}?`
      throw new CommandFailure(EXIT.usage, `there is no subject ${word}.${hint}`, { tries: ['coffer help'] })
    }
    found = next
  }
  return found
}

/** How the official clients are pointed at this server. */
export function connectText(endpoint: string, region: string): string {
  return `JavaScript, S3   new S3Client({ region: '${region}', endpoint: '${endpoint}', forcePathStyle: true })
Python, boto3    boto3.client('s3', endpoint_url='${endpoint}', region_name='${region}')
AWS CLI          export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region}

Every client also needs the access key and its secret:
  export AWS_ACCESS_KEY_ID=<access key> AWS_SECRET_ACCESS_KEY=<secret key>

OSS, OBS, COS and the KMS API are not part of this version.
`
}
