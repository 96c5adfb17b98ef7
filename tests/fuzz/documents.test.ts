/** XML and JSON. */
import assert from 'node:assert/strict'
import { isJsonObject, parseStrictJson, type JsonValue } from '../../src/operations/strict-json.ts'
import { escapeXml } from '../../src/dialects/xml-writer.ts'
import { readLongXml, readXml, XML_LIMITS, type XmlElement } from '../../src/dialects/xml.ts'
import { fuzz } from './fuzzer.ts'
import { settledOrRefusal, valueOrRefusal } from './refusals.ts'

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
const RULE = { root: 'R', namespace: NAMESPACE }

function print({ name, children, text }: XmlElement): string {
  return `<${name}>${children.length > 0 ? children.map(print).join('') : escapeXml(text)}</${name}>`
}

function depthOf({ children }: XmlElement): number {
  return 1 + Math.max(0, ...children.map(depthOf))
}

fuzz({
  name: 'xml',
  seeds: [
    '<R><K>v</K></R>',
    `<?xml version="1.0" encoding="UTF-8"?>\n<R xmlns="${NAMESPACE}"><A><B>1</B><B>2</B></A></R>`,
    '<R><K>a&lt;b&#x41;&amp;<![CDATA[<x>]]>c<!-- no --></K><E/></R>',
    '\ufeff<R>\r\n <K> keep </K>\r\n</R>',
  ],
  words: [
    ...['<', '>', '</', '/>', '&', ';', '"', "'", '<!--', '-->', '<![CDATA[', ']]>', '<?x?>', '<!DOCTYPE R>', '&#0;'],
    ...[
      '&amp;',
      '&#xD800;',
      '\0',
      '\ufeff',
      '<a xmlns="b">',
      '<a:b>',
      '<K>',
      '</K>',
      '<R>',
      '</R>',
      ' xmlns="x"',
      '\r',
    ],
  ],
  check: async (input) => {
    const read = valueOrRefusal(() => readXml(input, RULE))
    // The reader of long documents is the same reader.
    assert.deepEqual(await settledOrRefusal(() => readLongXml(input, RULE)), read)
    if ('refused' in read) {
      assert.equal(read.refused, 'malformed-xml')
      return
    }
    assert.ok(depthOf(read.value) <= XML_LIMITS.depth)
    assert.deepEqual(readXml(Buffer.from(print(read.value)), RULE), read.value)
  },
})

function asJson(value: JsonValue): unknown {
  if (isJsonObject(value)) return Object.fromEntries([...value].map(([name, member]) => [name, asJson(member)]))
  if (!Array.isArray(value)) return value
  const items: readonly JsonValue[] = value
  return items.map(asJson)
}

fuzz({
  name: 'json',
  seeds: [
    '{}',
    '{"a":1,"b":[true,false,null,"\\u00e9"],"c":{"d":"x"}}',
    '[]',
    '"text"',
    '{"mode":"sse-kms","key":"alias/a"}',
  ],
  words: [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\u0000',
    '\\ud800',
    'null',
    'true',
    '1e999',
    '-',
    '"a":',
    '"__proto__":',
    '//',
    '\ufeff',
  ],
  check: (input) => {
    const read = valueOrRefusal(() => parseStrictJson(input))
    if ('refused' in read) return
    // Whatever is read here, the language's own parser reads too, and it means the same; `__proto__` is a name there.
    const text = input.toString('utf8')
    if (!text.includes('__proto__') && !text.includes('\\u')) assert.deepEqual(asJson(read.value), JSON.parse(text))
  },
})
