export type Verb = 'put' | 'get' | 'head' | 'list' | 'list-groups' | 'delete' | 'data-key'
export type Protection = 'SSE-S3' | 'SSE-KMS' | 'SSE-KMS, bucket key' | 'DSSE' | 'SSE-C'

/**
 * What a line is compared with. `bare HTTP`: a server that moves the same bytes and shares syncs. `LMDB puts`: durable
 * puts of values of that size, as many in flight. `openssl`: both digests and the cipher, one after the other, on one
 * core. `raw scan`, `raw seeks`: what LMDB itself takes for the rows of the page. A protection: Coffer itself under it.
 * `S3`: Coffer itself, asked for the same by S3's words and signature.
 */
export type Floor = 'bare HTTP' | 'LMDB puts' | 'openssl' | 'raw scan' | 'raw seeks' | 'S3' | Protection

export interface Comparison {
  readonly floor: Floor
  /** The ratio that Coffer is meant to reach. */
  readonly goal?: number
}

/** One line of the report: a request, again and again, against Coffer and against its floors, in turns. */
export interface Scenario {
  readonly verb: Verb
  readonly sizeBytes: number
  readonly protection: Protection
  readonly connections: number
  readonly against: readonly Comparison[]
}

const KIB = 1_024
const MIB = 1_024 * KIB
export const SMALL_BYTES = 4 * KIB
export const LARGE_BYTES = 64 * MIB
const SIZES = [SMALL_BYTES, 64 * KIB, MIB, LARGE_BYTES]
const CONNECTIONS = [1, 16, 64]
export const PROTECTIONS: readonly Protection[] = ['SSE-S3', 'SSE-KMS', 'SSE-KMS, bucket key', 'DSSE', 'SSE-C']

const SSE = 'x-amz-server-side-encryption'
/** Any 32 bytes and their MD5: a benchmark's own key protects nothing. */
const CUSTOMER_KEY = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
const CUSTOMER_HEADERS = [
  [`${SSE}-customer-algorithm`, 'AES256'],
  [`${SSE}-customer-key`, CUSTOMER_KEY],
  [`${SSE}-customer-key-md5`, 'hRasmdxgYDKV3nvbahU1MA=='],
] as const

/** The headers that ask for a protection, or that a read under it needs. The managed key of the account is used. */
export function headersOf(protection: Protection, verb: Verb): readonly (readonly [string, string])[] {
  if (protection === 'SSE-C') return verb === 'put' || verb === 'get' || verb === 'head' ? CUSTOMER_HEADERS : []
  if (verb !== 'put') return []
  switch (protection) {
    case 'SSE-S3':
      return [[SSE, 'AES256']]
    case 'SSE-KMS':
      return [[SSE, 'aws:kms']]
    case 'SSE-KMS, bucket key':
      return [
        [SSE, 'aws:kms'],
        [`${SSE}-bucket-key-enabled`, 'true'],
      ]
    case 'DSSE':
      return [[SSE, 'aws:kms:dsse']]
  }
}

function cell(
  verb: Verb,
  sizeBytes: number,
  protection: Protection,
  connections: number,
  ...against: readonly Comparison[]
): Scenario {
  return { verb, sizeBytes, protection, connections, against }
}

const BARE: Comparison = { floor: 'bare HTTP' }

/** The lines that have a goal. `everyCore`: the server has as many workers as the machine has cores. */
function goals(everyCore: boolean): readonly Scenario[] {
  const s3 = 'SSE-S3'
  return [
    cell('put', SMALL_BYTES, s3, 64, { floor: 'bare HTTP', goal: 0.25 }, { floor: 'LMDB puts', goal: 0.35 }),
    cell('put', SMALL_BYTES, s3, 1, BARE, { floor: 'LMDB puts', goal: 0.45 }),
    cell('get', SMALL_BYTES, s3, 64, { floor: 'bare HTTP', goal: 0.35 }),
    cell('head', SMALL_BYTES, s3, 64, { floor: 'bare HTTP', goal: 0.55 }),
    cell('put', SMALL_BYTES, 'SSE-KMS, bucket key', 64, { floor: s3, goal: 0.95 }),
    cell('get', SMALL_BYTES, 'SSE-KMS, bucket key', 64, { floor: s3, goal: 0.95 }),
    cell('list', SMALL_BYTES, s3, 16, { floor: 'raw scan', goal: 0.35 }),
    cell('list', 64 * KIB, s3, 16, { floor: 'raw scan', goal: 0.35 }),
    cell('list-groups', SMALL_BYTES, s3, 16, { floor: 'raw seeks', goal: 0.3 }),
    cell('put', LARGE_BYTES, s3, 4, BARE, { floor: 'openssl', goal: everyCore ? 0.9 : 0.6 }),
    cell('put', LARGE_BYTES, 'SSE-KMS', 4, { floor: s3, goal: 1.3 }),
    cell('put', LARGE_BYTES, 'DSSE', 4, { floor: 'SSE-KMS', goal: 0.6 }),
    cell('get', LARGE_BYTES, s3, 4, { floor: 'bare HTTP', goal: 0.55 }),
    cell('get', LARGE_BYTES, 'DSSE', 4, { floor: 'SSE-KMS', goal: 0.6 }),
    cell('data-key', 0, 'SSE-KMS', 64, { floor: 'bare HTTP', goal: 0.4 }),
  ]
}

