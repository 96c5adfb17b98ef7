import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpResponse } from './messages.ts'
import { requestIdMaker } from './request-id.ts'
import { prepareHead } from './response.ts'

const BODY = Buffer.from('12345')

test('answers: the length is the body’s own, said or unsaid', () => {
  const lengths: readonly (readonly [HttpResponse, 'GET' | 'HEAD', readonly string[], boolean])[] = [
    [{ status: 200, headers: [], body: BODY }, 'GET', ['Content-Length', '5'], true],
    [{ status: 200, headers: [['content-length', '5']], body: BODY }, 'GET', ['Content-Length', '5'], true],
    [{ status: 200, headers: [] }, 'GET', ['Content-Length', '0'], false],
    [{ status: 200, headers: [['Content-Length', '99']] }, 'HEAD', ['Content-Length', '99'], false],
    [{ status: 200, headers: [], body: BODY }, 'HEAD', ['Content-Length', '5'], false],
    [{ status: 404, headers: [] }, 'HEAD', [], false],
    [{ status: 204, headers: [] }, 'GET', [], false],
    [{ status: 304, headers: [['etag', '"x"']] }, 'GET', ['etag', '"x"'], false],
  ]
  for (const [response, method, headers, sends] of lengths) {
    const head = prepareHead(response, method)
    assert.deepEqual([head.headers, head.body !== undefined], [headers, sends])
  }
})

test('answers: what cannot be sent whole is not begun', () => {
  const bad: readonly HttpResponse[] = [
    { status: 200, headers: [['content-length', '6']], body: BODY },
    { status: 200, headers: [['content-length', '05']], body: BODY },
    {
      status: 200,
      headers: [
        ['content-length', '5'],
        ['Content-Length', '5'],
      ],
      body: BODY,
    },
    { status: 200, headers: [['transfer-encoding', 'chunked']], body: BODY },
    { status: 200, headers: [['Connection', 'keep-alive']] },
    { status: 200, headers: [['a b', 'c']] },
    { status: 200, headers: [['a', 'c\r\nd: e']] },
    { status: 100, headers: [] },
    { status: 600, headers: [] },
    { status: Number.NaN, headers: [] },
  ]
  for (const response of bad) assert.throws(() => prepareHead(response, 'GET'), Error, JSON.stringify(response.headers))
})

test('answers: a stream that lies in memory is sent as bytes; its length has to be theirs', () => {
  const unread = (): never => assert.fail('it was read')
  const head = prepareHead({ status: 200, headers: [], body: { length: 5, bytes: BODY, read: unread } }, 'GET')
  assert.equal(head.body, BODY)
  assert.deepEqual(head.headers, ['Content-Length', '5'])
  const lies = { status: 200, headers: [], body: { length: 6, bytes: BODY, read: unread } }
  assert.throws(() => prepareHead(lies, 'GET'), Error)
})

test('answers: the thrown sentence never holds a header’s value', () => {
  const response = { status: 200, headers: [['x-amz-meta-a', 'canary\r\n']] } as const
  assert.throws(
    () => prepareHead(response, 'GET'),
    (error: Error) => !error.message.includes('canary'),
  )
})

test('request ids: 16 hexadecimal digits, all different, also between makers', () => {
  const makers = [requestIdMaker(), requestIdMaker()]
  const ids = makers.flatMap((make) => Array.from({ length: 1_000 }, () => make()))
  assert.ok(ids.every((id) => /^[0-9A-F]{16}$/.test(id)))
  assert.equal(new Set(ids).size, 2_000)
})
