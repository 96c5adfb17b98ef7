import { decodeBase64Strict } from '../../http/index.ts'
import { SecretBytes } from '../../secrets/index.ts'
import { notSupported, wrongKind, type Problems, type Shape } from './shape.ts'

export interface TextLimits {
  readonly min: number
  readonly max: number
  /** Whole text; written so that it takes linear time. */
  readonly pattern?: RegExp
  /** Not shown in errors. */
  readonly hidden?: true
}

/** Length in UTF-16 units, as the service's own language counts. */
export function text({ min, max, pattern, hidden }: TextLimits): Shape<string> {
  return {
    read: (value, path, problems) => {
      if (typeof value !== 'string') return wrongKind(path, 'a string')
      const shown = hidden === true ? undefined : value
      if (value.length < min) {
        problems.add(path, `Member must have length greater than or equal to ${min}`, shown)
      } else if (value.length > max) {
        problems.add(path, `Member must have length less than or equal to ${max}`, shown)
      } else if (pattern !== undefined && !pattern.test(value)) {
        problems.add(path, `Member must satisfy regular expression pattern: ${pattern.source}`, shown)
      } else return value
      return undefined
    },
  }
}

/** One of these. `unsupported`: words that KMS knows and this service does not have. */
export function word<const Word extends string>(
  words: readonly Word[],
  unsupported: readonly string[] = [],
): Shape<Word> {
  const constraint = `Member must satisfy enum value set: [${words.join(', ')}]`
  return {
    read: (value, path, problems) => {
      if (typeof value !== 'string') return wrongKind(path, 'a string')
      const known = words.find((one) => one === value)
      if (known !== undefined) return known
      if (unsupported.includes(value)) notSupported(`${path} ${value}`)
      problems.add(path, constraint, value)
      return undefined
    },
  }
}

export function whole(min: number, max: number): Shape<number> {
  return {
    read: (value, path, problems) => {
      if (typeof value !== 'number' || !Number.isInteger(value)) return wrongKind(path, 'a whole number')
      if (value < min) problems.add(path, `Member must have value greater than or equal to ${min}`, String(value))
      else if (value > max) problems.add(path, `Member must have value less than or equal to ${max}`, String(value))
      else return value
      return undefined
    },
  }
}

export const flag: Shape<boolean> = {
  read: (value, path) => (typeof value === 'boolean' ? value : wrongKind(path, 'true or false')),
}

/** The latest moment that a JavaScript date can hold, in seconds. */
const MAX_EPOCH_SECONDS = 8.64e12

/** A JSON number of seconds since 1970, with or without a fraction; read as milliseconds. */
export const moment: Shape<number> = {
  read: (value, path) => {
    if (typeof value !== 'number' || Math.abs(value) > MAX_EPOCH_SECONDS) {
      return wrongKind(path, 'a number of seconds since 1970')
    }
    return Math.round(value * 1000)
  },
}

/** Base64 (RFC 4648, 4). Never shown. */
export function blob(min: number, max: number): Shape<Uint8Array> {
  return { read: (value, path, problems) => readBlob(value, path, problems, min, max) }
}

/** As `blob`, in bytes that cannot be printed. */
export function secretBlob(min: number, max: number): Shape<SecretBytes> {
  return {
    read: (value, path, problems) => {
      const bytes = readBlob(value, path, problems, min, max)
      return bytes === undefined ? undefined : new SecretBytes(bytes)
    },
  }
}

function readBlob(value: unknown, path: string, problems: Problems, min: number, max: number): Uint8Array | undefined {
  if (typeof value !== 'string') return wrongKind(path, 'base64')
  const bytes = decodeBase64Strict(value) ?? wrongKind(path, 'base64')
  if (bytes.length < min) problems.add(path, `Member must have length greater than or equal to ${min}`)
  else if (bytes.length > max) problems.add(path, `Member must have length less than or equal to ${max}`)
  else return bytes
  return undefined
}
