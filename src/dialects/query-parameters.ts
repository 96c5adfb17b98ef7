import { parseDecimal } from '../http/index.ts'
import { refuse } from '../operations/index.ts'

/** Where an operation says nothing shorter. */
export const MAX_TEXT_CHARS = 2_048

/**
 * Reads the parameters of one action by name; `end` refuses whatever nobody asked for, so that nothing a client wished
 * for is overlooked. Throws `invalid-argument`.
 */
export interface QueryParameters {
  text(name: string, maxChars?: number): string
  optional(name: string, maxChars?: number): string | undefined
  /** A word of the wire, as the word that we have for it. */
  word<Word>(name: string, words: ReadonlyMap<string, Word>): Word | undefined
  requiredWord<Word>(name: string, words: ReadonlyMap<string, Word>): Word
  number(name: string, min: number, max: number): number | undefined
  flag(name: string): boolean | undefined
  /** `<name>.member.1` and so on, without a gap; `<name>=` is the empty list. */
  texts(name: string, maxItems: number): readonly string[]
  /** `<name>.member.1.<field>` and so on. */
  items(name: string, maxItems: number): readonly QueryParameters[]
  /** What the action has and this server has not: refused with `not-implemented` when it came. */
  undone(...names: readonly string[]): void
  end(): void
}

export function queryParameters(fields: ReadonlyMap<string, string>): QueryParameters {
  return new Parameters(fields, '', new Set())
}

class Parameters implements QueryParameters {
  readonly #fields: ReadonlyMap<string, string>
  readonly #prefix: string
  /** Full names; the items of a list share it with their list. */
  readonly #asked: Set<string>

  constructor(fields: ReadonlyMap<string, string>, prefix: string, asked: Set<string>) {
    this.#fields = fields
    this.#prefix = prefix
    this.#asked = asked
  }

  text(name: string, maxChars?: number): string {
    return this.optional(name, maxChars) ?? this.#refuse(name, 'is missing')
  }

  optional(name: string, maxChars = MAX_TEXT_CHARS): string | undefined {
    const value = this.#get(name)
    if (value !== undefined && value.length > maxChars) this.#refuse(name, `has more than ${maxChars} characters`)
    return value
  }

  word<Word>(name: string, words: ReadonlyMap<string, Word>): Word | undefined {
    return this.#get(name) === undefined ? undefined : this.requiredWord(name, words)
  }

  requiredWord<Word>(name: string, words: ReadonlyMap<string, Word>): Word {
    for (const [spelling, word] of words) if (spelling === this.text(name)) return word
    return this.#refuse(name, `must be one of ${[...words.keys()].join(', ')}`)
  }

  number(name: string, min: number, max: number): number | undefined {
    const text = this.#get(name)
    if (text === undefined) return undefined
    return parseDecimal(text, { min, max }) ?? this.#refuse(name, `must be a whole number from ${min} to ${max}`)
  }

  flag(name: string): boolean | undefined {
    const text = this.#get(name)
    if (text === undefined || text === 'true' || text === 'false')
      return text === undefined ? undefined : text === 'true'
    return this.#refuse(name, 'must be true or false')
  }

  texts(name: string, maxItems: number): readonly string[] {
    const list: string[] = []
    for (const item of this.#itemNames(name, maxItems)) list.push(this.text(item))
    return list
  }

  items(name: string, maxItems: number): readonly QueryParameters[] {
    return this.#itemNames(name, maxItems).map(
      (item) => new Parameters(this.#fields, `${this.#prefix}${item}.`, this.#asked),
    )
  }

  undone(...names: readonly string[]): void {
    for (const name of names) {
      const full = this.#prefix + name
      for (const key of this.#fields.keys()) {
        if (key !== full && !key.startsWith(`${full}.`)) continue
        refuse({ kind: 'not-implemented', detail: `The parameter ${full} is not implemented.` })
      }
    }
  }

  end(): void {
    for (const name of this.#fields.keys()) {
      if (!this.#asked.has(name)) refuse({ kind: 'invalid-argument', argument: name, detail: 'is not known here' })
    }
  }

  /** Names of a list's items, relative to here. One more than allowed is enough to know. */
  #itemNames(name: string, maxItems: number): readonly string[] {
    if (this.#get(name) === '') return []
    if (this.#fields.has(this.#prefix + name)) return this.#refuse(name, 'must be a list')
    const names: string[] = []
    for (let number = 1; ; number += 1) {
      const item = `${name}.member.${number}`
      const full = this.#prefix + item
      const there = this.#fields.has(full) || this.#hasBelow(`${full}.`)
      if (!there) return names
      if (number > maxItems) return this.#refuse(name, `has more than ${maxItems} items`)
      names.push(item)
    }
  }

  #hasBelow(prefix: string): boolean {
    for (const key of this.#fields.keys()) if (key.startsWith(prefix)) return true
    return false
  }

  #get(name: string): string | undefined {
    const full = this.#prefix + name
    this.#asked.add(full)
    return this.#fields.get(full)
  }

  #refuse(name: string, detail: string): never {
    return refuse({ kind: 'invalid-argument', argument: this.#prefix + name, detail })
  }
}
