import type { FailureKind } from '../../operations/index.ts'

/** A failure as KMS names it. */
export interface KmsFailure {
  readonly status: number
  readonly type: string
  /** What is said where the failure brings no words of its own. Absent: KMS says nothing. */
  readonly message?: string
}

const at = (status: number, type: string, message?: string): KmsFailure =>
  message === undefined ? { status, type } : { status, type, message }

const INTERNAL = at(500, 'KMSInternalException', 'The request was rejected because an internal exception occurred.')
const FOREIGN = at(400, 'ValidationException', 'The request is not valid.')
const SERIALIZATION = at(400, 'SerializationException', 'The body of the request is not acceptable JSON.')
const BAD_TOKEN = at(400, 'UnrecognizedClientException', 'The security token included in the request is invalid.')
const BAD_SIGNATURE = at(
  400,
  'InvalidSignatureException',
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
)
const INCOMPLETE = at(400, 'IncompleteSignatureException', 'The authorization of the request is malformed.')
const EXPIRED = at(
  400,
  'InvalidSignatureException',
  'Signature expired: the time of the request lies too far from the time here.',
)
const AWAY = at(503, 'DependencyTimeoutException', 'The system timed out while trying to fulfill the request.')
const BUSY = at(400, 'ThrottlingException', 'Rate exceeded')

/**
 * Every failure and its type, status and words. Total: a kind that is added does not compile until it has a line here.
 * Names: KMS API reference, "Common Errors" and the errors of each operation. What belongs to objects or people never
 * comes of an operation on keys; should it, the request was not valid.
 */
export const KMS_FAILURES: Readonly<Record<FailureKind, KmsFailure>> = {
  'access-denied': at(400, 'AccessDeniedException', 'The caller is not authorized to perform this operation.'),
  'signature-does-not-match': BAD_SIGNATURE,
  'unknown-access-key': BAD_TOKEN,
  'request-time-too-skewed': EXPIRED,
  'request-expired': EXPIRED,
  'malformed-authorization': INCOMPLETE,
  'malformed-query-authorization': INCOMPLETE,
  'several-authorizations': INCOMPLETE,
  'unsupported-signature': INCOMPLETE,
  'missing-security-header': INCOMPLETE,
  'signed-digest-mismatch': BAD_SIGNATURE,
  'session-refused': BAD_TOKEN,
  'invalid-token': BAD_TOKEN,
  'nonce-used': BAD_SIGNATURE,
  'expired-token': at(400, 'ExpiredTokenException', 'The security token included in the request is expired'),
  'invalid-argument': FOREIGN,
  'missing-argument': FOREIGN,
  'invalid-request': FOREIGN,
  'invalid-uri': at(400, 'UnknownOperationException'),
  'method-not-allowed': at(400, 'UnknownOperationException'),
  'not-implemented': at(400, 'UnsupportedOperationException', 'The operation is not implemented.'),
  'unknown-operation': at(400, 'UnknownOperationException'),
  'missing-content-length': FOREIGN,
  'entity-too-large': at(413, 'RequestEntityTooLargeException', 'The body of the request is too large.'),
  'incomplete-body': SERIALIZATION,
  'request-timeout': at(400, 'RequestTimeoutException', 'The body of the request did not come in time.'),
  'malformed-json': SERIALIZATION,
  'missing-body': SERIALIZATION,
  'malformed-trailer': FOREIGN,
  'malformed-chunk': FOREIGN,
  'invalid-digest': FOREIGN,
  'bad-digest': FOREIGN,
  'key-not-found': at(400, 'NotFoundException'),
  'key-disabled': at(400, 'DisabledException'),
  'key-invalid-state': at(400, 'KMSInvalidStateException'),
  'key-invalid-usage': at(400, 'InvalidKeyUsageException'),
  'key-in-use': at(400, 'KMSInvalidStateException'),
  'key-unavailable': at(500, 'KeyUnavailableException', 'The key cannot be reached. You can retry the request.'),
  'invalid-ciphertext': at(400, 'InvalidCiphertextException'),
  'incorrect-key': at(
    400,
    'IncorrectKeyException',
    'The key ID in the request does not identify a CMK that can perform this operation.',
  ),
  'alias-exists': at(400, 'AlreadyExistsException'),
  'alias-not-found': at(400, 'NotFoundException'),
  'invalid-alias-name': at(400, 'InvalidAliasNameException', 'The name of the alias is not valid.'),
  'limit-exceeded': at(400, 'LimitExceededException'),
  'key-exists': at(400, 'AlreadyExistsException', 'A key has, or had, this id.'),
  'unsupported-operation': at(400, 'UnsupportedOperationException', 'The key does not support this operation.'),
  'key-conflict': at(400, 'ConflictException', 'Another change of the key is under way.'),
  'invalid-arn': at(400, 'InvalidArnException', 'The ARN is not valid.'),
  'invalid-marker': at(400, 'InvalidMarkerException', 'The marker is not valid.'),
  'invalid-grant-id': at(400, 'InvalidGrantIdException', 'The id of the grant is not valid.'),
  'invalid-grant-token': at(400, 'InvalidGrantTokenException', 'The grant token is not valid.'),
  'grant-not-found': at(400, 'NotFoundException', 'The grant does not exist.'),
  'invalid-mac': at(400, 'KMSInvalidMacException'),
  'invalid-signature': at(400, 'KMSInvalidSignatureException'),
  'invalid-import-token': at(400, 'InvalidImportTokenException', 'The import token is not valid for this key.'),
  'expired-import-token': at(400, 'ExpiredImportTokenException', 'The import token has expired.'),
  'incorrect-key-material': at(
    400,
    'IncorrectKeyMaterialException',
    'The key material is not the one that was imported into this key before.',
  ),
  'dry-run': at(400, 'DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.'),
  'malformed-policy': at(400, 'MalformedPolicyDocumentException', 'The policy is not valid.'),
  'policy-too-large': at(400, 'LimitExceededException', 'The policy is too large.'),
  'invalid-tag': at(400, 'TagException', 'A tag is not valid.'),
  sealed: AWAY,
  'slow-down': BUSY,
  unavailable: AWAY,
  contended: BUSY,
  integrity: INTERNAL,
  internal: INTERNAL,
  // of objects and buckets
  'key-too-long': FOREIGN,
  'entity-too-small': FOREIGN,
  'malformed-xml': FOREIGN,
  'metadata-too-large': FOREIGN,
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
  'customer-key-mismatch': FOREIGN,
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
  // of people
  'entity-not-found': FOREIGN,
  'entity-exists': FOREIGN,
  'delete-conflict': FOREIGN,
  'unmodifiable-entity': FOREIGN,
  'policy-not-attachable': FOREIGN,
  'packed-policy-too-large': FOREIGN,
}
