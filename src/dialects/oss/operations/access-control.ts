/** GetBucketAcl, PutBucketAcl, GetObjectACL, PutObjectACL. */
import type { AccessControlList, BucketName, ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element, parent } from '../../xml-writer.ts'
import { ownerElement, respond, respondXml, versionHeader } from '../answers.ts'
import { decoded, queryVersionId, type Encoder, type OssRequest } from '../oss-request.ts'
import { bucketAcl } from './buckets.ts'
import { objectAcl } from './put-object.ts'

export function decodeGetBucketAcl(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-acl'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export function decodePutBucketAcl(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-acl'
  return decoded(request, { kind, bucket }, () => {
    const canned = bucketAcl(wordOf(request, 'x-oss-acl'))
    return { kind, bucket, acl: { kind: 'canned', canned } }
  })
}

function wordOf({ view }: OssRequest, header: string): string {
  return view.headers.get(header) ?? refuseArgument(header, undefined, `The header ${header} is missing.`)
}

export function decodeGetObjectAcl(request: OssRequest, at: ObjectTarget): Decoded {
  const kind = 'get-object-acl'
  const versionId = queryVersionId(request)
  const target = { kind, ...at, ...(versionId === undefined ? {} : { versionId }) } as const
  return decoded(request, target, () => target)
}

export function decodePutObjectAcl(request: OssRequest, at: ObjectTarget): Decoded {
  const kind = 'put-object-acl'
  const versionId = queryVersionId(request)
  const target = { kind, ...at, ...(versionId === undefined ? {} : { versionId }) } as const
  return decoded(request, target, () => {
    const canned = objectAcl(wordOf(request, 'x-oss-object-acl'))
    return { ...target, acl: { kind: 'canned', canned } }
  })
}

/**
 * A list in one of OSS's words. A list that gives somebody something that no word says is shown as the nearest that
 * gives no less to everybody.
 */
export function shownAcl({ canned, grants }: AccessControlList): string {
  switch (canned) {
    case 'default':
      return 'default'
    case 'public-read':
    case 'public-read-delivered':
      return 'public-read'
    case 'public-read-write':
    case 'public-read-write-delivered':
      return 'public-read-write'
    default: {
      const everyone = grants.filter(({ grantee }) => grantee.kind === 'group' && grantee.group === 'everyone')
      if (everyone.some(({ permission }) => permission === 'WRITE' || permission === 'FULL_CONTROL')) {
        return 'public-read-write'
      }
      return everyone.some(({ permission }) => permission === 'READ') ? 'public-read' : 'private'
    }
  }
}

function aclElements(acl: AccessControlList): readonly string[] {
  return [ownerElement(acl.owner), parent('AccessControlList', element('Grant', shownAcl(acl)))]
}

export const encodeGetBucketAcl: Encoder<'get-bucket-acl'> = ({ result }, context) =>
  respondXml(context, 'AccessControlPolicy', aclElements(result.acl))

export const encodePutBucketAcl: Encoder<'put-bucket-acl'> = ({ operation }, context) =>
  respond(context, 200, [['Location', `/${operation.bucket}`]])

export const encodeGetObjectAcl: Encoder<'get-object-acl'> = ({ result }, context) =>
  respondXml(context, 'AccessControlPolicy', aclElements(result.acl), versionHeader(result.versionId))

export const encodePutObjectAcl: Encoder<'put-object-acl'> = ({ result }, context) =>
  respond(context, 200, versionHeader(result.versionId))
