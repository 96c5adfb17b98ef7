import { refuse, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { respond, versionHeader } from '../answers.ts'
import { decoded, queryVersionId, type CosRequest, type Encoder } from '../cos-request.ts'

/** Needs no key, whatever the object's encryption; encryption headers do not count here. */
export function decodeDeleteObject(request: CosRequest, at: ObjectTarget): Decoded {
  const kind = 'delete-object'
  const versionId = queryVersionId(request)
  const target = { kind, ...at, ...(versionId === undefined ? {} : { versionId }) } as const
  return decoded(request, target, () => {
    if (request.view.headers.has('if-match')) {
      refuse({ kind: 'not-implemented', detail: 'Conditions of deletions are not implemented.', header: 'If-Match' })
    }
    return target
  })
}

export const encodeDeleteObject: Encoder<'delete-object'> = ({ result }, context) =>
  respond(context, 204, [
    ...(result.deleteMarker ? [['x-cos-delete-marker', 'true'] as const] : []),
    ...versionHeader(result.versionId),
  ])
