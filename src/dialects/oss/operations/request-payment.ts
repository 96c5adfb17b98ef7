/** GetBucketRequestPayment, PutBucketRequestPayment. */
import { refuse, type BucketName, type RequestPayer } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { element } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { OSS_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'

const ROOT = 'RequestPaymentConfiguration'

export function decodeGetRequestPayment(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-request-payment'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetRequestPayment: Encoder<'get-bucket-request-payment'> = ({ result }, context) =>
  respondXml(context, ROOT, [element('Payer', result.payer === 'requester' ? 'Requester' : 'BucketOwner')])

export function decodePutRequestPayment(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-request-payment'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, payer: readPayer(bytes) })
  return decoded(request, { kind, bucket }, build, documentOf(request.view.headers))
}

function readPayer(bytes: Uint8Array): RequestPayer {
  const root = readXml(bytes, { root: ROOT, namespace: OSS_NAMESPACE })
  expectOnly(root, ['Payer'])
  const payer = settingOf(requireOne(root, 'Payer'))
  if (payer === 'Requester') return 'requester'
  return payer === 'BucketOwner'
    ? 'bucket-owner'
    : refuse({ kind: 'malformed-xml', detail: 'Payer is BucketOwner or Requester' })
}

export const encodePutRequestPayment: Encoder<'put-bucket-request-payment'> = (_answer, context) =>
  respond(context, 200)
