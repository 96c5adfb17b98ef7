import type { FloorKind } from './floor-server.ts'

export type Verb = 'put' | 'get' | 'head' | 'list'
export type Protection = 'SSE-S3' | 'SSE-KMS' | 'SSE-KMS, bucket key'

/** One line of the report: a request, again and again, against Coffer and against its floors. */
export interface Scenario {
  readonly verb: Verb
  readonly sizeBytes: number
  readonly protection: Protection
  readonly connections: number
  /** What it is compared with, the first one always. */
  readonly floors: readonly FloorKind[]
}

export const SMALL_BYTES = 4 * 1024
export const LARGE_BYTES = 64 * 1024 * 1024
const SMALL_CONNECTIONS = [1, 16, 64]
const LARGE_CONNECTIONS = [1, 4]
export const PROTECTIONS: readonly Protection[] = ['SSE-S3', 'SSE-KMS', 'SSE-KMS, bucket key']

/** The headers of an upload that ask for a protection. The managed key of the account is used. */
export function headersOf(protection: Protection): readonly (readonly [string, string])[] {
  switch (protection) {
    case 'SSE-S3':
      return [['x-amz-server-side-encryption', 'AES256']]
    case 'SSE-KMS':
      return [['x-amz-server-side-encryption', 'aws:kms']]
    case 'SSE-KMS, bucket key':
      return [
        ['x-amz-server-side-encryption', 'aws:kms'],
        ['x-amz-server-side-encryption-bucket-key-enabled', 'true'],
      ]
  }
}

function scenariosOf(
  verb: Verb,
  sizeBytes: number,
  connections: readonly number[],
  protections: readonly Protection[],
): readonly Scenario[] {
  const floors: readonly FloorKind[] = verb === 'put' ? ['bare', 'durable'] : ['bare']
  return protections.flatMap((protection) =>
    connections.map((count) => ({ verb, sizeBytes, protection, connections: count, floors })),
  )
}

/** Everything that `npm run bench` measures. */
export const ALL_SCENARIOS: readonly Scenario[] = [
  ...scenariosOf('put', SMALL_BYTES, SMALL_CONNECTIONS, PROTECTIONS),
  ...scenariosOf('get', SMALL_BYTES, SMALL_CONNECTIONS, PROTECTIONS),
  ...scenariosOf('head', SMALL_BYTES, SMALL_CONNECTIONS, ['SSE-S3']),
  ...scenariosOf('list', SMALL_BYTES, SMALL_CONNECTIONS, ['SSE-S3']),
  ...scenariosOf('put', LARGE_BYTES, LARGE_CONNECTIONS, PROTECTIONS),
  ...scenariosOf('get', LARGE_BYTES, LARGE_CONNECTIONS, PROTECTIONS),
]

/** A look in less than a minute: one protection, the middle of each column. */
export const QUICK_SCENARIOS: readonly Scenario[] = [
  ...scenariosOf('put', SMALL_BYTES, [16], PROTECTIONS),
  ...scenariosOf('get', SMALL_BYTES, [16], PROTECTIONS),
  ...scenariosOf('head', SMALL_BYTES, [16], ['SSE-S3']),
  ...scenariosOf('list', SMALL_BYTES, [16], ['SSE-S3']),
  ...scenariosOf('put', LARGE_BYTES, [1], ['SSE-S3']),
  ...scenariosOf('get', LARGE_BYTES, [1], ['SSE-S3']),
]

/** `PUT 4 KiB, SSE-S3, C=16`: how a scenario is called, and chosen with `--only`. */
export function nameOf({ verb, sizeBytes, protection, connections }: Scenario): string {
  const what =
    verb === 'list' ? 'LIST 1,000' : `${verb.toUpperCase()} ${sizeBytes === LARGE_BYTES ? '64 MiB' : '4 KiB'}`
  return `${what}, ${protection}, C=${connections}`
}
