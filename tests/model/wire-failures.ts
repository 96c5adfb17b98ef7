import type { FailureKind } from '../../src/operations/index.ts'

/** Status and code by which S3 refuses; of the AWS documentation, not of the server's own table. */
const WIRE: Readonly<Partial<Record<FailureKind, readonly [status: number, code: string]>>> = {
  'no-such-bucket': [404, 'NoSuchBucket'],
  'no-such-key': [404, 'NoSuchKey'],
  'no-such-version': [404, 'NoSuchVersion'],
  'no-such-upload': [404, 'NoSuchUpload'],
  'method-not-allowed': [405, 'MethodNotAllowed'],
  'precondition-failed': [412, 'PreconditionFailed'],
  'not-modified': [304, 'NotModified'],
  'invalid-range': [416, 'InvalidRange'],
  'invalid-part-number': [416, 'InvalidPartNumber'],
  'access-denied': [403, 'AccessDenied'],
  'invalid-request': [400, 'InvalidRequest'],
  'customer-key-mismatch': [400, 'InvalidRequest'],
  'self-copy-without-change': [400, 'InvalidRequest'],
  'invalid-argument': [400, 'InvalidArgument'],
  'bad-digest': [400, 'BadDigest'],
  'malformed-xml': [400, 'MalformedXML'],
  'invalid-part': [400, 'InvalidPart'],
  'invalid-part-order': [400, 'InvalidPartOrder'],
  'entity-too-small': [400, 'EntityTooSmall'],
  'bucket-exists': [409, 'BucketAlreadyOwnedByYou'],
  'bucket-not-empty': [409, 'BucketNotEmpty'],
  'key-disabled': [400, 'KMS.DisabledException'],
  'key-not-found': [400, 'KMS.NotFoundException'],
  contended: [503, 'SlowDown'],
}

/** The first kind of failure that looks like this; a HEAD has no code. */
export function failureOf(status: number, code: string, withCode: boolean): FailureKind | undefined {
  for (const [kind, wire] of Object.entries(WIRE)) {
    // The keys of the table are kinds of failure, as its type says.
    if (wire[0] === status && (!withCode || wire[1] === code)) return kind as FailureKind
  }
  return undefined
}

/** Whether two kinds look the same from outside. */
export function looksSame(left: FailureKind, right: FailureKind, withCode: boolean): boolean {
  const [one, other] = [WIRE[left], WIRE[right]]
  if (one === undefined || other === undefined) return left === right
  return one[0] === other[0] && (!withCode || one[1] === other[1])
}
