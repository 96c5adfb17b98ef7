import type { Command } from 'commander'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AdminClient } from '../admin-client.ts'
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
import { findKey } from '../find-key.ts'
import { writeOne } from '../output.ts'
import { fileProblem } from './policy-file.ts'

const MAX_FILE_BYTES = 16 * 1024
const KEY_FILE = 'wrapping-key.pem'
const TOKEN_FILE = 'import-token'

/**
 * `coffer key import`: material that was made elsewhere, in two steps. It is wrapped by whoever has it, under a key that
 * only the server can open: this command never sees it in the clear.
 */
export function addKeyImport(key: Command, context: CommandContext): void {
  const command = asClient(key.command('import <key>').description('Give a key material that was made elsewhere'))
    .option('--parameters-to <directory>', `first: write ${KEY_FILE} and ${TOKEN_FILE} there, good for a day`)
    .option('--wrapping <algorithm>', 'how it will be wrapped', 'RSAES_OAEP_SHA_256')
    .option('--from <directory>', `then: where the ${TOKEN_FILE} of the first step is`)
    .option('--material <file>', 'and the material, wrapped')
    .option('--expires <time>', 'when the material is forgotten, such as 2027-01-01T00:00:00Z; without it: never')
    .option('--new', 'one generation more, for rotation')
  command.addHelpText(
    'after',
    '\nExamples:\n  coffer key create --alias photos --imported\n  coffer key import photos --parameters-to ./wrap\n' +
      '  openssl pkeyutl -encrypt -pubin -inkey wrap/wrapping-key.pem -in material.bin -out wrap/wrapped.bin \\\n' +
      '    -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256\n' +
      '  coffer key import photos --from ./wrap --material ./wrap/wrapped.bin',
  )
  command.action(async (name: string) => {
    const options = optionsOf(command)
    const directory = options.text('parametersTo')
    const [from, material] = [options.text('from'), options.text('material')]
    if ((directory === undefined) === (from === undefined) || (from === undefined) !== (material === undefined)) {
      const tries = [`coffer key import ${name} --parameters-to <directory>`]
      throw new CommandFailure(EXIT.usage, 'first --parameters-to, then --from and --material together.', { tries })
    }
    const client = clientOf(context, options)
    const { id } = await findKey(client, name)
    if (directory !== undefined) await writeParameters(context, options, client, { id, name, directory })
    else await importMaterial(context, options, client, { id, from: from ?? '', material: material ?? '' })
  })
}

async function writeParameters(
  context: CommandContext,
  options: Options,
  client: AdminClient,
  { id, name, directory }: { readonly id: string; readonly name: string; readonly directory: string },
): Promise<void> {
  const wrapping = options.text('wrapping') ?? 'RSAES_OAEP_SHA_256'
  const given = await client.call('get-import-parameters', { key: id }, { wrapping })
  const [keyFile, tokenFile] = [join(directory, KEY_FILE), join(directory, TOKEN_FILE)]
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeFile(keyFile, given.publicKeyPem, { mode: 0o600 })
  await writeFile(tokenFile, `${given.token}\n`, { mode: 0o600 })
  writeOne(context.terminal, outputOf(options), { value: given, id, text: `${keyFile}\n${tokenFile}\n` })
  remark(context, options, `Wrap the material under ${keyFile} with ${wrapping} before ${given.expires}. Then:`)
  remark(context, options, `  coffer key import ${name} --from ${directory} --material <wrapped file>`)
}

async function importMaterial(
  context: CommandContext,
  options: Options,
  client: AdminClient,
  { id, from, material }: { readonly id: string; readonly from: string; readonly material: string },
): Promise<void> {
  const expires = options.text('expires')
  const body = {
    token: (await bytesOf(join(from, TOKEN_FILE))).toString('utf8').trim(),
    material: (await bytesOf(material)).toString('base64'),
    ...(expires === undefined ? {} : { expires }),
    ...(options.flag('new') ? { type: 'new' as const } : {}),
  }
  const value = await client.call('import-key-material', { key: id }, body)
  writeOne(context.terminal, outputOf(options), { value, id: value.materialId ?? id, text: `${value.keyArn}\n` })
  remark(
    context,
    options,
    'The material is here. Keep your own copy: what is imported can expire, and is brought again by you alone.',
  )
}

async function bytesOf(path: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((error: unknown) => fileProblem(path, error))
  if (bytes.length > MAX_FILE_BYTES) throw new CommandFailure(EXIT.usage, `${path}: longer than any such file.`)
  return bytes
}
