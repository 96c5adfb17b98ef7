/** GetPublicAccessBlock, PutPublicAccessBlock, DeletePublicAccessBlock of a bucket. */
import { refuse, type BucketName, type PublicAccessBlock } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, expectOnly, readXml, settingOf, type XmlElement } from '../../xml.ts'
import { element } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

const ROOT = 'PublicAccessBlockConfiguration'
const MAX_CONFIGURATION_BYTES = 16 * 1024

export function decodeGetPublicAccessBlock(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-public-access-block'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetPublicAccessBlock: Encoder<'get-public-access-block'> = ({ result: { block } }, context) =>
  respondXml(context, ROOT, [
    element('BlockPublicAcls', String(block.blockPublicAcls)),
    element('IgnorePublicAcls', String(block.ignorePublicAcls)),
    element('BlockPublicPolicy', String(block.blockPublicPolicy)),
    element('RestrictPublicBuckets', String(block.restrictPublicBuckets)),
  ])

export function decodePutPublicAccessBlock(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-public-access-block'
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_CONFIGURATION_BYTES, required: true })
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, block: readBlock(bytes) })
  return decoded(request, { kind, bucket }, build, { document })
}

/** What is left out is off (PutPublicAccessBlock). */
function readBlock(bytes: Uint8Array): PublicAccessBlock {
  const root = readXml(bytes, { root: ROOT, namespace: S3_NAMESPACE })
  expectOnly(root, ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'])
  return {
    blockPublicAcls: isOn(root, 'BlockPublicAcls'),
    ignorePublicAcls: isOn(root, 'IgnorePublicAcls'),
    blockPublicPolicy: isOn(root, 'BlockPublicPolicy'),
    restrictPublicBuckets: isOn(root, 'RestrictPublicBuckets'),
  }
}

function isOn(root: XmlElement, name: string): boolean {
  const found = atMostOne(root, name)
  if (found === undefined) return false
  const text = settingOf(found)
  if (text === 'true' || text === 'TRUE') return true
  if (text === 'false' || text === 'FALSE') return false
  return refuse({ kind: 'malformed-xml', detail: `${name} is true or false` })
}

export const encodePutPublicAccessBlock: Encoder<'put-public-access-block'> = (_answer, context) =>
  respond(context, 200)

export function decodeDeletePublicAccessBlock(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'delete-public-access-block'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeletePublicAccessBlock: Encoder<'delete-public-access-block'> = (_answer, context) =>
  respond(context, 204)
