/** GetBucketCors, PutBucketCors, DeleteBucketCors. */
import type { BucketName } from '../../../operations/index.ts'
import { readCors, writeCors } from '../../cors-document.ts'
import type { Decoded } from '../../dialect.ts'
import { readLongXml } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

const ROOT = 'CORSConfiguration'
/** S3 User Guide, "CORS configuration": 64 KB. */
const MAX_CORS_BYTES = 64 * 1024

export function decodeGetBucketCors(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-bucket-cors'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketCors: Encoder<'get-bucket-cors'> = ({ result }, context) =>
  respondXml(context, ROOT, writeCors({ rules: result.cors.rules }))

export function decodePutBucketCors(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-bucket-cors'
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_CORS_BYTES, required: true })
  const build: Decoded['build'] = async (bytes) => ({
    ...{ kind, bucket },
    cors: readCors(await readLongXml(bytes, { root: ROOT, namespace: S3_NAMESPACE })),
  })
  return decoded(request, { kind, bucket }, build, { document })
}

export const encodePutBucketCors: Encoder<'put-bucket-cors'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketCors(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-cors'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketCors: Encoder<'delete-bucket-cors'> = (_answer, context) => respond(context, 204)
