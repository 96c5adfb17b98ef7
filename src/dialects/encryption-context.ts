import { isUtf8 } from 'node:buffer'
import { decodeBase64Strict } from '../http/index.ts'
import type { EncryptionContext } from '../operations/index.ts'

/** Of the JSON text, after base64. */
export const MAX_CONTEXT_JSON_BYTES = 8 * 1024

const STRING = '"(?:[^"\\\\\\u0000-\\u001f]|\\\\(?:["\\\\/bfnrt]|u[0-9a-fA-F]{4}))*"'
const SPACE = '[ \\t\\r\\n]*'
const OPENING = new RegExp(`${SPACE}\\{${SPACE}`, 'y')
const MEMBER = new RegExp(`(${STRING})${SPACE}:${SPACE}(${STRING})${SPACE}`, 'y')
const COMMA = new RegExp(`,${SPACE}`, 'y')
const CLOSING = new RegExp(`\\}${SPACE}$`, 'y')

/**
 * An encryption context as the header carries it: base64 of UTF-8 JSON, one object of strings. Undefined for everything else:
 * other values, nesting, a name twice, text that is not Unicode, more than 8 KiB (spec 4.4, T-105).
 */
export function parseEncryptionContext(header: string): EncryptionContext | undefined {
  const bytes = decodeBase64Strict(header)
  if (bytes === undefined || bytes.length > MAX_CONTEXT_JSON_BYTES || !isUtf8(bytes)) return undefined
  const pairs = membersOf(Buffer.from(bytes).toString('utf8'))
  return pairs === undefined ? undefined : Object.fromEntries(pairs)
}

/** The grammar is read by hand: `JSON.parse` lets the last of two equal names win. */
function membersOf(text: string): ReadonlyMap<string, string> | undefined {
  const pairs = new Map<string, string>()
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at = pattern.lastIndex
    return match
  }
  if (take(OPENING) === null) return undefined
  if (take(CLOSING) !== null) return pairs
  for (;;) {
    const member = take(MEMBER)
    if (member === null) return undefined
    const name = stringOf(member[1])
    const value = stringOf(member[2])
    if (name === undefined || value === undefined || pairs.has(name)) return undefined
    pairs.set(name, value)
    if (take(CLOSING) !== null) return pairs
    if (take(COMMA) === null) return undefined
  }
}

/** A string literal that the pattern has matched; undefined when its escapes make no Unicode text. */
function stringOf(literal: string | undefined): string | undefined {
  const value: unknown = JSON.parse(literal ?? 'null')
  return typeof value === 'string' && value.isWellFormed() ? value : undefined
}

export function shownContext(context: EncryptionContext): string {
  return Buffer.from(JSON.stringify(context), 'utf8').toString('base64')
}
