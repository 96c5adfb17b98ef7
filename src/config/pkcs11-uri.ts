import { resolve } from 'node:path'
import type { SecretBytes } from '../secrets/index.ts'
import type { Environment } from './env.ts'
import { parseSecretPlace, readSecretPlace, type SecretPlace } from './secret-place.ts'
import { ValueProblem } from './value-parsers.ts'

/** A PKCS#11 URI (RFC 7512), as far as it is used here: a token by label or serial number, the module, the PIN's place. */
export interface Pkcs11Text {
  readonly modulePath: string
  readonly token: { readonly label: string } | { readonly serial: string }
  /** `object`: the label of a key. */
  readonly object: string | undefined
  readonly pin: SecretPlace
}

/** The same with the PIN. */
export interface Pkcs11Setting {
  readonly modulePath: string
  readonly token: { readonly label: string } | { readonly serial: string }
  readonly object: string | undefined
  readonly pin: SecretBytes
}

const FORM = 'pkcs11:token=<label>;object=<label>?module-path=<library>&pin-source=file:<path>'
/** Lengths of `CK_TOKEN_INFO`: 32 and 16 bytes. */
const MAX_LABEL_BYTES = 32
const MAX_SERIAL_BYTES = 16
const MAX_OBJECT_BYTES = 255

export function parsePkcs11(text: string): Pkcs11Text {
  const body = text.slice('pkcs11:'.length)
  const queryAt = body.indexOf('?')
  const path = attributes(queryAt < 0 ? body : body.slice(0, queryAt), ';', ['token', 'serial', 'object'])
  const query = attributes(queryAt < 0 ? '' : body.slice(queryAt + 1), '&', ['module-path', 'pin-source'])
  const [label, serial] = [path.get('token'), path.get('serial')]
  const modulePath = query.get('module-path')
  const pinSource = query.get('pin-source')
  if ((label === undefined) === (serial === undefined)) throw new ValueProblem(`${FORM}: token or serial, one of them`)
  if (modulePath?.startsWith('/') !== true) throw new ValueProblem(`${FORM}: module-path is an absolute path`)
  if (pinSource === undefined) throw new ValueProblem(`${FORM}: pin-source is missing`)
  const token =
    label === undefined ? { serial: limited(serial, MAX_SERIAL_BYTES) } : { label: limited(label, MAX_LABEL_BYTES) }
  const object = path.get('object')
  return {
    modulePath,
    token,
    object: object === undefined ? undefined : limited(object, MAX_OBJECT_BYTES),
    pin: parseSecretPlace(pinSource, 'pin-source'),
  }
}

function limited(value: string | undefined, most: number): string {
  if (value === undefined || value === '' || Buffer.byteLength(value) > most) {
    throw new ValueProblem(`${FORM}: 1 to ${most} bytes`)
  }
  return value
}

/** `pin-value` is refused with all others that are not known: a PIN never stands in a setting. */
function attributes(text: string, separator: string, known: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const attribute of text === '' ? [] : text.split(separator)) {
    const at = attribute.indexOf('=')
    const name = at < 0 ? attribute : attribute.slice(0, at)
    if (at < 0 || !known.includes(name) || found.has(name)) throw new ValueProblem(`${FORM}: ${known.join(', ')}, once`)
    found.set(name, decoded(attribute.slice(at + 1)))
  }
  return found
}

function decoded(text: string): string {
  try {
    const value = decodeURIComponent(text)
    if (!/[\u0000-\u001f\u007f]/.test(value)) return value
  } catch {
    // Refused below, as control characters are.
  }
  throw new ValueProblem(`${FORM}: a value is not well-formed`)
}

export function resolvePkcs11(text: Pkcs11Text, env: Environment): Pkcs11Setting {
  return {
    ...text,
    modulePath: resolve(text.modulePath),
    pin: readSecretPlace(text.pin, 'the PIN of the token', env),
  }
}
