/** How listings write names: as they are, or percent-encoded where `encoding-type=url` was asked for. */
export type ShowName = (name: string) => string

/** Unreserved characters and `/` stay; a space is `%20`, which every client decodes alike. */
const ENCODED = /[^A-Za-z0-9\-_.~/*]/g
const ALSO_PLAIN = /^[A-Za-z0-9\-_.~/*]*$/

export function encodeName(name: string): string {
  if (ALSO_PLAIN.test(name)) return name
  const bytes = Buffer.from(name, 'utf8').toString('latin1')
  return bytes.replace(ENCODED, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

export function nameWriter(encodes: boolean): ShowName {
  return encodes ? encodeName : (name) => name
}
