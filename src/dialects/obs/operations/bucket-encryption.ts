/** GET, PUT and DELETE ?encryption. */
import type { BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { respond, XML_TYPE } from '../answers.ts'
import { wantedDocument } from '../documents.ts'
import { isConfigured, readEncryptionConfiguration, writeEncryptionConfiguration } from '../encryption-configuration.ts'
import { encodeRefusal } from '../failures.ts'
import { decoded, type Encoder, type ObsRequest } from '../obs-request.ts'

export function decodeGetBucketEncryption(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-encryption'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

/** A bucket whose uploads nobody would call encrypted has no configuration. */
export const encodeGetBucketEncryption: Encoder<'get-bucket-encryption'> = ({ result }, context) => {
  const { encryption } = result
  if (isConfigured(encryption)) {
    return respond(context, 200, [XML_TYPE], writeEncryptionConfiguration(encryption, context.face))
  }
  return encodeRefusal(
    {
      status: 404,
      code: 'NoSuchEncryptionConfiguration',
      message: 'The bucket encryption configuration does not exist',
    },
    context,
  )
}

export function decodePutBucketEncryption(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-encryption'
  const build: Decoded['build'] = (bytes) => ({
    ...{ kind, bucket, checksKey: true },
    change: readEncryptionConfiguration(bytes),
  })
  return decoded(request, { kind, bucket }, build, wantedDocument(request.headers))
}

export const encodePutBucketEncryption: Encoder<'put-bucket-encryption'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketEncryption(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-encryption'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket, leaves: 'none' }))
}

export const encodeDeleteBucketEncryption: Encoder<'delete-bucket-encryption'> = (_answer, context) =>
  respond(context, 204)
