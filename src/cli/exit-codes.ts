import type { FailureKind } from '../operations/index.ts'

/** Exit codes, stable: scripts depend on them. docs/cli.md lists them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  conflict: 5,
  away: 6,
  damage: 7,
  partly: 8,
  unconfirmed: 9,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What a command could not do: the sentence, what to try, the request it was about. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly exitCode: ExitCode
  readonly tries: readonly string[]
  readonly requestId: string | undefined

  constructor(
    exitCode: ExitCode,
    sentence: string,
    more: { readonly tries?: readonly string[]; readonly requestId?: string | undefined } = {},
  ) {
    super(sentence)
    this.exitCode = exitCode
    this.tries = more.tries ?? []
    this.requestId = more.requestId
  }
}

const NAMES: Readonly<Record<FailureKind, keyof typeof EXIT>> = {
  'access-denied': 'refused',
  'signature-does-not-match': 'refused',
  'invalid-token': 'refused',
  'expired-token': 'refused',
  'key-exists': 'conflict',
  'unsupported-operation': 'usage',
  'key-conflict': 'conflict',
  'invalid-arn': 'usage',
  'invalid-marker': 'usage',
  'invalid-grant-id': 'usage',
  'invalid-grant-token': 'refused',
  'grant-not-found': 'notFound',
  'invalid-mac': 'failed',
  'invalid-signature': 'failed',
  'invalid-import-token': 'usage',
  'expired-import-token': 'usage',
  'incorrect-key-material': 'failed',
  'unknown-operation': 'usage',
  'dry-run': 'failed',
  'malformed-policy': 'usage',
  'no-such-bucket-policy': 'notFound',
  'entity-not-found': 'notFound',
  'entity-exists': 'conflict',
  'delete-conflict': 'conflict',
  'unmodifiable-entity': 'usage',
  'policy-not-attachable': 'usage',
  'no-such-lifecycle': 'notFound',
  'no-such-object-lock': 'notFound',
  'no-such-retention': 'notFound',
  'no-such-worm': 'notFound',
  'object-locked': 'refused',
  'invalid-bucket-state': 'conflict',
  'invalid-logging-target': 'usage',
  'no-public-access-block': 'notFound',
  'policy-too-large': 'usage',
  'packed-policy-too-large': 'usage',
  'unknown-access-key': 'refused',
  'request-time-too-skewed': 'refused',
  'request-expired': 'refused',
  'malformed-authorization': 'refused',
  'malformed-query-authorization': 'refused',
  'several-authorizations': 'refused',
  'unsupported-signature': 'refused',
  'missing-security-header': 'refused',
  'signed-digest-mismatch': 'failed',
  'invalid-argument': 'usage',
  'invalid-request': 'usage',
  'invalid-uri': 'notFound',
  'key-too-long': 'usage',
  'method-not-allowed': 'usage',
  'not-implemented': 'failed',
  'missing-content-length': 'failed',
  'entity-too-large': 'usage',
  'entity-too-small': 'usage',
  'incomplete-body': 'failed',
  'request-timeout': 'away',
  'malformed-xml': 'usage',
  'malformed-json': 'usage',
  'missing-body': 'usage',
  'malformed-trailer': 'failed',
  'malformed-chunk': 'failed',
  'invalid-digest': 'failed',
  'bad-digest': 'failed',
  'metadata-too-large': 'usage',
  'invalid-tag': 'usage',
  'invalid-storage-class': 'usage',
  'invalid-expected-owner': 'usage',
  'invalid-encryption-algorithm': 'usage',
  'invalid-bucket-name': 'usage',
  'no-such-bucket': 'notFound',
  'bucket-exists': 'conflict',
  'bucket-not-empty': 'conflict',
  'invalid-location': 'usage',
  'too-many-buckets': 'failed',
  'no-such-key': 'notFound',
  'no-such-version': 'notFound',
  'no-such-tag-set': 'notFound',
  'precondition-failed': 'conflict',
  'not-modified': 'failed',
  'conditional-conflict': 'conflict',
  'invalid-range': 'usage',
  'position-mismatch': 'conflict',
  'not-appendable': 'conflict',
  'symlink-target-missing': 'notFound',
  'invalid-symlink-target': 'usage',
  'not-archived': 'conflict',
  'not-a-form': 'usage',
  'malformed-form': 'usage',
  'form-field-too-long': 'usage',
  'form-too-long': 'usage',
  'form-files': 'usage',
  'malformed-form-policy': 'usage',
  'form-policy': 'refused',
  'self-copy-without-change': 'usage',
  'copy-source-too-large': 'usage',
  'no-such-upload': 'notFound',
  'invalid-part': 'failed',
  'invalid-part-order': 'failed',
  'invalid-part-number': 'failed',
  'too-many-uploads': 'failed',
  'key-not-found': 'notFound',
  'key-disabled': 'conflict',
  'key-invalid-state': 'conflict',
  'key-invalid-usage': 'usage',
  'key-in-use': 'conflict',
  'key-unavailable': 'away',
  'invalid-ciphertext': 'failed',
  'incorrect-key': 'failed',
  'alias-exists': 'conflict',
  'alias-not-found': 'notFound',
  'invalid-alias-name': 'usage',
  'limit-exceeded': 'failed',
  'customer-key-mismatch': 'usage',
  sealed: 'away',
  'slow-down': 'away',
  unavailable: 'away',
  contended: 'conflict',
  integrity: 'damage',
  internal: 'failed',
}

/** The exit code for a refusal of the server; a code of a newer server is a plain failure. */
export function exitCodeOf(code: string): ExitCode {
  const known: Readonly<Record<string, keyof typeof EXIT>> = NAMES
  return EXIT[Object.hasOwn(NAMES, code) ? (known[code] ?? 'failed') : 'failed']
}
