import type { KeyFailureKind } from '../key-failures.ts'

/** A failure as the vendor names it: a code and words; the status is always 200. */
export type TencentFailure = readonly [code: string, message: string]

export const FOREIGN: TencentFailure = ['InvalidParameter', 'The request is not valid.']
const INTERNAL: TencentFailure = ['InternalError', 'The request failed inside the service.']
const BUSY: TencentFailure = ['RequestLimitExceeded', 'The number of requests exceeds the limit.']
const INVALID_AUTHORIZATION = 'AuthFailure.InvalidAuthorization'
const EXPIRED: TencentFailure = ['AuthFailure.SignatureExpire', 'The signature has expired.']
const MISMATCH: TencentFailure = ['AuthFailure.SignatureFailure', 'The signature is not the one calculated here.']
const STATE = 'ResourceUnavailable.CmkStateNotSupport'

/**
 * Every failure and its code and words. Total for what an operation on keys can meet. Codes: Tencent Cloud KMS, "Error
 * codes", and the common codes of its API; those that no page has are our choice (docs/dialects.md).
 */
export const TENCENT_FAILURES: Readonly<Record<KeyFailureKind, TencentFailure>> = {
  'access-denied': ['UnauthorizedOperation', 'You are not authorized to perform this operation.'],
  'signature-does-not-match': MISMATCH,
  'unknown-access-key': ['AuthFailure.SecretIdNotFound', 'The SecretId is not found.'],
  'request-time-too-skewed': EXPIRED,
  'request-expired': EXPIRED,
  'malformed-authorization': [INVALID_AUTHORIZATION, 'The Authorization header cannot be read.'],
  'malformed-query-authorization': [INVALID_AUTHORIZATION, 'The authorization cannot be read.'],
  'several-authorizations': [INVALID_AUTHORIZATION, 'There are two authorizations.'],
  'unsupported-signature': [INVALID_AUTHORIZATION, 'The signature is of no kind that is known here.'],
  'missing-security-header': ['MissingParameter', 'A header is missing.'],
  'signed-digest-mismatch': MISMATCH,
  'invalid-token': ['AuthFailure.TokenFailure', 'The token is not valid.'],
  'nonce-used': MISMATCH,
  'expired-token': ['AuthFailure.TokenFailure', 'The token has expired.'],
  'invalid-argument': ['InvalidParameterValue', 'A parameter is not valid.'],
  'missing-argument': ['MissingParameter', 'A parameter is missing.'],
  'invalid-request': FOREIGN,
  'invalid-uri': FOREIGN,
  'method-not-allowed': ['UnsupportedProtocol', 'The method is POST.'],
  'not-implemented': ['UnsupportedOperation', 'This is not implemented.'],
  'unknown-operation': ['InvalidAction', 'The action does not exist.'],
  'missing-content-length': FOREIGN,
  'entity-too-large': ['RequestSizeLimitExceeded', 'The body of the request is too large.'],
  'incomplete-body': ['InvalidParameter', 'The body ended too early.'],
  'request-timeout': ['InvalidParameter', 'The body did not come in time.'],
  'malformed-json': ['InvalidParameter', 'The body is not acceptable JSON.'],
  'missing-body': FOREIGN,
  'bad-digest': MISMATCH,
  'key-not-found': ['ResourceUnavailable.CmkNotFound', 'The CMK does not exist.'],
  'key-disabled': ['ResourceUnavailable.CmkDisabled', 'The CMK is disabled.'],
  'key-invalid-state': [STATE, 'The CMK is in no state for this.'],
  'key-invalid-usage': ['UnsupportedOperation.UnsupportedKeyUsageInCurrentRegion', 'The CMK is for another use.'],
  'key-in-use': [STATE, 'The CMK is in use.'],
  'key-unavailable': INTERNAL,
  'invalid-ciphertext': ['InvalidParameterValue.InvalidCiphertext', 'The ciphertext is not valid.'],
  'incorrect-key': ['InvalidParameterValue.InvalidCiphertext', 'The ciphertext is of another CMK.'],
  'alias-exists': ['InvalidParameterValue.AliasAlreadyExists', 'The alias exists already.'],
  'alias-not-found': ['ResourceUnavailable.CmkNotFound', 'The alias does not exist.'],
  'invalid-alias-name': ['InvalidParameterValue.InvalidAlias', 'The alias is not valid.'],
  'limit-exceeded': ['LimitExceeded.CmkLimitExceeded', 'The limit is reached.'],
  'key-exists': ['InvalidParameterValue.AliasAlreadyExists', 'A key has, or had, this id.'],
  'unsupported-operation': ['UnsupportedOperation', 'This is not supported.'],
  'key-conflict': [STATE, 'Another change of the key is under way.'],
  'invalid-arn': ['InvalidParameterValue.InvalidKeyId', 'The id of a key is expected.'],
  'invalid-marker': FOREIGN,
  'invalid-grant-id': FOREIGN,
  'invalid-grant-token': FOREIGN,
  'grant-not-found': FOREIGN,
  'invalid-import-token': FOREIGN,
  'expired-import-token': FOREIGN,
  'incorrect-key-material': FOREIGN,
  'dry-run': FOREIGN,
  'malformed-policy': FOREIGN,
  'policy-too-large': FOREIGN,
  'invalid-tag': FOREIGN,
  sealed: INTERNAL,
  'slow-down': BUSY,
  unavailable: INTERNAL,
  contended: BUSY,
  integrity: INTERNAL,
  internal: INTERNAL,
}
