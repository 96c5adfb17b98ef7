/** GetBucketAcl, PutBucketAcl, GetObjectAcl, PutObjectAcl, and the ownership controls of a bucket. */
import {
  refuse,
  type AclRequest,
  type BucketName,
  type ObjectOwnership,
  type ObjectTarget,
} from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element, parent } from '../../xml-writer.ts'
import { expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { aclOfHeaders, readAcl, writeAcl } from '../acl.ts'
import { respond, respondXml, versionHeader } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, queryVersionId, type Encoder, type S3Request } from '../s3-request.ts'

const MAX_ACL_BYTES = 64 * 1024
const MAX_OWNERSHIP_BYTES = 4 * 1024

export function decodeGetBucketAcl(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-bucket-acl'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketAcl: Encoder<'get-bucket-acl'> = ({ result }, context) =>
  respondXml(context, 'AccessControlPolicy', writeAcl(result.acl))

export function decodePutBucketAcl(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-bucket-acl'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, acl: wantedAcl(request, bytes) })
  return decoded(request, { kind, bucket }, build, { document: aclDocument(request) })
}

export const encodePutBucketAcl: Encoder<'put-bucket-acl'> = (_answer, context) => respond(context, 200)

export function decodeGetObjectAcl(request: S3Request, at: ObjectTarget): Decoded {
  const target = { kind: 'get-object-acl', ...at, ...versionOf(request) } as const
  return decoded(request, target, () => target)
}

export const encodeGetObjectAcl: Encoder<'get-object-acl'> = ({ result }, context) =>
  respondXml(context, 'AccessControlPolicy', writeAcl(result.acl), versionHeader(result.versionId))

export function decodePutObjectAcl(request: S3Request, at: ObjectTarget): Decoded {
  const target = { kind: 'put-object-acl', ...at, ...versionOf(request) } as const
  const build: Decoded['build'] = (bytes) => ({ ...target, acl: wantedAcl(request, bytes) })
  return decoded(request, target, build, { document: aclDocument(request) })
}

export const encodePutObjectAcl: Encoder<'put-object-acl'> = ({ result }, context) =>
  respond(context, 200, versionHeader(result.versionId))

function versionOf(request: S3Request): Pick<Extract<Decoded['target'], object>, 'versionId'> {
  const versionId = queryVersionId(request)
  return versionId === undefined ? {} : { versionId }
}

function aclDocument(request: S3Request): NonNullable<Decoded['document']> {
  return configurationDocument(request.view.headers, { maxBytes: MAX_ACL_BYTES, required: false })
}

/** A list comes in the headers or in the body, and never in both. */
function wantedAcl(request: S3Request, bytes: Uint8Array): AclRequest {
  const named = aclOfHeaders(request.view.headers)
  if (named === undefined) {
    if (bytes.length === 0) refuse({ kind: 'missing-security-header', header: 'x-amz-acl' })
    return readAcl(bytes)
  }
  if (bytes.length > 0) refuse({ kind: 'invalid-request', detail: 'This request does not support content' })
  return named
}

const OWNERSHIPS: ReadonlyMap<string, ObjectOwnership> = new Map([
  ['BucketOwnerEnforced', 'bucket-owner-enforced'],
  ['BucketOwnerPreferred', 'bucket-owner-preferred'],
  ['ObjectWriter', 'object-writer'],
])
const SHOWN: Readonly<Record<ObjectOwnership, string>> = {
  'bucket-owner-enforced': 'BucketOwnerEnforced',
  'bucket-owner-preferred': 'BucketOwnerPreferred',
  'object-writer': 'ObjectWriter',
  // S3 has no word for it: of those that let lists count this one is the nearest.
  'bucket-owner': 'BucketOwnerPreferred',
}

/** The word of `x-amz-object-ownership` and of `ObjectOwnership`. */
export function ownershipNamed(text: string): ObjectOwnership | undefined {
  return OWNERSHIPS.get(text)
}

export function decodeGetBucketOwnership(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-bucket-ownership'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketOwnership: Encoder<'get-bucket-ownership'> = ({ result }, context) =>
  respondXml(context, 'OwnershipControls', [parent('Rule', element('ObjectOwnership', SHOWN[result.ownership]))])

export function decodePutBucketOwnership(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-bucket-ownership'
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_OWNERSHIP_BYTES, required: true })
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, ownership: readOwnership(bytes) })
  return decoded(request, { kind, bucket }, build, { document })
}

function readOwnership(bytes: Uint8Array): ObjectOwnership {
  const root = readXml(bytes, { root: 'OwnershipControls', namespace: S3_NAMESPACE })
  expectOnly(root, ['Rule'])
  const rule = requireOne(root, 'Rule')
  expectOnly(rule, ['ObjectOwnership'])
  const named = ownershipNamed(settingOf(requireOne(rule, 'ObjectOwnership')))
  return named ?? refuse({ kind: 'malformed-xml', detail: 'ObjectOwnership has no such value' })
}

export const encodePutBucketOwnership: Encoder<'put-bucket-ownership'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketOwnership(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-ownership'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketOwnership: Encoder<'delete-bucket-ownership'> = (_answer, context) =>
  respond(context, 204)
