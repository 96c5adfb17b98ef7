/** CreateMultipartUpload. */
import type { ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { aclWish } from '../acl.ts'
import { element } from '../../xml-writer.ts'
import { encryptionHeaders, respondXml, type Headers } from '../answers.ts'
import { shownAlgorithm, shownChecksumType, uploadChecksum } from '../checksum-headers.ts'
import { encryptionRequest } from '../encryption-headers.ts'
import { abortHeaders } from '../expiry-header.ts'
import { objectProperties, refuseUndoneWishes } from '../headers.ts'
import { lockWishes } from '../lock-headers.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'
import { customerKeyMark, refuseVersionId } from './put-object.ts'

export function decodeCreateUpload(request: S3Request, at: ObjectTarget): Decoded {
  const kind = 'create-upload'
  refuseVersionId(request)
  return decoded(request, { kind, ...at, ...customerKeyMark(request) }, () => {
    refuseUndoneWishes(request.view.headers)
    const checksum = uploadChecksum(request.view.headers)
    return {
      kind,
      ...at,
      encryption: encryptionRequest(request),
      properties: objectProperties(request),
      ...(checksum === undefined ? {} : { checksum }),
      ...lockWishes(request.view.headers),
      ...aclWish(request.view.headers),
    }
  })
}

export const encodeCreateUpload: Encoder<'create-upload'> = ({ operation, result }, context) => {
  const { checksum } = result
  const checksumWords: Headers =
    checksum === undefined
      ? []
      : [
          ['x-amz-checksum-algorithm', shownAlgorithm(checksum.algorithm)],
          ['x-amz-checksum-type', shownChecksumType(checksum.type)],
        ]
  return respondXml(
    context,
    'InitiateMultipartUploadResult',
    [element('Bucket', operation.bucket), element('Key', operation.key), element('UploadId', result.uploadId)],
    [...encryptionHeaders(result.encryption, 'write'), ...checksumWords, ...abortHeaders(result.abort)],
  )
}
