import type { FailureKind } from '../../operations/index.ts'

/** A failure as COS names it. */
export interface WireFailure {
  readonly code: string
  readonly status: number
  readonly message: string
}

const wire = (status: number, code: string, message: string): WireFailure => ({ status, code, message })

const FOREIGN = wire(400, 'InvalidRequest', 'Invalid Request.')
const AWAY = wire(503, 'ServiceUnavailable', 'The service is unavailable. Please try again.')
const BUSY = wire(503, 'SlowDown', 'Please reduce your request rate.')
const BROKEN = wire(500, 'InternalError', 'We encountered an internal error. Please try again.')
const MALFORMED_FORM = wire(400, 'MalformedPOSTRequest', 'The body of the POST request is not a well-formed form.')
const KMS = 'KmsException'

/**
 * Every failure and its code, status and words (Tencent COS, "Error codes"). Total: a kind that is added does not compile
 * until it has a line here. Where a failure carries a detail of its own, that is what the client reads.
 */
export const FAILURES: Readonly<Record<FailureKind, WireFailure>> = {
  'access-denied': wire(403, 'AccessDenied', 'Access Denied.'),
  'signature-does-not-match': wire(
    403,
    'SignatureDoesNotMatch',
    'The Signature you specified is invalid, or does not cover what the request asks for.',
  ),
  'unknown-access-key': wire(
    403,
    'InvalidAccessKeyId',
    'The Access Key Id you provided does not exist in our records.',
  ),
  'request-time-too-skewed': wire(
    403,
    'RequestTimeTooSkewed',
    "The difference between the request time and the server's time is too large.",
  ),
  // The client for Node reads these very words, and signs again by the answer's clock.
  'request-expired': wire(403, 'AccessDenied', 'Request has expired'),
  'malformed-authorization': wire(403, 'AccessDenied', 'The Authorization header is malformed.'),
  'malformed-query-authorization': wire(403, 'AccessDenied', 'The signature of the URL is malformed.'),
  'several-authorizations': wire(400, 'InvalidArgument', 'Only one auth mechanism is allowed.'),
  'not-shareable': wire(403, 'AccessDenied', 'Access Denied'),
  'session-refused': wire(403, 'AccessDenied', 'Access Denied.'),
  'unsupported-signature': wire(400, 'InvalidRequest', 'This authorization mechanism is not supported.'),
  'missing-security-header': wire(400, 'InvalidRequest', 'The request lacks a required header.'),
  'signed-digest-mismatch': wire(400, 'InvalidSHA1Digest', 'The body is not what was signed.'),
  'invalid-token': wire(403, 'AccessDenied', 'The security token is invalid.'),
  'nonce-used': wire(403, 'AccessDenied', 'The request was sent before.'),
  'expired-token': wire(400, 'ExpiredToken', 'The provided token has expired.'),
  'invalid-argument': wire(400, 'InvalidArgument', 'Invalid Argument.'),
  'missing-argument': wire(400, 'InvalidArgument', 'An argument is missing.'),
  'invalid-request': FOREIGN,
  'invalid-uri': wire(400, 'InvalidURI', "Couldn't parse the specified URI."),
  'key-too-long': wire(400, 'KeyTooLong', 'Your key is too long.'),
  'method-not-allowed': wire(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.'),
  'not-implemented': wire(
    501,
    'NotImplemented',
    'A header or parameter implies functionality that is not implemented.',
  ),
  'missing-content-length': wire(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.'),
  'entity-too-large': wire(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.'),
  'entity-too-small': wire(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size.'),
  'incomplete-body': wire(400, 'IncompleteBody', 'The body has fewer bytes than Content-Length says.'),
  'request-timeout': wire(400, 'RequestTimeout', 'The body did not arrive in time.'),
  'malformed-xml': wire(400, 'MalformedXML', 'The XML you provided was not well-formed or did not validate.'),
  'malformed-json': wire(400, 'InvalidRequest', 'The JSON you provided is malformed.'),
  'missing-body': wire(400, 'MissingRequestBodyError', 'Request body is empty.'),
  'malformed-trailer': wire(400, 'InvalidRequest', 'The trailers of the body are malformed.'),
  'malformed-chunk': wire(400, 'InvalidRequest', 'A chunk of the body is malformed.'),
  'invalid-digest': wire(400, 'InvalidDigest', 'The Content-MD5 you specified is not valid.'),
  'bad-digest': wire(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.'),
  'metadata-too-large': wire(400, 'InvalidArgument', 'Your metadata headers exceed the maximum allowed size.'),
  'invalid-tag': wire(400, 'InvalidTag', 'The tag provided was not a valid tag.'),
  'invalid-storage-class': wire(400, 'NotSupportedStorageClass', 'The storage class you specified is not supported.'),
  'invalid-expected-owner': FOREIGN,
  'invalid-encryption-algorithm': wire(400, 'InvalidArgument', 'The encryption method specified is not supported.'),
  'encryption-header-not-allowed': wire(400, 'SSEHeaderNotAllowed', 'This request does not take encryption headers.'),
  // forms
  'not-a-form': MALFORMED_FORM,
  'malformed-form': MALFORMED_FORM,
  'form-field-too-long': MALFORMED_FORM,
  'form-too-long': wire(400, 'EntityTooLarge', 'The fields of the form before the file are too long.'),
  'form-files': wire(400, 'IncorrectNumberOfFilesInPostRequest', 'POST requires exactly one file upload per request.'),
  'malformed-form-policy': wire(400, 'InvalidPolicyDocument', 'The policy of the form is not valid.'),
  'form-policy': wire(403, 'AccessDenied', 'Invalid according to Policy.'),
  // buckets
  'invalid-bucket-name': wire(400, 'InvalidBucketName', 'The specified bucket is not valid.'),
  'no-such-bucket': wire(404, 'NoSuchBucket', 'The specified bucket does not exist.'),
  'bucket-exists': wire(409, 'BucketAlreadyExists', 'The requested bucket name is not available.'),
  'bucket-not-empty': wire(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty.'),
  'invalid-location': wire(400, 'InvalidRegionName', 'The region of the host is not one of this deployment.'),
  'too-many-buckets': wire(400, 'TooManyBuckets', 'You have attempted to create more buckets than allowed.'),
  'no-such-configuration': wire(404, 'NoSuchConfiguration', 'The specified configuration does not exist.'),
  'too-many-configurations': wire(400, 'InventoryFull', 'The bucket has too many configurations of this kind.'),
  'id-mismatch': wire(400, 'InvalidArgument', 'The id of the document is not the id of the request.'),
  'invalid-destination': wire(400, 'InvalidArgument', 'The destination is not valid.'),
  'no-such-lifecycle': wire(404, 'NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist.'),
  'no-such-object-lock': wire(404, 'NoSuchObjectLockConfiguration', 'The object lock configuration does not exist.'),
  'no-such-retention': wire(404, 'NoSuchObjectLockConfiguration', 'The object has no retention.'),
  'no-such-worm': wire(404, 'NoSuchObjectLockConfiguration', 'The object lock configuration does not exist.'),
  'object-locked': wire(409, 'ObjectLocked', 'The object is locked.'),
  'invalid-bucket-state': wire(409, 'InvalidBucketState', 'The request is not valid with the current bucket state.'),
  'invalid-logging-target': wire(400, 'InvalidTargetBucketForLogging', 'The target bucket for logging is not valid.'),
  'acl-not-supported': wire(400, 'InvalidRequest', 'Lists of rights do not count in this bucket.'),
  'acl-with-ownership': wire(400, 'InvalidRequest', 'The bucket gives rights to others.'),
  'malformed-acl': wire(400, 'MalformedXML', 'The list of rights is not valid.'),
  'cors-refused': wire(403, 'AccessForbidden', 'CORSResponse: this CORS request is not allowed.'),
  'requester-pays': wire(403, 'AccessDenied', 'The requester of this bucket pays.'),
  'malformed-policy': wire(400, 'MalformedPolicy', 'The policy is not valid.'),
  'no-such-bucket-policy': wire(404, 'NoSuchPolicy', 'The specified policy does not exist.'),
  'no-public-access-block': FOREIGN,
  'policy-too-large': wire(400, 'MalformedPolicy', 'The policy is too large.'),
  // objects
  'no-such-key': wire(404, 'NoSuchKey', 'The specified key does not exist.'),
  'no-such-version': wire(404, 'NoSuchVersion', 'The specified version does not exist.'),
  'no-such-tag-set': wire(404, 'NoSuchTagSet', 'The TagSet does not exist.'),
  'precondition-failed': wire(412, 'PreconditionFailed', 'Precondition Failed.'),
  'not-modified': wire(304, 'NotModified', 'Not Modified.'),
  'rename-conflict': FOREIGN,
  'idempotency-mismatch': FOREIGN,
  'conditional-conflict': wire(409, 'PathConflict', 'Another request changed the object meanwhile.'),
  'invalid-range': wire(416, 'InvalidRange', 'The requested range cannot be satisfied.'),
  'self-copy-without-change': wire(
    400,
    'InvalidRequest',
    'An object can only be copied onto itself with x-cos-metadata-directive: Replaced, or with another encryption or storage class.',
  ),
  'position-mismatch': wire(409, 'AppendPositionErr', 'The position is not the length of the object.'),
  'not-appendable': wire(409, 'ObjectNotAppendable', 'The object cannot be appended to.'),
  'symlink-target-missing': wire(404, 'NoSuchKey', 'The specified key does not exist.'),
  'not-a-symlink': FOREIGN,
  'invalid-symlink-target': FOREIGN,
  'not-archived': wire(405, 'RestoreNonArchiveObject', 'The object is in no archive class.'),
  'copy-source-too-large': wire(400, 'InvalidRequest', 'The specified copy source is larger than the maximum size.'),
  // uploads
  'no-such-upload': wire(404, 'NoSuchUpload', 'The specified multipart upload does not exist.'),
  'invalid-part': wire(400, 'InvalidPart', 'One or more of the specified parts could not be found.'),
  'invalid-part-order': wire(400, 'InvalidPartOrder', 'The list of parts was not in ascending order.'),
  'invalid-part-number': wire(400, 'InvalidArgument', 'There is no such part.'),
  'too-many-uploads': wire(400, 'InvalidRequest', 'The bucket has too many multipart uploads in progress.'),
  // encryption and keys
  'key-not-found': wire(400, 'KmsKeyNotExist', 'The KMS key does not exist.'),
  'key-disabled': wire(400, 'KmsKeyDisabled', 'The KMS key is disabled.'),
  'key-invalid-state': wire(400, KMS, 'The state of the KMS key does not allow this.'),
  'key-invalid-usage': wire(400, KMS, 'The KMS key is not for encrypting data.'),
  'key-in-use': wire(400, KMS, 'The KMS key is in use.'),
  'key-unavailable': wire(500, 'KmsInternalException', 'The key service does not answer.'),
  'invalid-ciphertext': wire(400, KMS, 'The wrapped key cannot be opened.'),
  'incorrect-key': wire(400, KMS, 'The wrapped key belongs to another KMS key.'),
  'alias-exists': wire(400, KMS, 'The alias exists.'),
  'alias-not-found': wire(400, 'KmsKeyNotExist', 'The alias does not exist.'),
  'invalid-alias-name': wire(400, KMS, 'The alias is not valid.'),
  'limit-exceeded': wire(503, 'KmsFreqControl', 'A limit of the key service is reached.'),
  'invalid-arn': wire(400, 'KmsKeyNotExist', 'The KMS key does not exist.'),
  'customer-key-mismatch': wire(
    400,
    'SsecDecryptHeaderInvalid',
    'The customer key is missing, or is not the right one.',
  ),
  // the server
  sealed: wire(503, 'ServiceUnavailable', 'The server is sealed: its root key is not available.'),
  'slow-down': BUSY,
  unavailable: AWAY,
  contended: BUSY,
  integrity: BROKEN,
  internal: BROKEN,
  // Refusals of keys' and people's own interfaces: no operation of COS ends so.
  'key-exists': FOREIGN,
  'unsupported-operation': FOREIGN,
  'key-conflict': FOREIGN,
  'invalid-marker': FOREIGN,
  'invalid-grant-id': FOREIGN,
  'invalid-grant-token': FOREIGN,
  'grant-not-found': FOREIGN,
  'invalid-mac': FOREIGN,
  'invalid-signature': FOREIGN,
  'invalid-import-token': FOREIGN,
  'expired-import-token': FOREIGN,
  'incorrect-key-material': FOREIGN,
  'unknown-operation': FOREIGN,
  'dry-run': FOREIGN,
  'entity-not-found': FOREIGN,
  'entity-exists': FOREIGN,
  'delete-conflict': FOREIGN,
  'unmodifiable-entity': FOREIGN,
  'policy-not-attachable': FOREIGN,
  'packed-policy-too-large': FOREIGN,
}
