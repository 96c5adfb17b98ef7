import assert from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { BodyIncomplete, BodyStalled, NO_BODY, ReceivedBody } from './incoming-body.ts'
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from './limits.ts'
import type { IncomingBody } from './messages.ts'

/** A message that the test feeds as Node's parser would. */
function feed(
  limits: Partial<HttpLimits> = {},
  length?: number,
): { body: ReceivedBody; message: IncomingMessage; wanted: () => number; offences: string[] } {
  const message = new IncomingMessage(new Socket())
  let wanted = 0
  const offences: string[] = []
  const framing = length === undefined ? ({ kind: 'chunked' } as const) : ({ kind: 'length', length } as const)
  const body = new ReceivedBody(
    message,
    framing,
    { ...DEFAULT_HTTP_LIMITS, ...limits },
    {
      wanted: () => {
        wanted += 1
      },
      offends: (reason) => offences.push(reason),
    },
  )
  return { body, message, wanted: () => wanted, offences }
}

async function collect(body: IncomingBody): Promise<string> {
  let text = ''
  for await (const piece of body.read()) text += Buffer.from(piece).toString('latin1')
  return text
}

test('bodies: no body ends at once, as often as it is read', async () => {
  assert.equal(NO_BODY.declaredLength, 0)
  for (let time = 0; time < 2; time++) assert.equal(await collect(NO_BODY), '')
})

test('bodies: the pieces come in order, the reader’s wish is passed on once, and a second reading is a bug', async () => {
  const { body, message, wanted } = feed()
  const text = collect(body)
  assert.equal(wanted(), 1)
  for (const piece of ['a', 'b', 'c']) message.push(Buffer.from(piece))
  message.complete = true
  message.push(null)
  assert.equal(await text, 'abc')
  assert.throws(() => body.read(), /once/)
})

test('T-017 bodies: an end before the message is complete is an error', async () => {
  const { body, message } = feed({}, 10)
  const text = collect(body)
  message.push(Buffer.from('abc'))
  message.push(null)
  await assert.rejects(text, BodyIncomplete)
})

test('bodies: a failure reaches a reader that comes later', async () => {
  const { body } = feed({}, 10)
  body.fail(new BodyIncomplete('gone'))
  await assert.rejects(collect(body), BodyIncomplete)
})

test('T-015 bodies: the pace is demanded in each span while the reader waits, and not while it is busy', async () => {
  const limits = { progressMs: 100, progressBytes: 10 }
  const { body, message } = feed(limits, 1_000)
  const iterator = body.read()[Symbol.asyncIterator]()
  let waiting = iterator.next()
  assert.equal(body.sweep(0), false)
  message.push(Buffer.alloc(10))
  await waiting
  // Nothing asked for: the span is not the client's.
  assert.equal(body.sweep(100), false)
  waiting = iterator.next()
  assert.equal(body.sweep(199), false)
  message.push(Buffer.alloc(9))
  await waiting
  waiting = iterator.next()
  assert.equal(body.sweep(200), true)
  await assert.rejects(waiting, BodyStalled)
})

test('bodies: no more than the buffer is taken ahead of the reader', async () => {
  const { body, message } = feed({ bodyBufferBytes: 100 })
  const iterator = body.read()[Symbol.asyncIterator]()
  for (let at = 0; at < 50; at++) message.push(Buffer.alloc(10, at))
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(message.isPaused(), true)
  let received = 0
  message.complete = true
  message.push(null)
  for (;;) {
    const result = await iterator.next()
    if (result.done === true) break
    received += Buffer.from(result.value).length
  }
  assert.equal(received, 500)
})

test('T-010 bodies: trailers that only a header may be break the body, others are nothing', async () => {
  for (const [name, broken] of [
    ['Content-Length', true],
    ['transfer-encoding', true],
    ['HOST', true],
    ['x-amz-acl', false],
  ] as const) {
    const { body, message, offences } = feed()
    const text = collect(body)
    message.push(Buffer.from('abc'))
    message.rawTrailers = [name, 'content-length']
    message.complete = true
    message.push(null)
    if (broken) await assert.rejects(text, BodyIncomplete, name)
    else assert.equal(await text, 'abc')
    assert.deepEqual(offences, broken ? ['trailers'] : [])
  }
})
