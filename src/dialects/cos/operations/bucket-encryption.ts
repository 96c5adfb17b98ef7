/** GET, PUT and DELETE Bucket encryption. */
import type { BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element, xmlDocument } from '../../xml-writer.ts'
import { resourceOf, respond, XML_TYPE } from '../answers.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { configurationDocument } from '../documents.ts'
import { readEncryptionConfiguration, writeEncryptionConfiguration } from '../encryption-configuration.ts'

export function decodeGetBucketEncryption(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-encryption'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

/** A bucket that is not encrypted by default has no configuration; the words are the service's. */
export const encodeGetBucketEncryption: Encoder<'get-bucket-encryption'> = ({ result }, context) => {
  const document = writeEncryptionConfiguration(result.encryption)
  if (document !== undefined) return respond(context, 200, [XML_TYPE], document)
  const { requestId } = context
  const body = xmlDocument(
    'Error',
    undefined,
    element('Code', 'NoSuchEncryptionConfiguration'),
    element('Message', 'The specified bucket does not have a Encryption configuration'),
    element('Resource', resourceOf(context)),
    element('RequestId', requestId),
    element('TraceId', requestId),
  )
  return respond(context, 404, [['x-cos-trace-id', requestId], XML_TYPE], body)
}

/** A key that cannot be used is refused now, and again with every upload that would need it. */
export function decodePutBucketEncryption(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-encryption'
  const build: Decoded['build'] = (bytes) => {
    return { kind, bucket, change: readEncryptionConfiguration(bytes), checksKey: true }
  }
  return decoded(request, { kind, bucket }, build, configurationDocument(request.view.headers))
}

export const encodePutBucketEncryption: Encoder<'put-bucket-encryption'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketEncryption(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-encryption'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket, leaves: 'none' }))
}

export const encodeDeleteBucketEncryption: Encoder<'delete-bucket-encryption'> = (_answer, context) =>
  respond(context, 204)