/** Some more lines beside those with a goal, so that every verb, size and protection is seen once. */
const OTHERS: readonly Scenario[] = [
  cell('put', SMALL_BYTES, 'SSE-KMS', 16, { floor: 'SSE-S3' }),
  cell('get', SMALL_BYTES, 'SSE-KMS', 16, { floor: 'SSE-S3' }),
  cell('put', SMALL_BYTES, 'SSE-C', 16, { floor: 'SSE-S3' }),
  cell('get', SMALL_BYTES, 'SSE-C', 16, { floor: 'SSE-S3' }),
  cell('get', SMALL_BYTES, 'SSE-S3', 1, BARE),
  cell('delete', SMALL_BYTES, 'SSE-S3', 16, BARE),
  cell('put', 64 * KIB, 'SSE-S3', 16, BARE),
  cell('get', 64 * KIB, 'SSE-S3', 16, BARE),
  cell('put', MIB, 'SSE-S3', 16, BARE),
  cell('get', MIB, 'SSE-S3', 16, BARE),
]

/** `--full`: every verb at every size, number of connections and protection. Listings do not depend on protections. */
function everything(everyCore: boolean): readonly Scenario[] {
  const known = new Map([...goals(everyCore), ...OTHERS].map((one) => [nameOf(one), one]))
  const all = (['put', 'get', 'head', 'delete'] as const).flatMap((verb) =>
    SIZES.flatMap((size) =>
      CONNECTIONS.flatMap((count) => PROTECTIONS.map((protection) => cell(verb, size, protection, count, BARE))),
    ),
  )
  const lists = CONNECTIONS.flatMap((count) => [
    ...[SMALL_BYTES, 64 * KIB].map((size) => cell('list', size, 'SSE-S3', count, { floor: 'raw scan', goal: 0.35 })),
    cell('list-groups', SMALL_BYTES, 'SSE-S3', count, { floor: 'raw seeks', goal: 0.3 }),
  ])
  for (const one of [...all, ...lists]) if (!known.has(nameOf(one))) known.set(nameOf(one), one)
  return [...known.values()]
}

const BY_S3: Comparison = { floor: 'S3', goal: 0.95 }

/** `--dialect`: what is everyday in every dialect, against the same in S3. */
export const DIALECT_SCENARIOS: readonly Scenario[] = [
  cell('put', SMALL_BYTES, 'SSE-S3', 64, BY_S3),
  cell('get', SMALL_BYTES, 'SSE-S3', 64, BY_S3),
  cell('head', SMALL_BYTES, 'SSE-S3', 64, BY_S3),
  cell('delete', SMALL_BYTES, 'SSE-S3', 16, BY_S3),
  cell('put', 64 * KIB, 'SSE-S3', 16, BY_S3),
  cell('get', 64 * KIB, 'SSE-S3', 16, BY_S3),
  cell('put', MIB, 'SSE-S3', 16, BY_S3),
  cell('get', MIB, 'SSE-S3', 16, BY_S3),
]

/** A look in about a minute. */
const QUICK_VERBS: ReadonlySet<string> = new Set([
  ...['PUT 4 KiB, SSE-S3, C=64', 'PUT 4 KiB, SSE-S3, C=1', 'GET 4 KiB, SSE-S3, C=64', 'HEAD 4 KiB, SSE-S3, C=64'],
  'GenerateDataKey, C=64',
  ...['LIST 1,000 of 4 KiB, C=16', 'LIST 1,000 groups, C=16', 'PUT 64 MiB, SSE-S3, C=4', 'GET 64 MiB, SSE-S3, C=4'],
])

export function scenariosOf(extent: 'quick' | 'usual' | 'full', everyCore: boolean): readonly Scenario[] {
  if (extent === 'full') return everything(everyCore)
  const usual = [...goals(everyCore), ...OTHERS]
  return extent === 'usual' ? usual : usual.filter((one) => QUICK_VERBS.has(nameOf(one)))
}

/** `PUT 4 KiB, SSE-S3, C=16`: how a scenario is called, and chosen with `--only`. */
export function nameOf({ verb, sizeBytes, protection, connections }: Scenario): string {
  if (verb === 'data-key') return `GenerateDataKey, C=${connections}`
  if (verb === 'list-groups') return `LIST 1,000 groups, C=${connections}`
  if (verb === 'list') return `LIST 1,000 of ${sizeText(sizeBytes)}, C=${connections}`
  return `${verb.toUpperCase()} ${sizeText(sizeBytes)}, ${protection}, C=${connections}`
}

function sizeText(sizeBytes: number): string {
  return sizeBytes < MIB ? `${sizeBytes / KIB} KiB` : `${sizeBytes / MIB} MiB`
}
