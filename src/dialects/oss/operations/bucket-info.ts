/** GetBucketInfo, GetBucketStat. */
import type { BucketName, OperationOf } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { element, parent } from '../../xml-writer.ts'
import { ownerElement, respondXml } from '../answers.ts'
import { ruleElements } from '../encryption-configuration.ts'
import { shownRegion } from '../options.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'
import { shownAcl } from './access-control.ts'
import { VERSIONING } from './bucket-versioning.ts'

export function decodeGetBucketInfo(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'describe-bucket'
  return decoded(request, { kind, bucket }, (): OperationOf<typeof kind> => ({ kind, bucket }))
}

/** What the caller may not read by itself is left out. There is one storage, so one class and one redundancy. */
export const encodeGetBucketInfo: Encoder<'describe-bucket'> = ({ result: { bucket } }, context, options) => {
  const endpoint = options.domains[0] ?? 'localhost'
  const { name, region, createdMs, encryption, versioning, acl } = bucket
  const facts = parent(
    'Bucket',
    element('AccessMonitor', 'Disabled'),
    element('CreationDate', isoTime(createdMs)),
    element('ExtranetEndpoint', endpoint),
    element('IntranetEndpoint', endpoint),
    element('Location', shownRegion(region)),
    element('Name', name),
    element('StorageClass', 'Standard'),
    element('DataRedundancyType', 'LRS'),
    element('Versioning', versioning === undefined ? undefined : VERSIONING[versioning]),
    ownerElement(acl?.owner ?? context.account),
    acl === undefined ? '' : parent('AccessControlList', element('Grant', shownAcl(acl))),
    // Without the level that the bucket's own document has, and `None` where there is no rule.
    encryption === undefined ? '' : parent('ServerSideEncryptionRule', ruleElements(encryption)),
  )
  return respondXml(context, 'BucketInfo', [facts])
}

export function decodeGetBucketStat(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-stat'
  return decoded(request, { kind, bucket }, (): OperationOf<typeof kind> => ({ kind, bucket }))
}

/** From counters. Classes are labels on one storage, so all of it is shown as Standard. */
export const encodeGetBucketStat: Encoder<'get-bucket-stat'> = ({ result }, context) => {
  const { bytes, versions, uploads } = result
  return respondXml(context, 'BucketStat', [
    element('Storage', bytes),
    element('ObjectCount', versions),
    element('MultipartUploadCount', uploads),
    element('LiveChannelCount', 0),
    element('StandardStorage', bytes),
    element('StandardObjectCount', versions),
  ])
}
