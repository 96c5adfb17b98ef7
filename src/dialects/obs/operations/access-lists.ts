/** GET and PUT ?acl of buckets and objects. */
import { refuse, type AclRequest, type BucketName, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded, WantedDocument } from '../../dialect.ts'
import { aclOfHeaders, readAcl, writeAcl } from '../acl.ts'
import { respond, respondXml, versionHeader } from '../answers.ts'
import { wantedDocument } from '../documents.ts'
import { refuseEncryptionHeaders } from '../encryption-headers.ts'
import { decoded, versioned, type Encoder, type ObsRequest } from '../obs-request.ts'

export function decodeGetBucketAcl(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-acl'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketAcl: Encoder<'get-bucket-acl'> = ({ result }, context) =>
  respondXml(context, 'AccessControlPolicy', writeAcl(result.acl, context.face))

export function decodePutBucketAcl(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-acl'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, acl: wantedAcl(request, bytes) })
  return decoded(request, { kind, bucket }, build, aclDocument(request))
}

export const encodePutBucketAcl: Encoder<'put-bucket-acl'> = (_answer, context) => respond(context, 200)

export function decodeGetObjectAcl(request: ObsRequest, at: ObjectTarget): Decoded {
  const target = versioned(request, { kind: 'get-object-acl', ...at } as const)
  return decoded(request, target, () => target)
}

export const encodeGetObjectAcl: Encoder<'get-object-acl'> = ({ result }, context) =>
  respondXml(context, 'AccessControlPolicy', writeAcl(result.acl, context.face), versionHeader(result.versionId))

export function decodePutObjectAcl(request: ObsRequest, at: ObjectTarget): Decoded {
  const target = versioned(request, { kind: 'put-object-acl', ...at } as const)
  const build: Decoded['build'] = (bytes) => {
    refuseEncryptionHeaders(request)
    return { ...target, acl: wantedAcl(request, bytes) }
  }
  return decoded(request, target, build, aclDocument(request))
}

export const encodePutObjectAcl: Encoder<'put-object-acl'> = ({ result }, context) =>
  respond(context, 200, versionHeader(result.versionId))

function aclDocument({ headers }: ObsRequest): WantedDocument {
  return wantedDocument(headers, { required: false })
}

/** A list in the headers, or one in the body: not both, not neither. */
function wantedAcl({ headers }: ObsRequest, bytes: Uint8Array): AclRequest {
  const named = aclOfHeaders(headers)
  if (named === undefined) return bytes.length === 0 ? refuse({ kind: 'missing-body' }) : readAcl(bytes)
  if (bytes.length > 0) refuse({ kind: 'invalid-request', detail: 'A list in the headers and one in the body.' })
  return named
}
