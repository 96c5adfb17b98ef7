import type { HttpResponse } from '../../http/index.ts'
import type { Failure, FailureKind } from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { jsonResponse } from './json-response.ts'
import type { AdminError } from './wire.ts'

/** Status and sentence of every refusal. Total: a new failure does not compile without its row. */
export const FAILURES: Readonly<Record<FailureKind, readonly [status: number, message: string]>> = {
  'access-denied': [403, 'The caller may not do this'],
  'session-refused': [403, 'This needs a session of the console'],
  'invalid-token': [400, 'The session token is not valid'],
  'expired-token': [400, 'The session has expired'],
  'key-exists': [409, 'A key has, or had, this id'],
  'unsupported-operation': [400, 'The key does not support this'],
  'key-conflict': [409, 'The key is busy with another change'],
  'invalid-arn': [400, 'This is no valid ARN'],
  'invalid-marker': [400, 'The marker is not valid'],
  'invalid-grant-id': [400, 'The id of the grant is not valid'],
  'invalid-grant-token': [400, 'The grant token is not valid'],
  'grant-not-found': [404, 'There is no such grant'],
  'invalid-mac': [400, 'The MAC does not belong to the message'],
  'invalid-signature': [400, 'The signature does not belong to the message'],
  'invalid-import-token': [400, 'The import token is not valid'],
  'expired-import-token': [400, 'The import token has expired'],
  'incorrect-key-material': [400, 'The key had other material before'],
  'unknown-operation': [400, 'There is no such operation'],
  'dry-run': [400, 'It would have been done'],
  'malformed-policy': [400, 'The policy is not valid'],
  'no-such-bucket-policy': [404, 'The bucket has no policy'],
  'entity-not-found': [404, 'There is nobody and nothing of this name'],
  'entity-exists': [409, 'The name is taken'],
  'delete-conflict': [409, 'Something still depends on it'],
  'unmodifiable-entity': [400, 'This cannot be changed'],
  'policy-not-attachable': [400, 'The policy cannot be attached'],
  'no-such-lifecycle': [404, 'The bucket has no lifecycle rules'],
  'no-such-object-lock': [404, 'The bucket does not lock its objects'],
  'no-such-retention': [404, 'The version has no retention'],
  'no-such-worm': [404, 'The bucket has no retention policy'],
  'object-locked': [403, 'A retention or a legal hold keeps the version'],
  'invalid-bucket-state': [409, 'Other settings of the bucket exclude this'],
  'invalid-logging-target': [400, 'The bucket cannot take the log'],
  'no-public-access-block': [404, 'The bucket has no public access block'],
  'no-such-configuration': [404, 'The bucket has no such configuration'],
  'too-many-configurations': [400, 'The bucket has as many of these as it may have'],
  'id-mismatch': [400, 'The id in the document is another one'],
  'invalid-destination': [400, 'The destination is no bucket'],
  'acl-not-supported': [400, 'The bucket does not allow access control lists'],
  'acl-with-ownership': [400, 'The list of the bucket gives something to others'],
  'malformed-acl': [400, 'The access control list cannot be understood'],
  'cors-refused': [403, 'No rule allows this cross-origin request'],
  'requester-pays': [403, 'The requesters of this bucket pay'],
  'policy-too-large': [400, 'The policy is too large'],
  'packed-policy-too-large': [400, 'The session policies and tags are too large together'],
  'signature-does-not-match': [403, 'The signature does not match the request'],
  'unknown-access-key': [403, 'The access key is not known or disabled'],
  'request-time-too-skewed': [403, 'The clocks of client and server are too far apart'],
  'request-expired': [403, 'The request has expired'],
  'malformed-authorization': [400, 'The authorization is malformed'],
  'malformed-query-authorization': [400, 'The authorization in the query is malformed'],
  'several-authorizations': [400, 'The request carries more than one authorization'],
  'unsupported-signature': [400, 'The signature scheme is not supported'],
  'missing-security-header': [400, 'A header that the signature needs is missing'],
  'signed-digest-mismatch': [400, 'The body is not the one that was signed'],
  'invalid-argument': [400, 'An argument is not valid'],
  'invalid-request': [400, 'The request is not valid'],
  'invalid-uri': [404, 'There is nothing at this path'],
  'key-too-long': [400, 'The name of the object is longer than 1,024 bytes'],
  'method-not-allowed': [405, 'The method is not allowed here'],
  'not-implemented': [501, 'This is not implemented'],
  'missing-content-length': [411, 'The length of the body is missing'],
  'entity-too-large': [413, 'The body is too large'],
  'entity-too-small': [400, 'A part is too small'],
  'incomplete-body': [400, 'The body ended before its announced length'],
  'request-timeout': [408, 'The body did not come in time'],
  'malformed-xml': [400, 'The body is not the XML that was expected'],
  'malformed-json': [400, 'The body is not acceptable JSON'],
  'missing-body': [400, 'The body is missing'],
  'malformed-trailer': [400, 'A trailer is malformed'],
  'malformed-chunk': [400, 'A chunk of the body is malformed'],
  'invalid-digest': [400, 'A digest is malformed'],
  'bad-digest': [400, 'The body does not have the digest that was sent with it'],
  'metadata-too-large': [400, 'The metadata is too large'],
  'invalid-tag': [400, 'A tag is not valid'],
  'invalid-storage-class': [400, 'The storage class is not known'],
  'invalid-expected-owner': [400, 'The expected owner is no account id'],
  'encryption-header-not-allowed': [400, 'Encryption cannot be asked for here'],
  'invalid-encryption-algorithm': [400, 'The encryption algorithm is not known'],
  'invalid-bucket-name': [400, 'This is no valid name of a bucket'],
  'no-such-bucket': [404, 'There is no such bucket'],
  'bucket-exists': [409, 'The bucket exists'],
  'bucket-not-empty': [409, 'The bucket is not empty'],
  'invalid-location': [400, 'The location is not served here'],
  'too-many-buckets': [400, 'There are too many buckets'],
  'no-such-key': [404, 'There is no such object'],
  'no-such-version': [404, 'There is no such version'],
  'no-such-tag-set': [404, 'There are no tags'],
  'precondition-failed': [412, 'A condition of the request does not hold'],
  'not-modified': [304, 'Not modified'],
  'conditional-conflict': [409, 'Something changed at the same time'],
  'invalid-range': [416, 'The range lies outside the object'],
  'position-mismatch': [409, 'The position is not the end of the object'],
  'not-appendable': [409, 'The object cannot be appended to'],
  'symlink-target-missing': [404, 'The target of the link does not exist'],
  'invalid-symlink-target': [400, 'The target of the link is a link'],
  'not-archived': [409, 'The object is in no archive class'],
  'not-a-form': [400, 'The body is no form'],
  'malformed-form': [400, 'The form is malformed'],
  'form-field-too-long': [400, 'A field of the form is too long'],
  'form-too-long': [400, 'The fields of the form are too long together'],
  'form-files': [400, 'A form carries one file'],
  'malformed-form-policy': [400, 'The policy of the form is not valid'],
  'form-policy': [403, 'The form does not keep to its policy'],
  'self-copy-without-change': [400, 'The object would be copied onto itself unchanged'],
  'copy-source-too-large': [400, 'The source is too large for one copy'],
  'no-such-upload': [404, 'There is no such upload'],
  'invalid-part': [400, 'A part is not valid'],
  'invalid-part-order': [400, 'The parts are not in order'],
  'invalid-part-number': [416, 'The object has no such part'],
  'too-many-uploads': [400, 'There are too many uploads'],
  'key-not-found': [404, 'There is no such KMS key'],
  'key-disabled': [409, 'The KMS key is disabled'],
  'key-invalid-state': [409, 'The state of the KMS key does not allow this'],
  'key-invalid-usage': [400, 'The KMS key is not for this use'],
  'key-in-use': [409, 'The KMS key is needed to read what is stored'],
  'key-unavailable': [503, 'The KMS key cannot be reached'],
  'invalid-ciphertext': [400, 'The ciphertext cannot be opened'],
  'incorrect-key': [400, 'The ciphertext belongs to another key'],
  'alias-exists': [409, 'The alias exists'],
  'alias-not-found': [404, 'There is no such alias'],
  'invalid-alias-name': [400, 'This is no valid name of an alias'],
  'limit-exceeded': [400, 'A limit is exceeded'],
  'customer-key-mismatch': [400, 'The object is encrypted with a key that the client keeps'],
  sealed: [503, 'The server is sealed'],
  'slow-down': [503, 'The server has too much to do'],
  unavailable: [503, 'The server cannot do this now'],
  contended: [409, 'Others changed the same thing again and again'],
  integrity: [500, 'What is stored does not authenticate'],
  internal: [500, 'Something went wrong in the server'],
}

