/** GetBucketPublicAccessBlock, PutBucketPublicAccessBlock, DeleteBucketPublicAccessBlock: all of S3's four, or none. */
import { refuse, type BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { element } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { OSS_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'

const ROOT = 'PublicAccessBlockConfiguration'

export function decodeGetPublicAccessBlock(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-public-access-block'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetPublicAccessBlock: Encoder<'get-public-access-block'> = ({ result: { block } }, context) =>
  respondXml(context, ROOT, [element('BlockPublicAccess', Object.values(block).every(Boolean))])

export function decodePutPublicAccessBlock(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'put-public-access-block'
  const build: Decoded['build'] = (bytes) => {
    const on = readFlag(bytes)
    const block = { blockPublicAcls: on, ignorePublicAcls: on, blockPublicPolicy: on, restrictPublicBuckets: on }
    return { kind, bucket, block }
  }
  return decoded(request, { kind, bucket }, build, documentOf(request.view.headers))
}

function readFlag(bytes: Uint8Array): boolean {
  const root = readXml(bytes, { root: ROOT, namespace: OSS_NAMESPACE })
  expectOnly(root, ['BlockPublicAccess'])
  const text = settingOf(requireOne(root, 'BlockPublicAccess')).toLowerCase()
  if (text === 'true') return true
  return text === 'false' ? false : refuse({ kind: 'malformed-xml', detail: 'BlockPublicAccess is true or false' })
}

export const encodePutPublicAccessBlock: Encoder<'put-public-access-block'> = (_answer, context) =>
  respond(context, 200)

export function decodeDeletePublicAccessBlock(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'delete-public-access-block'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeletePublicAccessBlock: Encoder<'delete-public-access-block'> = (_answer, context) =>
  respond(context, 204)
