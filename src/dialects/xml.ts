import { isUtf8 } from 'node:buffer'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SaxesParser } from 'saxes'
import { refuse } from '../operations/index.ts'

/**
 * One element. `text` is all its character data joined (comments and CDATA borders do not count), not trimmed. An element has
 * either children or text. Children are a list: a name never indexes anything.
 */
export interface XmlElement {
  readonly name: string
  readonly children: readonly XmlElement[]
  readonly text: string
}

export interface XmlLimits {
  readonly depth: number
  readonly elements: number
  readonly attributes: number
}

export const XML_LIMITS: XmlLimits = { depth: 16, elements: 20_000, attributes: 16 }

/**
 * How much of a document is read in one turn of the event loop, in UTF-16 units: about two milliseconds. Documents that
 * can be many times longer are read by `readLongXml`, so that other requests go on meanwhile.
 */
export const XML_SLICE_UNITS = 16_384

export interface XmlDocumentRule {
  /** The name of the root element. */
  readonly root: string
  /**
   * Accepted on every element, one or all that a pattern fits; without any namespace the document is accepted too.
   * Anything else is foreign.
   */
  readonly namespace: string | RegExp
  /** `xsi:type` is accepted, and says nothing that the element's children do not (lists of rights). */
  readonly typed?: boolean
  readonly limits?: Partial<XmlLimits>
}

interface Growing {
  readonly name: string
  readonly uri: string
  readonly children: XmlElement[]
  text: string
}

/** The prefix is the one that every client writes; that it is bound, the parser demands. */
const TYPE_ATTRIBUTE = 'xsi:type'
const XML_SPACE = /^[ \t\r\n]*$/

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

/**
 * Reads a document strictly (XML 1.0, Namespaces in XML 1.0): UTF-8 only, with or without a byte order mark; no DOCTYPE, no
 * entity but the five and character references, no processing instruction, no prefix, no foreign namespace, no
 * attribute but namespace declarations. Everything else is `malformed-xml`. The caller limits the bytes.
 */
export function readXml(bytes: Uint8Array, rule: XmlDocumentRule): XmlElement {
  const reader = xmlReader(rule)
  reader.write(textIn(bytes))
  return reader.end()
}

/** As `readXml`, with a turn of the event loop between slices. */
export async function readLongXml(bytes: Uint8Array, rule: XmlDocumentRule): Promise<XmlElement> {
  const text = textIn(bytes)
  const reader = xmlReader(rule)
  for (let at = 0; at < text.length; at += XML_SLICE_UNITS) {
    if (at > 0) await nextTurn()
    reader.write(text.slice(at, at + XML_SLICE_UNITS))
  }
  return reader.end()
}

function textIn(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) malformed('the document is not UTF-8')
  // The parser takes one byte order mark away by itself: a second one is text before the root.
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}

interface XmlReader {
  write(text: string): void
  end(): XmlElement
}

/** Takes a document's text in pieces that may be cut anywhere. */
function xmlReader(rule: XmlDocumentRule): XmlReader {
  const limits = { ...XML_LIMITS, ...rule.limits }
  const parser = new SaxesParser({ xmlns: true, position: false, fragment: false })
  refuseForeignSyntax(parser, limits, rule.typed === true)
  const root = growTree(parser, rule.namespace, limits)
  return {
    write: (text) => void parser.write(text),
    end: () => {
      parser.close()
      const element = root() ?? malformed('the document has no root element')
      if (element.name !== rule.root) malformed(`the root element has to be ${rule.root}`)
      return element
    },
  }
}

type Parser = SaxesParser<{ readonly xmlns: true; readonly position: false; readonly fragment: false }>

/** What no document of ours has, and what it may not have too much of. */
function refuseForeignSyntax(parser: Parser, limits: XmlLimits, typed: boolean): void {
  let elements = 0
  let attributes = 0
  parser.on('error', () => malformed('the document is not well-formed XML'))
  parser.on('doctype', () => malformed('a document type is not accepted'))
  parser.on('processinginstruction', () => malformed('processing instructions are not accepted'))
  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== '1.0') malformed('the version of XML has to be 1.0')
    if (encoding !== undefined && !/^utf-8$/i.test(encoding)) malformed('the encoding has to be UTF-8')
  })
  parser.on('opentagstart', () => {
    elements += 1
    attributes = 0
    if (elements > limits.elements) malformed('too many elements')
  })
  parser.on('attribute', ({ name, prefix }) => {
    attributes += 1
    if (attributes > limits.attributes) malformed('too many attributes')
    if (typed && name === TYPE_ATTRIBUTE) return
    if (name !== 'xmlns' && prefix !== 'xmlns') malformed('attributes are not accepted')
  })
}

/** Builds elements as the parser finds them; the root, once it is there. */
function growTree(parser: Parser, namespace: string | RegExp, limits: XmlLimits): () => XmlElement | undefined {
  const isOurs = (uri: string): boolean => (typeof namespace === 'string' ? uri === namespace : namespace.test(uri))
  const open: Growing[] = []
  let root: XmlElement | undefined
  parser.on('opentag', ({ prefix, local, uri }) => {
    if (open.length >= limits.depth) malformed('elements are nested too deeply')
    if (prefix !== '' || (uri !== '' && !isOurs(uri))) malformed('an element of a foreign namespace')
    const parent = open.at(-1)
    if (parent !== undefined && parent.uri !== uri) malformed('an element of another namespace than its parent')
    open.push({ name: local, uri, children: [], text: '' })
  })
  const addText = (piece: string): void => {
    const element = open.at(-1)
    if (element !== undefined) element.text += piece
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    const element = open.pop()
    if (element === undefined) return
    if (element.children.length > 0 && !XML_SPACE.test(element.text)) malformed('text between elements')
    const { name, children } = element
    const done: XmlElement = { name, children, text: children.length > 0 ? '' : element.text }
    const parent = open.at(-1)
    if (parent === undefined) root = done
    else parent.children.push(done)
  })
  return () => root
}

/** Refuses children with other names, so that nothing that was said is ignored. */
export function expectOnly(element: XmlElement, names: readonly string[]): void {
  if (element.children.length === 0 && !XML_SPACE.test(element.text)) {
    malformed(`${element.name} holds elements, not text`)
  }
  for (const child of element.children) {
    if (!names.includes(child.name)) malformed(`${element.name} does not hold such an element`)
  }
}

/** All children of a name, in order. */
export function every(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name)
}

export function atMostOne(element: XmlElement, name: string): XmlElement | undefined {
  const found = every(element, name)
  if (found.length > 1) malformed(`${name} may come only once in ${element.name}`)
  return found[0]
}

export function requireOne(element: XmlElement, name: string): XmlElement {
  return atMostOne(element, name) ?? malformed(`${element.name} needs ${name}`)
}

/** The text as it is: names of objects are not trimmed. */
export function textOf(element: XmlElement): string {
  if (element.children.length > 0) malformed(`${element.name} holds text, not elements`)
  return element.text
}

/** The text of a setting: white space around it does not count (S3-77). */
export function settingOf(element: XmlElement): string {
  return textOf(element).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
}
