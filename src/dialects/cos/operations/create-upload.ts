/** Initiate Multipart Upload. */
import type { ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element } from '../../xml-writer.ts'
import { aclOfHeaders } from '../acl.ts'
import { encryptionHeaders, respondXml } from '../answers.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { encryptionRequest } from '../encryption-headers.ts'
import { objectProperties, refuseUndoneWishes } from '../headers.ts'
import { customerKeyMark, refuseVersionId } from './put-object.ts'

/** How the object will be encrypted is decided now: a rule of the bucket that changes meanwhile is no matter. */
export function decodeCreateUpload(request: CosRequest, at: ObjectTarget): Decoded {
  const kind = 'create-upload'
  refuseVersionId(request)
  return decoded(request, { kind, ...at, ...customerKeyMark(request) }, () => {
    refuseUndoneWishes(request)
    const acl = aclOfHeaders(request.view.headers, 'object')
    return {
      kind,
      ...at,
      encryption: encryptionRequest(request),
      properties: objectProperties(request, at.key),
      ...(acl === undefined ? {} : { acl }),
    }
  })
}

export const encodeCreateUpload: Encoder<'create-upload'> = ({ operation, result }, context) =>
  respondXml(
    context,
    'InitiateMultipartUploadResult',
    [element('Bucket', operation.bucket), element('Key', operation.key), element('UploadId', result.uploadId)],
    encryptionHeaders(result.encryption),
  )
