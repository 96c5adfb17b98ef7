/** GET and PUT Bucket logging. */
import type { BucketLogging, BucketName, OperationOf } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element, parent } from '../../xml-writer.ts'
import { atMostOne, expectOnly, readXml, requireOne, settingOf, textOf } from '../../xml.ts'
import { bucketNamed } from '../address.ts'
import { respond, respondXml } from '../answers.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { configurationDocument } from '../documents.ts'

const ROOT = 'BucketLoggingStatus'

export function decodeGetBucketLogging(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-logging'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketLogging: Encoder<'get-bucket-logging'> = ({ result: { logging } }, context) =>
  respondXml(
    context,
    ROOT,
    logging === undefined
      ? []
      : [
          parent(
            'LoggingEnabled',
            element('TargetBucket', logging.targetBucket),
            element('TargetPrefix', logging.targetPrefix),
          ),
        ],
  )

export function decodePutBucketLogging(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-logging'
  const build = (bytes: Uint8Array): OperationOf<typeof kind> => {
    const logging = readLogging(bytes)
    return logging === undefined ? { kind, bucket } : { kind, bucket, logging }
  }
  return decoded(request, { kind, bucket }, build, configurationDocument(request.view.headers))
}

function readLogging(bytes: Uint8Array): BucketLogging | undefined {
  const root = readXml(bytes, { root: ROOT, namespace: '' })
  expectOnly(root, ['LoggingEnabled'])
  const enabled = atMostOne(root, 'LoggingEnabled')
  if (enabled === undefined) return undefined
  expectOnly(enabled, ['TargetBucket', 'TargetPrefix'])
  const prefix = atMostOne(enabled, 'TargetPrefix')
  return {
    targetBucket: bucketNamed(settingOf(requireOne(enabled, 'TargetBucket'))),
    targetPrefix: prefix === undefined ? '' : textOf(prefix),
  }
}

export const encodePutBucketLogging: Encoder<'put-bucket-logging'> = (_answer, context) => respond(context, 200)
