import { parseKeyStore } from './key-store.ts'
import { notificationTarget } from './notification-targets.ts'
import { parseRootKey } from './root-key.ts'
import {
  hostName,
  listenAddress,
  listOf,
  matching,
  network,
  oneOf,
  onOff,
  path,
  ValueProblem,
  wholeNumber,
  type ListenAddress,
} from './value-parsers.ts'

/** One thing that can be configured. Its name in `coffer.yaml` is the key of the table, nested at the dots. */
export interface Setting<Value> {
  readonly name: string
  /** Without the dashes. Absent: a secret, which never stands on a command line. */
  readonly flag?: string
  readonly variable: string
  /** As it would be written; `<data>` is the data directory. Absent: nothing is set. */
  readonly fallback?: string
  /** How the default is told to people where `fallback` does not say it. */
  readonly shownFallback?: string
  /** The value is shown as `set`. Environment only. */
  readonly secret?: true
  readonly doc: string
  readonly parse: (text: string) => Value
}

type Row<Value> = Omit<Setting<Value>, 'name' | 'flag' | 'variable'>

/** Names follow one rule: `consoleListen`, `--console-listen`, `COFFER_CONSOLE_LISTEN`; a dot becomes a dash. */
function setting<Value>(name: string, row: Row<Value>): Setting<Value> {
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replaceAll('.', '-')
  const variable = `COFFER_${flag.replaceAll('-', '_').toUpperCase()}`
  return row.secret === true ? { name, variable, ...row } : { name, flag, variable, ...row }
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const regionName = matching(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/, 'a region name such as us-east-1')
const text = (value: string): string => value

export type MetadataSetting =
  | { readonly kind: 'lmdb'; readonly directory: string }
  | { readonly kind: 'memory' }
  /** May hold a password: never shown. */
  | { readonly kind: 'postgres'; readonly url: string }

export type BlobsSetting = { readonly kind: 'file'; readonly directory: string } | { readonly kind: 'memory' }

function metadata(value: string): MetadataSetting {
  if (value === 'memory') return { kind: 'memory' }
  if (/^lmdb:[^\0]+$/.test(value)) return { kind: 'lmdb', directory: value.slice('lmdb:'.length) }
  if (/^postgres(ql)?:\/\/[^\s]+$/.test(value)) return { kind: 'postgres', url: value }
  throw new ValueProblem('lmdb:<directory>, postgres://... or memory')
}

function blobs(value: string): BlobsSetting {
  if (value === 'memory') return { kind: 'memory' }
  if (/^file:[^\0]+$/.test(value)) return { kind: 'file', directory: value.slice('file:'.length) }
  if (value.startsWith('s3:')) throw new ValueProblem('file:<directory> or memory; s3 is not part of this version')
  throw new ValueProblem('file:<directory> or memory')
}

function consoleListen(value: string): ListenAddress | 'off' {
  return value === 'off' ? 'off' : listenAddress(value)
}

/** `https://console.example.com`, `http://localhost:9001`: as a browser sends it in `Origin`, but for the letter case. */
function webOrigin(value: string): string {
  const [, scheme, host = '', digits] =
    /^(https?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9.-]{1,253})(?::([1-9][0-9]{0,4}))?$/.exec(value) ?? []
  const usual = scheme === 'https' ? '443' : '80'
  if (host === '' || Number(digits ?? usual) > 65_535)
    throw new ValueProblem('an origin such as https://console.example.com')
  return digits === undefined || digits === usual ? `${scheme}://${host}` : `${scheme}://${host}:${digits}`
}

