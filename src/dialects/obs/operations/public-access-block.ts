/** GetPublicAccessBlock, PutPublicAccessBlock, DeletePublicAccessBlock of a bucket. */
import { refuse, type BucketName, type PublicAccessBlock } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, expectOnly, readXml, settingOf, type XmlElement } from '../../xml.ts'
import { element } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { wantedDocument } from '../documents.ts'
import { REQUEST_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type ObsRequest } from '../obs-request.ts'

const ROOT = 'PublicAccessBlockConfiguration'
const MAX_CONFIGURATION_BYTES = 16 * 1024

export function decodeGetPublicAccessBlock(request: ObsRequest, bucket: BucketName): Decoded {
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

export function decodePutPublicAccessBlock(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'put-public-access-block'
  const document = wantedDocument(request.headers, { maxBytes: MAX_CONFIGURATION_BYTES })
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, block: readBlock(bytes) })
  return decoded(request, { kind, bucket }, build, document)
}

/** What is left out is off (PutPublicAccessBlock). */
function readBlock(bytes: Uint8Array): PublicAccessBlock {
  const root = readXml(bytes, { root: ROOT, namespace: REQUEST_NAMESPACE })
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

export function decodeDeletePublicAccessBlock(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'delete-public-access-block'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeletePublicAccessBlock: Encoder<'delete-public-access-block'> = (_answer, context) =>
  respond(context, 204)
