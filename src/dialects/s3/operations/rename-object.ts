import { decodePercent, type HttpHeaders } from '../../../http/index.ts'
import { refuse, type ObjectKey, type ObjectTarget, type ReadConditions } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { readConditions } from '../../read-conditions.ts'
import { objectKeyOf } from '../address.ts'
import { respond } from '../answers.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { unsupported } from '../conditions.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

const SOURCE = 'x-amz-rename-source'
const TOKEN = 'x-amz-client-token'

/** RenameObject: of directory buckets alone, within one of them, metadata only. */
export function decodeRenameObject(request: S3Request, at: ObjectTarget): Decoded {
  const kind = 'rename-object'
  const { bucket } = at
  const from = sourceKey(request, at)
  return decoded(request, { kind, ...at, source: { bucket, key: from } }, () => {
    const { headers } = request.view
    for (const name of [from, at.key]) refuseDirectory(name)
    return {
      ...{ kind, ...at, from, sourceConditions: readConditions(headers, 'x-amz-rename-source-') },
      targetConditions: targetConditions(headers),
      ...clientToken(headers.get(TOKEN)),
    }
  })
}

/** Renaming is for one object; what lies in a directory would stay behind. */
function refuseDirectory(name: ObjectKey): void {
  if (name.endsWith('/')) refuse({ kind: 'invalid-request', detail: 'Directories are not renamed.' })
}

/** `If-Match` names one ETag and `If-None-Match` is `*` (RenameObject); whatever else they might say is not there. */
function targetConditions(headers: HttpHeaders): ReadConditions {
  const conditions = readConditions(headers)
  const { ifMatch, ifNoneMatch } = conditions
  if (ifMatch !== undefined && (ifMatch.length > 1 || ifMatch.includes('*'))) unsupported('If-Match')
  if (ifNoneMatch !== undefined && ifNoneMatch.join() !== '*') unsupported('If-None-Match')
  return conditions
}

/** At most 64 characters of ASCII, 33 to 126 (RenameObject, `ClientToken`). */
function clientToken(text: string | undefined): { readonly clientToken?: string } {
  if (text === undefined) return {}
  if (!/^[!-~]{1,64}$/.test(text)) refuseArgument(TOKEN, text, 'A client token is 1 to 64 printable characters.')
  return { clientToken: text }
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
