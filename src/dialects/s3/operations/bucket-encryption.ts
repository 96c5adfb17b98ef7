/** GetBucketEncryption, PutBucketEncryption, DeleteBucketEncryption. */
import type { BucketEncryption, BucketName, OperationOf } from '../../../operations/index.ts'
import type { HttpResponse } from '../../../http/index.ts'
import type { AnswerContext, Decoded } from '../../dialect.ts'
import { element, xmlDocument } from '../../xml-writer.ts'
import { respond, XML_TYPE } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import {
  readDirectoryEncryption,
  readEncryptionConfiguration,
  writeEncryptionConfiguration,
} from '../encryption-configuration.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

const MAX_CONFIGURATION_BYTES = 16 * 1024

type GetBucketEncryption = OperationOf<'get-bucket-encryption'> & { readonly hidesUnset: boolean }

export function decodeGetBucketEncryption(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-bucket-encryption'
  const hidesUnset = request.options.switches?.encryptionNotFound === true
  return decoded(request, { kind, bucket }, (): GetBucketEncryption => ({ kind, bucket, hidesUnset }))
}

export const encodeGetBucketEncryption: Encoder<'get-bucket-encryption'> = ({ operation, result }, context) => {
  const { encryption } = result
  if ('hidesUnset' in operation && operation.hidesUnset === true && isUnset(encryption)) return notFound(context)
  return respond(context, 200, [XML_TYPE], writeEncryptionConfiguration(encryption))
}

function isUnset(encryption: BucketEncryption): boolean {
  return !encryption.explicit && encryption.blocked === undefined
}

/** The answer of former years, behind the compatibility switch `encryptionNotFound` (S3-04). */
function notFound(context: AnswerContext): HttpResponse {
  const body = xmlDocument(
    'Error',
    undefined,
    element('Code', 'ServerSideEncryptionConfigurationNotFoundError'),
    element('Message', 'The server side encryption configuration was not found'),
    element('BucketName', context.bucket),
    element('Resource', context.resource),
    element('RequestId', context.requestId),
    element('HostId', context.requestId),
  )
  return respond(context, 404, [XML_TYPE], body)
}

export function decodePutBucketEncryption(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-bucket-encryption'
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_CONFIGURATION_BYTES, required: true })
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, change: readEncryptionConfiguration(bytes) })
  return decoded(request, { kind, bucket }, build, { document, requiresSigV4: true })
}

/** The bucket key of a directory bucket is always on: `false` is a mistake, and absent means `true` (S3-43, S3-44). */
export function decodePutDirectoryEncryption(request: S3Request, bucket: BucketName): Decoded {
  const decoded = decodePutBucketEncryption(request, bucket)
  const kind = 'put-bucket-encryption'
  return { ...decoded, build: (bytes) => ({ kind, bucket, change: readDirectoryEncryption(bytes) }) }
}

export const encodePutBucketEncryption: Encoder<'put-bucket-encryption'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketEncryption(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-encryption'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketEncryption: Encoder<'delete-bucket-encryption'> = (_answer, context) =>
  respond(context, 204)
