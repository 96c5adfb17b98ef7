import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, type Document, type Node } from 'yaml'
import { ConfigProblem } from './config-problem.ts'

/** A value of the subset: text, a list of texts, or named values. Numbers and booleans stay the text that was written. */
export type YamlValue = string | readonly string[] | YamlMap
export type YamlMap = ReadonlyMap<string, YamlValue>

export function isYamlMap(value: YamlValue | undefined): value is YamlMap {
  return value instanceof Map
}

export const MAX_YAML_BYTES = 64 * 1024
export const MAX_YAML_DEPTH = 4

/**
 * Reads one YAML document of the safe subset: maps, lists of scalars, scalars. Refused: aliases, anchors, tags,
 * directives, merge keys, duplicate keys, several documents, keys that are no plain text (T-176). `what` names the
 * file in the sentence of a refusal.
 */
export function parseYamlSubset(bytes: Uint8Array, what: string): YamlMap {
  if (bytes.length > MAX_YAML_BYTES) throw new ConfigProblem(`${what} is longer than ${MAX_YAML_BYTES} bytes`)
  const text = decodeUtf8(bytes, what)
  const documents = parseAllDocuments(text, { schema: 'failsafe', uniqueKeys: true, merge: false, strict: true })
  if (documents.length === 0) return new Map()
  const [document, ...others] = documents
  if (document === undefined || others.length > 0) throw new ConfigProblem(`${what} holds more than one document`)
  return rootOf(document, what)
}

function rootOf(document: Document.Parsed, what: string): YamlMap {
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) {
    const line = problem.linePos?.[0].line
    throw new ConfigProblem(
      `${what} is no acceptable YAML${line === undefined ? '' : `, line ${line}`}: ${problem.code}`,
    )
  }
  const { explicit } = document.directives.yaml
  if (explicit === true || Object.keys(document.directives.tags).length > 1) {
    throw new ConfigProblem(`${what} has a directive`)
  }
  if (document.contents === null) return new Map()
  const root = readNode(document.contents, what, 0)
  if (!isYamlMap(root)) throw new ConfigProblem(`${what} must hold names with values`)
  return root
}

function readNode(node: Node | null | undefined, what: string, depth: number): YamlValue {
  if (depth > MAX_YAML_DEPTH) throw new ConfigProblem(`${what} is nested too deeply`)
  if (node === null || node === undefined) return ''
  if (isAlias(node)) throw new ConfigProblem(`${what} has an alias`)
  if (node.tag !== undefined) throw new ConfigProblem(`${what} has a tag`)
  if (node.anchor !== undefined) throw new ConfigProblem(`${what} has an anchor`)
  if (isScalar(node)) return typeof node.value === 'string' ? node.value : ''
  if (isSeq<Node>(node)) return node.items.map((item) => readListItem(item, what))
  if (!isMap<Node, Node | null>(node)) throw new ConfigProblem(`${what} holds something that is no map, list or text`)
  const map = new Map<string, YamlValue>()
  for (const { key, value } of node.items) {
    const name = readNode(key, what, MAX_YAML_DEPTH)
    if (typeof name !== 'string' || name === '<<') throw new ConfigProblem(`${what} has a name that is no plain text`)
    map.set(name, readNode(value, what, depth + 1))
  }
  return map
}

function readListItem(item: Node, what: string): string {
  const value = readNode(item, what, MAX_YAML_DEPTH)
  if (typeof value !== 'string') throw new ConfigProblem(`${what} has a list of something else than texts`)
  return value
}

function decodeUtf8(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ConfigProblem(`${what} is not UTF-8`)
  }
}