/** Every setting. There is no other: what is not here refuses to start. */
export const SETTINGS = {
  data: setting('data', { fallback: './data', doc: 'data directory', parse: path }),
  listen: setting('listen', {
    fallback: '127.0.0.1:9000',
    doc: 'address and port of the API; port 0 takes any free one',
    parse: listenAddress,
  }),
  consoleListen: setting('consoleListen', {
    fallback: '127.0.0.1:9001',
    doc: 'address and port of the console, `off` for none; where `listen` takes any free port and nothing is said here, any free one, too',
    parse: consoleListen,
  }),
  'console.origins': setting('console.origins', {
    shownFallback: 'none',
    doc: 'origins under which browsers reach the console, where that is neither a loopback name nor an address: `https://console.example.com`',
    parse: listOf(webOrigin),
  }),
  'console.insecureSignIn': setting('console.insecureSignIn', {
    fallback: 'off',
    doc: 'let people sign in over plain HTTP from other machines: the secret can be read on the way; warns',
    parse: onOff,
  }),
  'console.idleMinutes': setting('console.idleMinutes', {
    fallback: '30',
    doc: 'minutes without a request after which a session of the console ends',
    parse: wholeNumber(1, 24 * 60),
  }),
  'console.hours': setting('console.hours', {
    fallback: '12',
    doc: 'hours after which a session of the console ends in any case',
    parse: wholeNumber(1, 30 * 24),
  }),
  'console.vocabulary': setting('console.vocabulary', {
    fallback: 's3',
    doc: 'whose words the console speaks until a person chooses: `s3`, `oss`, `obs` or `cos`',
    parse: oneOf('s3', 'oss', 'obs', 'cos'),
  }),
  'console.apiEndpoint': setting('console.apiEndpoint', {
    shownFallback: 'the API port on the host that the browser used',
    doc: 'origin of the API as clients reach it, for links that the console makes',
    parse: webOrigin,
  }),
  accessKey: setting('accessKey', {
    shownFallback: 'made at first start',
    doc: 'access key id of the first account’s root; needs the secret key beside it',
    parse: matching(/^[A-Za-z0-9_]{8,128}$/, '8 to 128 letters, digits and _'),
  }),
  secretKey: setting('secretKey', {
    shownFallback: 'made at first start, shown once and only on a terminal',
    secret: true,
    doc: 'its secret: 20 to 128 printable ASCII characters without blanks and `&`; removed from the environment after reading',
    parse: text,
  }),
  secretKeyFile: setting('secretKeyFile', {
    doc: 'file (mode 0600) that holds the secret, in place of `COFFER_SECRET_KEY`',
    parse: path,
  }),
  account: setting('account', {
    fallback: '000000000001',
    doc: 'id of the first account, 12 digits',
    parse: matching(/^[0-9]{12}$/, '12 digits'),
  }),
  region: setting('region', { fallback: 'us-east-1', doc: 'home region', parse: regionName }),
  regions: setting('regions', {
    shownFallback: 'the home region',
    doc: 'all regions that this deployment serves; holds the home region',
    parse: listOf(regionName),
  }),
  domains: setting('domains', {
    fallback: 'localhost',
    doc: 'base domains for virtual-hosted buckets',
    parse: listOf(hostName),
  }),
  websiteDomains: setting('websiteDomains', {
    doc: 'base domains whose hosts `<bucket>.<domain>` are websites of buckets (docs/websites.md); none of the console’s',
    parse: listOf(hostName),
  }),
  defaultDialect: setting('defaultDialect', {
    fallback: 's3',
    doc: 'dialect of storage requests that carry nothing of any vendor’s: `s3`, `oss`, `obs` or `cos`',
    parse: oneOf('s3', 'oss', 'obs', 'cos'),
  }),
  tls: setting('tls', {
    fallback: 'off',
    doc: '`self-signed`: HTTPS with a certificate made once for this data directory',
    parse: oneOf('off', 'self-signed'),
  }),
  tlsCert: setting('tlsCert', { doc: 'certificate chain (PEM) for HTTPS; needs the key beside it', parse: path }),
  tlsKey: setting('tlsKey', { doc: 'private key (PEM, mode 0600) of the certificate', parse: path }),
  rootKey: setting('rootKey', {
    fallback: 'file:<data>/root.key',
    doc: 'where the root key is: `file:<path>`, `env:<NAME>`, `passphrase:env:<NAME>`, `passphrase:file:<path>`, `systemd-credential:<name>`, or kept elsewhere: `pkcs11:...`, `vault:...`, `aws-kms:...` (docs/keys.md)',
    parse: parseRootKey,
  }),
  metadata: setting('metadata', {
    fallback: 'lmdb:<data>/metadata',
    doc: '`lmdb:<directory>`, `memory`, or `postgres://...` (experimental)',
    parse: metadata,
  }),
  blobs: setting('blobs', {
    fallback: 'file:<data>/blobs',
    doc: '`file:<directory>` or `memory`',
    parse: blobs,
  }),
  workers: setting('workers', {
    shownFallback: 'number of cores',
    doc: 'worker processes; `1` keeps everything in one process, which takes the least memory',
    parse: wholeNumber(1, 256),
  }),
  requireTls: setting('requireTls', {
    fallback: 'off',
    doc: 'which requests must come by TLS: `kms` (those that use KMS keys) or `all`',
    parse: oneOf('off', 'kms', 'all'),
  }),
  'audit.data': setting('audit.data', {
    fallback: 'kms',
    doc: 'which reads and writes of objects are recorded one by one: `kms` (those under KMS keys), `all` or `off`',
    parse: oneOf('kms', 'all', 'off'),
  }),
  trustedProxies: setting('trustedProxies', {
    shownFallback: 'none',
    doc: 'addresses or networks whose `X-Forwarded-For` and `X-Forwarded-Proto` count',
    parse: listOf(network),
  }),
  allowInsecureSseC: setting('allowInsecureSseC', {
    fallback: 'off',
    doc: 'accept customer keys without TLS; for tests only, warns',
    parse: onOff,
  }),
  experimentalPostgres: setting('experimentalPostgres', {
    fallback: 'off',
    doc: 'allow `postgres://` as metadata store before it is finished',
    parse: onOff,
  }),
  logLevel: setting('logLevel', {
    fallback: 'info',
    doc: 'what is logged on standard error',
    parse: oneOf('error', 'warn', 'info', 'debug'),
  }),
  'kms.keyStore': setting('kms.keyStore', {
    fallback: 'local',
    doc: 'where the material of new KMS keys lives: `local` (wrapped, in the metadata) or `pkcs11:token=<label>?...` (in a token, which it never leaves; docs/keys.md)',
    parse: parseKeyStore,
  }),
  'kms.allowDeleteInUse': setting('kms.allowDeleteInUse', {
    fallback: 'off',
    doc: 'KMS keys may be deleted although objects depend on them, which are lost with them; otherwise that takes the right `coffer:CryptoShred`',
    parse: onOff,
  }),
  'newBuckets.blockSseC': setting('newBuckets.blockSseC', {
    fallback: 'off',
    doc: 'new buckets refuse SSE-C uploads until their owner allows them',
    parse: onOff,
  }),
  'defaults.checkKey': setting('defaults.checkKey', {
    fallback: 'off',
    doc: 'a bucket default that names a KMS key is refused unless whoever sets it could write under that key now',
    parse: onOff,
  }),
  'compat.encryptionNotFound': setting('compat.encryptionNotFound', {
    fallback: 'off',
    doc: 'S3: a bucket whose default nobody set answers 404 `ServerSideEncryptionConfigurationNotFoundError`, as in former years',
    parse: onOff,
  }),
  'compat.ignoreSseOnParts': setting('compat.ignoreSseOnParts', {
    fallback: 'off',
    doc: 'S3: encryption headers on UploadPart and CompleteMultipartUpload are ignored, not refused',
    parse: onOff,
  }),
  'notifications.targets': setting('notifications.targets', {
    doc: 'webhooks that notifications of buckets may name, as `<name>=https://<host>/<path>`, with commas between them',
    parse: listOf(notificationTarget),
  }),
  'notifications.secretFile': setting('notifications.secretFile', {
    doc: 'file (mode 0600) that holds the key with which events are signed (HMAC-SHA256)',
    parse: path,
  }),
  'notifications.allowPrivate': setting('notifications.allowPrivate', {
    fallback: 'off',
    doc: 'webhooks may be at private and local addresses',
    parse: onOff,
  }),
  'notifications.everyMs': setting('notifications.everyMs', {
    fallback: '1000',
    doc: 'milliseconds between two looks for events to send',
    parse: wholeNumber(10, 60 * MINUTE_MS),
  }),
  'jobs.garbageMs': setting('jobs.garbageMs', {
    fallback: '30000',
    doc: 'milliseconds between two runs of the garbage collector',
    parse: wholeNumber(100, DAY_MS),
  }),
  'jobs.uploadsMs': setting('jobs.uploadsMs', {
    fallback: '3600000',
    doc: 'milliseconds between two looks for finished and forgotten uploads',
    parse: wholeNumber(100, DAY_MS),
  }),
  'jobs.uploadDays': setting('jobs.uploadDays', {
    fallback: '30',
    doc: 'days after which an upload that was never finished is ended; `0`: never',
    parse: wholeNumber(0, 3_650),
  }),
  'jobs.keysMs': setting('jobs.keysMs', {
    fallback: '600000',
    doc: 'milliseconds between two looks for keys due for rotation or destruction; at most an hour',
    parse: wholeNumber(100, 60 * MINUTE_MS),
  }),
  'jobs.lifecycleMs': setting('jobs.lifecycleMs', {
    fallback: '60000',
    doc: 'milliseconds between two looks for lifecycle rules that fell due, which they do at midnight UTC',
    parse: wholeNumber(10, DAY_MS),
  }),
  'jobs.logsMs': setting('jobs.logsMs', {
    fallback: '300000',
    doc: 'milliseconds between two deliveries of access logs',
    parse: wholeNumber(10, DAY_MS),
  }),
  'jobs.scrubMs': setting('jobs.scrubMs', {
    fallback: '0',
    doc: 'milliseconds between two full readings of everything stored, as the account’s root; `0`: never by itself',
    parse: wholeNumber(0, 365 * DAY_MS),
  }),
} as const

