/** The retention policy of a bucket: InitiateBucketWorm, CompleteBucketWorm, ExtendBucketWorm, AbortBucketWorm, GetBucketWorm. */
import { parseDecimal } from '../../../http/index.ts'
import { refuse, type BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { element } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { OSS_NAMESPACE } from '../options.ts'
import { decoded, queryText, type Encoder, type OssRequest } from '../oss-request.ts'

/** 70 years (OSS, InitiateBucketWorm). */
const MAX_DAYS = 25_550

export function decodeGetBucketWorm(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-worm'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketWorm: Encoder<'get-bucket-worm'> = ({ result: { worm } }, context) =>
  respondXml(context, 'WormConfiguration', [
    element('WormId', worm.id),
    element('State', worm.state === 'locked' ? 'Locked' : 'InProgress'),
    element('RetentionPeriodInDays', worm.days),
    element('CreationDate', isoTime(worm.createdMs)),
  ])

/** `?worm` begins one, `?wormId=` completes it. */
export function decodePostBucketWorm(request: OssRequest, bucket: BucketName): Decoded {
  const wormId = queryText(request, 'wormId')
  if (wormId !== undefined) {
    const kind = 'complete-bucket-worm'
    return decoded(request, { kind, bucket }, () => ({ kind, bucket, wormId }))
  }
  const kind = 'initiate-bucket-worm'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, days: readDays(bytes, 'InitiateWormConfiguration') })
  return decoded(request, { kind, bucket }, build, documentOf(request.view.headers))
}

export const encodeInitiateBucketWorm: Encoder<'initiate-bucket-worm'> = ({ result }, context) =>
  respond(context, 200, [['x-oss-worm-id', result.wormId]])

export const encodeCompleteBucketWorm: Encoder<'complete-bucket-worm'> = (_answer, context) => respond(context, 200)

export function decodeExtendBucketWorm(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'extend-bucket-worm'
  const wormId = queryText(request, 'wormId') ?? ''
  const build: Decoded['build'] = (bytes) => ({
    ...{ kind, bucket, wormId },
    days: readDays(bytes, 'ExtendWormConfiguration'),
  })
  return decoded(request, { kind, bucket }, build, documentOf(request.view.headers))
}

function readDays(bytes: Uint8Array, root: string): number {
  const document = readXml(bytes, { root, namespace: OSS_NAMESPACE })
  expectOnly(document, ['RetentionPeriodInDays'])
  const days = parseDecimal(settingOf(requireOne(document, 'RetentionPeriodInDays')), { min: 1, max: MAX_DAYS })
  return days ?? refuse({ kind: 'malformed-xml', detail: `RetentionPeriodInDays is 1 to ${MAX_DAYS}` })
}

export const encodeExtendBucketWorm: Encoder<'extend-bucket-worm'> = (_answer, context) => respond(context, 200)

export function decodeAbortBucketWorm(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'abort-bucket-worm'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeAbortBucketWorm: Encoder<'abort-bucket-worm'> = (_answer, context) => respond(context, 204)
