/** GetBucketLogging and PutBucketLogging. */
import {
  parseBucketName,
  refuse,
  type BucketLogging,
  type BucketName,
  type OperationOf,
} from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element, parent } from '../../xml-writer.ts'
import { atMostOne, expectOnly, readXml, requireOne, settingOf, textOf, type XmlElement } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

const ROOT = 'BucketLoggingStatus'
const MAX_LOGGING_BYTES = 16 * 1024

type KeyFormat = NonNullable<BucketLogging['keyFormat']>

export function decodeGetBucketLogging(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-bucket-logging'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketLogging: Encoder<'get-bucket-logging'> = ({ result: { logging } }, context) =>
  respondXml(context, ROOT, logging === undefined ? [] : [writeLogging(logging)])

function writeLogging({ targetBucket, targetPrefix, keyFormat }: BucketLogging): string {
  return parent(
    'LoggingEnabled',
    element('TargetBucket', targetBucket),
    element('TargetPrefix', targetPrefix),
    keyFormat === undefined ? '' : parent('TargetObjectKeyFormat', FORMATS[keyFormat]),
  )
}

const FORMATS: Readonly<Record<KeyFormat, string>> = {
  simple: element('SimplePrefix', ''),
  'partitioned-event-time': parent('PartitionedPrefix', element('PartitionDateSource', 'EventTime')),
  'partitioned-delivery-time': parent('PartitionedPrefix', element('PartitionDateSource', 'DeliveryTime')),
}

export function decodePutBucketLogging(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-bucket-logging'
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_LOGGING_BYTES, required: true })
  const build = (bytes: Uint8Array): OperationOf<typeof kind> => ({ kind, bucket, ...readStatus(bytes) })
  return decoded(request, { kind, bucket }, build, { document })
}

function readStatus(bytes: Uint8Array): { readonly logging?: BucketLogging } {
  const root = readXml(bytes, { root: ROOT, namespace: S3_NAMESPACE })
  expectOnly(root, ['LoggingEnabled'])
  const enabled = atMostOne(root, 'LoggingEnabled')
  if (enabled === undefined) return {}
  if (atMostOne(enabled, 'TargetGrants') !== undefined) {
    refuse({
      kind: 'not-implemented',
      detail: 'TargetGrants are not implemented: the target bucket says who may read.',
    })
  }
  expectOnly(enabled, ['TargetBucket', 'TargetPrefix', 'TargetObjectKeyFormat'])
  const name = settingOf(requireOne(enabled, 'TargetBucket'))
  const targetBucket =
    parseBucketName(name) ?? refuse({ kind: 'invalid-logging-target', detail: 'The target bucket does not exist' })
  const format = atMostOne(enabled, 'TargetObjectKeyFormat')
  return {
    logging: {
      targetBucket,
      targetPrefix: textOf(requireOne(enabled, 'TargetPrefix')),
      ...(format === undefined ? {} : { keyFormat: readFormat(format) }),
    },
  }
}

function readFormat(format: XmlElement): KeyFormat {
  expectOnly(format, ['SimplePrefix', 'PartitionedPrefix'])
  const partitioned = atMostOne(format, 'PartitionedPrefix')
  if (format.children.length !== 1) malformed('either SimplePrefix or PartitionedPrefix')
  if (partitioned === undefined) return 'simple'
  expectOnly(partitioned, ['PartitionDateSource'])
  const source = settingOf(requireOne(partitioned, 'PartitionDateSource'))
  if (source === 'EventTime') return 'partitioned-event-time'
  return source === 'DeliveryTime' ? 'partitioned-delivery-time' : malformed('EventTime or DeliveryTime')
}

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

export const encodePutBucketLogging: Encoder<'put-bucket-logging'> = (_answer, context) => respond(context, 200)
