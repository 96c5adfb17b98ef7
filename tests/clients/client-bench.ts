/** What rounds of other people's clients have in common: a server by TLS, a tree of files, and a way to run a program. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { selfSignedFrom } from '../../src/http/index.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { run, type Ran } from '../cli/coffer-command.ts'
import { bodyOf } from '../independent-reader/written-objects.ts'
import { ACCESS_KEY, memoryServer, REGION, s3Client, SECRET_KEY, testDirectory } from '../servers.ts'

/** Above it every client of these rounds sends parts, told so where its own limit is higher. */
export const LARGE_BYTES = 20 * 1024 * 1024
const LARGE = 'deep/large.bin'
const TREE: Readonly<Record<string, number>> = {
  'one.txt': 1_000,
  'deep/er/two.bin': 70_000,
  'Größe/тест 試験 +&=.txt': 3_000,
  empty: 0,
  [LARGE]: LARGE_BYTES,
}

export interface ClientBench {
  readonly server: RunningCoffer
  /** The official client, to look at what another one did. */
  readonly s3: S3Client
  /** `https://localhost:<port>` */
  readonly endpoint: string
  /** `localhost:<port>` */
  readonly host: string
  /** The server's certificate, PEM. */
  readonly ca: string
  /** A folder of this round's own; clients find their homes in it. */
  readonly home: string
  readonly keyArn: string
  /** Runs a program in the folder; its own settings come from `env`, and from nowhere else. */
  readonly program: (name: string, env: Readonly<Record<string, string>>, ...words: readonly string[]) => Promise<Ran>
}

/** A round of a client that is a program of this machine; where it is missing it is skipped, but never where all has to run. */
export function clientRound(
  name: string,
  versionWords: readonly string[],
  round: (bench: ClientBench, t: TestContext) => Promise<void>,
): void {
  const { status, stdout } = spawnSync(name, versionWords, { encoding: 'utf8' })
  const missing = `no ${name} on this machine`
  if (status !== 0) {
    test(`${name} works, unmodified`, skipsOf(missing), () => assert.fail(missing))
    return
  }
  test(`${stdout.split('\n', 1)[0] ?? name} works, unmodified`, async (t) => round(await clientBench(t), t))
}

export function skipsOf(missing: string): { readonly skip?: string } {
  return process.env['COFFER_TEST_REQUIRE'] === 'all' ? {} : { skip: missing }
}

export async function clientBench(t: TestContext): Promise<ClientBench> {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const home = directory.path
  const { tls } = await selfSignedFrom({ file: join(home, 'tls.pem'), names: ['localhost'], nowMs: Date.now() })
  const [ca, key] = [join(home, 'cert.pem'), join(home, 'key.pem')]
  writeFileSync(ca, tls.cert)
  writeFileSync(key, tls.key, { mode: 0o600 })
  const server = await memoryServer({
    allowInsecureSseC: false,
    settings: { COFFER_TLS_CERT: ca, COFFER_TLS_KEY: key },
  })
  t.after(() => server.close())
  const host = `localhost:${new URL(server.endpoint).port}`
  const endpoint = `https://${host}`
  const agent = new Agent({ ca: tls.cert, keepAlive: true })
  t.after(() => agent.destroy())
  const s3 = s3Client({ endpoint }, { requestHandler: { httpsAgent: agent } })
  t.after(() => s3.destroy())
  const kms = new KMSClient({
    ...{ region: REGION, endpoint, maxAttempts: 1, requestHandler: { httpsAgent: agent } },
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
  })
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  kms.destroy()
  return {
    ...{ server, s3, endpoint, host, ca, home, keyArn: KeyMetadata?.Arn ?? '' },
    program: (name, env, ...words) => run(name, words, { cwd: home, env: { HOME: home, ...CREDENTIALS, ...env } }),
  }
}

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: ACCESS_KEY,
  AWS_SECRET_ACCESS_KEY: SECRET_KEY,
  AWS_DEFAULT_REGION: REGION,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '1',
  LC_ALL: 'C.UTF-8',
}

/** The program ended well; what it said. */
export function done({ code, stdout, stderr }: Ran): string {
  assert.equal(code, 0, stderr || stdout)
  return stdout
}

/** The tree in a new folder: some small files, names that need care, an empty one, a large one. */
export function makeTree(bench: ClientBench, name = 'tree'): string {
  const folder = join(bench.home, name)
  for (const [file, size] of Object.entries(TREE)) {
    mkdirSync(join(folder, file, '..'), { recursive: true })
    writeFileSync(join(folder, file), bodyOf(file, size))
  }
  return folder
}

/** What a person does to a tree between two syncs. */
export function changeTree(folder: string): void {
  writeFileSync(join(folder, 'one.txt'), 'longer than it was'.repeat(100))
  writeFileSync(join(folder, 'new.txt'), 'new')
  rmSync(join(folder, 'deep', 'er', 'two.bin'))
}

/** Two trees hold the same files with the same bytes. */
export function sameTrees(one: string, other: string): void {
  assert.deepEqual(filesOf(other), filesOf(one))
  for (const name of filesOf(one)) {
    assert.ok(readFileSync(join(other, name)).equals(readFileSync(join(one, name))), name)
  }
}

function filesOf(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => statSync(join(folder, name)).isFile()).sort()
}

export const LARGE_FILE = LARGE

/** How an object says it is encrypted; with parts if it was sent in some. */
export async function shownOf(
  { s3 }: ClientBench,
  Bucket: string,
  Key: string,
  customerKey?: Buffer,
): Promise<{ readonly mode: string | undefined; readonly keyArn: string | undefined; readonly parts: number }> {
  const customer =
    customerKey === undefined ? {} : { SSECustomerAlgorithm: 'AES256', SSECustomerKey: customerKey.toString('base64') }
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ...customer }))
  const parts = /-(\d+)"$/.exec(head.ETag ?? '')?.[1]
  return {
    mode: head.SSECustomerAlgorithm === undefined ? head.ServerSideEncryption : 'customer',
    keyArn: head.SSEKMSKeyId,
    parts: Number(parts ?? 1),
  }
}
