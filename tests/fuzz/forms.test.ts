/** Bodies of multipart/form-data, in pieces that are cut anywhere; and the policies of forms. */
import assert from 'node:assert/strict'
import { parseFormPolicy } from '../../src/auth/forms/form-policy.ts'
import { openForm } from '../../src/auth/forms/open-form.ts'
import { headersOf } from '../../src/http/index.ts'
import { BOUNDARY, formBody, FORM_TYPE } from '../browser-form.ts'
import { fuzz } from './fuzzer.ts'
import { cut, settledOrRefusal, valueOrRefusal } from './refusals.ts'

async function* arriving(pieces: readonly Buffer[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of pieces) yield piece
}

async function read(pieces: readonly Buffer[]): Promise<unknown> {
  return settledOrRefusal(async () => {
    const { fields, file, reader } = await openForm({
      headers: headersOf([FORM_TYPE]),
      body: { read: () => arriving(pieces) },
    })
    const bytes: Uint8Array[] = []
    for await (const piece of reader.body()) bytes.push(piece)
    const behind: unknown[] = []
    for (let part = await reader.next(); part !== undefined; part = await reader.next()) {
      let length = 0
      for await (const piece of reader.body()) length += piece.length
      behind.push([part, length])
    }
    await reader.finish()
    return [[...fields], file, Buffer.concat(bytes).toString('latin1'), behind]
  })
}

const file = Buffer.from(`\r\n--${BOUNDARY.slice(0, -1)}\r\n\0\xff`, 'latin1')
const seed = formBody(
  [
    ['key', 'user/${filename}'],
    ['Content-Type', 'image/png'],
    ['x-amz-meta-a', 'ü'],
  ],
  { file, behind: [['submit', 'Upload']] },
)

fuzz({
  name: 'forms',
  seeds: [seed],
  words: [
    ...[
      '\r\n',
      '\n',
      '--',
      `--${BOUNDARY}`,
      `\r\n--${BOUNDARY}--\r\n`,
      `\r\n--${BOUNDARY}\r\n`,
      'Content-Disposition: ',
    ],
    ...[
      'form-data',
      '; name="',
      '; filename="',
      "; filename*=utf-8''",
      '\\"',
      '"',
      'Content-Transfer-Encoding: base64',
    ],
    ...['file', 'key', '__proto__', '\u0000', '\xff', ': ', ';'],
  ],
  check: async (input, random) => {
    const whole = await read([input])
    assert.deepEqual(await read(cut(input, random)), whole)
    if (input.equals(seed)) {
      const value = [
        [
          ['key', 'user/${filename}'],
          ['content-type', 'image/png'],
          ['x-amz-meta-a', 'ü'],
        ],
        { filename: 'photo.png', contentType: 'image/png' },
        file.toString('latin1'),
        [[{ name: 'submit' }, 6]],
      ]
      assert.deepEqual(whole, { value })
    }
  },
})

fuzz({
  name: 'form-policies',
  seeds: [
    '{"expiration":"2030-01-01T00:00:00.000Z","conditions":[{"bucket":"b"},["starts-with","$key","user/"],["content-length-range",0,10]]}',
    '{"expiration":"2030-01-01T00:00:00Z","conditions":[["in","$a",["x"]],["not-in","b",["\\$"]],["eq","$c",1]]}',
  ],
  words: [
    '{',
    '}',
    '[',
    ']',
    '"',
    ',',
    ':',
    '\\$',
    '\\u0000',
    '$',
    'eq',
    'starts-with',
    'content-length-range',
    '-1',
    '1e99',
    'null',
    'Z',
  ],
  check: (input) => {
    const outcome = valueOrRefusal(() => parseFormPolicy(input.toString('base64')))
    if ('refused' in outcome) {
      assert.equal(outcome.refused, 'malformed-form-policy')
      return
    }
    const { expiresMs, conditions, length } = outcome.value
    assert.ok(Number.isSafeInteger(expiresMs))
    assert.ok(length.minBytes >= 0 && Number.isSafeInteger(length.maxBytes))
    for (const { field } of conditions) assert.equal(field, field.toLowerCase())
  },
})
