import { refuse, type JsonValue } from '../../operations/index.ts'

/** Where a shape tells what is wrong with a value. */
export interface Problems {
  /** `value`: what was sent, where it may be shown. */
  add(path: string, constraint: string, value?: string): void
  missing(path: string): void
}

/**
 * What is wrong with the members of one request, gathered so that all of it is told at once. Blobs, tokens, contexts
 * and policies are never shown: they may be somebody's secrets (T-101).
 */
export class FoundProblems implements Problems {
  readonly #found: string[] = []

  add(path: string, constraint: string, value?: string): void {
    const shown = value === undefined ? '' : ` '${value.slice(0, MAX_SHOWN_CHARS)}'`
    if (this.#found.length < MAX_PROBLEMS) {
      this.#found.push(`Value${shown} at '${path}' failed to satisfy constraint: ${constraint}`)
    }
  }

  missing(path: string): void {
    if (this.#found.length < MAX_PROBLEMS) {
      this.#found.push(`Value null at '${path}' failed to satisfy constraint: ${NOT_NULL}`)
    }
  }

  /** Ends with `invalid-request` if anything was added: the text of KMS's ValidationException. */
  end(): void {
    const count = this.#found.length
    if (count === 0) return
    const title = count === 1 ? '1 validation error' : `${count} validation errors`
    refuse({ kind: 'invalid-request', detail: `${title} detected: ${this.#found.join('; ')}` })
  }
}

const NOT_NULL = 'Member must not be null'
const MAX_PROBLEMS = 10
const MAX_SHOWN_CHARS = 512

/**
 * What a member has to be. `read` answers the value, or undefined after it has told `problems` what is wrong. JSON of
 * another kind altogether is `malformed-json` at once.
 */
export interface Shape<Value> {
  read(value: JsonValue, path: string, problems: Problems): Value | undefined
}

export interface Member<Value, Required extends boolean = boolean> {
  readonly shape: Shape<Value>
  readonly required: Required
}

export type Members = Readonly<Record<string, Member<unknown>>>

type ValueOf<Of> = Of extends Member<infer Value> ? Value : never
type RequiredNames<Of extends Members> = {
  [Name in keyof Of]: Of[Name] extends Member<unknown, true> ? Name : never
}[keyof Of]

/** The checked members of a request: required ones are there, optional ones may be absent, others were passed over. */
export type Input<Of extends Members> = { readonly [Name in RequiredNames<Of>]: ValueOf<Of[Name]> } & {
  readonly [Name in Exclude<keyof Of, RequiredNames<Of>>]?: ValueOf<Of[Name]>
}

export function required<Value>(shape: Shape<Value>): Member<Value, true> {
  return { shape, required: true }
}

export function optional<Value>(shape: Shape<Value>): Member<Value, false> {
  return { shape, required: false }
}

/** `KeyId` is called `keyId` in what KMS says of it. */
export function pathName(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1)
}

/** JSON of a kind that a member cannot be: KMS calls it a SerializationException. */
export function wrongKind(path: string, wanted: string): never {
  return refuse({ kind: 'malformed-json', detail: `${path} must be ${wanted}` })
}

/** What KMS has and this service does not. */
export function notSupported(what: string): never {
  return refuse({ kind: 'unsupported-operation', detail: `${what} is not supported.` })
}
