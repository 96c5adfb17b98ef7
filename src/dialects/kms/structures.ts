import { isJsonObject, type JsonValue } from '../../operations/index.ts'
import { FoundProblems, pathName, wrongKind, type Input, type Members, type Problems, type Shape } from './shape.ts'

/** An object with these members. Members that it does not name are passed over, as KMS does; null is absence. */
export function structure<Of extends Members>(members: Of): Shape<Input<Of>> {
  const named = Object.entries(members)
  return {
    read: (value, path, problems) => {
      if (!isJsonObject(value)) return wrongKind(path === '' ? 'the request' : path, 'an object')
      const read: Record<string, unknown> = {}
      for (const [name, { shape, required }] of named) {
        const member = value.get(name)
        const at = path === '' ? pathName(name) : `${path}.${pathName(name)}`
        if (member === undefined || member === null) {
          if (required) problems.missing(at)
          continue
        }
        const checked = shape.read(member, at, problems)
        if (checked !== undefined) read[name] = checked
      }
      // Right once `problems` is empty, and nobody looks at it otherwise: each member was read by its own shape.
      return read as Input<Of>
    },
  }
}

/** Reads one request; refuses with all that is wrong with it. */
export function readInput<Of extends Members>(shape: Shape<Input<Of>>, value: JsonValue): Input<Of> {
  const problems = new FoundProblems()
  const input = shape.read(value, '', problems)
  problems.end()
  return input ?? wrongKind('the request', 'an object')
}

export interface ListLimits {
  readonly max: number
  /** Items are shown in errors. */
  readonly shown?: true
}

/** A list of texts. KMS tells what is wrong with an item at the list's own name. */
export function texts<Value extends string>(item: Shape<Value>, { max, shown }: ListLimits): Shape<readonly Value[]> {
  return {
    read: (value, path, problems) => {
      if (!isList(value)) return wrongKind(path, 'a list')
      if (value.length > max) {
        tooLong(path, max, problems)
        return
      }
      const read: Value[] = []
      for (const one of value) {
        const within = itemProblems((constraint) =>
          problems.add(path, constraint, shown === true ? listed(value) : undefined),
        )
        const checked = item.read(one, path, within)
        if (checked === undefined) return undefined
        read.push(checked)
      }
      return read
    },
  }
}

function itemProblems(tell: (constraint: string) => void): Problems {
  const told = (constraint: string): void => tell(`Member must satisfy constraint: [${constraint}]`)
  return { add: (_path, constraint) => told(constraint), missing: () => told('Member must not be null') }
}

function listed(items: readonly JsonValue[]): string {
  return `[${items.map((item) => (typeof item === 'string' ? item : '')).join(', ')}]`
}

/** A list of objects; what is wrong with one is told by its place, counted from 1. */
export function structures<Value>(item: Shape<Value>, max: number): Shape<readonly Value[]> {
  return {
    read: (value, path, problems) => {
      if (!isList(value)) return wrongKind(path, 'a list')
      if (value.length > max) {
        tooLong(path, max, problems)
        return
      }
      return value.flatMap((one, index) => item.read(one, `${path}.${index + 1}.member`, problems) ?? [])
    },
  }
}

/** An object of texts under any names: an encryption context. Never shown. */
export function textMap(maxPairs: number): Shape<Readonly<Record<string, string>>> {
  return {
    read: (value, path, problems) => {
      if (!isJsonObject(value)) return wrongKind(path, 'an object')
      if (value.size > maxPairs) {
        tooLong(path, maxPairs, problems)
        return
      }
      const pairs: [string, string][] = []
      for (const [name, one] of value) {
        if (typeof one !== 'string') return wrongKind(path, 'an object of strings')
        pairs.push([name, one])
      }
      // Not by assignment: a pair may be called `__proto__`.
      return Object.fromEntries(pairs)
    },
  }
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function tooLong(path: string, max: number, problems: Problems): undefined {
  problems.add(path, `Member must have length less than or equal to ${max}`)
}
