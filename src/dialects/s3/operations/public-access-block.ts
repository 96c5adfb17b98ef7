/** GetPublicAccessBlock, PutPublicAccessBlock, DeletePublicAccessBlock of a bucket. */
import type { BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { PUBLIC_ACCESS_ROOT, readPublicAccess, writePublicAccess } from '../../public-access-document.ts'
import { readXml } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

const MAX_CONFIGURATION_BYTES = 16 * 1024

export function decodeGetPublicAccessBlock(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-public-access-block'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetPublicAccessBlock: Encoder<'get-public-access-block'> = ({ result: { block } }, context) =>
  respondXml(context, PUBLIC_ACCESS_ROOT, writePublicAccess(block))

export function decodePutPublicAccessBlock(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-public-access-block'
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_CONFIGURATION_BYTES, required: true })
  const build: Decoded['build'] = (bytes) => {
    const root = readXml(bytes, { root: PUBLIC_ACCESS_ROOT, namespace: S3_NAMESPACE })
    return { kind, bucket, block: readPublicAccess(root) }
  }
  return decoded(request, { kind, bucket }, build, { document })
}

export const encodePutPublicAccessBlock: Encoder<'put-public-access-block'> = (_answer, context) =>
  respond(context, 200)

export function decodeDeletePublicAccessBlock(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'delete-public-access-block'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeletePublicAccessBlock: Encoder<'delete-public-access-block'> = (_answer, context) =>
  respond(context, 204)
