import type { ChecksumAlgorithm, ChecksumType } from '../../src/operations/index.ts'
import type { Seeded } from './seeded.ts'

/*
 * What may be done next, before it is known what is there: versions and uploads are meant by their position, conditions
 * by what they shall compare. So a run that leaves moves out is still a run.
 */

export type EncryptionChoice =
  | { readonly kind: 'default'; readonly bucketKey?: boolean }
  | { readonly kind: 'sse-s3' }
  | {
      readonly kind: 'sse-kms' | 'dsse-kms'
      /** Position among the run's keys; one more than there are: a key that does not exist; absent: the managed one. */
      readonly key?: number
      readonly bucketKey?: boolean
      readonly context?: boolean
    }
  | { readonly kind: 'sse-c'; readonly customer: number }

export type EtagChoice = 'current' | 'other' | 'any' | 'list'

export interface ConditionChoice {
  readonly ifMatch?: EtagChoice
  readonly ifNoneMatch?: EtagChoice
  /** Milliseconds from the version's time. */
  readonly ifModifiedSince?: number
  readonly ifUnmodifiedSince?: number
}

export interface TargetChoice {
  readonly bucket: string
  readonly key: string
  /** Position among the name's versions, newest first; beyond them: an id that is not there. Absent: the current one. */
  readonly version?: number
}

export interface RangeChoice {
  readonly first: number
  readonly last?: number
  readonly suffix?: boolean
}

export interface ReadChoice extends TargetChoice {
  readonly range?: RangeChoice
  readonly partNumber?: number
  readonly conditions: ConditionChoice
  /** Which customer key is sent; `own`: the one that it takes, if any. */
  readonly customer: 'own' | 'none' | number
  readonly withChecksums: boolean
}

export interface BodyChoice {
  readonly size: number
  readonly number: number
}

export type DigestChoice = 'none' | 'md5' | 'wrong-md5' | ChecksumAlgorithm | `wrong-${ChecksumAlgorithm}`

export interface UploadChoice {
  readonly bucket: string
  /** Position among the bucket's uploads; beyond them: one that is not there, or not any more. */
  readonly upload: number
}

export interface ListingChoice {
  readonly bucket: string
  readonly prefix: string
  readonly delimiter: string
  readonly limit: number
  /** Go on behind the last page of such a listing, or begin at a marker of one's own. */
  readonly from: 'start' | 'next' | { readonly marker: string; readonly version?: number }
}

