import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { ConfigProblem } from './config-problem.ts'
import { loadConfig, type Config, type ConfigInput } from './config.ts'
import { environmentOf } from './env.ts'

const GOOD_SECRET = 'abcdefghijklmnopqrstuvwxyz0123'

interface Given extends Partial<Omit<ConfigInput, 'env'>> {
  readonly env?: Record<string, string | undefined>
}

function load(given: Given = {}): Config {
  return loadConfig({
    flags: given.flags ?? {},
    execArgv: given.execArgv ?? [],
    file: given.file ?? { places: [] },
    memory: given.memory ?? false,
    cores: 4,
    env: environmentOf(given.env ?? {}),
  })
}

/** The sentence of the refusal. It must not hold any of `never`. */
function refusal(given: Given, ...never: readonly string[]): string {
  try {
    load(given)
  } catch (error) {
    assert.ok(error instanceof ConfigProblem, inspect(error))
    for (const text of never) assert.equal(`${error.message} ${error.remedy ?? ''}`.includes(text), false)
    return error.message
  }
  return assert.fail('it was accepted')
}

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'coffer-config-'))
}

function yaml(text: string, mode = 0o600): Given {
  const path = join(folder(), 'coffer.yaml')
  writeFileSync(path, text, { mode })
  chmodSync(path, mode)
  return { file: { named: path, userId: process.getuid?.() } }
}

test('with nothing set, every default is in force', () => {
  const config = load()
  assert.deepEqual(config.listen, { host: '127.0.0.1', port: 9000 })
  assert.deepEqual(config.consoleListen, { host: '127.0.0.1', port: 9001 })
  assert.equal(config.region, 'us-east-1')
  assert.deepEqual(config.regions, ['us-east-1'])
  assert.equal(config.workers, 4)
  assert.equal(config.rootCredential, undefined)
  assert.deepEqual(config.rootKey, { provider: 'file', path: join(process.cwd(), 'data/root.key') })
  assert.deepEqual(config.metadata, { kind: 'lmdb', directory: join(process.cwd(), 'data/metadata') })
  assert.deepEqual(config.blobs, { kind: 'file', directory: join(process.cwd(), 'data/blobs') })
  assert.deepEqual(config.tls, { kind: 'off' })
  assert.deepEqual(config.http, {})
  assert.ok(config.settings.every(({ source }) => source === 'default'))
})

test('a flag wins over the environment, the environment over the file, the file over the default', () => {
  const { file } = yaml(
    'region: eu-file-1\nlisten: 127.0.0.1:9001\nworkers: 3\nhttp:\n  headersMs: 5000\ndomains: [a.test, b.test]\n',
  )
  assert.ok(file !== undefined)
  const env = { COFFER_REGION: 'eu-env-1', COFFER_LISTEN: '127.0.0.1:9002' }
  const config = load({ file, env, flags: { listen: '[::1]:9003' } })
  assert.deepEqual(config.listen, { host: '::1', port: 9003 })
  assert.equal(config.region, 'eu-env-1')
  assert.equal(config.workers, 3)
  assert.deepEqual(config.http, { headersMs: 5_000 })
  assert.deepEqual(config.domains, ['a.test', 'b.test'])
  const sources = new Map(config.settings.map(({ name, source }) => [name, source]))
  assert.equal(sources.get('listen'), 'flag')
  assert.equal(sources.get('region'), 'environment')
  assert.equal(sources.get('workers'), 'file')
  assert.equal(sources.get('account'), 'default')
})

test('the value is frozen, inside too', () => {
  const config = load()
  assert.ok(Object.isFrozen(config) && Object.isFrozen(config.listen) && Object.isFrozen(config.regions))
})

const UNKNOWN: readonly (readonly [string, Given, string])[] = [
  ['variable', { env: { COFFER_WORKRES: '2' } }, 'COFFER_WORKRES is not a setting. Did you mean COFFER_WORKERS?'],
  ['flag', { flags: { lsten: 'x' } }, '--lsten is not a setting. Did you mean --listen?'],
  ['variable far from all', { env: { COFFER_ZZZZZZZZZZ: '1' } }, 'COFFER_ZZZZZZZZZZ is not a setting.'],
]
for (const [what, given, sentence] of UNKNOWN) {
  test(`an unknown ${what} refuses, with the nearest name`, () => assert.equal(refusal(given), sentence))
}

test('an unknown name in the file refuses, with the nearest name, also inside a section', () => {
  assert.match(refusal(yaml('regon: x\n')), /^regon in .* is not a setting\. Did you mean region\?$/)
  assert.match(refusal(yaml('http:\n  headerMs: 5\n')), /http\.headerMs in .* Did you mean http\.headersMs\?$/)
})

