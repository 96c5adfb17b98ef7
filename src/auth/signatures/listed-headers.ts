/** The shape that three vendors' Authorization headers share: an algorithm, and named fields between commas. */
import type { HttpHeaders } from '../../http/index.ts'
import { refuse } from '../../operations/index.ts'
import { MAX_AUTHORIZATION_CHARS, MAX_SIGNED_HEADERS, MAX_SIGNED_HEADERS_CHARS } from '../limits.ts'

const malformed = (detail: string): never => refuse({ kind: 'malformed-authorization', detail })

/** `<algorithm> <name>=<value>, <name>=<value>`: each of `names` once, and no other. */
export function authorizationFields<const Name extends string>(
  authorization: string,
  algorithm: string,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const start = `${algorithm} `
  if (authorization.length > MAX_AUTHORIZATION_CHARS || !authorization.startsWith(start)) {
    return malformed(`the Authorization header needs ${algorithm} and its fields`)
  }
  const found = new Map<string, string>()
  for (const piece of authorization.slice(start.length).split(',')) {
    const field = piece.trim()
    const equals = field.indexOf('=')
    const name = field.slice(0, Math.max(0, equals))
    if (found.has(name) || !names.some((known) => known === name)) {
      return malformed(`the Authorization header holds ${names.join(', ')}, each once`)
    }
    found.set(name, field.slice(equals + 1))
  }
  const entries = names.map((name) => [name, found.get(name) ?? malformed(`no ${name} in the Authorization header`)])
  // Each name of the list is there: the line above refuses otherwise.
  return Object.fromEntries(entries) as Record<Name, string>
}

const NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/

/** `a;b;c`: lower-case names, sorted or not, none twice, `host` among them; `authorization` is none (T-038). */
export function signedHeaderNames(text: string): readonly string[] {
  if (text.length > MAX_SIGNED_HEADERS_CHARS) malformed('SignedHeaders is too long')
  const names = text.split(';')
  const unique = new Set(names)
  const good = names.every((name) => NAME.test(name)) && unique.size === names.length
  if (!good || names.length > MAX_SIGNED_HEADERS) malformed('SignedHeaders holds names in lower case, each once')
  if (!unique.has('host') || unique.has('authorization'))
    malformed('SignedHeaders has host in it, and no authorization')
  return names
}

/** `name:value` lines in the order of the list. A listed header that did not come is a mismatch, never empty (T-038). */
export function headerLines(names: readonly string[], headers: HttpHeaders, host: string): string {
  return names
    .map((name) => {
      const value = name === 'host' ? host : headers.get(name)
      return `${name}:${(value ?? refuse({ kind: 'signature-does-not-match' })).trim()}\n`
    })
    .join('')
}
