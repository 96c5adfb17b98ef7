/** ?logging of a bucket. */
import { parseBucketName, refuse, type BucketLogging, type BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, expectOnly, readXml, requireOne, settingOf, textOf } from '../../xml.ts'
import { element, parent } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { wantedDocument } from '../documents.ts'
import { decoded, refuseUndone, type Encoder, type ObsRequest } from '../obs-request.ts'
import { REQUEST_NAMESPACE } from '../options.ts'

const ROOT = 'BucketLoggingStatus'
const MAX_LOGGING_BYTES = 16 * 1024

export function decodeGetBucketLogging(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-logging'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

/** An empty root where nothing is logged. */
export const encodeGetBucketLogging: Encoder<'get-bucket-logging'> = ({ result: { logging } }, context) =>
  respondXml(
    context,
    ROOT,
    logging === undefined
      ? []
      : [
          element('Agency', logging.role),
          parent(
            'LoggingEnabled',
            element('TargetBucket', logging.targetBucket),
            element('TargetPrefix', logging.targetPrefix),
          ),
        ],
  )

export function decodePutBucketLogging(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-logging'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, ...readLogging(bytes) })
  return decoded(request, { kind, bucket }, build, wantedDocument(request.headers, { maxBytes: MAX_LOGGING_BYTES }))
}

function readLogging(bytes: Uint8Array): { readonly logging?: BucketLogging } {
  const root = readXml(bytes, { root: ROOT, namespace: REQUEST_NAMESPACE })
  expectOnly(root, ['Agency', 'LoggingEnabled'])
  const enabled = atMostOne(root, 'LoggingEnabled')
  const agency = atMostOne(root, 'Agency')
  if (enabled === undefined) return {}
  expectOnly(enabled, ['TargetBucket', 'TargetPrefix', 'TargetGrants'])
  const grants = atMostOne(enabled, 'TargetGrants')
  // Who may read the logs is said by the bucket that they come to.
  if (grants !== undefined && grants.children.length > 0) refuseUndone('TargetGrants')
  const name = settingOf(requireOne(enabled, 'TargetBucket'))
  const prefix = atMostOne(enabled, 'TargetPrefix')
  return {
    logging: {
      targetBucket: parseBucketName(name) ?? refuse({ kind: 'invalid-logging-target', detail: 'This is no bucket.' }),
      targetPrefix: prefix === undefined ? '' : textOf(prefix),
      ...(agency === undefined ? {} : { role: settingOf(agency) }),
    },
  }
}

export const encodePutBucketLogging: Encoder<'put-bucket-logging'> = (_answer, context) => respond(context, 200)
