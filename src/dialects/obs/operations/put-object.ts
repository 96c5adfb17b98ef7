import { refuse, type ObjectTarget, type StoredObject } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { formMark } from '../../form-upload.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { aclWish } from '../acl.ts'
import { encryptionHeaders, etagHeader, respond, versionHeader, type Headers } from '../answers.ts'
import { bodyExpectation } from '../documents.ts'
import { customerKeyMark, encryptionRequest } from '../encryption-headers.ts'
import { objectProperties, refuseUndoneWishes } from '../headers.ts'
import { decoded, type Encoder, type ObsRequest } from '../obs-request.ts'
import { classHeader } from '../storage-class.ts'
import { refuseWriteConditions } from '../write-conditions.ts'

/** Of one PUT and of one part (OBS API reference, PUT object). */
export const MAX_UPLOAD_BYTES = 5 * 1024 * 1024 * 1024

export function decodePutObject(request: ObsRequest, at: ObjectTarget): Decoded {
  const kind = 'put-object'
  refuseVersionId(request)
  const byForm = formMark(request.view)
  return decoded(request, { kind, ...at, ...customerKeyMark(request), ...byForm }, () => {
    refuseUndoneWishes(request.headers)
    refuseWriteConditions(request.headers)
    refuseTooLong(request)
    return {
      ...{ kind, ...at, ...byForm },
      encryption: encryptionRequest(request),
      properties: objectProperties(request),
      ...aclWish(request.headers),
      expect: bodyExpectation(request.headers),
    }
  })
}

/** Writes make a version; they cannot name one. */
export function refuseVersionId(request: ObsRequest): void {
  const parameter = request.query.get('versionId')
  if (parameter !== undefined)
    refuseArgument('versionId', parameter.value, 'This operation does not take a version id.')
}

/** Clients of OBS send files without a length, in chunks: what has none is cut off by the engine's own limit. */
export function refuseTooLong({ view }: ObsRequest): void {
  if (view.bodyLength !== undefined && view.bodyLength > MAX_UPLOAD_BYTES) {
    refuse({ kind: 'entity-too-large', limitBytes: MAX_UPLOAD_BYTES })
  }
}

export const encodePutObject: Encoder<'put-object'> = ({ operation, result }, context) =>
  respond(context, 200, [
    etagHeader(result.etag),
    ...storedHeaders(result),
    ...classHeader(operation.properties.storageClass),
  ])

/** What a write says of the version that it made, but for the ETag. */
export function storedHeaders(stored: StoredObject): Headers {
  return [...versionHeader(stored.versionId), ...encryptionHeaders(stored.encryption, 'any')]
}
