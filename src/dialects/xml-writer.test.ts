import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { requireOne, readXml, textOf } from './xml.ts'
import { element, escapeXml, parent, xmlDocument } from './xml-writer.ts'

/** Characters that XML 1.0 holds (section 2.2). */
const holdable = fc
  .string({ unit: 'binary' })
  .map((text) => text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ''))

describe('written XML', () => {
  it('T-125 any text that XML can hold comes back as it was', () => {
    fc.assert(
      fc.property(holdable, (text) => {
        const document = xmlDocument('R', 'urn:x', element('Key', text))
        const root = readXml(document, { root: 'R', namespace: 'urn:x' })
        assert.equal(textOf(requireOne(root, 'Key')), text)
      }),
      { numRuns: 500 },
    )
  })

  it('T-125 nothing ends its element; what XML cannot hold is a reference', () => {
    assert.equal(escapeXml('</Key><Key>x'), '&lt;/Key&gt;&lt;Key&gt;x')
    assert.equal(escapeXml(']]>&"\''), ']]&gt;&amp;&quot;&apos;')
    assert.equal(escapeXml('\u0001\ufffe\r'), '&#1;&#65534;&#13;')
    assert.equal(escapeXml('\ud800'), '&#55296;')
    assert.equal(escapeXml('plain/key \u00e9\u{1F600}'), 'plain/key \u00e9\u{1F600}')
  })

  it('leaves out what is undefined and writes numbers and flags as they are', () => {
    assert.equal(element('A', undefined), '')
    assert.equal(parent('P', element('A', 7), element('B', true)), '<P><A>7</A><B>true</B></P>')
    assert.equal(xmlDocument('R', undefined).toString(), '<?xml version="1.0" encoding="UTF-8"?>\n<R></R>')
  })
})

it('every character that XML or we ourselves treat specially is escaped, wherever it stands', () => {
  for (let code = 0; code <= 0xffff; code++) {
    const character = String.fromCharCode(code)
    const plain = code >= 0x20 && code < 0x7f ? !'&<>"\''.includes(character) : isOrdinary(code)
    const shown = escapeXml(`a${character}b`)
    assert.equal(shown === `a${character}b`, plain, `U+${code.toString(16)} became ${shown}`)
  }
})

function isOrdinary(code: number): boolean {
  return code > 0x9f && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff
}
