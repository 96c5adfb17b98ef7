import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { ConfigProblem } from './config-problem.ts'
import { isYamlMap, MAX_YAML_BYTES, parseYamlSubset, type YamlMap, type YamlValue } from './yaml-subset.ts'

/** Where a configuration file is looked for when none is named; the first that exists counts. */
export const CONFIG_FILE_PLACES = ['./coffer.yaml', '/etc/coffer/coffer.yaml'] as const

export interface ConfigFile {
  readonly path: string
  /** Dotted names to texts; a list is joined with commas. */
  readonly values: ReadonlyMap<string, string>
}

export interface ConfigFileSearch {
  /** Named by `--config` or `COFFER_CONFIG`: it must exist. */
  readonly named?: string | undefined
  readonly places?: readonly string[]
  /** The user that this process runs as; undefined where there are no users. */
  readonly userId?: number | undefined
}

const WRITABLE_BY_OTHERS = 0o022

/** The configuration file, or undefined when none was named and none lies in the usual places. */
export function readConfigFile(search: ConfigFileSearch): ConfigFile | undefined {
  const places = search.named === undefined ? (search.places ?? CONFIG_FILE_PLACES) : [search.named]
  for (const place of places) {
    const bytes = readIfThere(place, search.userId)
    if (bytes !== undefined) return { path: place, values: flatten(parseYamlSubset(bytes, place)) }
  }
  if (search.named === undefined) return undefined
  throw new ConfigProblem(`the configuration file ${search.named} does not exist or cannot be read`)
}

function readIfThere(path: string, userId: number | undefined): Buffer | undefined {
  const file = openIfThere(path)
  if (file === undefined) return undefined
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) throw new ConfigProblem(`${path} is not a regular file`)
    // A file that a stranger put into the directory of the start would decide where keys and data go (T-176).
    if (userId !== undefined && stat.uid !== userId && stat.uid !== 0) {
      throw new ConfigProblem(`${path} belongs to another user`, `name the right file with --config`)
    }
    if ((stat.mode & WRITABLE_BY_OTHERS) !== 0) {
      throw new ConfigProblem(`${path} can be changed by others`, `chmod go-w ${path}`)
    }
    const bytes = Buffer.alloc(MAX_YAML_BYTES + 1)
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0))
  } finally {
    closeSync(file)
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return undefined
    }
    throw new ConfigProblem(`${path} cannot be read`)
  }
}

function flatten(map: YamlMap): Map<string, string> {
  const values = new Map<string, string>()
  const add = (name: string, value: YamlValue): void => {
    if (isYamlMap(value)) {
      for (const [key, inner] of value) add(`${name}.${key}`, inner)
      return
    }
    // `a.b: 1` and `a: { b: 2 }` are the same name twice.
    if (values.has(name)) throw new ConfigProblem(`${name} is set twice in the configuration file`)
    values.set(name, typeof value === 'string' ? value : listText(value, name))
  }
  for (const [key, value] of map) add(key, value)
  return values
}

function listText(texts: readonly string[], name: string): string {
  if (texts.some((text) => text.includes(','))) throw new ConfigProblem(`${name} has a list item with a comma in it`)
  return texts.join(',')
}
