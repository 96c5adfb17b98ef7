/** GetBucketTransferAcceleration, PutBucketTransferAcceleration. */
import { refuse, type BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { element } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { OSS_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'

const ROOT = 'TransferAccelerationConfiguration'

export function decodeGetAcceleration(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-accelerate'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetAcceleration: Encoder<'get-bucket-accelerate'> = ({ result }, context) =>
  respondXml(context, ROOT, [element('Enabled', result.accelerate === 'enabled')])

export function decodePutAcceleration(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-accelerate'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, accelerate: readAcceleration(bytes) })
  return decoded(request, { kind, bucket }, build, documentOf(request.view.headers))
}

function readAcceleration(bytes: Uint8Array): 'enabled' | 'suspended' {
  const root = readXml(bytes, { root: ROOT, namespace: OSS_NAMESPACE })
  expectOnly(root, ['Enabled'])
  const text = settingOf(requireOne(root, 'Enabled')).toLowerCase()
  if (text === 'true') return 'enabled'
  return text === 'false' ? 'suspended' : refuse({ kind: 'malformed-xml', detail: 'Enabled is true or false' })
}

export const encodePutAcceleration: Encoder<'put-bucket-accelerate'> = (_answer, context) => respond(context, 200)
