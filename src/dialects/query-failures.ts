import type { Failure, FailureKind } from '../operations/index.ts'

/** A failure as the services of the query protocol name it. */
export interface QueryFailure {
  readonly code: string
  readonly status: number
  readonly message: string
  readonly retryAfterSeconds?: number
}

const RETRY_SECONDS = 1

const wire = (status: number, code: string, message: string): QueryFailure => ({ status, code, message })
const away = (message: string): QueryFailure => ({
  ...wire(503, 'ServiceUnavailable', message),
  retryAfterSeconds: RETRY_SECONDS,
})

/** What belongs to objects and keys: never of these services, and answered all the same. */
const FOREIGN = wire(400, 'ValidationError', 'The request is not valid.')
const UNSIGNED = wire(403, 'MissingAuthenticationToken', 'The request needs a signature of AWS Signature Version 4.')
const INCOMPLETE = wire(400, 'IncompleteSignature', 'The request signature does not conform to AWS standards.')
const MISMATCH = wire(
  403,
  'SignatureDoesNotMatch',
  'The request signature we calculated does not match the signature you provided.',
)
const BROKEN_BODY = wire(400, 'ValidationError', 'The body of the request is not what was promised.')

/**
 * Every failure in the words of IAM and STS (IAM API reference, "Common error types", and the errors of each action).
 * Total: a kind that is added does not compile until it has a line here. Where a failure carries a detail of its own,
 * that is what the client reads.
 */