export type Move =
  | {
      readonly kind: 'put'
      readonly bucket: string
      readonly key: string
      readonly body: BodyChoice
      readonly encryption: EncryptionChoice
      readonly condition?: 'if-none-match-any' | 'if-match-current' | 'if-match-other'
      readonly digest: DigestChoice
      readonly properties: number
    }
  | {
      readonly kind: 'append'
      readonly bucket: string
      readonly key: string
      readonly body: BodyChoice
      /** Where it says that the object ends. */
      readonly at: 'end' | 'start' | 'beyond'
      readonly encryption: EncryptionChoice
      /** Which customer key is sent to an object that takes one. */
      readonly customer: 'own' | number
      readonly properties: number
    }
  | {
      readonly kind: 'rename'
      readonly bucket: string
      readonly key: string
      readonly from: string
      readonly sourceConditions: ConditionChoice
      readonly targetConditions: ConditionChoice
      readonly keepsTarget: boolean
    }
  | {
      /** Written over: `body`; cut off: what is behind `at`. */
      readonly kind: 'modify' | 'truncate'
      readonly bucket: string
      readonly key: string
      /** Of the object's length; more than 1: beyond its end. */
      readonly at: number
      readonly body: BodyChoice
      readonly customer: 'own' | 'none' | number
    }
  | ({ readonly kind: 'get' | 'head' } & ReadChoice)
  | ({ readonly kind: 'delete' } & TargetChoice)
  /** The version at which the last page of versions ended. */
  | { readonly kind: 'delete-shown'; readonly bucket: string }
  | { readonly kind: 'delete-many'; readonly bucket: string; readonly entries: readonly TargetChoice[] }
  | {
      readonly kind: 'copy'
      readonly bucket: string
      readonly key: string
      readonly source: ReadChoice
      readonly encryption: EncryptionChoice
      readonly replaceProperties?: number
      readonly replaceTags?: number
      readonly storageClass?: string
      readonly checksum?: ChecksumAlgorithm
      readonly condition?: 'if-none-match-any' | 'if-match-current' | 'if-match-other'
    }
  | ({ readonly kind: 'get-tags' | 'delete-tags' } & TargetChoice)
  | ({ readonly kind: 'put-tags'; readonly tags: number } & TargetChoice)
  | ({ readonly kind: 'attributes'; readonly marker: number; readonly maxParts: number } & ReadChoice)
  | ({ readonly kind: 'update-encryption'; readonly toKey: number; readonly bucketKey: boolean } & TargetChoice)
  | {
      readonly kind: 'create-upload'
      readonly bucket: string
      readonly key: string
      readonly encryption: EncryptionChoice
      readonly properties: number
      readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType }
    }
  | ({
      readonly kind: 'upload-part'
      readonly partNumber: number
      readonly body: BodyChoice
      readonly digest: 'none' | 'md5' | 'wrong-md5' | 'other-algorithm'
      readonly customer: 'own' | 'none' | number
    } & UploadChoice)
  | ({
      readonly kind: 'upload-part-copy'
      readonly partNumber: number
      readonly source: ReadChoice
      readonly customer: 'own' | 'none' | number
    } & UploadChoice)
  | ({
      readonly kind: 'complete'
      /** `good`: all parts as they are; else what is wrong with the list. */
      readonly list:
        'good' | 'last-only' | 'backwards' | 'twice' | 'unknown-part' | 'wrong-etag' | 'empty' | 'no-checksums'
      readonly size: 'unsaid' | 'right' | 'wrong'
      readonly customer: 'own' | 'none' | number
      readonly condition?: 'if-none-match-any' | 'if-match-current' | 'if-match-other'
      /** Sends it again at once. */
      readonly again: boolean
    } & UploadChoice)
  | ({ readonly kind: 'abort' } & UploadChoice)
  | ({ readonly kind: 'list-parts'; readonly marker: number; readonly maxParts: number } & UploadChoice)
  | ({ readonly kind: 'list' | 'list-versions' | 'list-uploads' } & ListingChoice)
  | { readonly kind: 'list-buckets'; readonly prefix?: string; readonly after?: string; readonly limit?: number }
  | {
      readonly kind: 'create-bucket' | 'delete-bucket' | 'head-bucket' | 'get-versioning' | 'get-encryption'
      readonly bucket: string
    }
  | { readonly kind: 'delete-encryption'; readonly bucket: string }
  | { readonly kind: 'set-versioning'; readonly bucket: string; readonly versioning: 'enabled' | 'suspended' }
  | {
      readonly kind: 'set-encryption'
      readonly bucket: string
      readonly rule?: {
        readonly mode: 'sse-s3' | 'sse-kms' | 'dsse-kms'
        readonly key?: number
        readonly bucketKey: boolean
      }
      readonly blocked?: 'none' | 'sse-c'
    }
  | { readonly kind: 'switch-key'; readonly key: number; readonly enabled: boolean }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'job'; readonly job: JobName }

export type JobName =
  | 'garbage'
  | 'done-uploads'
  | 'expired-uploads'
  | 'leftovers'
  | 'rotate-key'
  | 'rotate-service-key'
  | 'rotate-cluster'
  | 'restart'

export const BUCKETS = ['first-bucket', 'second-bucket'] as const
export const KEYS = 2
export const CUSTOMERS = 2
export const NAMES = ['a', 'a/b', 'a/c', 'b', 'b//', 'b/\u00e9', 'c+ d'] as const
/** Some names are met more often than others. */
const PICKED_NAMES = ['a', 'a', 'a', 'b', 'b', ...NAMES] as const
const PREFIXES = ['', '', '', 'a', 'a/', 'b/', 'zz'] as const
const DELIMITERS = ['', '', '/', '/', '//', 'b'] as const
const MARKERS = ['a', 'a/', 'a/b', 'b', 'b/0', 'zz'] as const
const ALGORITHMS: readonly ChecksumAlgorithm[] = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256']
const SIZES = [0, 1, 7, 40, 300, 2_000] as const
export const PART_BYTES = 5 * 1024 * 1024

/** How much of what: shares of large bodies, and whether there are jobs and clocks to move. */
export interface MoveOptions {
  /** Of bodies: more than a row holds. */
  readonly streams: number
  /** Of parts: large enough to be followed by another. */
  readonly fullParts: number
  readonly jobs: readonly JobName[]
  /** Whether ListBuckets may begin behind a name; over HTTP only a token says where. */
  readonly bucketsAfter: boolean
  /** Milliseconds; clocks move by one of these. */
  readonly passes: readonly number[]
  /** Whether there are moves that S3 has no words for in its general buckets: appends, renames, changes of bytes. */
  readonly beyondS3: boolean
  /** The buckets that may be versioned; absent: all. Renames and changes of bytes are for the others. */
  readonly versioned?: readonly string[]
}

