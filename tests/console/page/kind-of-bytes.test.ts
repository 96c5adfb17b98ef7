import assert from 'node:assert/strict'
import { test } from 'node:test'
import { folderAddress, objectAddress, shownName } from '../../../console/src/objects/object-address.ts'
import { kindOfBytes } from '../../../console/src/objects/kind-of-bytes.ts'

test('raster images by their first bytes; documents are none, whatever they call themselves', () => {
  assert.equal(kindOfBytes(Buffer.from('89504e470d0a1a0a0000', 'hex')), 'image/png')
  assert.equal(kindOfBytes(Buffer.from('ffd8ffe0', 'hex')), 'image/jpeg')
  assert.equal(kindOfBytes(Buffer.from('GIF89a')), 'image/gif')
  assert.equal(kindOfBytes(Buffer.from('RIFF0000WEBPVP8 ')), 'image/webp')
  for (const text of ['<svg xmlns="http://www.w3.org/2000/svg">', '<!doctype html>', '%PDF-1.7', '']) {
    assert.equal(kindOfBytes(Buffer.from(text)), undefined)
  }
})

test('keys are query values: slashes, dots, percent signs and questions stay what they are', () => {
  for (const key of ['a/../b', '//x', '100%', 'a?b=c&d', '..', 'é\n']) {
    const address = new URL(objectAddress('photos', key), 'http://localhost')
    assert.equal(address.pathname, '/buckets/photos/object')
    assert.equal(address.searchParams.get('key'), key)
  }
  assert.equal(folderAddress('photos', ''), '/buckets/photos/objects')
})

test('names that turn the direction of text or hide in it are shown escaped', () => {
  assert.equal(shownName('gpj.\u202eexe'), 'gpj.\\u202eexe')
  assert.equal(shownName('a\nb\u200b'), 'a\\u000ab\\u200b')
  assert.equal(shownName('中文 é'), '中文 é')
})