const FAILURES: Readonly<Record<FailureKind, QueryFailure>> = {
  'access-denied': wire(403, 'AccessDenied', 'The caller is not authorized to perform this action.'),
  'signature-does-not-match': MISMATCH,
  'unknown-access-key': wire(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.'),
  'request-time-too-skewed': { ...MISMATCH, message: 'Signature expired or not yet current: the clocks differ.' },
  'request-expired': wire(400, 'RequestExpired', 'The request has expired.'),
  'malformed-authorization': INCOMPLETE,
  'malformed-query-authorization': INCOMPLETE,
  'several-authorizations': { ...INCOMPLETE, message: 'The request carries more than one authorization.' },
  'unsupported-signature': { ...INCOMPLETE, message: 'The signature has to be AWS Signature Version 4.' },
  'missing-security-header': { ...INCOMPLETE, message: 'A header that the signature needs is missing.' },
  'signed-digest-mismatch': { ...MISMATCH, message: 'The body is not the one that was signed.' },
  'session-refused': wire(403, 'AccessDenied', 'Access Denied'),
  'invalid-token': wire(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.'),
  'nonce-used': wire(400, 'ValidationError', 'The request was sent before.'),
  'expired-token': wire(403, 'ExpiredToken', 'The security token included in the request is expired.'),
  'invalid-argument': wire(400, 'ValidationError', 'A parameter is not valid.'),
  'missing-argument': wire(400, 'ValidationError', 'A parameter is missing.'),
  'invalid-request': wire(400, 'ValidationError', 'The request is not valid.'),
  'invalid-uri': FOREIGN,
  'key-too-long': FOREIGN,
  'method-not-allowed': wire(405, 'MethodNotAllowed', 'Requests to this service are POST requests to /.'),
  'not-implemented': wire(501, 'NotImplemented', 'This is not implemented.'),
  'unknown-operation': wire(400, 'InvalidAction', 'Could not find the operation.'),
  'missing-content-length': wire(411, 'MissingContentLength', 'The length of the body is missing.'),
  'entity-too-large': wire(413, 'RequestEntityTooLarge', 'The body of the request is too large.'),
  'entity-too-small': FOREIGN,
  'incomplete-body': BROKEN_BODY,
  'request-timeout': wire(408, 'RequestTimeout', 'The body of the request did not come in time.'),
  'malformed-xml': FOREIGN,
  'malformed-json': FOREIGN,
  'missing-body': wire(400, 'MissingAction', 'The request names no action.'),
  'malformed-trailer': BROKEN_BODY,
  'malformed-chunk': BROKEN_BODY,
  'invalid-digest': BROKEN_BODY,
  'bad-digest': BROKEN_BODY,
  'metadata-too-large': FOREIGN,
  'invalid-tag': wire(400, 'InvalidInput', 'A tag is not valid.'),
  'invalid-storage-class': FOREIGN,
  'invalid-expected-owner': FOREIGN,
  'encryption-header-not-allowed': FOREIGN,
  'invalid-encryption-algorithm': FOREIGN,
  'invalid-bucket-name': FOREIGN,
  'no-such-bucket': FOREIGN,
  'bucket-exists': FOREIGN,
  'bucket-not-empty': FOREIGN,
  'invalid-location': FOREIGN,
  'too-many-buckets': FOREIGN,
  'no-such-key': FOREIGN,
  'no-such-version': FOREIGN,
  'no-such-tag-set': FOREIGN,
  'precondition-failed': FOREIGN,
  'not-modified': FOREIGN,
  'rename-conflict': FOREIGN,
  'idempotency-mismatch': FOREIGN,
  'conditional-conflict': FOREIGN,
  'invalid-range': FOREIGN,
  'position-mismatch': FOREIGN,
  'not-appendable': FOREIGN,
  'symlink-target-missing': FOREIGN,
  'not-a-symlink': FOREIGN,
  'invalid-symlink-target': FOREIGN,
  'not-archived': FOREIGN,
  'not-a-form': FOREIGN,
  'malformed-form': FOREIGN,
  'form-field-too-long': FOREIGN,
  'form-too-long': FOREIGN,
  'form-files': FOREIGN,
  'malformed-form-policy': FOREIGN,
  'form-policy': FOREIGN,
  'not-shareable': FOREIGN,
  'self-copy-without-change': FOREIGN,
  'copy-source-too-large': FOREIGN,
  'no-such-upload': FOREIGN,
  'invalid-part': FOREIGN,
  'invalid-part-order': FOREIGN,
  'invalid-part-number': FOREIGN,
  'too-many-uploads': FOREIGN,
  'key-not-found': FOREIGN,
  'key-disabled': FOREIGN,
  'key-invalid-state': FOREIGN,
  'key-invalid-usage': FOREIGN,
  'key-in-use': FOREIGN,
  'key-unavailable': away('A key of this server cannot be reached.'),
  'invalid-ciphertext': FOREIGN,
  'incorrect-key': FOREIGN,
  'alias-exists': FOREIGN,
  'alias-not-found': FOREIGN,
  'invalid-alias-name': FOREIGN,
  'limit-exceeded': wire(409, 'LimitExceeded', 'A limit of the account is exceeded.'),
  'key-exists': FOREIGN,
  'unsupported-operation': FOREIGN,
  'key-conflict': FOREIGN,
  'invalid-arn': wire(400, 'ValidationError', 'An ARN is not valid.'),
  'invalid-marker': wire(400, 'ValidationError', 'Marker: it was not given out by an earlier page of this list.'),
  'invalid-grant-id': FOREIGN,
  'invalid-grant-token': FOREIGN,
  'grant-not-found': FOREIGN,
  'invalid-mac': FOREIGN,
  'invalid-signature': FOREIGN,
  'invalid-import-token': FOREIGN,
  'expired-import-token': FOREIGN,
  'incorrect-key-material': FOREIGN,
  'dry-run': FOREIGN,
  'malformed-policy': wire(400, 'MalformedPolicyDocument', 'The policy is not in the valid format.'),
  'no-such-bucket-policy': FOREIGN,
  'no-such-lifecycle': FOREIGN,
  'no-such-object-lock': FOREIGN,
  'no-such-retention': FOREIGN,
  'no-such-worm': FOREIGN,
  'object-locked': FOREIGN,
  'invalid-bucket-state': FOREIGN,
  'invalid-logging-target': FOREIGN,
  'no-public-access-block': FOREIGN,
  'no-such-configuration': FOREIGN,
  'too-many-configurations': FOREIGN,
  'id-mismatch': FOREIGN,
  'invalid-destination': FOREIGN,
  'acl-not-supported': FOREIGN,
  'acl-with-ownership': FOREIGN,
  'malformed-acl': FOREIGN,
  'cors-refused': FOREIGN,
  'requester-pays': FOREIGN,
  'entity-not-found': wire(404, 'NoSuchEntity', 'It cannot be found.'),
  'entity-exists': wire(409, 'EntityAlreadyExists', 'The name is taken.'),
  'delete-conflict': wire(409, 'DeleteConflict', 'Something still depends on it.'),
  'unmodifiable-entity': wire(400, 'UnmodifiableEntity', 'This cannot be changed.'),
  'policy-not-attachable': wire(400, 'PolicyNotAttachable', 'The policy cannot be attached.'),
  'policy-too-large': wire(409, 'LimitExceeded', 'Maximum policy size exceeded.'),
  'packed-policy-too-large': wire(
    400,
    'PackedPolicyTooLarge',
    'The session policies and the session tags are too large together.',
  ),
  'customer-key-mismatch': FOREIGN,
  sealed: away('The server is sealed.'),
  'slow-down': wire(400, 'Throttling', 'Rate exceeded'),
  unavailable: away('The server cannot do this now.'),
  contended: wire(409, 'ConcurrentModification', 'Others changed the same thing at the same time. Try again.'),
  integrity: wire(500, 'ServiceFailure', 'The request failed inside the server.'),
  internal: wire(500, 'ServiceFailure', 'The request failed inside the server.'),
}

/** Code, status and words of a failure. A refusal names the action and the caller's own ARN, nothing else (T-088). */
export function describeQueryFailure(failure: Failure, caller: string | undefined): QueryFailure {
  const known = FAILURES[failure.kind]
  switch (failure.kind) {
    case 'access-denied':
      if (failure.reason === 'anonymous') return UNSIGNED
      if (failure.action === undefined) return known
      return { ...known, message: `User: ${caller ?? 'anonymous'} is not authorized to perform: ${failure.action}` }
    case 'invalid-argument':
      return { ...known, message: `${failure.argument}: ${failure.detail}` }
    case 'unknown-operation':
      return { ...known, message: `Could not find operation ${failure.name}` }
    case 'entity-not-found':
      return { ...known, message: `The ${failure.entity} with name ${failure.name} cannot be found.` }
    case 'entity-exists':
      return { ...known, message: `The ${failure.entity} with name ${failure.name} already exists.` }
    case 'limit-exceeded':
      return { ...known, message: `Cannot exceed ${failure.value} for ${failure.limit}.` }
    case 'policy-too-large':
      return { ...known, message: `Maximum policy size of ${failure.limitBytes} bytes exceeded.` }
    case 'entity-too-large':
      return { ...known, message: `The body of the request is longer than ${failure.limitBytes} bytes.` }
    case 'malformed-policy':
    case 'delete-conflict':
    case 'unmodifiable-entity':
    case 'policy-not-attachable':
    case 'not-implemented':
    case 'invalid-request':
    case 'invalid-tag':
    case 'malformed-authorization':
    case 'malformed-query-authorization':
      return failure.detail === '' ? known : { ...known, message: failure.detail }
    default:
      return known
  }
}
