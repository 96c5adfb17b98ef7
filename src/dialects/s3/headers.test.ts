import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { headersOf } from '../../http/index.ts'
import {
  objectProperties,
  refuseUndoneWishes,
  responseOverrides,
  shownSystemHeaders,
  storageClass,
  userMetadata,
} from './headers.ts'
import { refusalOf, requestOf } from './s3-request.fixture.ts'
import { readXml } from '../xml.ts'
import { parseTaggingHeader, tagsOfDocument, writeTagSet } from './tags.ts'

const headers = (table: Readonly<Record<string, string>>): ReturnType<typeof headersOf> =>
  headersOf(Object.entries(table))

describe('the headers that describe an object', () => {
  it('are kept as they came and shown again', () => {
    const sent = {
      'content-type': 'text/plain',
      'cache-control': 'no-cache',
      'content-disposition': 'attachment; filename="a"',
      'content-encoding': 'gzip',
      'content-language': 'de',
      expires: 'Thu, 01 Dec 2044 16:00:00 GMT',
      'x-amz-website-redirect-location': '/other',
    }
    const { system, storageClass: className } = objectProperties(requestOf({ headers: sent }))
    const shown = shownSystemHeaders(system, {})
    assert.deepEqual(Object.fromEntries(shown.map(([name, value]) => [name.toLowerCase(), value])), sent)
    assert.equal(className, 'STANDARD')
    assert.deepEqual(shownSystemHeaders({}, {}), [['Content-Type', 'binary/octet-stream']])
  })

  it('T-129 metadata names are plain text, in order; 2 KiB are the limit', () => {
    const named: [string, string][] = [
      ['x-amz-meta-__proto__', 'a'],
      ['x-amz-meta-b', '\u00e9\u00ff'],
      ['x-amz-meta-tostring', ''],
    ]
    assert.deepEqual(userMetadata(headersOf(named)), [
      ['__proto__', 'a'],
      ['b', '\u00e9\u00ff'],
      ['tostring', ''],
    ])
    assert.equal(userMetadata(headers({ 'x-amz-meta-a': 'x'.repeat(2_047) })).length, 1)
    assert.equal(
      refusalOf(() => userMetadata(headers({ 'x-amz-meta-a': 'x'.repeat(2_048) }))).kind,
      'metadata-too-large',
    )
    assert.equal(refusalOf(() => userMetadata(headers({ 'x-amz-meta-': 'x' }))).kind, 'invalid-argument')
  })

  it('T-147 (part) what cannot be a header is refused when it is stored, and when it is asked for', () => {
    for (const value of ['a\r\nSet-Cookie: b', 'a\nb', '\u540d', 'a\u0000']) {
      assert.equal(refusalOf(() => userMetadata(headers({ 'x-amz-meta-a': value }))).kind, 'invalid-argument')
      assert.equal(
        refusalOf(() => objectProperties(requestOf({ headers: { 'content-disposition': value } }))).kind,
        'invalid-argument',
      )
    }
    for (const query of ['response-content-disposition=a%0d%0ab', 'response-content-type=%E5%90%8D']) {
      assert.equal(refusalOf(() => responseOverrides(requestOf({ query }))).kind, 'invalid-argument')
    }
    const overrides = responseOverrides(requestOf({ query: 'response-content-type=text%2Fx&response-expires=now' }))
    assert.deepEqual(shownSystemHeaders({ contentType: 'a/b', cacheControl: 'c' }, overrides), [
      ['Content-Type', 'text/x'],
      ['Cache-Control', 'c'],
      ['Expires', 'now'],
    ])
  })

  it('storage classes: labels that can be read at once, others are not implemented, unknown ones are refused', () => {
    assert.equal(storageClass(headers({ 'x-amz-storage-class': 'STANDARD_IA' })), 'STANDARD_IA')
    assert.equal(refusalOf(() => storageClass(headers({ 'x-amz-storage-class': 'SNOW' }))).kind, 'not-implemented')
    assert.equal(
      refusalOf(() => storageClass(headers({ 'x-amz-storage-class': 'standard' }))).kind,
      'invalid-storage-class',
    )
  })

  it('wishes that are not fulfilled are refused, not ignored', () => {
    refuseUndoneWishes(headers({ 'x-amz-acl': 'private', 'x-amz-object-lock-legal-hold': 'ON' }))
    for (const [name, value] of [['x-amz-write-offset-bytes', '0']] as const) {
      assert.equal(refusalOf(() => refuseUndoneWishes(headers({ [name]: value }))).kind, 'not-implemented', name)
    }
  })
})

describe('tags', () => {
  it('in a header and in a document', () => {
    assert.deepEqual(parseTaggingHeader('a=b&c=d+e%2Bf&__proto__=&g'), [
      ['a', 'b'],
      ['c', 'd e+f'],
      ['__proto__', ''],
      ['g', ''],
    ])
    const tags = [
      ['a', 'b'],
      ['A', 'x y'],
      ['\u00e9', '+-=._:/@'],
    ] as const
    const root = readXml(Buffer.from(`<Tagging>${writeTagSet(tags)}</Tagging>`), {
      root: 'Tagging',
      namespace: 'urn:x',
    })
    assert.deepEqual(tagsOfDocument(root), tags)
  })

  it('limits: ten tags, 128 and 256 characters, a set of characters, no name twice, none of ours', () => {
    const header = (count: number): string => Array.from({ length: count }, (_, index) => `k${index}=v`).join('&')
    assert.equal(parseTaggingHeader(header(10)).length, 10)
    assert.equal(parseTaggingHeader(`${'k'.repeat(128)}=${'v'.repeat(256)}`).length, 1)
    for (const bad of [
      ...[
        header(11),
        `${'k'.repeat(129)}=v`,
        `k=${'v'.repeat(257)}`,
        '=v',
        'k=1&k=2',
        'aws:x=1',
        'k=%00a'.slice(0, 2) + '%01',
      ],
      ...['k=%3C', 'k=%7B', 'k%26=1', 'k=%0a'],
    ]) {
      assert.equal(refusalOf(() => parseTaggingHeader(bad)).kind, 'invalid-tag', bad)
    }
    for (const bad of ['k=%ff', 'k=%zz', 'k=%00', '%c0%ae=v']) {
      assert.equal(refusalOf(() => parseTaggingHeader(bad)).kind, 'invalid-uri', `T-022 ${bad}`)
    }
  })
})
