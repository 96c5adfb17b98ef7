import { decodePercent } from '../http/index.ts'
import { refuse } from '../operations/index.ts'

/** More fields than any request of the query protocol needs: a session with every tag and policy has about 200. */
export const MAX_FORM_FIELDS = 400
/** The longest that has a use: `ServiceSpecificCredentialId`, and lists such as `PolicyArns.member.10.arn`. */
export const MAX_FIELD_NAME_CHARS = 128

/** Not a field name: what `Object.prototype` has is no name either, for a map holds them. */
const FIELD_NAME = /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*$/

/**
 * The fields of a body of `application/x-www-form-urlencoded` (URL Standard, 5.1), strictly: every piece has a name and
 * a `=`, names come once, escapes are complete and decode to UTF-8 without NUL. Throws `invalid-request`.
 */
export function parseFormBody(document: Uint8Array): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  if (document.length === 0) return fields
  // One character a byte; what is not ASCII has to be UTF-8, as if it had been escaped.
  const pieces = Buffer.from(document)
    .toString('latin1')
    .split('&', MAX_FORM_FIELDS + 1)
  if (pieces.length > MAX_FORM_FIELDS) refuseForm(`the body has more than ${MAX_FORM_FIELDS} fields`)
  for (const piece of pieces) {
    const equals = piece.indexOf('=')
    if (equals < 0) refuseForm('a field of the body has no value')
    const name = fieldName(piece.slice(0, equals))
    if (fields.has(name)) refuseForm(`the field ${name} came twice`)
    const value = decodePercent(piece.slice(equals + 1), { plusIsSpace: true })
    if (value === undefined) return refuseForm(`the field ${name} cannot be decoded`)
    fields.set(name, value)
  }
  return fields
}

function fieldName(raw: string): string {
  // No name needs an escape more than its dots do, so an escaped one is three times as long at most.
  const name = raw.length > MAX_FIELD_NAME_CHARS * 3 ? undefined : decodePercent(raw, { plusIsSpace: true })
  if (name === undefined || name.length > MAX_FIELD_NAME_CHARS || !FIELD_NAME.test(name)) {
    return refuseForm('a field of the body has no name that can be one')
  }
  return name
}

function refuseForm(detail: string): never {
  return refuse({ kind: 'invalid-request', detail })
}
