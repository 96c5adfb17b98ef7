/** Making, looking at and removing buckets; the vendor's probe of which signatures a server takes. */
import type { BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, expectOnly, readXml, settingOf } from '../../xml.ts'
import { element, xmlDocument } from '../../xml-writer.ts'
import { aclWish } from '../acl.ts'
import { respond, respondXml, XML_TYPE } from '../answers.ts'
import { wantedDocument } from '../documents.ts'
import { initialEncryption } from '../initial-encryption.ts'
import { refuseUndoneWishes } from '../headers.ts'
import { decoded, refuseUndone, type Encoder, type ObsRequest } from '../obs-request.ts'
import { OBS_NAMESPACE, REQUEST_NAMESPACE } from '../options.ts'

export function decodeCreateBucket(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'create-bucket'
  const build: Decoded['build'] = (document) => {
    refuseBucketWishes(request)
    const location = document.length === 0 ? undefined : readLocation(request, document)
    return {
      ...{ kind, bucket, againIsFine: true, checksKey: true },
      encryption: initialEncryption(request.headers),
      ownership: 'bucket-owner',
      ...aclWish(request.headers),
      ...(location === undefined ? {} : { location }),
    }
  }
  return decoded(request, { kind, bucket }, build, wantedDocument(request.headers, { required: false }))
}

/** What a bucket could be created with, and is not here: refused, never ignored. */
function refuseBucketWishes({ headers }: ObsRequest): void {
  refuseUndoneWishes(headers)
  const only = (name: string, value: string): void => {
    const text = headers.get(name)
    if (text !== undefined && text !== value) refuseUndone(`The header ${name}`, name)
  }
  only('x-obs-storage-class', 'STANDARD')
  only('x-obs-fs-file-interface', 'Disabled')
  only('x-obs-bucket-object-lock-enabled', 'false')
  only('x-obs-bucket-type', 'OBJECT')
}

function readLocation({ face }: ObsRequest, document: Uint8Array): string | undefined {
  const root = readXml(document, { root: 'CreateBucketConfiguration', namespace: REQUEST_NAMESPACE })
  const name = face === 'amz' ? 'LocationConstraint' : 'Location'
  expectOnly(root, [name])
  const found = atMostOne(root, name)
  const text = found === undefined ? '' : settingOf(found)
  return text === '' ? undefined : text
}

export const encodeCreateBucket: Encoder<'create-bucket'> = ({ result }, context) =>
  respond(context, 200, [['Location', result.location]])

export function decodeHeadBucket(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'head-bucket'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeHeadBucket: Encoder<'head-bucket'> = ({ result }, context) =>
  respond(context, 200, [
    ['x-obs-bucket-location', result.region],
    ['x-obs-version', '3.0'],
    context.face === 'amz' ? ['x-default-storage-class', 'STANDARD'] : ['x-obs-storage-class', 'STANDARD'],
  ])

/** `HEAD ?apiversion`: asked without a signature, by clients that then choose one. */
export function decodeProbe(request: ObsRequest, bucket: BucketName | undefined): Decoded {
  const kind = 'probe-storage'
  const target = bucket === undefined ? ({ kind } as const) : ({ kind, bucket } as const)
  return decoded(request, target, () => target)
}

/** Which version of OBS's interface is spoken: clients want exactly this value. */
export const encodeProbe: Encoder<'probe-storage'> = (_answer, context) => respond(context, 200, [['x-obs-api', '3.0']])

export function decodeDeleteBucket(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucket: Encoder<'delete-bucket'> = (_answer, context) => respond(context, 204)

export function decodeGetBucketLocation(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-location'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

/** OBS's root holds the text itself; clients that fell back look for Amazon's element inside another. */
export const encodeGetBucketLocation: Encoder<'get-bucket-location'> = ({ result }, context) =>
  context.face === 'amz'
    ? respondXml(context, 'CreateBucketConfiguration', [element('LocationConstraint', result.region)])
    : respond(context, 200, [XML_TYPE], xmlDocument('Location', OBS_NAMESPACE, result.region))

export function decodeGetStorageInfo(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-stat'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

/** From counters. */
export const encodeGetStorageInfo: Encoder<'get-bucket-stat'> = ({ result }, context) =>
  respondXml(context, 'GetBucketStorageInfoResult', [
    element('Size', result.bytes),
    element('ObjectNumber', result.versions),
  ])
