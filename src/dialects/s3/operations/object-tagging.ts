/** GetObjectTagging, PutObjectTagging, DeleteObjectTagging. */
import type { ObjectTarget, OperationOf, VersionId } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { readLongXml } from '../../xml.ts'
import { respond, respondXml, versionHeader } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, queryVersionId, type Encoder, type S3Request } from '../s3-request.ts'
import { tagsOfDocument, writeTagSet } from '../tags.ts'

const MAX_TAGGING_BYTES = 64 * 1024

type TaggingTarget<Kind extends string> = ObjectTarget & { readonly kind: Kind; readonly versionId?: VersionId }

function taggingTarget<Kind extends string>(request: S3Request, at: ObjectTarget, kind: Kind): TaggingTarget<Kind> {
  const versionId = queryVersionId(request)
  return { kind, ...at, ...(versionId === undefined ? {} : { versionId }) }
}

export function decodeGetObjectTagging(request: S3Request, at: ObjectTarget): Decoded {
  const target = taggingTarget(request, at, 'get-object-tagging')
  return decoded(request, target, () => target)
}

export const encodeGetObjectTagging: Encoder<'get-object-tagging'> = ({ result }, context) =>
  respondXml(context, 'Tagging', [writeTagSet(result.tags)], versionHeader(result.versionId))

export function decodePutObjectTagging(request: S3Request, at: ObjectTarget): Decoded {
  const target = taggingTarget(request, at, 'put-object-tagging')
  const build = async (bytes: Uint8Array): Promise<OperationOf<'put-object-tagging'>> => ({
    ...target,
    tags: tagsOfDocument(await readLongXml(bytes, { root: 'Tagging', namespace: S3_NAMESPACE })),
  })
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_TAGGING_BYTES, required: true })
  return decoded(request, target, build, { document })
}

export const encodePutObjectTagging: Encoder<'put-object-tagging'> = ({ result }, context) =>
  respond(context, 200, versionHeader(result.versionId))

export function decodeDeleteObjectTagging(request: S3Request, at: ObjectTarget): Decoded {
  const target = taggingTarget(request, at, 'delete-object-tagging')
  return decoded(request, target, () => target)
}

export const encodeDeleteObjectTagging: Encoder<'delete-object-tagging'> = ({ result }, context) =>
  respond(context, 204, versionHeader(result.versionId))
