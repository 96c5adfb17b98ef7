import { element, parent } from './xml-writer.ts'
import type { XmlElement } from './xml.ts'

/** An element as it was read, written again: the same elements and texts, without what no reader sees. */
export function writeTree(tree: XmlElement): string {
  return tree.children.length === 0 ? element(tree.name, tree.text) : parent(tree.name, ...tree.children.map(writeTree))
}

/** What an element holds, written again. */
export function writeChildren({ children }: XmlElement): string {
  return children.map(writeTree).join('')
}
