/** GET and PUT Bucket accelerate: kept and given back; there is nothing to accelerate. */
import type { BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element } from '../../xml-writer.ts'
import { expectOnly, readXml } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { configurationDocument } from '../documents.ts'
import { requiredWord, wordSetting } from '../settings.ts'

const ROOT = 'AccelerateConfiguration'

export function decodeGetBucketAccelerate(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-accelerate'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketAccelerate: Encoder<'get-bucket-accelerate'> = ({ result: { accelerate } }, context) => {
  if (accelerate === undefined) return respondXml(context, ROOT, [])
  const status = accelerate === 'enabled' ? 'Enabled' : 'Suspended'
  return respondXml(context, ROOT, [element('Status', status), element('Type', 'COS')])
}

export function decodePutBucketAccelerate(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-accelerate'
  const build: Decoded['build'] = (bytes) => {
    const root = readXml(bytes, { root: ROOT, namespace: '' })
    expectOnly(root, ['Status', 'Type'])
    wordSetting(root, 'Type', ['COS'])
    const enabled = requiredWord(root, 'Status', ['Enabled', 'Suspended']) === 'Enabled'
    return { kind, bucket, accelerate: enabled ? 'enabled' : 'suspended' }
  }
  return decoded(request, { kind, bucket }, build, configurationDocument(request.view.headers))
}

export const encodePutBucketAccelerate: Encoder<'put-bucket-accelerate'> = (_answer, context) => respond(context, 200)