/** What a client is told besides. Not among them: what exactly does not authenticate, digests, reasons of a policy. */
export const SHOWN_MEMBERS = new Set([
  ...['action', 'argument', 'detail', 'header', 'limitBytes', 'bucket', 'name', 'location', 'limit', 'owned'],
  ...['key', 'versionId', 'condition', 'state', 'versions', 'uploads', 'defaults', 'alias', 'uploadId'],
])
export const MAX_SHOWN_CHARS = 1_280
export const RETRY_SECONDS = '1'

export function encodeAdminFailure(failure: Failure, context: AnswerContext): HttpResponse {
  const [status, sentence] = FAILURES[failure.kind]
  const shown: Record<string, string | number | boolean> = {}
  const members: readonly (readonly [string, unknown])[] = Object.entries(failure)
  for (const [name, value] of members) {
    if (!SHOWN_MEMBERS.has(name)) continue
    if (typeof value === 'string') shown[name] = value.toWellFormed().slice(0, MAX_SHOWN_CHARS)
    if (typeof value === 'number' || typeof value === 'boolean') shown[name] = value
  }
  // Last, so that no member can take their place.
  const error: AdminError = { ...shown, code: failure.kind, message: sentence, requestId: context.requestId }
  if (failure.kind === 'method-not-allowed' && failure.allowed !== undefined) {
    return jsonResponse(status, error, context, [['allow', failure.allowed.join(', ')]])
  }
  return jsonResponse(status, error, context, status === 503 ? [['retry-after', RETRY_SECONDS]] : [])
}
