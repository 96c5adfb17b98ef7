import { parseAccountId, refuse, type AccountId } from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'
import type { Key, Row } from '../storage/index.ts'

/** The one format of this room's rows: the clear part is this byte, the secret part JSON (docs/people.md, "Rows"). */
const FORMAT = Uint8Array.of(1)

export function sealFields(records: RecordSealer, rowKey: Key, fields: object): Buffer {
  return records.seal({ rowKey, clear: FORMAT, secret: Buffer.from(JSON.stringify(fields)) })
}

/** Throws `integrity`. */
export function openFields(records: RecordSealer, row: Row): StoredFields {
  const { clear, secret } = records.open(row.key, row.value)
  const value: unknown = JSON.parse(Buffer.from(secret).toString())
  if (clear[0] !== FORMAT[0] || typeof value !== 'object' || value === null) return damaged()
  return new StoredFields(new Map<string, unknown>(Object.entries(value)))
}

function damaged(): never {
  return refuse({ kind: 'integrity', what: 'identity record' })
}

/** Fields of a record, each of them of the type that is asked for, or the record is damaged. */
export class StoredFields {
  readonly #fields: ReadonlyMap<string, unknown>

  constructor(fields: ReadonlyMap<string, unknown>) {
    this.#fields = fields
  }

  text(name: string): string {
    return this.optionalText(name) ?? damaged()
  }

  optionalText(name: string): string | undefined {
    const value = this.#fields.get(name)
    return value === undefined || typeof value === 'string' ? value : damaged()
  }

  number(name: string): number {
    return this.optionalNumber(name) ?? damaged()
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#fields.get(name)
    return value === undefined || typeof value === 'number' ? value : damaged()
  }

  /** False where there is none. */
  flag(name: string): boolean {
    const value = this.#fields.get(name)
    return value === undefined || typeof value === 'boolean' ? value === true : damaged()
  }

  account(name: string): AccountId {
    return parseAccountId(this.text(name)) ?? damaged()
  }

  /** Empty where there are none. */
  texts(name: string): readonly string[] {
    return this.#list(name).map((one) => (typeof one === 'string' ? one : damaged()))
  }

  /** Texts by name; empty where there are none. */
  textMap(name: string): Readonly<Record<string, string>> {
    const value = this.#fields.get(name)
    if (value === undefined) return {}
    if (typeof value !== 'object' || value === null) return damaged()
    const entries = Object.entries(value).map(([key, one]: [string, unknown]) =>
      typeof one === 'string' ? ([key, one] as const) : damaged(),
    )
    return Object.fromEntries(entries)
  }

  records(name: string): readonly StoredFields[] {
    return this.#list(name).map((one) =>
      typeof one === 'object' && one !== null ? new StoredFields(new Map(Object.entries(one))) : damaged(),
    )
  }

  #list(name: string): readonly unknown[] {
    const value = this.#fields.get(name)
    if (value === undefined) return []
    return Array.isArray(value) ? value : damaged()
  }
}

/** What a value must be one of. */
export function oneOf<Word extends string>(words: readonly Word[], text: string): Word {
  return words.find((word) => word === text) ?? damaged()
}

/** The fields that are there: an absent one is not stored. */
export function present<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]: Exclude<Fields[Name], undefined> } {
  // What is left is exactly what is not undefined.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]: Exclude<Fields[Name], undefined>
  }
}