test('variables of the client and of tests are no settings, and no refusal either', () => {
  load({ env: { COFFER_ENDPOINT: 'x', COFFER_PROFILE: 'y', COFFER_VECTORS: 'z', COFFER_TEST_REQUIRE: 'all' } })
})

const BAD_VALUES: readonly (readonly [string, string])[] = [
  ...['9000', '127.0.0.1', '127.0.0.1:65536', '127.0.0.1:09000', '1.2.3:9000', 'a b:1', '[127.0.0.1]:1', ':9000'].map(
    (value) => ['COFFER_LISTEN', value] as const,
  ),
  ...['0', '-1', '1.5', '1e1', ' 1', '0x2', '257', ''].map((value) => ['COFFER_WORKERS', value] as const),
  ...['12345678901', '1234567890123', '00000000000a'].map((value) => ['COFFER_ACCOUNT', value] as const),
  ...['yes', '1', 'TRUE', ''].map((value) => ['COFFER_ALLOW_INSECURE_SSE_C', value] as const),
  ...['127.0.0.1:90010', 'on', ''].map((value) => ['COFFER_CONSOLE_LISTEN', value] as const),
  ...['10.0.0.0/33', '10.0.0', 'fd00::/129', '10.0.0.0/08', 'proxy.test', '10.0.0.1,10.0.0.1'].map(
    (value) => ['COFFER_TRUSTED_PROXIES', value] as const,
  ),
  ...['https://a.test', 'A.test', 'a..test', '-a.test', 'a.test:80', '10.0.0.1'].map(
    (value) => ['COFFER_DOMAINS', value] as const,
  ),
  ...['pkcs11:token=x', 'vault:x', 'file:', 'env:A B', 'passphrase:words', 'none', ''].map(
    (value) => ['COFFER_ROOT_KEY', value] as const,
  ),
  ...['s3://bucket', 'file:', 'disk'].map((value) => ['COFFER_BLOBS', value] as const),
  ...['mysql://x', 'lmdb:', ''].map((value) => ['COFFER_METADATA', value] as const),
  ['COFFER_TLS', 'on'],
  ['COFFER_REQUIRE_TLS', 'yes'],
  ['COFFER_LOG_LEVEL', 'trace'],
]
for (const [name, value] of BAD_VALUES) {
  test(`T-167 (part) ${name}=${JSON.stringify(value)} refuses, naming the setting`, () => {
    assert.ok(refusal({ env: { [name]: value } }).startsWith(`${name} must be `))
  })
}

test('T-167 (part) the refusal of a malformed setting does not repeat its value', () => {
  refusal({ env: { COFFER_LISTEN: 'CANARY-VALUE' } }, 'CANARY')
  refusal({ env: { COFFER_ROOT_KEY: 'CANARY-VALUE' } }, 'CANARY')
  refusal({ flags: { workers: 'CANARY-VALUE' } }, 'CANARY')
})

const BAD_SECRETS: readonly (readonly [string, string])[] = [
  ['three characters', 'abc'],
  ['nineteen characters', 'a'.repeat(19)],
  ['129 characters', 'a'.repeat(129)],
  ['a NUL at its end', `${GOOD_SECRET}\0`],
  ['an ampersand', `${GOOD_SECRET}&`],
  ['a blank', `${GOOD_SECRET} `],
  ['a line break', `${GOOD_SECRET}\n`],
  ['a letter outside ASCII', `${GOOD_SECRET}ä`],
  ['nothing', ''],
]
for (const [what, secret] of BAD_SECRETS) {
  test(`T-063 (part) a secret key of ${what} refuses the start, and is not repeated`, () => {
    const sentence = refusal({ env: { COFFER_ACCESS_KEY: 'AKIDEXAMPLE', COFFER_SECRET_KEY: secret } })
    assert.match(sentence, /^COFFER_SECRET_KEY /)
    if (secret.length > 3) assert.equal(sentence.includes(secret), false)
  })
}

test('T-063 (part) 20 and 128 printable characters are accepted', () => {
  for (const length of [20, 128]) {
    const config = load({ env: { COFFER_ACCESS_KEY: 'AKIDEXAMPLE', COFFER_SECRET_KEY: '~'.repeat(length) } })
    assert.equal(config.rootCredential?.secret.length, length)
  }
})

