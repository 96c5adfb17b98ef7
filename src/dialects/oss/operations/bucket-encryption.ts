/** GetBucketEncryption, PutBucketEncryption, DeleteBucketEncryption. */
import type { BucketName } from '../../../operations/index.ts'
import type { HttpResponse } from '../../../http/index.ts'
import type { AnswerContext, Decoded } from '../../dialect.ts'
import { element, xmlDocument } from '../../xml-writer.ts'
import { respond, respondXml, XML_TYPE } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { ENCRYPTION_ROOT, readEncryptionRule, shownMethod, writeEncryptionRule } from '../encryption-configuration.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'

export function decodeGetBucketEncryption(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-encryption'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketEncryption: Encoder<'get-bucket-encryption'> = ({ result }, context) => {
  if (shownMethod(result.encryption) === 'None') return noRule(context)
  return respondXml(context, ENCRYPTION_ROOT, [writeEncryptionRule(result.encryption)])
}

function noRule(context: AnswerContext): HttpResponse {
  const body = xmlDocument(
    'Error',
    undefined,
    element('Code', 'NoSuchServerSideEncryptionRule'),
    element('Message', 'The server side encryption configuration does not exist.'),
    element('RequestId', context.requestId),
    element('HostId', context.bucket),
    element('BucketName', context.bucket),
  )
  return respond(context, 404, [XML_TYPE], body)
}

export function decodePutBucketEncryption(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-encryption'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, change: readEncryptionRule(bytes) })
  return decoded(request, { kind, bucket }, build, documentOf(request.view.headers))
}

export const encodePutBucketEncryption: Encoder<'put-bucket-encryption'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketEncryption(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-encryption'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket, leaves: 'none' }))
}

export const encodeDeleteBucketEncryption: Encoder<'delete-bucket-encryption'> = (_answer, context) =>
  respond(context, 204)