type Chooser = (random: Seeded, options: MoveOptions) => Move

const CHOOSERS: readonly (readonly [weight: number, choose: Chooser])[] = [
  [200, put],
  [130, (random) => ({ kind: 'get', ...read(random) })],
  [50, (random) => ({ kind: 'head', ...read(random) })],
  [90, (random) => ({ kind: 'delete', ...target(random) })],
  [12, (random) => ({ kind: 'delete-shown', bucket: random.pick(BUCKETS) })],
  [12, (random) => ({ kind: 'delete-many', bucket: random.pick(BUCKETS), entries: targets(random) })],
  [60, copy],
  [10, (random) => ({ kind: 'get-tags', ...target(random) })],
  [14, (random) => ({ kind: 'put-tags', tags: random.below(3), ...target(random) })],
  [4, (random) => ({ kind: 'delete-tags', ...target(random) })],
  [
    20,
    (random) => ({
      kind: 'attributes',
      marker: random.below(4),
      maxParts: random.pick([1, 2, 1_000]),
      ...read(random),
    }),
  ],
  [
    14,
    (random) => ({
      kind: 'update-encryption',
      toKey: random.below(KEYS + 1),
      bucketKey: random.chance(0.5),
      ...target(random),
    }),
  ],
  [24, createUpload],
  [44, uploadPart],
  [10, uploadPartCopy],
  [24, complete],
  [8, (random) => ({ kind: 'abort', ...upload(random) })],
  [
    14,
    (random) => ({
      kind: 'list-parts',
      marker: random.below(5),
      maxParts: random.pick([0, 1, 2, 1_000]),
      ...upload(random),
    }),
  ],
  [36, (random) => ({ kind: 'list', ...listing(random) })],
  [46, (random) => ({ kind: 'list-versions', ...listing(random) })],
  [20, (random) => ({ kind: 'list-uploads', ...listing(random) })],
  [4, listBuckets],
  [3, (random) => ({ kind: 'create-bucket', bucket: random.pick(BUCKETS) })],
  [3, (random) => ({ kind: 'delete-bucket', bucket: random.pick(BUCKETS) })],
  [3, (random) => ({ kind: 'head-bucket', bucket: random.pick(BUCKETS) })],
  [3, (random) => ({ kind: 'get-versioning', bucket: random.pick(BUCKETS) })],
  [6, (random) => ({ kind: 'get-encryption', bucket: random.pick(BUCKETS) })],
  [4, (random) => ({ kind: 'delete-encryption', bucket: random.pick(BUCKETS) })],
  [
    24,
    (random, { versioned = BUCKETS }) => ({
      kind: 'set-versioning',
      bucket: random.pick(versioned),
      versioning: random.chance(0.6) ? 'enabled' : 'suspended',
    }),
  ],
  [12, setEncryption],
  [10, (random) => ({ kind: 'switch-key', key: random.below(KEYS), enabled: random.chance(0.7) })],
  [30, (random, options) => ({ kind: 'pass', ms: random.pick(options.passes) })],
]
const JOB_WEIGHT = 12
const BEYOND_S3: typeof CHOOSERS = [
  [60, append],
  [50, rename],
  [60, (random, options) => ({ kind: 'modify', ...change(random, options) })],
  [40, (random, options) => ({ kind: 'truncate', ...change(random, options) })],
]

export function nextMove(random: Seeded, options: MoveOptions): Move {
  const job: Chooser = () => ({ kind: 'job', job: random.pick(options.jobs) })
  const choosers = [
    ...CHOOSERS,
    ...(options.beyondS3 ? BEYOND_S3 : []),
    ...(options.jobs.length === 0 ? [] : [[JOB_WEIGHT, job] as const]),
  ]
  return random.weighted(choosers)(random, options)
}

function append(random: Seeded, options: MoveOptions): Move {
  return {
    kind: 'append',
    ...{ bucket: random.pick(BUCKETS), key: random.pick(PICKED_NAMES), body: body(random, options) },
    at: random.weighted([
      [8, 'end'],
      [1, 'start'],
      [1, 'beyond'],
    ] as const),
    encryption: encryption(random),
    customer: random.chance(0.8) ? 'own' : random.below(CUSTOMERS),
    properties: random.below(6),
  }
}

