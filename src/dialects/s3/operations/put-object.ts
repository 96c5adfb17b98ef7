import { refuse, type ObjectTarget, type StoredObject } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { aclWish } from '../acl.ts'
import { formMark } from '../../form-upload.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { checksumHeaders, encryptionHeaders, etagHeader, respond, versionHeader, type Headers } from '../answers.ts'
import { bodyExpectation } from '../checksum-headers.ts'
import { writeCondition } from '../conditions.ts'
import { encryptionRequest, namesCustomerKey } from '../encryption-headers.ts'
import { expiryHeader } from '../expiry-header.ts'
import { objectProperties, refuseUndoneWishes } from '../headers.ts'
import { lockWishes } from '../lock-headers.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

/** Of one PUT and of one part (Amazon S3 user guide, multipart upload limits). */
export const MAX_UPLOAD_BYTES = 5 * 1024 * 1024 * 1024

export function decodePutObject(request: S3Request, at: ObjectTarget): Decoded {
  const kind = 'put-object'
  refuseVersionId(request)
  const byForm = formMark(request.view)
  const target = { kind, ...at, ...customerKeyMark(request), ...byForm } as const
  return decoded(request, target, () => {
    const { headers } = request.view
    refuseUndoneWishes(headers)
    requireLength(request)
    const condition = writeCondition(headers)
    return {
      kind,
      ...at,
      ...byForm,
      encryption: encryptionRequest(request),
      properties: objectProperties(request),
      expect: bodyExpectation(headers, 'object'),
      ...(condition === undefined ? {} : { condition }),
      ...lockWishes(headers),
      ...aclWish(headers),
    }
  })
}

/** Writes make a version; they cannot name one. */
export function refuseVersionId(request: S3Request): void {
  const parameter = request.query.get('versionId')
  if (parameter !== undefined) {
    refuseArgument('versionId', parameter.value, 'This operation does not accept a version-id.')
  }
}

/** Tells the gateway that a write names a customer's key, before anything of the key is looked at. */
export function customerKeyMark(request: S3Request): { readonly namesCustomerKey?: boolean } {
  return namesCustomerKey(request.view.headers) ? { namesCustomerKey: true } : {}
}

/** The length of what is uploaded has to be known before its first byte; a form keeps to the limit as it is read. */
export function requireLength(request: S3Request): void {
  const { bodyLength, form } = request.view
  if (form !== undefined) return
  if (bodyLength === undefined) refuse({ kind: 'missing-content-length' })
  if (bodyLength > MAX_UPLOAD_BYTES) refuse({ kind: 'entity-too-large', limitBytes: MAX_UPLOAD_BYTES })
}

export const encodePutObject: Encoder<'put-object'> = ({ result }, context) =>
  respond(context, 200, [etagHeader(result.etag), ...storedHeaders(result)])

/** What a write says of the version that it made, but for the ETag. */
export function storedHeaders(stored: StoredObject): Headers {
  return [
    ...versionHeader(stored.versionId),
    ...expiryHeader(stored.expiry),
    ...encryptionHeaders(stored.encryption, 'write'),
    ...checksumHeaders(stored.checksums, 'with-type'),
  ]
}
