import { refuse, type AppendObject, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { aclOfHeaders } from '../acl.ts'
import { etagHeader, respond } from '../answers.ts'
import { decoded, queryNumber, type CosRequest, type Encoder } from '../cos-request.ts'
import { bodyExpectation } from '../documents.ts'
import { encryptionRequest } from '../encryption-headers.ts'
import { objectProperties, refuseUndoneWishes } from '../headers.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { customerKeyMark, refuseTooLong, refuseVersionId, storedHeaders } from './put-object.ts'

/** Append Object. How it is encrypted is fixed by the first append. */
export function decodeAppendObject(request: CosRequest, at: ObjectTarget): Decoded {
  const kind = 'append-object'
  refuseVersionId(request)
  return decoded(request, { kind, ...at, ...customerKeyMark(request) }, (): AppendObject => {
    const { headers } = request.view
    refuseUndoneWishes(request)
    refuseTooLong(request)
    if (aclOfHeaders(headers, 'object') !== undefined) {
      refuse({ kind: 'not-implemented', detail: 'A list of rights is put by PUT Object acl.', header: 'x-cos-acl' })
    }
    const position = queryNumber(request, 'position', { min: 0, max: Number.MAX_SAFE_INTEGER })
    return {
      kind,
      ...at,
      position: position ?? refuseArgument('position', undefined, 'An append needs its position.'),
      encryption: encryptionRequest(request),
      properties: objectProperties(request, at.key),
      expect: { ...bodyExpectation(headers), crc64: true },
    }
  })
}

export const encodeAppendObject: Encoder<'append-object'> = ({ result }, context) =>
  respond(context, 200, [
    etagHeader(result.etag),
    ['x-cos-next-append-position', String(result.size)],
    ...storedHeaders(result),
  ])