function change(random: Seeded, options: MoveOptions) {
  return {
    ...{ bucket: random.pick(BUCKETS), key: random.pick(PICKED_NAMES), body: body(random, options) },
    at: random.pick([0, 0.3, 0.6, 0.99, 1, 1, 1.1]),
    customer: customer(random),
  }
}

function rename(random: Seeded): Move {
  return {
    kind: 'rename',
    ...{ bucket: random.pick(BUCKETS), key: random.pick(PICKED_NAMES), from: random.pick(PICKED_NAMES) },
    sourceConditions: random.chance(0.15) ? conditions(random) : {},
    targetConditions: random.chance(0.15) ? conditions(random) : {},
    keepsTarget: random.chance(0.3),
  }
}

function target(random: Seeded): TargetChoice {
  const where = { bucket: random.pick(BUCKETS), key: random.pick(PICKED_NAMES) }
  return random.chance(0.4) ? { ...where, version: random.below(5) } : where
}

function targets(random: Seeded): readonly TargetChoice[] {
  return Array.from({ length: 1 + random.below(5) }, () => target(random))
}

function read(random: Seeded): ReadChoice {
  return {
    ...target(random),
    ...(random.chance(0.2) ? { range: range(random) } : {}),
    ...(random.chance(0.05) ? { partNumber: 1 + random.below(4) } : {}),
    conditions: random.chance(0.25) ? conditions(random) : {},
    customer: customer(random),
    withChecksums: random.chance(0.5),
  }
}

function customer(random: Seeded): 'own' | 'none' | number {
  return random.chance(0.9) ? 'own' : random.chance(0.5) ? 'none' : random.below(CUSTOMERS)
}

function range(random: Seeded): RangeChoice {
  if (random.chance(0.3)) return { first: random.below(50), suffix: true }
  const first = random.below(random.pick([2, 50, 2_500]))
  return random.chance(0.3) ? { first } : { first, last: first + random.below(100) }
}

function conditions(random: Seeded): ConditionChoice {
  const etag = (): EtagChoice => random.pick(['current', 'other', 'any', 'list'])
  const time = (): number => random.pick([-60_000, -1_000, 0, 1_000, 60_000])
  return {
    ...(random.chance(0.35) ? { ifMatch: etag() } : {}),
    ...(random.chance(0.35) ? { ifNoneMatch: etag() } : {}),
    ...(random.chance(0.25) ? { ifModifiedSince: time() } : {}),
    ...(random.chance(0.25) ? { ifUnmodifiedSince: time() } : {}),
  }
}

function encryption(random: Seeded): EncryptionChoice {
  const bucketKey = random.chance(0.3) ? { bucketKey: random.chance(0.5) } : {}
  const key = random.chance(0.2) ? {} : { key: random.chance(0.1) ? KEYS : random.below(KEYS) }
  const context = random.chance(0.2) ? { context: true } : {}
  return random.weighted<EncryptionChoice>([
    [10, { kind: 'default' }],
    [1, { kind: 'default', ...bucketKey }],
    [2, { kind: 'sse-s3' }],
    [3, { kind: 'sse-kms', ...key, ...bucketKey, ...context }],
    [1, { kind: 'dsse-kms', ...key, ...context }],
    [2, { kind: 'sse-c', customer: random.below(CUSTOMERS) }],
  ])
}

function body(random: Seeded, options: MoveOptions): BodyChoice {
  const large = random.chance(options.streams)
  return { size: large ? random.pick([16_383, 16_384, 20_000, 70_000]) : random.pick(SIZES), number: random.below(40) }
}

function writeCondition(random: Seeded): Pick<Extract<Move, { kind: 'put' }>, 'condition'> {
  if (!random.chance(0.2)) return {}
  return { condition: random.pick(['if-none-match-any', 'if-match-current', 'if-match-other']) }
}

function digest(random: Seeded): DigestChoice {
  return random.weighted<DigestChoice>([
    [20, 'none'],
    [3, 'md5'],
    [1, 'wrong-md5'],
    [5, random.pick(ALGORITHMS)],
    [1, `wrong-${random.pick(ALGORITHMS)}`],
  ])
}

function put(random: Seeded, options: MoveOptions): Move {
  return {
    kind: 'put',
    bucket: random.pick(BUCKETS),
    key: random.pick(PICKED_NAMES),
    body: body(random, options),
    encryption: encryption(random),
    digest: digest(random),
    properties: random.below(6),
    ...writeCondition(random),
  }
}

