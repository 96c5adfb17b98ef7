/** InitiateMultipartUpload. */
import type { ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { nameWriter } from '../../listed-names.ts'
import { element } from '../../xml-writer.ts'
import { respondXml } from '../answers.ts'
import { encryptionHeaders, encryptionRequest } from '../encryption-headers.ts'
import { objectProperties, refuseUndoneWishes } from '../headers.ts'
import { decoded, encodesNames, type Encoder, type OssRequest } from '../oss-request.ts'
import { writeWishes } from './put-object.ts'

export function decodeCreateUpload(request: OssRequest, at: ObjectTarget): Decoded {
  const kind = 'create-upload'
  return decoded(request, { kind, ...at }, () => {
    const { headers } = request.view
    refuseUndoneWishes(request)
    // Whether something may be overwritten is decided, and asked again, when the upload is completed.
    const { acl } = writeWishes(headers)
    return {
      ...{ kind, ...at, encodesNames: encodesNames(request) },
      encryption: encryptionRequest(headers),
      properties: objectProperties(request),
      ...(acl === undefined ? {} : { acl }),
    }
  })
}

export const encodeCreateUpload: Encoder<'create-upload'> = ({ operation, result }, context) => {
  const encodes = 'encodesNames' in operation && operation.encodesNames === true
  return respondXml(
    context,
    'InitiateMultipartUploadResult',
    [
      encodes ? element('EncodingType', 'url') : '',
      element('Bucket', operation.bucket),
      element('Key', nameWriter(encodes)(operation.key)),
      element('UploadId', result.uploadId),
    ],
    encryptionHeaders(result.encryption),
  )
}
