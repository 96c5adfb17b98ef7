/** Queries, escapes, hosts, targets, dates, ranges, numbers and base64: what stands in a request line and its headers. */
import assert from 'node:assert/strict'
import {
  decodeBase64Strict,
  decodePercentBytes,
  formatBasicIsoDate,
  formatHttpDate,
  parseBasicIsoDate,
  parseByteRange,
  parseDecimal,
  parseHttpDate,
  parseQuery,
} from '../../src/http/index.ts'
import { parseHost } from '../../src/http/host-header.ts'
import { normalAddress } from '../../src/http/client-address.ts'
import { parseTarget } from '../../src/http/request-target.ts'
import { fuzz } from './fuzzer.ts'

const escaped = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

fuzz({
  name: 'query',
  seeds: ['acl', 'prefix=a%2Fb&delimiter=/&max-keys=10', 'versionId=null&partNumber=1', 'a=b=c&&d&e=+%20'],
  words: ['&', '=', '%', '%00', '%zz', '%c0%ae', '%ed%a0%80', '+', ';', 'acl', 'ACL', 'uploadId', '__proto__'],
  check: (input) => {
    const raw = input.toString('latin1')
    for (const plusIsSpace of [true, false]) {
      const read = parseQuery(raw, { plusIsSpace })
      assert.deepEqual(parseQuery(raw, { plusIsSpace }), read)
      if (read.kind === 'problem') continue
      assert.ok(read.parameters.length <= 100)
      const folded = read.parameters.map(({ name }) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))
      assert.equal(new Set(folded).size, folded.length)
      const printed = read.parameters.map(({ name, value, bare }) => {
        const [left, right] = [name, value].map((text) => escaped(Buffer.from(text, 'utf8')))
        return bare ? left : `${left}=${right}`
      })
      if (read.parameters.every(({ name, bare }) => !bare || name !== '')) {
        assert.deepEqual(parseQuery(printed.join('&'), { plusIsSpace }), read)
      }
    }
  },
})

fuzz({
  name: 'percent',
  seeds: ['a%20b', '%E6%BC%A2', 'plain/path', '%F4%8F%BF%BF'],
  words: ['%', '%%', '%0', '%00', '%c0%ae', '%ff', '%F4%90%80%80', '+', 'é'],
  check: (input) => {
    const bytes = decodePercentBytes(input.toString('latin1'))
    if (bytes !== undefined) assert.deepEqual(decodePercentBytes(escaped(bytes)), bytes)
    // NUL is in no name: it is refused however it is written.
    const back = decodePercentBytes(escaped(input))
    assert.ok(input.includes(0) ? back === undefined : Buffer.compare(back ?? assert.fail(), input) === 0)
  },
})

fuzz({
  name: 'host',
  seeds: ['localhost:9000', 'bucket.localhost', '[::1]:9000', '127.0.0.1', 'a-b_c.example.com:65535'],
  words: [':', '[', ']', '.', '..', '@', '/', '[::ffff:7f00:1]', ' ', '%', '\u212a', '0'],
  check: (input) => {
    const raw = input.toString('latin1')
    const host = parseHost(raw)
    assert.deepEqual(parseHost(raw), host)
    if (host === undefined) return
    assert.match(host.name, /^[a-z0-9_.:-]+$/)
    assert.ok(host.port === undefined || (host.port >= 0 && host.port <= 65_535))
    const name = host.name.includes(':') ? `[${host.name}]` : host.name
    const again = parseHost(host.port === undefined ? name : `${name}:${host.port}`) ?? assert.fail(raw)
    assert.deepEqual([again.name, again.port], [host.name, host.port])
  },
})

fuzz({
  name: 'target',
  seeds: ['/bucket/key?acl', 'http://localhost/bucket/key', '*', '/a%2Fb//c?x=y#', '//evil/x'],
  words: ['?', '#', '\\', '//', '/../', 'http://', 'https://localhost', '%2e', '*', '"', '\0', '\u00ff'],
  check: (input) => {
    const target = parseTarget(input.toString('latin1'), 'localhost')
    if (target === undefined || target === 'asterisk') return
    const { rawPath, rawQuery, hasQuery } = target
    assert.match(rawPath, /^\/[!-~]*$/)
    assert.doesNotMatch(`${rawPath}${rawQuery}`, /[#\\]/)
    assert.deepEqual(parseTarget(hasQuery ? `${rawPath}?${rawQuery}` : rawPath, 'localhost'), target)
  },
})

fuzz({
  name: 'dates-numbers-ranges',
  seeds: [
    'Sun, 06 Nov 1994 08:49:37 GMT',
    '20250124T061530Z',
    'bytes=0-9',
    'bytes=-5',
    '12345',
    '127.0.0.1',
    '::ffff:1.2.3.4',
  ],
  words: ['GMT', 'Feb', '31', '24:00:00', 'bytes=', ',', '-', '60', '0000', '9999', ' +0000', ':', '::'],
  check: (input) => {
    const text = input.toString('latin1')
    const http = parseHttpDate(text)
    if (http !== undefined) assert.equal(formatHttpDate(http), text)
    const basic = parseBasicIsoDate(text)
    if (basic !== undefined) assert.equal(formatBasicIsoDate(basic), text)
    const number = parseDecimal(text, { min: 0, max: Number.MAX_SAFE_INTEGER })
    if (number !== undefined) assert.equal(String(number), text)
    const range = parseByteRange(text)
    if (range !== 'ignored') {
      const numbers = range.kind === 'suffix' ? [range.length] : [range.first, range.last ?? range.first]
      assert.ok(numbers.every((one) => Number.isSafeInteger(one) && one >= 0))
    }
    const address = normalAddress(text)
    if (address !== undefined) assert.equal(normalAddress(address), address)
  },
})

fuzz({
  name: 'base64',
  seeds: ['', 'AA==', 'AAA=', 'AAAA', '//79+/8='],
  words: ['=', '==', '-', '_', ' ', '\n', 'AB==', '\u00ff'],
  check: (input) => {
    const text = input.toString('latin1')
    const bytes = decodeBase64Strict(text)
    if (bytes !== undefined) assert.equal(Buffer.from(bytes).toString('base64'), text)
    assert.deepEqual(
      new Uint8Array(decodeBase64Strict(input.toString('base64')) ?? assert.fail()),
      new Uint8Array(input),
    )
  },
})