test('T-167 (part) secrets leave the environment, travel as SecretBytes and are shown as "set"', () => {
  const env: Record<string, string | undefined> = {
    COFFER_ACCESS_KEY: 'AKIDEXAMPLE',
    COFFER_SECRET_KEY: GOOD_SECRET,
    COFFER_ROOT_KEY: 'passphrase:env:COFFER_WORDS',
    COFFER_WORDS: 'CANARY-PASSPHRASE',
  }
  const config = load({ env })
  assert.deepEqual(Object.keys(env).sort(), ['COFFER_ACCESS_KEY', 'COFFER_ROOT_KEY'])
  const shown = `${JSON.stringify(config)}${inspect(config, { depth: 9 })}`
  assert.equal(shown.includes(GOOD_SECRET) || shown.includes('CANARY'), false)
  assert.equal(config.settings.find(({ name }) => name === 'secretKey')?.value, 'set')
  assert.equal(
    config.rootCredential?.secret.expose((bytes) => Buffer.from(bytes).toString()),
    GOOD_SECRET,
  )
})

test('T-167 (part) a secret as a flag or in the file refuses with the reason', () => {
  assert.match(refusal({ flags: { 'secret-key': GOOD_SECRET } }, GOOD_SECRET), /command line/)
  assert.match(refusal(yaml(`secretKey: ${GOOD_SECRET}\n`), GOOD_SECRET), /^secretKey does not belong into/)
})

test('T-167 (part) a secret comes from a file of its own, which nobody else may read', () => {
  const path = join(folder(), 'secret')
  writeFileSync(path, `${GOOD_SECRET}\n`)
  chmodSync(path, 0o600)
  const env = { COFFER_ACCESS_KEY: 'AKIDEXAMPLE', COFFER_SECRET_KEY_FILE: path }
  assert.equal(load({ env }).rootCredential?.secret.length, GOOD_SECRET.length)
  chmodSync(path, 0o640)
  assert.match(refusal({ env }), /can be read or changed by others$/)
})

const CONTRADICTIONS: readonly (readonly [string, Given, RegExp])[] = [
  ['access key without secret', { env: { COFFER_ACCESS_KEY: 'AKIDEXAMPLE' } }, /without COFFER_SECRET_KEY$/],
  ['secret without access key', { env: { COFFER_SECRET_KEY: GOOD_SECRET } }, /without COFFER_ACCESS_KEY$/],
  [
    'two secrets',
    { env: { COFFER_ACCESS_KEY: 'AKIDEXAMPLE', COFFER_SECRET_KEY: GOOD_SECRET, COFFER_SECRET_KEY_FILE: '/x' } },
    /both set$/,
  ],
  ['certificate without key', { env: { COFFER_TLS_CERT: '/c' } }, /^COFFER_TLS_CERT is set without COFFER_TLS_KEY$/],
  ['key without certificate', { env: { COFFER_TLS_KEY: '/c' } }, /^COFFER_TLS_KEY is set without COFFER_TLS_CERT$/],
  [
    'self-signed and a certificate',
    { env: { COFFER_TLS: 'self-signed', COFFER_TLS_CERT: '/c', COFFER_TLS_KEY: '/k' } },
    /contradict/,
  ],
  ['TLS demanded, none there', { env: { COFFER_REQUIRE_TLS: 'all' } }, /^COFFER_REQUIRE_TLS=all refuses/],
  ['home region not served', { env: { COFFER_REGION: 'eu-1', COFFER_REGIONS: 'eu-2,eu-3' } }, /home region/],
  [
    'a domain of the API and of websites',
    { env: { COFFER_DOMAINS: 'a.test,b.test', COFFER_WEBSITE_DOMAINS: 'b.test' } },
    /^COFFER_WEBSITE_DOMAINS and COFFER_DOMAINS both hold b\.test/,
  ],
  [
    'the console on a host of websites (T-142)',
    { env: { COFFER_WEBSITE_DOMAINS: 'b.test', COFFER_CONSOLE_ORIGINS: 'https://console.b.test' } },
    /^https:\/\/console\.b\.test of COFFER_CONSOLE_ORIGINS is a host of COFFER_WEBSITE_DOMAINS$/,
  ],
  ['memory and a data directory', { memory: true, env: { COFFER_DATA: '/srv' } }, /COFFER_DATA/],
  ['memory and a root key', { memory: true, flags: { 'root-key': 'file:/r' } }, /--root-key/],
  ['memory and four workers', { memory: true, flags: { workers: '4' } }, /COFFER_WORKERS must be 1/],
  ['metadata in memory, blobs on disk', { env: { COFFER_METADATA: 'memory' } }, /both be memory/],
  ['blobs in memory, metadata on disk', { env: { COFFER_BLOBS: 'memory' } }, /both be memory/],
  ['postgres without the switch', { env: { COFFER_METADATA: 'postgres://u:CANARY@h/d' } }, /not finished/],
  [
    'a password on the command line',
    { flags: { metadata: 'postgres://u:CANARY@h/d' }, env: { COFFER_EXPERIMENTAL_POSTGRES: 'on' } },
    /every user of the machine/,
  ],
]
for (const [what, given, sentence] of CONTRADICTIONS) {
  test(`contradiction refuses: ${what}`, () => assert.match(refusal(given, 'CANARY'), sentence))
}

