/** GetBucketWebsite, PutBucketWebsite, DeleteBucketWebsite. */
import type { BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { readXml } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'
import { readWebsite, writeWebsite } from '../../website-document.ts'

const ROOT = 'WebsiteConfiguration'
/** PutBucketWebsite: at most 128 KB; 50 rules are far less. */
const MAX_WEBSITE_BYTES = 48 * 1024

export function decodeGetBucketWebsite(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-bucket-website'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketWebsite: Encoder<'get-bucket-website'> = ({ result }, context) =>
  respondXml(context, ROOT, writeWebsite(result.website))

export function decodePutBucketWebsite(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-bucket-website'
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_WEBSITE_BYTES, required: true })
  const build: Decoded['build'] = (bytes) => ({
    ...{ kind, bucket },
    website: readWebsite(readXml(bytes, { root: ROOT, namespace: S3_NAMESPACE })),
  })
  return decoded(request, { kind, bucket }, build, { document })
}

export const encodePutBucketWebsite: Encoder<'put-bucket-website'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketWebsite(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-website'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketWebsite: Encoder<'delete-bucket-website'> = (_answer, context) => respond(context, 204)
