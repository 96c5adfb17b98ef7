import type { ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { respond, versionHeader } from '../answers.ts'
import { deleteCondition } from '../conditions.ts'
import { bypassesGovernance } from '../lock-headers.ts'
import { decoded, queryVersionId, type Encoder, type S3Request } from '../s3-request.ts'

/** Needs no key, whatever the object's encryption; encryption headers do not count here. */
export function decodeDeleteObject(request: S3Request, at: ObjectTarget): Decoded {
  const kind = 'delete-object'
  const versionId = queryVersionId(request)
  const target = { kind, ...at, ...(versionId === undefined ? {} : { versionId }) } as const
  const { headers } = request.view
  return decoded(request, target, () => {
    const condition = deleteCondition(headers)
    return {
      ...target,
      ...(condition === undefined ? {} : { condition }),
      ...(bypassesGovernance(headers) ? { bypassGovernance: true } : {}),
    }
  })
}

export const encodeDeleteObject: Encoder<'delete-object'> = ({ result }, context) =>
  respond(context, 204, [
    ...(result.deleteMarker ? [['x-amz-delete-marker', 'true'] as const] : []),
    ...versionHeader(result.versionId),
  ])
