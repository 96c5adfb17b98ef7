import type { KeyFailureKind } from '../key-failures.ts'

/** A failure as the vendor names it. */
export interface AlibabaFailure {
  readonly status: number
  readonly code: string
  /** What is said where the failure brings no words of its own. */
  readonly message: string
}

const at = (status: number, code: string, message: string): AlibabaFailure => ({ status, code, message })

export const FOREIGN = at(400, 'InvalidParameter', 'The request is not valid.')
const INTERNAL = at(500, 'InternalFailure', 'The request failed inside the service.')
const AWAY = at(503, 'ServiceUnavailableTemporary', 'The service is not available at the moment.')
const BUSY = at(400, 'Throttling', 'The request was denied due to request throttling.')
const MISMATCH = at(400, 'SignatureDoesNotMatch', 'The signature does not conform to what is calculated here.')
const INCOMPLETE = at(400, 'IncompleteSignature', 'The request signature does not conform to the standards.')
const TOO_OLD = at(400, 'InvalidTimeStamp.Expired', 'The time of the request lies too far from the time here.')
const UNSUPPORTED = at(400, 'UnsupportedOperation', 'This is not supported.')
const FAILED = 'Rejected.StateModifiedFailed'

/**
 * Every failure and its code, status and words. Total for what an operation on keys can meet. Codes: Alibaba Cloud KMS,
 * "Error codes", and the error center's common codes; those that no page has are our choice (docs/dialects.md).
 */
export const ALIBABA_FAILURES: Readonly<Record<KeyFailureKind, AlibabaFailure>> = {
  'access-denied': at(403, 'Forbidden.NoPermission', 'This operation is forbidden by permission system.'),
  'signature-does-not-match': MISMATCH,
  'unknown-access-key': at(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.'),
  'request-time-too-skewed': TOO_OLD,
  'request-expired': TOO_OLD,
  'malformed-authorization': INCOMPLETE,
  'malformed-query-authorization': INCOMPLETE,
  'several-authorizations': INCOMPLETE,
  'unsupported-signature': at(400, 'UnsupportedSignatureMethod', 'The signature is of no kind that is known here.'),
  'missing-security-header': INCOMPLETE,
  'signed-digest-mismatch': MISMATCH,
  'invalid-token': at(400, 'InvalidSecurityToken.Malformed', 'The security token is not valid.'),
  'nonce-used': at(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.'),
  'expired-token': at(400, 'InvalidSecurityToken.Expired', 'The security token has expired.'),
  'invalid-argument': at(400, 'InvalidParameter', 'The specified parameter is not valid.'),
  'missing-argument': at(400, 'MissingParameter', 'A parameter is missing.'),
  'invalid-request': FOREIGN,
  'invalid-uri': at(404, 'InvalidAction.NotFound', 'Specified api is not found.'),
  'method-not-allowed': at(405, 'UnsupportedHTTPMethod', 'This http method is not supported.'),
  'not-implemented': at(501, 'NotImplemented', 'This is not implemented.'),
  'unknown-operation': at(404, 'InvalidAction.NotFound', 'Specified api is not found.'),
  'missing-content-length': FOREIGN,
  'entity-too-large': at(413, 'RequestTooLarge', 'The request is too large.'),
  'incomplete-body': at(400, 'IncompleteBody', 'The body ended too early.'),
  'request-timeout': at(408, 'RequestTimeout', 'The body did not come in time.'),
  'malformed-json': FOREIGN,
  'missing-body': FOREIGN,
  'bad-digest': MISMATCH,
  'key-not-found': at(404, 'Forbidden.KeyNotFound', 'The specified Key is not found.'),
  'key-disabled': at(409, 'Rejected.Disabled', 'The request was rejected because the key state is Disabled.'),
  'key-invalid-state': at(409, FAILED, 'The request was rejected because of the state of the key.'),
  'key-invalid-usage': at(400, 'InvalidParameter', 'The key is for another use.'),
  'key-in-use': at(409, FAILED, 'The key is in use.'),
  'key-unavailable': at(503, 'ServiceUnavailableTemporary', 'The key cannot be reached.'),
  'invalid-ciphertext': at(400, 'InvalidCiphertext', 'The specified ciphertext is not valid.'),
  'incorrect-key': at(400, 'InvalidCiphertext', 'The ciphertext is of another key.'),
  'alias-exists': at(409, 'Forbidden.AliasAlreadyExists', 'The alias exists already.'),
  'alias-not-found': at(404, 'Forbidden.AliasNotFound', 'The specified Alias is not found.'),
  'invalid-alias-name': at(400, 'InvalidParameter', 'The name of the alias is not valid.'),
  'limit-exceeded': at(409, 'Rejected.LimitExceeded', 'The limit is reached.'),
  'key-exists': at(409, 'Rejected.KeyAlreadyExists', 'A key has, or had, this id.'),
  'unsupported-operation': UNSUPPORTED,
  'key-conflict': at(409, FAILED, 'Another change of the key is under way.'),
  'invalid-arn': at(400, 'InvalidParameter', 'The id or the ARN of a key is expected.'),
  'invalid-marker': FOREIGN,
  'invalid-grant-id': FOREIGN,
  'invalid-grant-token': FOREIGN,
  'grant-not-found': FOREIGN,
  'invalid-import-token': at(400, 'InvalidImportToken', 'The import token is not valid.'),
  'expired-import-token': at(400, 'ExpiredImportToken', 'The import token has expired.'),
  'incorrect-key-material': at(400, 'IncorrectKeyMaterial', 'The key had other material before.'),
  'dry-run': at(400, 'DryRunOperationError', 'The request would have succeeded, but DryRun is set.'),
  'malformed-policy': FOREIGN,
  'policy-too-large': FOREIGN,
  'invalid-tag': FOREIGN,
  sealed: AWAY,
  'slow-down': BUSY,
  unavailable: AWAY,
  contended: BUSY,
  integrity: INTERNAL,
  internal: INTERNAL,
}
