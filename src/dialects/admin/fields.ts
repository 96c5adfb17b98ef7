import { isJsonObject, refuse, type JsonObject, type JsonValue } from '../../operations/index.ts'

export const MAX_TEXT_CHARS = 8 * 1024

/** Reads the members of one object by name; `end` refuses whatever nobody asked for. */
export interface Fields {
  text(name: string): string
  /** `maxChars` when it is not `MAX_TEXT_CHARS`. */
  optionalText(name: string, maxChars?: number): string | undefined
  /** At most `max` texts. */
  texts(name: string, max: number): readonly string[]
  optionalTexts(name: string, max: number): readonly string[] | undefined
  optionalWord<Word extends string>(name: string, words: readonly Word[]): Word | undefined
  /** Each once at the most. */
  optionalWords<Word extends string>(name: string, words: readonly Word[]): readonly Word[] | undefined
  optionalNumber(name: string, min: number, max: number): number | undefined
  optionalFlag(name: string): boolean | undefined
  optionalObject(name: string): Fields | undefined
  /** At most `max` objects. */
  objects(name: string, max: number): readonly Fields[]
  optionalObjects(name: string, max: number): readonly Fields[] | undefined
  end(): void
}

export function fieldsOf(value: JsonValue, path = ''): Fields {
  if (!isJsonObject(value)) return refuse({ kind: 'malformed-json', detail: `${nameOf(path, '')} must be an object` })
  return new ObjectFields(value, path)
}

function nameOf(path: string, name: string): string {
  if (path === '') return name === '' ? 'the body' : name
  return name === '' ? path : `${path}.${name}`
}

class ObjectFields implements Fields {
  readonly #members: JsonObject
  readonly #path: string
  readonly #asked = new Set<string>()

  constructor(members: JsonObject, path: string) {
    this.#members = members
    this.#path = path
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.#refuse(name, 'is missing')
  }

  optionalText(name: string, maxChars = MAX_TEXT_CHARS): string | undefined {
    const value = this.#get(name)
    if (value === undefined) return undefined
    if (typeof value !== 'string') return this.#refuse(name, 'must be a text')
    if (value.length > maxChars) return this.#refuse(name, 'is too long')
    return value
  }

  optionalWord<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const text = this.optionalText(name)
    if (text === undefined) return undefined
    return words.find((word) => word === text) ?? this.#refuse(name, `must be one of ${words.join(', ')}`)
  }

  optionalWords<Word extends string>(name: string, words: readonly Word[]): readonly Word[] | undefined {
    if (this.#get(name) === undefined) return undefined
    const texts = this.texts(name, words.length)
    const meant = words.filter((word) => texts.includes(word))
    return meant.length === texts.length ? meant : this.#refuse(name, `must be some of ${words.join(', ')}`)
  }

  optionalNumber(name: string, min: number, max: number): number | undefined {
    const value = this.#get(name)
    if (value === undefined) return undefined
    const whole = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
    return whole ? value : this.#refuse(name, `must be a whole number from ${min} to ${max}`)
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.#get(name)
    return value === undefined || typeof value === 'boolean' ? value : this.#refuse(name, 'must be true or false')
  }

  optionalObject(name: string): Fields | undefined {
    const value = this.#get(name)
    return value === undefined ? undefined : fieldsOf(value, nameOf(this.#path, name))
  }

  optionalObjects(name: string, max: number): readonly Fields[] | undefined {
    return this.#get(name) === undefined ? undefined : this.objects(name, max)
  }

  optionalTexts(name: string, max: number): readonly string[] | undefined {
    return this.#get(name) === undefined ? undefined : this.texts(name, max)
  }

  texts(name: string, max: number): readonly string[] {
    const value = this.#get(name)
    if (!Array.isArray(value)) return this.#refuse(name, 'must be a list')
    if (value.length > max) return this.#refuse(name, `has more than ${max} items`)
    const items: readonly JsonValue[] = value
    return items.map((item) => (typeof item === 'string' ? item : this.#refuse(name, 'must be a list of texts')))
  }

  objects(name: string, max: number): readonly Fields[] {
    const value = this.#get(name)
    if (!Array.isArray(value)) return this.#refuse(name, 'must be a list')
    if (value.length > max) return this.#refuse(name, `has more than ${max} items`)
    const items: readonly JsonValue[] = value
    return items.map((item, index) => fieldsOf(item, nameOf(this.#path, `${name}[${index}]`)))
  }

  end(): void {
    for (const name of this.#members.keys()) {
      if (!this.#asked.has(name)) this.#refuse(name.slice(0, 64), 'is not known here')
    }
  }

  #get(name: string): JsonValue | undefined {
    this.#asked.add(name)
    return this.#members.get(name)
  }

  #refuse(name: string, why: string): never {
    return refuse({ kind: 'invalid-argument', argument: nameOf(this.#path, name), detail: why })
  }
}
