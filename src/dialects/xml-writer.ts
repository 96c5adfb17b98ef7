/**
 * Writes XML as text. Characters that XML 1.0 cannot hold at all (most controls, U+FFFE, U+FFFF) go out as character
 * references, as S3 does it: a strict parser refuses those, so clients that expect such names ask for
 * `encoding-type=url`. Nothing that a name holds can end its element.
 */

// Controls, marks of XML, and what no XML document can hold.
/** What nearly all text is: printable ASCII without any of them. */
const PLAIN = /^[ !#-%(-;=?-~]*$/
const ALL_SPECIAL = /[&<>"'\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/gu

const NAMED: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
])

function escapeOne(character: string): string {
  return NAMED.get(character) ?? `&#${character.charCodeAt(0)};`
}

export function escapeXml(text: string): string {
  return PLAIN.test(text) ? text : text.replace(ALL_SPECIAL, escapeOne)
}

/** `<name>text</name>`; nothing at all for what is undefined. Names are our own literals. */
export function element(name: string, value: string | number | boolean | undefined): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? `<${name}>${escapeXml(value)}</${name}>` : `<${name}>${String(value)}</${name}>`
}

/** An element that holds elements, given as text already written. */
export function parent(name: string, ...children: readonly string[]): string {
  return `<${name}>${children.join('')}</${name}>`
}

/** A whole document with its declaration. */
export function xmlDocument(root: string, namespace: string | undefined, ...children: readonly string[]): Buffer {
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${children.join('')}</${root}>`,
    'utf8',
  )
}
