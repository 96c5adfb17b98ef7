import type { KeyFailureKind } from '../key-failures.ts'

/** A failure as the vendor names it. `gateway`: its API gateway says it, in a document of another shape. */
export interface HuaweiFailure {
  readonly status: number
  readonly code: string
  /** What is said where the failure brings no words of its own. */
  readonly message: string
  readonly gateway?: true
}

const at = (status: number, code: string, message: string): HuaweiFailure => ({ status, code, message })

const UNSIGNED = 'Incorrect IAM authentication information: '
const auth = (detail: string): HuaweiFailure => ({
  ...at(401, 'APIGW.0301', `${UNSIGNED}${detail}`),
  gateway: true,
})

export const FOREIGN = at(400, 'KMS.0308', 'The request is not valid.')
const INTERNAL = at(500, 'KMS.0101', 'The request failed inside the service.')
const AWAY = at(503, 'KMS.0102', 'The service is not available at the moment.')
const BUSY = at(429, 'APIGW.0308', 'The throttling threshold has been reached.')
const TOO_OLD = auth('the time of the request lies too far from the time here')

/**
 * Every failure and its code, status and words. Total for what an operation on keys can meet. Codes: DEW API reference,
 * "Error codes"; those that no page has are our choice (docs/dialects.md).
 */
export const HUAWEI_FAILURES: Readonly<Record<KeyFailureKind, HuaweiFailure>> = {
  'access-denied': at(403, 'KMS.0306', 'No permission.'),
  'signature-does-not-match': auth('verify aksk signature fail'),
  'unknown-access-key': auth('get secretKey failed: the access key does not exist'),
  'request-time-too-skewed': TOO_OLD,
  'request-expired': TOO_OLD,
  'malformed-authorization': auth('the Authorization header cannot be read'),
  'malformed-query-authorization': auth('the authorization cannot be read'),
  'several-authorizations': auth('there are two of them'),
  'unsupported-signature': auth('the signature is of no kind that is known here'),
  'missing-security-header': auth('a header is missing'),
  'signed-digest-mismatch': auth('the body is not the one that was signed'),
  'invalid-token': auth('the security token is not valid'),
  'nonce-used': auth('the request was sent before'),
  'expired-token': auth('the security token has expired'),
  'invalid-argument': at(400, 'KMS.0308', 'A parameter is not valid.'),
  'missing-argument': at(400, 'KMS.0204', 'A parameter is missing.'),
  'invalid-request': FOREIGN,
  'invalid-uri': at(400, 'KMS.0201', 'The URL is not valid.'),
  'method-not-allowed': at(405, 'KMS.0201', 'The method is not allowed.'),
  'not-implemented': at(501, 'KMS.0105', 'This is not implemented.'),
  'unknown-operation': at(404, 'APIGW.0101', 'The API does not exist.'),
  'missing-content-length': FOREIGN,
  'entity-too-large': at(413, 'KMS.0308', 'The body of the request is too large.'),
  'incomplete-body': at(400, 'KMS.0202', 'The body ended too early.'),
  'request-timeout': at(408, 'KMS.0308', 'The body did not come in time.'),
  'malformed-json': at(400, 'KMS.0202', 'The body is not acceptable JSON.'),
  'missing-body': at(400, 'KMS.0202', 'The body is missing.'),
  'bad-digest': auth('the body is not the one that was signed'),
  'key-not-found': at(404, 'KMS.0207', 'The key does not exist.'),
  'key-disabled': at(400, 'KMS.0209', 'The key is disabled.'),
  'key-invalid-state': at(400, 'KMS.0210', 'The key is in no state for this.'),
  'key-invalid-usage': at(400, 'KMS.0308', 'The key is for another use.'),
  'key-in-use': at(400, 'KMS.0213', 'The key is in use.'),
  'key-unavailable': at(503, 'KMS.0102', 'The key cannot be reached.'),
  'invalid-ciphertext': at(400, 'KMS.0205', 'The ciphertext is not valid.'),
  'incorrect-key': at(400, 'KMS.0205', 'The ciphertext is of another key.'),
  'alias-exists': at(400, 'KMS.1104', 'The alias exists already.'),
  'alias-not-found': at(404, 'KMS.0207', 'The alias does not exist.'),
  'invalid-alias-name': at(400, 'KMS.1101', 'The alias is not valid.'),
  'limit-exceeded': at(400, 'KMS.1105', 'The limit is reached.'),
  'key-exists': at(400, 'KMS.1104', 'A key has, or had, this id.'),
  'unsupported-operation': at(400, 'KMS.0308', 'This is not supported.'),
  'key-conflict': at(409, 'KMS.0308', 'Another change of the key is under way.'),
  'invalid-arn': at(400, 'KMS.0205', 'The id of a key is expected.'),
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
  sealed: AWAY,
  'slow-down': BUSY,
  unavailable: AWAY,
  contended: BUSY,
  integrity: INTERNAL,
  internal: INTERNAL,
}