function copy(random: Seeded): Move {
  const source = read(random)
  const onto = random.chance(0.3)
    ? { bucket: source.bucket, key: source.key }
    : { bucket: random.pick(BUCKETS), key: random.pick(PICKED_NAMES) }
  return {
    kind: 'copy',
    ...onto,
    source,
    encryption: encryption(random),
    ...(random.chance(0.3) ? { replaceProperties: random.below(6) } : {}),
    ...(random.chance(0.3) ? { replaceTags: random.below(3) } : {}),
    ...(random.chance(0.3) ? { storageClass: random.pick(['STANDARD', 'STANDARD_IA']) } : {}),
    ...(random.chance(0.2) ? { checksum: random.pick(ALGORITHMS) } : {}),
    ...writeCondition(random),
  }
}

function upload(random: Seeded): UploadChoice {
  return { bucket: random.pick(BUCKETS), upload: random.below(5) }
}

function createUpload(random: Seeded): Move {
  const checksum = random.pick([
    { algorithm: 'crc32', type: 'composite' },
    { algorithm: 'sha256', type: 'composite' },
    { algorithm: 'crc32', type: 'full-object' },
    { algorithm: 'crc64nvme', type: 'full-object' },
  ] as const)
  const named = random.chance(0.6)
  return {
    kind: 'create-upload',
    bucket: random.pick(BUCKETS),
    key: random.pick(PICKED_NAMES),
    encryption: encryption(random),
    properties: random.below(6),
    ...(named ? { checksum } : {}),
  }
}

function uploadPart(random: Seeded, options: MoveOptions): Move {
  const full = random.chance(options.fullParts)
  return {
    kind: 'upload-part',
    ...upload(random),
    partNumber: random.pick([1, 1, 2, 3, 10_000]),
    body: full ? { size: PART_BYTES + random.below(3), number: random.below(2) } : body(random, options),
    digest: random.weighted([
      [10, 'none'],
      [2, 'md5'],
      [1, 'wrong-md5'],
      [1, 'other-algorithm'],
    ] as const),
    customer: customer(random),
  }
}

function uploadPartCopy(random: Seeded): Move {
  return {
    kind: 'upload-part-copy',
    ...upload(random),
    partNumber: random.pick([1, 1, 2, 3]),
    source: read(random),
    customer: customer(random),
  }
}

function complete(random: Seeded): Move {
  return {
    kind: 'complete',
    ...upload(random),
    list: random.weighted([
      [10, 'good'],
      [4, 'last-only'],
      [1, 'backwards'],
      [1, 'twice'],
      [1, 'unknown-part'],
      [1, 'wrong-etag'],
      [1, 'empty'],
      [1, 'no-checksums'],
    ] as const),
    size: random.weighted([
      [6, 'unsaid'],
      [2, 'right'],
      [1, 'wrong'],
    ] as const),
    customer: customer(random),
    ...writeCondition(random),
    again: random.chance(0.3),
  }
}

function listing(random: Seeded): ListingChoice {
  const marked = {
    marker: random.pick([...MARKERS, ...NAMES]),
    ...(random.chance(0.5) ? { version: random.below(5) } : {}),
  }
  return {
    bucket: random.pick(BUCKETS),
    prefix: random.pick(PREFIXES),
    delimiter: random.pick(DELIMITERS),
    limit: random.pick([0, 1, 1, 2, 3, 5, 1_000]),
    from: random.weighted<ListingChoice['from']>([
      [3, 'start'],
      [6, 'next'],
      [2, marked],
    ]),
  }
}

function listBuckets(random: Seeded, options: MoveOptions): Move {
  return {
    kind: 'list-buckets',
    ...(random.chance(0.3) ? { prefix: random.pick(['', 'f', 'first', 'x']) } : {}),
    ...(options.bucketsAfter && random.chance(0.3) ? { after: random.pick(['a', 'first-bucket', 'g']) } : {}),
    ...(random.chance(0.3) ? { limit: 1 + random.below(2) } : {}),
  }
}

function setEncryption(random: Seeded): Move {
  const key = random.chance(0.2) ? {} : { key: random.chance(0.1) ? KEYS : random.below(KEYS) }
  const mode = random.pick(['sse-s3', 'sse-kms', 'sse-kms', 'dsse-kms'] as const)
  const rule = { mode, bucketKey: random.chance(0.5), ...(mode === 'sse-s3' ? {} : key) }
  const blocked = random.chance(0.4) ? { blocked: random.pick(['none', 'none', 'sse-c'] as const) } : {}
  const withRule = random.chance(0.8) || !('blocked' in blocked)
  return { kind: 'set-encryption', bucket: random.pick(BUCKETS), ...(withRule ? { rule } : {}), ...blocked }
}
