import type { ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { respond, versionHeader } from '../answers.ts'
import { decoded, versioned, type Encoder, type ObsRequest } from '../obs-request.ts'
import { refuseWriteConditions } from '../write-conditions.ts'

/** Needs no key, whatever the object's encryption. */
export function decodeDeleteObject(request: ObsRequest, at: ObjectTarget): Decoded {
  const target = versioned(request, { kind: 'delete-object', ...at } as const)
  return decoded(request, target, () => {
    refuseWriteConditions(request.headers)
    return target
  })
}

export const encodeDeleteObject: Encoder<'delete-object'> = ({ result }, context) =>
  respond(context, 204, [
    ...(result.deleteMarker ? [['x-obs-delete-marker', 'true'] as const] : []),
    ...versionHeader(result.versionId),
  ])
