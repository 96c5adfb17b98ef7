import { refuse, type ObjectTarget, type StoredObject, type WriteCondition } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { formMark } from '../../form-upload.ts'
import { bareEtag } from '../../read-conditions.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { aclOfHeaders } from '../acl.ts'
import { encryptionHeaders, etagHeader, respond, versionHeader, type Headers } from '../answers.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { bodyExpectation } from '../documents.ts'
import { encryptionRequest, namesCustomerKey } from '../encryption-headers.ts'
import { objectProperties, refuseUndoneWishes } from '../headers.ts'

/** Of one PUT, one append and one part. */
export const MAX_UPLOAD_BYTES = 5 * 1024 * 1024 * 1024

export function decodePutObject(request: CosRequest, at: ObjectTarget): Decoded {
  const kind = 'put-object'
  refuseVersionId(request)
  const byForm = formMark(request.view)
  return decoded(request, { kind, ...at, ...customerKeyMark(request), ...byForm }, () => {
    const { headers } = request.view
    refuseUndoneWishes(request)
    refuseTooLong(request)
    const condition = writeCondition(request)
    const acl = aclOfHeaders(headers, 'object')
    return {
      kind,
      ...at,
      ...byForm,
      encryption: encryptionRequest(request),
      properties: objectProperties(request, at.key),
      expect: { ...bodyExpectation(headers), crc64: true },
      ...(condition === undefined ? {} : { condition }),
      ...(acl === undefined ? {} : { acl }),
    }
  })
}

/** Writes make a version; they cannot name one. */
export function refuseVersionId(request: CosRequest): void {
  const text = request.query.get('versionid')
  if (text !== undefined) refuseArgument('versionId', text, 'This operation does not accept a version id.')
}

/** Tells the gateway that a write names a customer's key, before anything of the key is looked at. */
export function customerKeyMark(request: CosRequest): { readonly namesCustomerKey?: boolean } {
  return namesCustomerKey(request) ? { namesCustomerKey: true } : {}
}

/** Bodies without a length are taken: clients stream so. */
export function refuseTooLong(request: CosRequest): void {
  const { bodyLength } = request.view
  if (bodyLength !== undefined && bodyLength > MAX_UPLOAD_BYTES) {
    refuse({ kind: 'entity-too-large', limitBytes: MAX_UPLOAD_BYTES })
  }
}

/** `x-cos-forbid-overwrite: true`, `If-None-Match: *`, `If-Match: <etag>`; everything else about conditions is refused. */
export function writeCondition({ view: { headers } }: CosRequest): WriteCondition | undefined {
  const undone = (header: string): never =>
    refuse({ kind: 'not-implemented', detail: `The condition ${header} of a write is not implemented.`, header })
  const forbid = headers.get('x-cos-forbid-overwrite')
  const match = headers.get('if-match')
  const noneMatch = headers.get('if-none-match')
  for (const name of ['if-modified-since', 'if-unmodified-since']) if (headers.has(name)) undone(name)
  if (forbid !== undefined && forbid !== 'true' && forbid !== 'false') {
    refuseArgument('x-cos-forbid-overwrite', forbid, 'The value is true or false.')
  }
  if (noneMatch !== undefined && noneMatch !== '*') undone('if-none-match')
  const mustBeNew = forbid === 'true' || noneMatch === '*'
  if (match === undefined) return mustBeNew ? { kind: 'if-none-match-any' } : undefined
  if (mustBeNew || match === '' || match === '*' || match.includes(',')) undone('if-match')
  return { kind: 'if-match', etag: bareEtag(match) }
}

export const encodePutObject: Encoder<'put-object'> = ({ result }, context) =>
  respond(context, 200, [etagHeader(result.etag), ...storedHeaders(result)])

/** What a write says of the version that it made, but for the ETag. */
export function storedHeaders(stored: StoredObject, on: 'answer' | 'complete' = 'answer'): Headers {
  return [...crc64Header(stored.crc64), ...versionHeader(stored.versionId), ...encryptionHeaders(stored.encryption, on)]
}

export function crc64Header(crc64: bigint | undefined): Headers {
  return crc64 === undefined ? [] : [['x-cos-hash-crc64ecma', crc64.toString()]]
}
