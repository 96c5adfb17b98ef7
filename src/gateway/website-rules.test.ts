import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WebsiteConfiguration, WebsiteRule } from '../operations/index.ts'
import { movedAfter, movedBefore, movedObject, movedToFolder, otherPagesOf, pageOf } from './website-rules.ts'

const AT = { host: 'docs.pages.test:9000', secure: false }
const INDEX = { suffix: 'index.html' }

function site(...rules: readonly WebsiteRule[]): WebsiteConfiguration {
  return { index: INDEX, rules }
}

test('the root and folders show the index document', () => {
  assert.deepEqual(
    ['', 'a', 'a/', 'a/b/', '/'].map((key) => pageOf(site(), key)),
    ['index.html', 'a', 'a/index.html', 'a/b/index.html', '/index.html'],
  )
  const rootOnly = { index: { ...INDEX, subDirectories: false }, rules: [] }
  assert.deepEqual(
    ['', 'a', 'a/'].map((key) => pageOf(rootOnly, key)),
    ['index.html', 'a', 'index.html'],
  )
  assert.equal(pageOf({ rules: [] }, ''), '')
})

test('what stands for a key that is not there', () => {
  const of = (index: Partial<NonNullable<WebsiteConfiguration['index']>>, key = 'a') =>
    otherPagesOf({ index: { ...INDEX, ...index }, rules: [] }, key)
  const folder = { key: 'a/index.html', then: 'redirect' }
  assert.deepEqual(of({}), [folder])
  assert.deepEqual(of({ withoutSlash: 'serve' }), [{ ...folder, then: 'serve' }])
  assert.deepEqual(of({ withoutSlash: 'missing' }), [])
  assert.deepEqual(of({ subDirectories: false, withoutSlash: 'serve' }), [])
  assert.deepEqual(of({ htmlSuffixOptional: true }), [{ key: 'a.html', then: 'serve' }, folder])
  assert.deepEqual([...of({}, ''), ...of({}, 'a/')], [])
  assert.deepEqual(movedToFolder('a b/ü', AT), { status: 302, location: 'http://docs.pages.test:9000/a%20b/%C3%BC/' })
})

test('rules: the first that fits, by the beginning and the end of the key', () => {
  const website = site(
    { keyPrefixEquals: 'old/', keySuffixEquals: '.htm', redirect: { replaceKeyWith: 'one.html' } },
    { keyPrefixEquals: 'old/', redirect: { replaceKeyPrefixWith: 'new/' } },
    // A kind that is not carried out.
    { keyPrefixEquals: 'mirror/' },
    { keyPrefixEquals: 'mirror/', redirect: { hostName: 'origin.test', status: 307 } },
    {
      keyPrefixEquals: 'resize/',
      redirect: { hostName: 'api.test', protocol: 'https', replaceKeyPrefixWith: 'do?key=' },
    },
    { errorCodeEquals: 404, redirect: { protocol: 'https', replaceKeyWith: 'gone.html' } },
    { errorCodeEquals: 403, keyPrefixEquals: 'p/', redirect: { replaceKeyPrefixWith: '' } },
  )
  const before = (key: string) => movedBefore(website, key, AT)
  assert.deepEqual(before('old/a.htm'), { status: 301, location: 'http://docs.pages.test:9000/one.html' })
  assert.deepEqual(before('old/a b?&#'), { status: 301, location: 'http://docs.pages.test:9000/new/a%20b%3F%26%23' })
  assert.deepEqual(before('mirror/x'), { status: 307, location: 'http://origin.test/mirror/x' })
  assert.equal(before('resize/1&x=2/a')?.location, 'https://api.test/do?key=1%26x%3D2/a')
  assert.equal(before('other'), undefined)
  assert.deepEqual(movedAfter(website, 'other', 404, AT), {
    status: 301,
    location: 'https://docs.pages.test/gone.html',
  })
  assert.equal(movedAfter(website, 'other', 403, AT), undefined)
  // T-097: what is left of a key leads to no other host.
  assert.equal(movedAfter(website, 'p//evil.test/', 403, AT)?.location, 'http://docs.pages.test:9000//evil.test/')
})

test('a website that is elsewhere as a whole', () => {
  const whole = (redirectAll: NonNullable<WebsiteConfiguration['redirectAll']>, secure = false) =>
    movedBefore({ redirectAll, rules: [] }, 'a/b c', { ...AT, secure })
  assert.deepEqual(whole({ hostName: 'www.test' }), { status: 301, location: 'http://www.test/a/b%20c' })
  assert.equal(whole({ hostName: 'www.test' }, true)?.location, 'https://www.test/a/b%20c')
  assert.equal(whole({ hostName: 'www.test', protocol: 'https' })?.location, 'https://www.test/a/b%20c')
  assert.equal(whole({ protocol: 'https' })?.location, 'https://docs.pages.test/a/b%20c')
  assert.equal(whole({ protocol: 'https' }, true), undefined)
  assert.equal(whole({}), undefined)
})

test('an object that is a redirect leads to a path of its website or to a web address, and nowhere else', () => {
  const to = (location: string | undefined) => movedObject(location, AT)?.location
  assert.equal(to('/other page?x=1'), 'http://docs.pages.test:9000/other%20page?x=1')
  assert.equal(to('//evil.test/'), 'http://docs.pages.test:9000//evil.test/')
  assert.equal(to('https://www.test/a%20b'), 'https://www.test/a%20b')
  assert.deepEqual([to('javascript:alert(1)'), to('ftp://x'), to('page'), to(undefined)], Array(4).fill(undefined))
})