test('--memory keeps nothing anywhere, in one process', () => {
  const config = load({ memory: true })
  assert.deepEqual(
    [config.metadata, config.blobs, config.rootKey, config.workers],
    [{ kind: 'memory' }, { kind: 'memory' }, { provider: 'ephemeral' }, 1],
  )
})

test('a connection string is shown without its password', () => {
  const env = { COFFER_METADATA: 'postgres://u:CANARY@h/d', COFFER_EXPERIMENTAL_POSTGRES: 'on' }
  const { settings, warnings } = load({ env })
  assert.equal(settings.find(({ name }) => name === 'metadata')?.value, 'postgres://...')
  assert.ok(warnings.some((warning) => warning.includes('experimental')))
})

test('what is risky is allowed with a warning', () => {
  const env = { COFFER_ALLOW_INSECURE_SSE_C: 'on', COFFER_ROOT_KEY: 'env:ROOT', ROOT: 'x' }
  assert.equal(load({ env }).warnings.length, 2)
})

test('a root key from a variable that is not set refuses; a systemd credential that is not there is told to the provider', () => {
  assert.equal(refusal({ env: { COFFER_ROOT_KEY: 'env:ROOT' } }), 'the root key is to come from ROOT, which is not set')
  const { rootKey } = load({ env: { COFFER_ROOT_KEY: 'systemd-credential:root' } })
  assert.deepEqual(rootKey, { provider: 'systemd-credential', name: 'root', path: undefined })
  const env = { COFFER_ROOT_KEY: 'systemd-credential:root', CREDENTIALS_DIRECTORY: '/run/credentials/coffer' }
  assert.deepEqual(load({ env }).rootKey, {
    provider: 'systemd-credential',
    name: 'root',
    path: '/run/credentials/coffer/root',
  })
})

const DANGEROUS: readonly (readonly [string, Given])[] = [
  ['T-137', { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }],
  ['T-137', { env: { NODE_TLS_REJECT_UNAUTHORIZED: 'false' } }],
  ['T-168', { env: { NODE_OPTIONS: '--inspect=0.0.0.0:9229' } }],
  ['T-168', { env: { NODE_OPTIONS: '--max-old-space-size=512 --heapsnapshot_signal=SIGUSR2' } }],
  ['T-168', { env: { NODE_OPTIONS: '"--report-on-signal"' } }],
  ['T-168', { env: { NODE_OPTIONS: '--insecure-http-parser' } }],
  ['T-168', { env: { NODE_DEBUG: 'http' } }],
  ['T-168', { execArgv: ['--inspect-brk'] }],
  ['T-168', { execArgv: ['--report-uncaught-exception'] }],
  ['T-168', { execArgv: ['--tls-keylog=/tmp/keys'] }],
]
for (const [id, given] of DANGEROUS) {
  test(`${id} (part) the start refuses ${JSON.stringify(given)}`, () => assert.notEqual(refusal(given), ''))
}

test('T-168 (part) harmless options of Node are no reason to refuse', () => {
  load({ execArgv: ['--enable-source-maps', '--max-old-space-size=512'], env: { NODE_OPTIONS: '--disable-sigusr1' } })
})

test('T-176 (part) a configuration file that strangers own or can change is refused', () => {
  const { file } = yaml('region: eu-1\n')
  assert.ok(file !== undefined)
  const userId = process.getuid?.()
  // Root owns the file when the suite runs as root, and root's files are trusted.
  if (userId !== undefined && userId !== 0) {
    assert.match(refusal({ file: { ...file, userId: userId + 1 } }), /belongs to another user$/)
  }
  assert.match(refusal(yaml('region: eu-1\n', 0o666)), /can be changed by others$/)
})

test('a configuration file that is named must be there; the usual places may be empty', () => {
  assert.match(refusal({ file: { named: '/nonexistent/coffer.yaml' } }), /does not exist/)
  assert.match(refusal({ env: { COFFER_CONFIG: '/nonexistent/coffer.yaml' } }), /does not exist/)
  assert.equal(load({ file: { places: ['/nonexistent/coffer.yaml'] } }).file, undefined)
})
