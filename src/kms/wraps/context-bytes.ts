import { refuse, type EncryptionContext } from '../../operations/index.ts'

/** The canonical bytes of a context are at most this many: 8 KiB of the client's, and the object's ARN beside them. */
export const MAX_CONTEXT_BYTES = 10_240

/**
 * EC(context): nothing for an empty context; else u16 count and, for each pair in the order of its key's UTF-8 bytes,
 * u16 length, key, u16 length, value (docs/object-format.md, "Contexts"). Throws `invalid-argument` for text that is
 * not well-formed and for contexts that are too long.
 */
export function contextBytes(context: EncryptionContext): Buffer {
  const pairs = Object.entries(context)
    .map(([name, value]) => [utf8(name), utf8(value)] as const)
    .sort(([left], [right]) => Buffer.compare(left, right))
  if (pairs.length === 0) return Buffer.alloc(0)
  const length = pairs.reduce((total, [name, value]) => total + 4 + name.length + value.length, 2)
  if (length > MAX_CONTEXT_BYTES) return refuseContext(`longer than ${MAX_CONTEXT_BYTES} bytes`)
  const bytes = Buffer.alloc(length)
  let at = bytes.writeUInt16BE(pairs.length)
  for (const field of pairs.flat()) {
    at = bytes.writeUInt16BE(field.length, at)
    at += field.copy(bytes, at)
  }
  return bytes
}

function utf8(text: string): Buffer {
  if (!text.isWellFormed()) return refuseContext('not well-formed Unicode')
  return Buffer.from(text)
}

function refuseContext(detail: string): never {
  return refuse({ kind: 'invalid-argument', argument: 'EncryptionContext', detail })
}
