import type { FailureKind } from '../../operations/index.ts'

/** A failure as S3 names it. */
export interface WireFailure {
  readonly code: string
  readonly status: number
  readonly message: string
}

const wire = (status: number, code: string, message: string): WireFailure => ({ status, code, message })

const WRITE_AGAIN = 'Please reduce your request rate.'
const FOREIGN = wire(400, 'InvalidRequest', 'Invalid Request')
const AWAY = 'Service is unable to handle request.'

/**
 * Every failure and its code, status and words. Total: a kind that is added does not compile until it has a line here.
 * Where a failure carries a detail of its own, that is what the client reads.
 */
export const FAILURES: Readonly<Record<FailureKind, WireFailure>> = {
  'access-denied': wire(403, 'AccessDenied', 'Access Denied'),
  'invalid-token': wire(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.'),
  'expired-token': wire(400, 'ExpiredToken', 'The provided token has expired.'),
  'malformed-policy': wire(400, 'MalformedPolicy', 'This policy contains invalid Json'),
  'no-such-bucket-policy': wire(404, 'NoSuchBucketPolicy', 'The bucket policy does not exist'),
  'no-such-lifecycle': wire(404, 'NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'),
  'no-such-object-lock': wire(
    404,
    'ObjectLockConfigurationNotFoundError',
    'Object Lock configuration does not exist for this bucket',
  ),
  'no-such-retention': wire(
    404,
    'NoSuchObjectLockConfiguration',
    'The specified object does not have a ObjectLock configuration',
  ),
  'no-such-worm': FOREIGN,
  'object-locked': wire(403, 'AccessDenied', 'Access Denied because object protected by object lock.'),
  'invalid-bucket-state': wire(
    409,
    'InvalidBucketState',
    'The request is not valid with the current state of the bucket.',
  ),
  'invalid-logging-target': wire(
    400,
    'InvalidTargetBucketForLogging',
    'The target bucket for logging does not exist, is not owned by you, or does not have the appropriate grants.',
  ),
  'no-public-access-block': wire(
    404,
    'NoSuchPublicAccessBlockConfiguration',
    'The public access block configuration was not found',
  ),
  'policy-too-large': wire(400, 'PolicyTooLarge', 'The policy is too large.'),
  'signature-does-not-match': wire(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ),
  'unknown-access-key': wire(
    403,
    'InvalidAccessKeyId',
    'The access key ID you provided does not exist in our records.',
  ),
  'request-time-too-skewed': wire(
    403,
    'RequestTimeTooSkewed',
    "The difference between the request time and the server's time is too large.",
  ),
  'request-expired': wire(403, 'AccessDenied', 'Request has expired'),
  'malformed-authorization': wire(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed.'),
  'malformed-query-authorization': wire(
    400,
    'AuthorizationQueryParametersError',
    'The query authorization is malformed.',
  ),
  'several-authorizations': wire(
    400,
    'InvalidArgument',
    'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
  ),
  'unsupported-signature': wire(400, 'InvalidRequest', 'This authorization mechanism is not supported.'),
  'missing-security-header': wire(400, 'MissingSecurityHeader', 'Your request was missing a required header.'),
  'signed-digest-mismatch': wire(
    400,
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  ),
  'invalid-argument': wire(400, 'InvalidArgument', 'Invalid Argument'),
  'invalid-request': wire(400, 'InvalidRequest', 'Invalid Request'),
  'invalid-uri': wire(400, 'InvalidURI', "Couldn't parse the specified URI."),
  'key-too-long': wire(400, 'KeyTooLongError', 'Your key is too long'),
  'method-not-allowed': wire(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.'),
  'not-implemented': wire(
    501,
    'NotImplemented',
    'A header or query you provided implies functionality that is not implemented',
  ),
  'missing-content-length': wire(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.'),
  'entity-too-large': wire(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size'),
  'entity-too-small': wire(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size'),
  'incomplete-body': wire(
    400,
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  ),
  'request-timeout': wire(
    400,
    'RequestTimeout',
    'Your socket connection to the server was not read from or written to within the timeout period.',
  ),
  'malformed-xml': wire(
    400,
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  ),
  'malformed-json': wire(400, 'InvalidRequest', 'The JSON you provided is malformed.'),
  'missing-body': wire(400, 'MissingRequestBodyError', 'Request Body is empty'),
  'malformed-trailer': wire(
    400,
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed.',
  ),
  'malformed-chunk': wire(400, 'InvalidChunkSizeError', 'A chunk of the streaming upload is malformed.'),
  'invalid-digest': wire(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.'),
  'bad-digest': wire(400, 'BadDigest', 'The checksum you specified did not match what we received.'),
  'metadata-too-large': wire(400, 'MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size'),
  'invalid-tag': wire(400, 'InvalidTag', 'The tag provided was not a valid tag.'),
  'invalid-storage-class': wire(400, 'InvalidStorageClass', 'The storage class you specified is not valid'),
  'invalid-expected-owner': wire(
    400,
    'InvalidBucketOwnerAWSAccountID',
    'The value of the expected bucket owner parameter must be an AWS Account ID',
  ),
  'invalid-encryption-algorithm': wire(
    400,
    'InvalidEncryptionAlgorithmError',
    'The Encryption request you specified is not valid. Supported value: AES256.',
  ),
  'invalid-bucket-name': wire(400, 'InvalidBucketName', 'The specified bucket is not valid.'),
  'no-such-bucket': wire(404, 'NoSuchBucket', 'The specified bucket does not exist'),
  'bucket-exists': wire(409, 'BucketAlreadyExists', 'The requested bucket name is not available.'),
  'bucket-not-empty': wire(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty'),
  'invalid-location': wire(400, 'InvalidLocationConstraint', 'The specified location-constraint is not valid'),
  'too-many-buckets': wire(400, 'TooManyBuckets', 'You have attempted to create more buckets than allowed'),
  'no-such-key': wire(404, 'NoSuchKey', 'The specified key does not exist.'),
  'no-such-version': wire(404, 'NoSuchVersion', 'The specified version does not exist.'),
  'no-such-tag-set': wire(404, 'NoSuchTagSet', 'The TagSet does not exist'),
  'precondition-failed': wire(
    412,
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
  ),
  'not-modified': wire(304, 'NotModified', 'Not Modified'),
  'conditional-conflict': wire(
    409,
    'ConditionalRequestConflict',
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
  ),
  'invalid-range': wire(416, 'InvalidRange', 'The requested range is not satisfiable'),
  'self-copy-without-change': wire(
    400,
    'InvalidRequest',
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  ),
  'copy-source-too-large': wire(
    400,
    'InvalidRequest',
    'The specified copy source is larger than the maximum allowable size.',
  ),
  'position-mismatch': wire(
    400,
    'InvalidWriteOffset',
    'The write offset value that you specified does not match the current object size.',
  ),
  'not-appendable': wire(400, 'InvalidRequest', 'The object cannot be appended to.'),
  'symlink-target-missing': wire(404, 'NoSuchKey', 'The target of the link does not exist.'),
  'invalid-symlink-target': wire(400, 'InvalidRequest', 'The target of the link is a link.'),
  'not-archived': wire(
    403,
    'InvalidObjectState',
    'Restore is not allowed for the current storage class of the object.',
  ),
  'not-a-form': wire(412, 'PreconditionFailed', 'Bucket POST must be of the enclosure-type multipart/form-data'),
  'malformed-form': wire(
    400,
    'MalformedPOSTRequest',
    'The body of your POST request is not well-formed multipart/form-data.',
  ),
  'form-field-too-long': wire(400, 'FormFieldTooLong', 'A field of the form is too long.'),
  'form-too-long': wire(
    400,
    'MaxPostPreDataLengthExceeded',
    'Your POST request fields preceding the upload file were too large.',
  ),
  'form-files': wire(400, 'IncorrectNumberOfFilesInPostRequest', 'POST requires exactly one file upload per request.'),
  'malformed-form-policy': wire(
    400,
    'InvalidPolicyDocument',
    'The content of the form does not meet the conditions specified in the policy document.',
  ),
  'form-policy': wire(403, 'AccessDenied', 'Invalid according to Policy'),
  'no-such-upload': wire(
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  ),
  'invalid-part': wire(
    400,
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  ),
  'invalid-part-order': wire(400, 'InvalidPartOrder', 'The list of parts was not in ascending order.'),
  'invalid-part-number': wire(416, 'InvalidPartNumber', 'The requested partnumber is not satisfiable'),
  'too-many-uploads': wire(400, 'InvalidRequest', 'The bucket has too many multipart uploads in progress.'),
  'key-not-found': wire(400, 'KMS.NotFoundException', 'The KMS key does not exist, or is not one of this Region.'),
  'key-disabled': wire(400, 'KMS.DisabledException', 'The KMS key is disabled.'),
  'key-invalid-state': wire(400, 'KMS.KMSInvalidStateException', 'The state of the KMS key does not allow this.'),
  'key-invalid-usage': wire(400, 'KMS.InvalidKeyUsageException', 'The KMS key is not for encrypting data.'),
  'key-in-use': wire(409, 'InvalidRequest', 'The KMS key is in use.'),
  'key-unavailable': wire(503, 'ServiceUnavailable', 'The key service does not answer.'),
  'invalid-ciphertext': wire(400, 'KMS.InvalidCiphertextException', 'The wrapped key cannot be opened.'),
  'incorrect-key': wire(400, 'KMS.IncorrectKeyException', 'The wrapped key belongs to another KMS key.'),
  'alias-exists': wire(400, 'KMS.AlreadyExistsException', 'The alias exists.'),
  'alias-not-found': wire(400, 'KMS.NotFoundException', 'The alias does not exist.'),
  'invalid-alias-name': wire(400, 'KMS.InvalidAliasNameException', 'The alias is not valid.'),
  'limit-exceeded': wire(400, 'KMS.LimitExceededException', 'A limit of the key service is reached.'),
  'customer-key-mismatch': wire(
    400,
    'InvalidRequest',
    'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
  ),
  sealed: wire(503, 'ServiceUnavailable', 'The server is sealed: its root key is not available.'),
  'slow-down': wire(503, 'SlowDown', WRITE_AGAIN),
  unavailable: wire(503, 'ServiceUnavailable', AWAY),
  contended: wire(503, 'SlowDown', WRITE_AGAIN),
  integrity: wire(500, 'InternalError', 'We encountered an internal error. Please try again.'),
  internal: wire(500, 'InternalError', 'We encountered an internal error. Please try again.'),
  // Refusals of keys' and people's own interfaces: no operation of S3 ends so.
  'key-exists': FOREIGN,
  'unsupported-operation': FOREIGN,
  'key-conflict': FOREIGN,
  'invalid-arn': FOREIGN,
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