/** The edge's limits that can be set. The edge has the defaults. */
export type HttpLimitName =
  | 'headerBytes'
  | 'headerCount'
  | 'headersMs'
  | 'progressBytes'
  | 'progressMs'
  | 'sendStallMs'
  | 'idleMs'
  | 'unreadBodyBytes'
  | 'unreadBodyMs'
  | 'maxConnections'
  | 'perAddressConnections'
  | 'tlsHandshakeMs'

function httpLimit(name: HttpLimitName, min: number, max: number, doc: string): Setting<number> {
  return setting(`http.${name}`, { shownFallback: 'see docs/limits.md', doc, parse: wholeNumber(min, max) })
}

export const HTTP_SETTINGS: Readonly<Record<HttpLimitName, Setting<number>>> = {
  headerBytes: httpLimit('headerBytes', 4_096, 262_144, 'bytes of the request line and all headers'),
  headerCount: httpLimit('headerCount', 16, 2_000, 'headers of a request'),
  headersMs: httpLimit('headersMs', 100, 10 * MINUTE_MS, 'milliseconds in which all headers must have come'),
  progressBytes: httpLimit('progressBytes', 1, 1_048_576, 'bytes that a body must bring in each `http.progressMs`'),
  progressMs: httpLimit('progressMs', 100, 60 * MINUTE_MS, 'milliseconds of that rule'),
  sendStallMs: httpLimit('sendStallMs', 100, 60 * MINUTE_MS, 'milliseconds for which a reader may take nothing'),
  idleMs: httpLimit('idleMs', 100, 60 * MINUTE_MS, 'milliseconds that an idle connection stays open'),
  unreadBodyBytes: httpLimit('unreadBodyBytes', 0, 16_777_216, 'bytes of an unread body that are swallowed'),
  unreadBodyMs: httpLimit('unreadBodyMs', 0, MINUTE_MS, 'milliseconds for which they are'),
  maxConnections: httpLimit('maxConnections', 1, 1_000_000, 'connections of a process'),
  perAddressConnections: httpLimit('perAddressConnections', 1, 1_000_000, 'connections of one address in a process'),
  tlsHandshakeMs: httpLimit('tlsHandshakeMs', 100, 10 * MINUTE_MS, 'milliseconds for a TLS handshake'),
}

/** Whether the flag of a setting may stand without a value, for `on`. */
export function isSwitch(setting: Setting<unknown>): boolean {
  return setting.parse === onOff
}

/** Every setting, as what they have in common. */
export const ALL_SETTINGS: readonly Setting<unknown>[] = [...Object.values(SETTINGS), ...Object.values(HTTP_SETTINGS)]

/** Variables that begin with `COFFER_` and are no settings of the server: the client's, and those of tests. */
export const OTHER_VARIABLES: readonly string[] = [
  ...['COFFER_ENDPOINT', 'COFFER_SESSION_TOKEN', 'COFFER_PROFILE', 'COFFER_CA_FILE', 'COFFER_DEBUG', 'COFFER_CONFIG'],
  ...['COFFER_VECTORS', 'COFFER_TEST_REQUIRE', 'COFFER_TEST_POSTGRES'],
  ...['COFFER_TEST_VAULT_ADDR', 'COFFER_TEST_VAULT_TOKEN'],
]
