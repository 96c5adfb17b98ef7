import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { StoreFailure } from '../operations/index.ts'
import { atMostOne, every, expectOnly, readXml, requireOne, settingOf, textOf, XML_LIMITS } from './xml.ts'

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
const RULE = { root: 'R', namespace: NAMESPACE }

function read(text: string | Uint8Array): ReturnType<typeof readXml> {
  return readXml(typeof text === 'string' ? Buffer.from(text, 'utf8') : text, RULE)
}

function assertMalformed(text: string | Uint8Array): void {
  assert.throws(
    () => read(text),
    (error: unknown) => error instanceof StoreFailure && error.failure.kind === 'malformed-xml',
    Buffer.from(text).subarray(0, 80).toString('latin1'),
  )
}

describe('strict XML', () => {
  it('reads elements, namespaces on the root or none, a declaration or none (S3-68, S3-69)', () => {
    const declaration = '<?xml version="1.0" encoding="UTF-8"?>'
    for (const text of [
      '<R><K>v</K></R>',
      `<R xmlns="${NAMESPACE}"><K>v</K></R>`,
      `${declaration}<R xmlns="${NAMESPACE}"><K>v</K></R>`,
      `${declaration}\r\n<!-- a comment --><R>\n  <K>v</K>\n</R>\n`,
      '<?xml version="1.0" encoding="utf-8" standalone="yes"?><R><K>v</K></R>',
    ]) {
      assert.equal(textOf(requireOne(read(text), 'K')), 'v', text)
    }
  })

  it('T-120 refuses document types, entities, processing instructions and characters that are none', () => {
    for (const text of [
      '<!DOCTYPE R><R/>',
      '<!DOCTYPE R [<!ENTITY a "b">]><R>&a;</R>',
      '<!DOCTYPE R SYSTEM "file:///etc/passwd"><R/>',
      '<!DOCTYPE R [<!ENTITY % p SYSTEM "http://example.invalid/p"> %p;]><R/>',
      '<R>&a;</R>',
      '<R>&nbsp;</R>',
      '<R>&constructor;</R>',
      '<R>&#9999999;</R>',
      '<R>&#0;</R>',
      '<R>&#x1;</R>',
      '<R>&#xD800;</R>',
      '<R>&#xFFFE;</R>',
      '<R><?php x ?></R>',
      '<?xml-stylesheet href="x"?><R/>',
      '<R xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></R>',
    ]) {
      assertMalformed(text)
    }
    const laughs = `<!DOCTYPE R [<!ENTITY a "${'x'.repeat(60_000)}">]><R>${'&a;'.repeat(10_000)}</R>`
    assertMalformed(laughs)
    // The legal neighbours: the five, and references to characters.
    assert.equal(textOf(read('<R>&amp;&lt;&gt;&quot;&apos;&#65;&#x42;&#x1F600;</R>')), '&<>"\'AB\u{1F600}')
    assert.equal(textOf(read(`<R>${'&#97;'.repeat(100_000)}</R>`)).length, 100_000)
  })

  it('T-121 limits depth, elements and attributes, and refuses what is not one whole element', () => {
    const nested = (depth: number): string => '<R>' + '<a>'.repeat(depth - 1) + '</a>'.repeat(depth - 1) + '</R>'
    assert.equal(read(nested(XML_LIMITS.depth)).name, 'R')
    assertMalformed(nested(XML_LIMITS.depth + 1))
    assertMalformed(nested(10_000))
    const siblings = (count: number): string => `<R>${'<a/>'.repeat(count)}</R>`
    assert.equal(read(siblings(XML_LIMITS.elements - 1)).children.length, XML_LIMITS.elements - 1)
    assertMalformed(siblings(XML_LIMITS.elements))
    const namespaces = (count: number): string =>
      `<R ${Array.from({ length: count }, (_, index) => `xmlns:n${index}="urn:n"`).join(' ')}/>`
    assert.equal(read(namespaces(XML_LIMITS.attributes)).name, 'R')
    assertMalformed(namespaces(XML_LIMITS.attributes + 1))
    for (const text of [
      `<R a="${'x'.repeat(1 << 20)}"/>`,
      `<R><${'n'.repeat(64 * 1024)}></R>`,
      '<R>',
      '<R></S>',
      '<R/><R/>',
      '<R/>text',
      'text<R/>',
      '',
      ' ',
      '<R',
      '<R><a>1</a>text</R>',
      '<R a="1"/>',
    ]) {
      assertMalformed(text)
    }
  })

  it('T-122 takes UTF-8 alone, with a byte order mark or without', () => {
    assert.equal(textOf(read('\ufeff<R>\u00e9</R>')), '\u00e9')
    const utf16 = Buffer.from('\ufeff<R/>', 'utf16le')
    const broken = Buffer.from('<R>\xff</R>', 'latin1')
    const overlong = Buffer.from('<R>\xc0\xae</R>', 'latin1')
    for (const text of [
      utf16,
      Buffer.from(utf16).swap16(),
      broken,
      overlong,
      '<?xml version="1.0" encoding="UTF-7"?><R/>',
      '<?xml version="1.0" encoding="ISO-8859-1"?><R/>',
      '<?xml version="1.0" encoding="UTF-16"?><R/>',
      '<?xml version="1.1"?><R/>',
      '<R>\0</R>',
      '<R>\u0001</R>',
      '<R>\ufffe</R>',
      '<R>\ufeff\0</R>',
    ]) {
      assertMalformed(text)
    }
  })

  it('T-123 one name once, no foreign namespace, no prefix, no other root, nothing unknown', () => {
    for (const text of [
      '<S/>',
      '<r/>',
      `<x:R xmlns:x="${NAMESPACE}"/>`,
      '<R xmlns="urn:other"/>',
      '<R><K xmlns="urn:other">v</K></R>',
      `<R><K xmlns="${NAMESPACE}">v</K></R>`,
      `<R xmlns="${NAMESPACE}"><K xmlns="">v</K></R>`,
      `<R xmlns:x="${NAMESPACE}"><x:K>v</x:K></R>`,
    ]) {
      assertMalformed(text)
    }
    const twice = read('<R><K>1</K><K>2</K></R>')
    const refused = { failure: { kind: 'malformed-xml' } }
    assert.throws(
      () => atMostOne(twice, 'K'),
      (error: StoreFailure) => error.failure.kind === refused.failure.kind,
    )
    assert.throws(() => requireOne(read('<R/>'), 'K'), StoreFailure)
    assert.throws(() => expectOnly(twice, ['L']), StoreFailure)
    assert.throws(() => expectOnly(read('<R>words</R>'), ['K']), StoreFailure)
    assert.equal(every(twice, 'K').length, 2)
  })

  it('T-124 text is one text, whatever stands between its pieces, and is not trimmed', () => {
    assert.equal(textOf(read('<R>a<!--x-->b</R>')), 'ab')
    assert.equal(textOf(read('<R><![CDATA[a]]><![CDATA[b]]>c</R>')), 'abc')
    assert.equal(textOf(read('<R>\nkey </R>')), '\nkey ')
    assert.equal(textOf(read('<R/>')), '')
    assert.equal(settingOf(read('<R>\r\n value\t</R>')), 'value')
    assertMalformed('<R>a<?pi?>b</R>')
    assert.throws(() => textOf(read('<R><K/></R>')), StoreFailure)
  })

  it('T-129 names of plain objects are names like any other', () => {
    const root = read('<R><__proto__><polluted>1</polluted></__proto__><constructor>c</constructor></R>')
    assert.equal(textOf(requireOne(requireOne(root, '__proto__'), 'polluted')), '1')
    assert.equal(textOf(requireOne(root, 'constructor')), 'c')
    assert.equal(atMostOne(root, 'toString'), undefined)
    assert.deepEqual(Object.keys(Object.prototype), [])
  })
})
