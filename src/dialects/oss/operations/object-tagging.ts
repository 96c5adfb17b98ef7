/** GetObjectTagging, PutObjectTagging, DeleteObjectTagging. */
import type { ObjectTarget, OperationOf, VersionId } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { readLongXml } from '../../xml.ts'
import { respond, respondXml, versionHeader } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { OSS_NAMESPACE } from '../options.ts'
import { decoded, queryVersionId, type Encoder, type OssRequest } from '../oss-request.ts'
import { MAX_OBJECT_TAGS, tagsOfDocument, writeTagSet } from '../tags.ts'

type TaggingTarget<Kind extends string> = ObjectTarget & { readonly kind: Kind; readonly versionId?: VersionId }

function taggingTarget<Kind extends string>(request: OssRequest, at: ObjectTarget, kind: Kind): TaggingTarget<Kind> {
  const versionId = queryVersionId(request)
  return { kind, ...at, ...(versionId === undefined ? {} : { versionId }) }
}

export function decodeGetObjectTagging(request: OssRequest, at: ObjectTarget): Decoded {
  const target = taggingTarget(request, at, 'get-object-tagging')
  return decoded(request, target, () => target)
}

export const encodeGetObjectTagging: Encoder<'get-object-tagging'> = ({ result }, context) =>
  respondXml(context, 'Tagging', [writeTagSet(result.tags)], versionHeader(result.versionId))

export function decodePutObjectTagging(request: OssRequest, at: ObjectTarget): Decoded {
  const target = taggingTarget(request, at, 'put-object-tagging')
  const build = async (bytes: Uint8Array): Promise<OperationOf<'put-object-tagging'>> => ({
    ...target,
    tags: tagsOfDocument(await readLongXml(bytes, { root: 'Tagging', namespace: OSS_NAMESPACE }), MAX_OBJECT_TAGS),
  })
  return decoded(request, target, build, documentOf(request.view.headers))
}

export const encodePutObjectTagging: Encoder<'put-object-tagging'> = ({ result }, context) =>
  respond(context, 200, versionHeader(result.versionId))

export function decodeDeleteObjectTagging(request: OssRequest, at: ObjectTarget): Decoded {
  const target = taggingTarget(request, at, 'delete-object-tagging')
  return decoded(request, target, () => target)
}

export const encodeDeleteObjectTagging: Encoder<'delete-object-tagging'> = ({ result }, context) =>
  respond(context, 204, versionHeader(result.versionId))
