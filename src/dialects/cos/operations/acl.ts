/** GET and PUT of the lists of buckets and objects. */
import {
  refuse,
  type AccessControlList,
  type AclRequest,
  type BucketName,
  type ObjectTarget,
} from '../../../operations/index.ts'
import type { HttpResponse } from '../../../http/index.ts'
import type { AnswerContext, Decoded } from '../../dialect.ts'
import { aclOfHeaders, readAcl, shownCanned, writeAcl, type AclLevel } from '../acl.ts'
import { respond, respondXml, versionHeader, type Headers } from '../answers.ts'
import { decoded, queryVersionId, type CosRequest, type Encoder } from '../cos-request.ts'
import { configurationDocument } from '../documents.ts'

function shown(context: AnswerContext, acl: AccessControlList, headers: Headers = []): HttpResponse {
  const word = shownCanned(acl)
  const canned: Headers = word === undefined ? [] : [['x-cos-acl', word]]
  return respondXml(context, 'AccessControlPolicy', writeAcl(acl), [...canned, ...headers])
}

/** A list comes in headers, or in a document, and not in both. */
function aclAsked(request: CosRequest, bytes: Uint8Array, level: AclLevel): AclRequest {
  const asked = aclOfHeaders(request.view.headers, level)
  if (bytes.length === 0) return asked ?? refuse({ kind: 'missing-body' })
  if (asked !== undefined) refuse({ kind: 'invalid-request', detail: 'The list comes in headers or in a document.' })
  return readAcl(bytes, level)
}

export function decodeGetBucketAcl(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-acl'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketAcl: Encoder<'get-bucket-acl'> = ({ result }, context) => shown(context, result.acl)

export function decodePutBucketAcl(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-acl'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, acl: aclAsked(request, bytes, 'bucket') })
  return decoded(request, { kind, bucket }, build, configurationDocument(request.view.headers, { required: false }))
}

export const encodePutBucketAcl: Encoder<'put-bucket-acl'> = (_answer, context) => respond(context, 200)

export function decodeGetObjectAcl(request: CosRequest, at: ObjectTarget): Decoded {
  const versionId = queryVersionId(request)
  const target = { kind: 'get-object-acl', ...at, ...(versionId === undefined ? {} : { versionId }) } as const
  return decoded(request, target, () => target)
}

export const encodeGetObjectAcl: Encoder<'get-object-acl'> = ({ result }, context) =>
  shown(context, result.acl, versionHeader(result.versionId))

export function decodePutObjectAcl(request: CosRequest, at: ObjectTarget): Decoded {
  const versionId = queryVersionId(request)
  const target = { kind: 'put-object-acl', ...at, ...(versionId === undefined ? {} : { versionId }) } as const
  const build: Decoded['build'] = (bytes) => ({ ...target, acl: aclAsked(request, bytes, 'object') })
  return decoded(request, target, build, configurationDocument(request.view.headers, { required: false }))
}

export const encodePutObjectAcl: Encoder<'put-object-acl'> = ({ result }, context) =>
  respond(context, 200, versionHeader(result.versionId))
