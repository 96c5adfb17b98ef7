/** GET, PUT and DELETE ?tagging of an object. */
import type { ObjectTarget, OperationOf } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { readLongXml } from '../../xml.ts'
import { respond, respondXml, versionHeader } from '../answers.ts'
import { wantedDocument } from '../documents.ts'
import { decoded, versioned, type Encoder, type ObsRequest } from '../obs-request.ts'
import { REQUEST_NAMESPACE } from '../options.ts'
import { OBJECT_TAGS, tagsOfDocument, writeTagSet } from '../tags.ts'

export function decodeGetObjectTagging(request: ObsRequest, at: ObjectTarget): Decoded {
  const target = versioned(request, { kind: 'get-object-tagging', ...at } as const)
  return decoded(request, target, () => target)
}

export const encodeGetObjectTagging: Encoder<'get-object-tagging'> = ({ result }, context) =>
  respondXml(context, 'Tagging', [writeTagSet(result.tags)], versionHeader(result.versionId))

export function decodePutObjectTagging(request: ObsRequest, at: ObjectTarget): Decoded {
  const target = versioned(request, { kind: 'put-object-tagging', ...at } as const)
  const build = async (bytes: Uint8Array): Promise<OperationOf<'put-object-tagging'>> => ({
    ...target,
    tags: tagsOfDocument(await readLongXml(bytes, { root: 'Tagging', namespace: REQUEST_NAMESPACE }), OBJECT_TAGS),
  })
  return decoded(request, target, build, wantedDocument(request.headers))
}

export const encodePutObjectTagging: Encoder<'put-object-tagging'> = ({ result }, context) =>
  respond(context, 200, versionHeader(result.versionId))

export function decodeDeleteObjectTagging(request: ObsRequest, at: ObjectTarget): Decoded {
  const target = versioned(request, { kind: 'delete-object-tagging', ...at } as const)
  return decoded(request, target, () => target)
}

export const encodeDeleteObjectTagging: Encoder<'delete-object-tagging'> = ({ result }, context) =>
  respond(context, 204, versionHeader(result.versionId))
