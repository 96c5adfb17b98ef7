/** GET, PUT and DELETE Object tagging. */
import type { ObjectTarget, OperationOf, VersionId } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { readXml } from '../../xml.ts'
import { respond, respondXml, versionHeader } from '../answers.ts'
import { decoded, queryVersionId, type CosRequest, type Encoder } from '../cos-request.ts'
import { configurationDocument } from '../documents.ts'
import { MAX_OBJECT_TAGS, tagsOfDocument, writeTagSet } from '../tags.ts'

type TaggingTarget<Kind extends string> = ObjectTarget & { readonly kind: Kind; readonly versionId?: VersionId }

function taggingTarget<Kind extends string>(request: CosRequest, at: ObjectTarget, kind: Kind): TaggingTarget<Kind> {
  const versionId = queryVersionId(request)
  return { kind, ...at, ...(versionId === undefined ? {} : { versionId }) }
}

export function decodeGetObjectTagging(request: CosRequest, at: ObjectTarget): Decoded {
  const target = taggingTarget(request, at, 'get-object-tagging')
  return decoded(request, target, () => target)
}

export const encodeGetObjectTagging: Encoder<'get-object-tagging'> = ({ result }, context) =>
  respondXml(context, 'Tagging', [writeTagSet(result.tags)], versionHeader(result.versionId))

export function decodePutObjectTagging(request: CosRequest, at: ObjectTarget): Decoded {
  const target = taggingTarget(request, at, 'put-object-tagging')
  const build = (bytes: Uint8Array): OperationOf<'put-object-tagging'> => ({
    ...target,
    tags: tagsOfDocument(readXml(bytes, { root: 'Tagging', namespace: '' }), MAX_OBJECT_TAGS),
  })
  return decoded(request, target, build, configurationDocument(request.view.headers))
}

export const encodePutObjectTagging: Encoder<'put-object-tagging'> = ({ result }, context) =>
  respond(context, 204, versionHeader(result.versionId))

export function decodeDeleteObjectTagging(request: CosRequest, at: ObjectTarget): Decoded {
  const target = taggingTarget(request, at, 'delete-object-tagging')
  return decoded(request, target, () => target)
}

export const encodeDeleteObjectTagging: Encoder<'delete-object-tagging'> = ({ result }, context) =>
  respond(context, 204, versionHeader(result.versionId))
