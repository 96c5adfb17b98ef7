import { decodePercent } from '../../../http/index.ts'
import { refuse, type ObjectKey, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { readConditions } from '../../read-conditions.ts'
import { objectKeyOf } from '../address.ts'
import { respond } from '../answers.ts'
import { writeCondition } from '../conditions.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

const SOURCE = 'x-amz-rename-source'

/** RenameObject: of directory buckets alone, within one of them, metadata only. */
export function decodeRenameObject(request: S3Request, at: ObjectTarget): Decoded {
  const kind = 'rename-object'
  const { bucket } = at
  const from = sourceKey(request, at)
  return decoded(request, { kind, ...at, source: { bucket, key: from } }, () => {
    const { headers } = request.view
    const condition = writeCondition(headers)
    return {
      ...{ kind, ...at, from, sourceConditions: readConditions(headers, 'x-amz-rename-source-') },
      ...(condition === undefined ? {} : { condition }),
    }
  })
}

/** A key of the same bucket, URL encoded; the bucket may stand before it. */
function sourceKey(request: S3Request, { bucket }: ObjectTarget): ObjectKey {
  const text = decodePercent(request.view.headers.get(SOURCE) ?? '')
  if (text === undefined || text === '') {
    return refuse({ kind: 'invalid-argument', argument: SOURCE, detail: 'The source of a rename is not named.' })
  }
  const bare = text.startsWith('/') ? text.slice(1) : text
  return objectKeyOf(bare.startsWith(`${bucket}/`) ? bare.slice(bucket.length + 1) : bare)
}

export const encodeRenameObject: Encoder<'rename-object'> = (_answer, context) => respond(context, 200)
