/**
 * An application of the AWS Encryption SDK, in a process of its own. Argument: a JSON of `Work`; standard input: what is
 * encrypted or decrypted; standard output: what comes of it. Refusals go to standard error, exit code 1.
 */
import { buildClient, CommitmentPolicy, KMS, KmsKeyringNode, type KmsNodeClientSupplier } from '@aws-crypto/client-node'
import { buffer } from 'node:stream/consumers'
import { ACCESS_KEY, SECRET_KEY } from '../servers.ts'

export interface Work {
  readonly endpoint: string
  readonly what: 'encrypt' | 'decrypt'
  /** Absent for decryption with whatever key the message names (discovery). */
  readonly generatorKeyId?: string
  readonly keyIds?: readonly string[]
  /** Sealed with the message; for decryption: what must be in it. */
  readonly context: Readonly<Record<string, string>>
}

const [, , argument] = process.argv

if (argument !== undefined) {
  try {
    // Written by the test that started this process.
    const work = JSON.parse(argument) as Work
    process.stdout.write(await run(work, await buffer(process.stdin)))
  } catch (error) {
    process.stderr.write(`${String(error)}\n`)
    process.exitCode = 1
  }
}

async function run(work: Work, input: Buffer): Promise<Buffer> {
  const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
  const credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY }
  const provider: unknown = (region: string) =>
    new KMS({ region, endpoint: work.endpoint, credentials, maxAttempts: 1 })
  // The library's own declarations are not written for exact optional properties.
  const clientProvider = provider as KmsNodeClientSupplier
  const { generatorKeyId, keyIds = [] } = work
  const keyring =
    generatorKeyId === undefined && keyIds.length === 0
      ? new KmsKeyringNode({ clientProvider, discovery: true })
      : new KmsKeyringNode({
          clientProvider,
          keyIds: [...keyIds],
          ...(generatorKeyId === undefined ? {} : { generatorKeyId }),
        })
  if (work.what === 'encrypt') {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- its class is made by a function
    return (await encrypt(keyring, input, { encryptionContext: work.context })).result
  }
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- its class is made by a function
  const { plaintext, messageHeader } = await decrypt(keyring, input)
  for (const [name, value] of Object.entries(work.context)) {
    if (messageHeader.encryptionContext[name] !== value) throw new Error(`the context is not the one for ${name}`)
  }
  return plaintext
}
