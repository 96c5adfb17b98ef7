import { isUtf8 } from 'node:buffer'
import { refuse } from './failure.ts'

/** A JSON value; objects are maps, so that no name (`__proto__`, `constructor`) means more than itself. */
export type JsonValue = string | number | boolean | null | JsonList | JsonObject
export type JsonList = readonly JsonValue[]
export type JsonObject = ReadonlyMap<string, JsonValue>

export interface JsonLimits {
  readonly maxDepth: number
  /** Values of all kinds together. */
  readonly maxValues: number
}

export const DEFAULT_JSON_LIMITS: JsonLimits = { maxDepth: 8, maxValues: 10_000 }

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map
}

/**
 * One JSON text (RFC 8259), strictly: UTF-8 without byte order mark, no duplicate members, no lone surrogates, no number
 * beyond what is exact, nothing after the end. Anything else is `malformed-json`.
 */
export function parseStrictJson(bytes: Uint8Array, limits: JsonLimits = DEFAULT_JSON_LIMITS): JsonValue {
  if (!isUtf8(bytes)) return malformed('it is not UTF-8', 0)
  const reader = new JsonReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'), limits)
  return reader.document()
}

function malformed(why: string, at: number): never {
  return refuse({ kind: 'malformed-json', detail: `${why}, at character ${at}` })
}

const BLANKS = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
/** A whole string: characters but controls, quotes and backslashes, or an escape. */
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y

class JsonReader {
  readonly #text: string
  readonly #limits: JsonLimits
  #at = 0
  #values = 0

  constructor(text: string, limits: JsonLimits) {
    this.#text = text
    this.#limits = limits
  }

  document(): JsonValue {
    const value = this.#value(0)
    this.#match(BLANKS)
    if (this.#at < this.#text.length) malformed('something follows the value', this.#at)
    return value
  }

  #value(depth: number): JsonValue {
    this.#values += 1
    if (this.#values > this.#limits.maxValues) malformed('it has too many values', this.#at)
    if (depth > this.#limits.maxDepth) malformed('it is nested too deeply', this.#at)
    this.#match(BLANKS)
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#list(depth)
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      default:
        return this.#number()
    }
  }

  #object(depth: number): JsonObject {
    const members = new Map<string, JsonValue>()
    this.#at += 1
    if (this.#takes('}')) return members
    do {
      this.#match(BLANKS)
      const start = this.#at
      const name = this.#string()
      if (members.has(name)) malformed('a member comes twice', start)
      if (!this.#takes(':')) malformed('a colon is missing', this.#at)
      members.set(name, this.#value(depth + 1))
    } while (this.#takes(','))
    if (!this.#takes('}')) malformed('an object does not end', this.#at)
    return members
  }

  #list(depth: number): JsonList {
    const items: JsonValue[] = []
    this.#at += 1
    if (this.#takes(']')) return items
    do items.push(this.#value(depth + 1))
    while (this.#takes(','))
    if (!this.#takes(']')) malformed('a list does not end', this.#at)
    return items
  }

  #string(): string {
    const start = this.#at
    const raw = this.#match(STRING)
    if (raw === undefined) return malformed('a string is expected', start)
    // The pattern allows exactly what JSON allows in a string.
    const value: unknown = JSON.parse(raw)
    if (typeof value !== 'string' || !value.isWellFormed()) return malformed('a string holds half a character', start)
    return value
  }

  #number(): number {
    const start = this.#at
    const raw = this.#match(NUMBER)
    if (raw === undefined || raw === '') return malformed('a value is expected', start)
    const value = Number(raw)
    if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) malformed('a number is too large', start)
    return value
  }

  #word<Value extends boolean | null>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at)) return malformed('a value is expected', this.#at)
    this.#at += word.length
    return value
  }

  /** After blanks: whether the character comes next; it is taken. */
  #takes(character: string): boolean {
    this.#match(BLANKS)
    if (this.#text[this.#at] !== character) return false
    this.#at += 1
    return true
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }
}
