import { decodeBase64Strict, parseDecimal } from '../http/index.ts'
import {
  isJsonObject,
  parseStrictJson,
  refuse,
  type EncryptionContext,
  type JsonObject,
  type JsonValue,
} from '../operations/index.ts'
import { SecretBytes } from '../secrets/index.ts'

/** Pairs of an encryption context; the bytes of all have a limit of their own. */
const MAX_CONTEXT_PAIRS = 256
/** What is shown of a value that is not one of its words. */
const MAX_SHOWN_CHARS = 64
/** The longest name of a key: an ARN. */
export const MAX_KEY_NAME_CHARS = 2_048
export const MAX_DESCRIPTION_CHARS = 8_192
export const MAX_CIPHERTEXT_BYTES = 6_144
export const MAX_PLAINTEXT_BYTES = 4_096

/**
 * The members of a request to a vendor's key service, read by name. Numbers and flags may come as text: where everything
 * travels in parameters there is nothing else. What nobody reads is passed over, as the vendors do; `undone` is for what
 * would change what is done. Throws `missing-argument` and `invalid-argument`; values that may be secret are never shown.
 */
export class KeyMembers {
  readonly #members: JsonObject

  constructor(members: JsonObject) {
    this.#members = members
  }

  has(name: string): boolean {
    return this.#get(name) !== undefined
  }

  text(name: string, maxChars: number): string {
    return this.optionalText(name, maxChars) ?? missing(name)
  }

  optionalText(name: string, maxChars: number): string | undefined {
    const value = this.#get(name)
    if (value === undefined) return undefined
    if (typeof value !== 'string') return invalid(name, 'must be text')
    return value.length <= maxChars ? value : invalid(name, `has more than ${maxChars} characters`)
  }

  /** The text by which a key is named. */
  key(name: string): string {
    return this.text(name, MAX_KEY_NAME_CHARS)
  }

  whole(name: string, min: number, max: number): number {
    return this.optionalWhole(name, min, max) ?? missing(name)
  }

  optionalWhole(name: string, min: number, max: number): number | undefined {
    const value = this.#get(name)
    if (value === undefined) return undefined
    const number = typeof value === 'string' ? parseDecimal(value, { min, max }) : value
    const good = typeof number === 'number' && Number.isSafeInteger(number) && number >= min && number <= max
    return good ? number : invalid(name, `must be a whole number from ${min} to ${max}`)
  }

  flag(name: string): boolean | undefined {
    const value = this.#get(name)
    if (value === undefined || typeof value === 'boolean') return value
    if (value === 'true' || value === 'false') return value === 'true'
    return invalid(name, 'must be true or false')
  }

  /** `others`: words that the vendor has and this service has not. */
  word<const Word extends string>(
    name: string,
    words: readonly Word[],
    others: readonly string[] = [],
  ): Word | undefined {
    const value = this.optionalText(name, MAX_KEY_NAME_CHARS)
    if (value === undefined) return undefined
    const known = words.find((word) => word === value)
    if (known !== undefined) return known
    if (others.includes(value)) {
      return refuse({ kind: 'unsupported-operation', detail: `${name} ${value} is not supported.` })
    }
    const detail = `must be one of ${words.join(', ')}`
    return refuse({ kind: 'invalid-argument', argument: name, value: value.slice(0, MAX_SHOWN_CHARS), detail })
  }

  /** What would change what is done, and is not built. */
  undone(...names: readonly string[]): void {
    const name = names.find((one) => this.has(one))
    if (name !== undefined) refuse({ kind: 'not-implemented', detail: `The parameter ${name} is not implemented.` })
  }

  base64(name: string, maxBytes: number): Uint8Array {
    const bytes = decodeBase64Strict(this.text(name, Math.ceil(maxBytes / 3) * 4)) ?? invalid(name, 'must be base64')
    return sized(name, bytes, maxBytes)
  }

  hex(name: string, maxBytes: number): Uint8Array {
    const text = this.text(name, maxBytes * 2)
    if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) return invalid(name, 'must be hexadecimal')
    return sized(name, Buffer.from(text, 'hex'), maxBytes)
  }

  secretBase64(name: string, maxBytes: number): SecretBytes {
    return new SecretBytes(this.base64(name, maxBytes))
  }

  /** The text's own bytes. */
  secretUtf8(name: string, maxBytes: number): SecretBytes {
    const text = this.text(name, maxBytes)
    if (!text.isWellFormed()) invalid(name, 'must be Unicode text')
    return new SecretBytes(sized(name, Buffer.from(text, 'utf8'), maxBytes))
  }

  /** An object of texts, or the JSON text of one. */
  context(name: string): EncryptionContext {
    const value = this.#get(name)
    if (value === undefined) return {}
    const read = typeof value === 'string' ? objectOf(name, value) : value
    return isJsonObject(read) ? contextOf(name, read) : invalid(name, 'must be an object of texts')
  }

  #get(name: string): JsonValue | undefined {
    const value = this.#members.get(name)
    return value === null ? undefined : value
  }
}

function objectOf(name: string, text: string): JsonValue {
  try {
    return parseStrictJson(Buffer.from(text, 'utf8'), { maxDepth: 1, maxValues: MAX_CONTEXT_PAIRS + 1 })
  } catch {
    return invalid(name, 'must be JSON, an object of texts')
  }
}

function contextOf(name: string, pairs: JsonObject): EncryptionContext {
  if (pairs.size > MAX_CONTEXT_PAIRS) return invalid(name, `has more than ${MAX_CONTEXT_PAIRS} pairs`)
  // Not by assignment: a pair may be called `__proto__`.
  return Object.fromEntries(
    [...pairs].map(([key, value]) => [key, typeof value === 'string' ? value : invalid(name, 'holds texts alone')]),
  )
}

function sized<Bytes extends Uint8Array>(name: string, bytes: Bytes, maxBytes: number): Bytes {
  return bytes.length >= 1 && bytes.length <= maxBytes ? bytes : invalid(name, `must have 1 to ${maxBytes} bytes`)
}

function missing(argument: string): never {
  return refuse({ kind: 'missing-argument', argument })
}

function invalid(argument: string, detail: string): never {
  return refuse({ kind: 'invalid-argument', argument, detail })
}
