import {
  refuse,
  type CannedAcl,
  type ObjectTarget,
  type StoredObject,
  type WriteCondition,
} from '../../../operations/index.ts'
import type { HttpHeaders } from '../../../http/index.ts'
import type { Decoded } from '../../dialect.ts'
import { formMark } from '../../form-upload.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { crcHeader, etagHeader, md5Header, respond, versionHeader, type Headers } from '../answers.ts'
import { objectExpectation } from '../documents.ts'
import { encryptionHeaders, encryptionRequest } from '../encryption-headers.ts'
import { objectProperties, refuseUndoneWishes } from '../headers.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'

/** Of one PUT and of one part. */
export const MAX_UPLOAD_BYTES = 5 * 1024 * 1024 * 1024

export function decodePutObject(request: OssRequest, at: ObjectTarget): Decoded {
  const kind = 'put-object'
  const byForm = formMark(request.view)
  return decoded(request, { kind, ...at, ...byForm }, () => {
    const { headers } = request.view
    refuseUndoneWishes(request)
    limitLength(request)
    return {
      kind,
      ...at,
      ...byForm,
      encryption: encryptionRequest(headers),
      properties: objectProperties(request),
      expect: objectExpectation(headers),
      ...writeWishes(headers),
    }
  })
}

/** The condition and the list that come with a write. */
export function writeWishes(headers: HttpHeaders): {
  readonly condition?: WriteCondition
  readonly acl?: { readonly kind: 'canned'; readonly canned: CannedAcl }
} {
  const condition = forbidsOverwrite(headers) ? { condition: { kind: 'if-none-match-any' } as const } : {}
  const word = headers.get('x-oss-object-acl')
  return word === undefined ? condition : { ...condition, acl: { kind: 'canned', canned: objectAcl(word) } }
}

const OBJECT_ACLS: readonly CannedAcl[] = ['private', 'public-read', 'public-read-write', 'default']

/** `default`: the bucket's list counts. */
export function objectAcl(word: string): CannedAcl {
  const detail = 'The ACL is private, public-read, public-read-write or default.'
  return OBJECT_ACLS.find((one) => one === word) ?? refuseArgument('x-oss-object-acl', word, detail)
}

function forbidsOverwrite(headers: HttpHeaders): boolean {
  const name = 'x-oss-forbid-overwrite'
  const text = headers.get(name)
  if (text === undefined || text.toLowerCase() === 'false') return false
  return text.toLowerCase() === 'true' ? true : refuseArgument(name, text, `${name} is true or false.`)
}

/** What is sent in chunks has no length before its end; the engine keeps to the limit then. */
export function limitLength({ view }: OssRequest): void {
  const { bodyLength } = view
  if (bodyLength !== undefined && bodyLength > MAX_UPLOAD_BYTES) {
    refuse({ kind: 'entity-too-large', limitBytes: MAX_UPLOAD_BYTES })
  }
}

export const encodePutObject: Encoder<'put-object'> = ({ result }, context) =>
  respond(context, 200, [etagHeader(result.etag), ...md5Header(result), ...storedHeaders(result)])

/** What a write says of the version that it made, but for the ETag. */
export function storedHeaders(stored: StoredObject): Headers {
  return [...versionHeader(stored.versionId), ...encryptionHeaders(stored.encryption), ...crcHeader(stored.crc64)]
}
