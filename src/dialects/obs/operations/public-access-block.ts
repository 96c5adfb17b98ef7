/** GetPublicAccessBlock, PutPublicAccessBlock, DeletePublicAccessBlock of a bucket. */
import type { BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { PUBLIC_ACCESS_ROOT, readPublicAccess, writePublicAccess } from '../../public-access-document.ts'
import { readXml } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { wantedDocument } from '../documents.ts'
import { REQUEST_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type ObsRequest } from '../obs-request.ts'

const MAX_CONFIGURATION_BYTES = 16 * 1024

export function decodeGetPublicAccessBlock(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'get-public-access-block'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetPublicAccessBlock: Encoder<'get-public-access-block'> = ({ result: { block } }, context) =>
  respondXml(context, PUBLIC_ACCESS_ROOT, writePublicAccess(block))

export function decodePutPublicAccessBlock(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'put-public-access-block'
  const document = wantedDocument(request.headers, { maxBytes: MAX_CONFIGURATION_BYTES })
  const build: Decoded['build'] = (bytes) => {
    const root = readXml(bytes, { root: PUBLIC_ACCESS_ROOT, namespace: REQUEST_NAMESPACE })
    return { kind, bucket, block: readPublicAccess(root) }
  }
  return decoded(request, { kind, bucket }, build, document)
}

export const encodePutPublicAccessBlock: Encoder<'put-public-access-block'> = (_answer, context) =>
  respond(context, 200)

export function decodeDeletePublicAccessBlock(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'delete-public-access-block'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeletePublicAccessBlock: Encoder<'delete-public-access-block'> = (_answer, context) =>
  respond(context, 204)
