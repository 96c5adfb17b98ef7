import type { ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { respond, versionHeader } from '../answers.ts'
import { refuseMethodHeader } from '../encryption-headers.ts'
import { decoded, queryVersionId, type Encoder, type OssRequest } from '../oss-request.ts'

/** Needs no key, whatever the object's encryption. 204 also where there is no such object. */
export function decodeDeleteObject(request: OssRequest, at: ObjectTarget): Decoded {
  const kind = 'delete-object'
  const versionId = queryVersionId(request)
  const target = { kind, ...at, ...(versionId === undefined ? {} : { versionId }) } as const
  return decoded(request, target, () => {
    refuseMethodHeader(request.view.headers)
    return target
  })
}

export const encodeDeleteObject: Encoder<'delete-object'> = ({ result }, context) =>
  respond(context, 204, [
    ...(result.deleteMarker ? [['x-oss-delete-marker', 'true'] as const] : []),
    ...versionHeader(result.versionId),
  ])
