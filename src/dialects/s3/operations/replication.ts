/** GetBucketReplication, PutBucketReplication, DeleteBucketReplication: kept and given back; copying comes later. */
import type { BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { readLongXml } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { readReplication, writeReplication } from '../replication-document.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

const ROOT = 'ReplicationConfiguration'
/** It is kept twice: as it was put, and as it is understood. */
const MAX_REPLICATION_BYTES = 24 * 1024

export function decodeGetBucketReplication(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-bucket-replication'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketReplication: Encoder<'get-bucket-replication'> = ({ result }, context) =>
  respondXml(context, ROOT, writeReplication(result.replication))

export function decodePutBucketReplication(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-bucket-replication'
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_REPLICATION_BYTES, required: true })
  const build: Decoded['build'] = async (bytes) => ({
    ...{ kind, bucket },
    replication: readReplication(await readLongXml(bytes, { root: ROOT, namespace: S3_NAMESPACE })),
  })
  return decoded(request, { kind, bucket }, build, { document })
}

export const encodePutBucketReplication: Encoder<'put-bucket-replication'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketReplication(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-replication'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketReplication: Encoder<'delete-bucket-replication'> = (_answer, context) =>
  respond(context, 204)
