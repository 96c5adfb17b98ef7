import type { ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { respond, versionHeader } from '../answers.ts'
import { refuseDeleteConditions } from '../conditions.ts'
import { decoded, queryVersionId, type Encoder, type S3Request } from '../s3-request.ts'

/** Needs no key, whatever the object's encryption; encryption headers do not count here. */
export function decodeDeleteObject(request: S3Request, at: ObjectTarget): Decoded {
  const kind = 'delete-object'
  const versionId = queryVersionId(request)
  const target = { kind, ...at, ...(versionId === undefined ? {} : { versionId }) } as const
  return decoded(request, target, () => {
    refuseDeleteConditions(request.view.headers)
    return target
  })
}

export const encodeDeleteObject: Encoder<'delete-object'> = ({ result }, context) =>
  respond(context, 204, [
    ...(result.deleteMarker ? [['x-amz-delete-marker', 'true'] as const] : []),
    ...versionHeader(result.versionId),
  ])
