/** GetBucketLogging, PutBucketLogging, DeleteBucketLogging. */
import { parseBucketName, refuse, type BucketLogging, type BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, expectOnly, readXml, requireOne, settingOf, textOf } from '../../xml.ts'
import { element, parent } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { OSS_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'

const ROOT = 'BucketLoggingStatus'

export function decodeGetBucketLogging(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-logging'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

/** An empty root where nothing is logged. */
export const encodeGetBucketLogging: Encoder<'get-bucket-logging'> = ({ result: { logging } }, context) =>
  respondXml(context, ROOT, [
    logging === undefined
      ? ''
      : parent(
          'LoggingEnabled',
          element('TargetBucket', logging.targetBucket),
          element('TargetPrefix', logging.targetPrefix),
          element('LoggingRole', logging.role),
        ),
  ])

export function decodePutBucketLogging(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-logging'
  const build: Decoded['build'] = (bytes) => {
    const logging = readLogging(bytes)
    return { kind, bucket, ...(logging === undefined ? {} : { logging }) }
  }
  return decoded(request, { kind, bucket }, build, documentOf(request.view.headers))
}

function readLogging(bytes: Uint8Array): BucketLogging | undefined {
  const root = readXml(bytes, { root: ROOT, namespace: OSS_NAMESPACE })
  expectOnly(root, ['LoggingEnabled'])
  const enabled = atMostOne(root, 'LoggingEnabled')
  if (enabled === undefined) return undefined
  expectOnly(enabled, ['TargetBucket', 'TargetPrefix', 'LoggingRole'])
  const name = settingOf(requireOne(enabled, 'TargetBucket'))
  const prefix = atMostOne(enabled, 'TargetPrefix')
  const role = atMostOne(enabled, 'LoggingRole')
  return {
    targetBucket: parseBucketName(name) ?? refuse({ kind: 'invalid-logging-target', detail: 'This is no bucket.' }),
    targetPrefix: prefix === undefined ? '' : textOf(prefix),
    ...(role === undefined ? {} : { role: settingOf(role) }),
  }
}

export const encodePutBucketLogging: Encoder<'put-bucket-logging'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketLogging(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-logging'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketLogging: Encoder<'delete-bucket-logging'> = (_answer, context) => respond(context, 204)
