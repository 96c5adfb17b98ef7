import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Failure } from '../../operations/index.ts'
import { authenticatorOf, credentialOf, failureOf, pieces, requestOf } from '../request.fixture.ts'
import type { Anonymous, Verified } from '../verified.ts'
import { FORM_LIMITS } from './form-limits.ts'
import { parseFormPolicy } from './form-policy.ts'
import { boundaryOf, MultipartReader } from './multipart.ts'
import { isForm, openForm, type OpenedForm } from './open-form.ts'
import { parsePartHead } from './part-head.ts'

const BOUNDARY = 'xYzZY'
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`

function part(name: string, value: string, more = ''): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
}

const END = `--${BOUNDARY}--\r\n`

function opened(body: string | Buffer, pieceBytes?: number, type = TYPE): Promise<OpenedForm> {
  const more = pieceBytes === undefined ? {} : { pieceBytes }
  return openForm(requestOf({ method: 'POST', headers: [['content-type', type]], body, ...more }))
}

async function refused(body: string | Buffer, type = TYPE): Promise<string> {
  const failure: Failure = await failureOf(async () => {
    const form = await opened(body, undefined, type)
    for await (const piece of form.reader.body()) assert.ok(piece.length > 0)
    for (let next = await form.reader.next(); next !== undefined; next = await form.reader.next()) {
      for await (const piece of form.reader.body()) assert.ok(piece.length > 0)
    }
  })
  return failure.kind
}

test('a form is read alike, however its bytes come', async () => {
  const file = Buffer.from(`\r\n--${BOUNDAR}\r\n--\r-${'\r\n'.repeat(5)}`)
  const body = Buffer.concat([
    Buffer.from(part('key', 'ü') + part('Policy', '')),
    Buffer.from(part('file', '', '; filename="C:\\a\\b \\"c\\".png"').slice(0, -2)),
    file,
    Buffer.from(`\r\n${END}trailing`),
  ])
  for (const pieceBytes of [1, 2, 3, 7, 64, body.length]) {
    const { fields, file: head, reader } = await opened(body, pieceBytes)
    assert.deepEqual(
      [...fields],
      [
        ['key', 'ü'],
        ['policy', ''],
      ],
    )
    assert.equal(head.filename, 'C:\\a\\b "c".png')
    const read: Uint8Array[] = []
    for await (const piece of reader.body()) read.push(piece)
    assert.deepEqual(Buffer.concat(read), file)
    assert.equal(await reader.next(), undefined)
    await reader.finish()
  }
})

/** As the boundary begins, and not the boundary. */
const BOUNDAR = BOUNDARY.slice(0, -1)

test('T-070 what is no form is refused, each by its name', async () => {
  const file = part('file', 'x', '; filename="f"')
  assert.equal(await refused(part('key', 'k') + file), 'malformed-form')
  assert.equal(await refused(part('key', 'k') + END), 'form-files')
  assert.equal(await refused(''), 'malformed-form')
  assert.equal(await refused(`preamble\r\n${file}${END}`), 'malformed-form')
  assert.equal(await refused(part('', 'k') + file + END), 'malformed-form')
  assert.equal(await refused(part('key', 'k') + part('KEY', 'k') + file + END), 'malformed-form')
  assert.equal(await refused(part('key', 'k', `; x="${'y'.repeat(5_000)}"`) + file + END), 'malformed-form')
  assert.equal(
    await refused(
      Buffer.from([...Buffer.from(part('key', 'k').slice(0, -2)), 0xff, 0x0d, 0x0a, ...Buffer.from(file + END)]),
    ),
    'malformed-form',
  )
  const { maxFields, maxFieldBytes, maxHeadBytes } = FORM_LIMITS
  assert.equal(await refused(part('key', 'x'.repeat(maxFieldBytes + 1)) + file + END), 'form-field-too-long')
  const long = ['a', 'b', 'c'].map((name) => part(name, 'x'.repeat(maxHeadBytes / 2 - 100))).join('')
  assert.equal(await refused(long + file + END), 'form-too-long')
  const many = Array.from({ length: maxFields + 1 }, (_, index) => part(`f${index}`, '')).join('')
  assert.equal(await refused(many + file + END), 'malformed-form')
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty']) {
    assert.equal((await opened(part(name, 'k') + file + END)).fields.get(name.toLowerCase()), 'k', 'T-019')
  }
  assert.equal(Reflect.get({}, 'k'), undefined)
})

test('T-070 boundaries', async () => {
  assert.equal(boundaryOf('multipart/form-data'), undefined)
  assert.equal(boundaryOf(`multipart/form-data; boundary=${'b'.repeat(71)}`), undefined)
  assert.equal(boundaryOf('multipart/form-data; boundary="a b "'), undefined)
  assert.equal(boundaryOf('multipart/mixed; boundary=a'), undefined)
  assert.equal(boundaryOf('Multipart/Form-Data; charset=utf-8; BOUNDARY="a b:c"'), 'a b:c')
  assert.equal(await refused(part('file', 'x') + END, 'multipart/form-data; boundary='), 'not-a-form')
  assert.equal(isForm({ ...requestOf({ method: 'POST', headers: [['content-type', TYPE]] }) }), true)
  assert.equal(isForm({ ...requestOf({ method: 'POST', query: 'delete', headers: [['content-type', TYPE]] }) }), false)
})

test('T-070 header lines that could be read in two ways are not read at all', () => {
  const disposition = 'Content-Disposition: form-data; name="a"'
  for (const head of [
    'Content-Disposition: attachment; name="a"',
    'Content-Disposition: form-data; name="a',
    'Content-Disposition: form-data; name="a" b',
    'Content-Disposition: form-data; name="a"; name="b"',
    `${disposition}\r\n${disposition}`,
    `${disposition}\r\n folded`,
    `${disposition}\r\nContent-Transfer-Encoding: base64`,
    `${disposition}\r\nContent-Type: text/plain; charset=utf-16`,
    `${disposition}\nX: y`,
    'Content-Disposition: form-data; filename="a"',
    `Content-Disposition: form-data; name="${'\\'.repeat(2_000)}`,
    `Content-Disposition: form-data${' '.repeat(3_000)}x`,
  ]) {
    assert.throws(() => parsePartHead(head), { name: 'StoreFailure' }, head.slice(0, 80))
  }
  assert.deepEqual(parsePartHead("content-disposition: form-data; name=a; filename*=utf-8''b"), { name: 'a' })
})

test('a reader of parts keeps its order', async () => {
  const reader = new MultipartReader(pieces(Buffer.from(part('a', 'x') + END), 4), BOUNDARY)
  await reader.next()
  await assert.rejects(() => reader.next(), /not read to its end/)
})

test('the file is handed on as it comes, and never held whole', async () => {
  const pieceBytes = 64 * 1024
  let sent = 0
  async function* source(): AsyncGenerator<Uint8Array, undefined> {
    yield Buffer.from(`${part('key', 'k')}${part('file', '', '; filename="f"').slice(0, -2)}`)
    for (let count = 0; count < 100; count += 1) {
      sent += pieceBytes
      yield Buffer.alloc(pieceBytes, 'x')
    }
    yield Buffer.from(`\r\n${END}`)
    return undefined
  }
  const request = requestOf({ method: 'POST', headers: [['content-type', TYPE]] })
  const { reader } = await openForm({ headers: request.headers, body: { read: source } })
  let read = 0
  for await (const piece of reader.body()) {
    read += piece.length
    assert.ok(sent - read < pieceBytes, `${sent - read} bytes are held`)
  }
  assert.equal(read, 100 * pieceBytes)
})

function policyOf(document: string): ReturnType<typeof parseFormPolicy> {
  return parseFormPolicy(Buffer.from(document, 'utf8').toString('base64'))
}

test('policies are read in every form that the pages show', () => {
  const policy = policyOf(
    String.raw`{"expiration":"2026-01-15T09:30:00.5Z","conditions":[{"acl":"private","Bucket":"b"},["eq","$Key","\$a\v\u00fc"],
      ["STARTS-WITH","$x-amz-meta-a",""],["content-length-range",1,"10"],["content-length-range",0,5],["in","$k",["a"]],{"status":201}]}`,
  )
  assert.equal(policy.expiresMs, Date.UTC(2026, 0, 15, 9, 30, 0, 500))
  assert.deepEqual(policy.length, { minBytes: 1, maxBytes: 5 })
  assert.deepEqual(
    policy.conditions.map((one) => [one.field, one.rule, 'value' in one ? one.value : one.values]),
    [
      ['acl', 'eq', 'private'],
      ['bucket', 'eq', 'b'],
      ['key', 'eq', '$a\vü'],
      ['x-amz-meta-a', 'starts-with', ''],
      ['k', 'in', ['a']],
      ['status', 'eq', '201'],
    ],
  )
})

test('T-039 T-068 what is no policy is refused', () => {
  const wrap = (conditions: string, expiration = '"2030-01-01T00:00:00Z"'): string =>
    `{"expiration":${expiration},"conditions":${conditions}}`
  for (const document of [
    ...['', 'null', '[]', '{}', '{"conditions":[]}', '{"expiration":"2030-01-01T00:00:00Z"}'],
    ...['"x"', '1', '"2030-01-01"', '"2030-01-01T00:00:00"', '"2030-13-01T00:00:00Z"', '"2030-02-30T00:00:00Z"'].map(
      (text) => wrap('[]', text),
    ),
    ...['"2030-01-01T25:00:00Z"', '"+002030-01-01T00:00:00Z"', '"2030-01-01T00:00:00+01:00"'].map((text) =>
      wrap('[]', text),
    ),
    ...['{}', '[{}]', '[1]', '["eq"]', '[[]]', '[["eq","$$key","v"]]', '[["eq","$key"]]', '[["eq","$key",{}]]'].map(
      (text) => wrap(text),
    ),
    ...['[["matches","$key","v"]]', '[["content-length-range",2,1]]', '[["content-length-range",-1,1]]'].map((text) =>
      wrap(text),
    ),
    ...['[["content-length-range",0,1e99]]', '[["content-length-range","0x1","2"]]', '[["in","$key","a"]]'].map(
      (text) => wrap(text),
    ),
    '{"expiration":"2030-01-01T00:00:00Z","conditions":[],"extra":1}',
    wrap(JSON.stringify(Array.from({ length: 201 }, () => ({ a: 'b' })))),
  ]) {
    assert.throws(() => policyOf(document), { name: 'StoreFailure', message: 'malformed-form-policy' }, document)
  }
  assert.throws(() => parseFormPolicy('%%%'), { message: 'malformed-form-policy' })
  assert.throws(() => parseFormPolicy(Buffer.from([0xff]).toString('base64')), { message: 'malformed-form-policy' })
})

interface FormVector {
  readonly name: string
  readonly service: string
  readonly nowMs: number
  readonly id: string
  readonly secret: string
  readonly host: string
  readonly fields: readonly (readonly [string, string])[]
  readonly policy: string
  readonly scheme: string
}

const OBS_KEYS = { id: 'COFFERTESTAK00000001', secret: 'coffer/test+secret/0123456789abcdefABCDEF' }
const OSS_KEYS = { id: 'LTAIexampleAccessKey01', secret: 'exampleSecretKey0123456789abcd' }
const OSS_CREDENTIAL = 'LTAIexampleAccessKey01/20250124/cn-hangzhou/oss/aliyun_v4_request'

const VECTORS: readonly FormVector[] = [
  {
    ...{ name: 'OBS E1', service: 'obs', nowMs: Date.UTC(2026, 0, 15, 8, 30), ...OBS_KEYS, host: 'vault.localhost' },
    policy:
      '{"expiration":"2026-01-15T09:30:00Z", "conditions":[{"x-obs-acl":"private"},{"content-type":"text/plain"},{"x-obs-server-side-encryption":"kms"},{"bucket":"vault"},{"key":"up/x.txt"}]}',
    fields: [
      ['x-obs-acl', 'private'],
      ['content-type', 'text/plain'],
      ['x-obs-server-side-encryption', 'kms'],
      ['key', 'up/x.txt'],
      ['AccessKeyId', OBS_KEYS.id],
      ['Signature', '4axrAviG0mZjZ7B4foS0v58IoTQ='],
    ],
    scheme: 'obs-post',
  },
  {
    ...{ name: 'COS 2.4', service: 'cos', nowMs: 1_700_000_100_000, host: 'examplebucket-1250000000.localhost' },
    ...{ id: 'AKIDCOFFEREXAMPLE0001', secret: 'cofferExampleSecretKey0001' },
    policy:
      '{"expiration":"2023-11-14T23:13:20.000Z","conditions":[{"bucket":"examplebucket-1250000000"},["starts-with","$key","up/"],["eq","$x-cos-server-side-encryption","AES256"],["content-length-range",0,1048576],{"q-sign-algorithm":"sha1"},{"q-ak":"AKIDCOFFEREXAMPLE0001"},{"q-sign-time":"1700000000;1700003600"}]}',
    fields: [
      ['key', 'up/a'],
      ['x-cos-server-side-encryption', 'AES256'],
      ['q-sign-algorithm', 'sha1'],
      ['q-ak', 'AKIDCOFFEREXAMPLE0001'],
      ['q-key-time', '1700000000;1700003600'],
      ['q-signature', '0b355065a7700b6ad7c383d9f6a5cdbbbf50aa55'],
    ],
    scheme: 'cos-post',
  },
  {
    ...{
      name: 'OSS V1',
      service: 'oss',
      nowMs: Date.UTC(2025, 11, 1, 11),
      ...OSS_KEYS,
      host: 'examplebucket.localhost',
    },
    policy:
      '{"expiration":"2025-12-01T12:00:00.000Z","conditions":[{"bucket":"examplebucket"},["starts-with","$key","user/"],["content-length-range",1,1048576],{"x-oss-server-side-encryption":"AES256"}]}',
    fields: [
      ['key', 'user/a'],
      ['x-oss-server-side-encryption', 'AES256'],
      ['OSSAccessKeyId', OSS_KEYS.id],
      ['Signature', 'G1ufQPFuC+p0o28usJ9o2q3/cLs='],
    ],
    scheme: 'oss-v1-post',
  },
  {
    ...{ name: 'OSS V4', service: 'oss', nowMs: Date.UTC(2025, 10, 28), ...OSS_KEYS, host: 'examplebucket.localhost' },
    policy: `{"expiration":"2025-12-01T12:00:00.000Z","conditions":[{"bucket":"examplebucket"},{"x-oss-signature-version":"OSS4-HMAC-SHA256"},{"x-oss-credential":"${OSS_CREDENTIAL}"},{"x-oss-date":"20250124T061530Z"},["starts-with","$key","user/"]]}`,
    fields: [
      ['key', 'user/a'],
      ['x-oss-signature-version', 'OSS4-HMAC-SHA256'],
      ['x-oss-credential', OSS_CREDENTIAL],
      ['x-oss-date', '20250124T061530Z'],
      ['x-oss-signature', '7ddbd21f4ec89697044a1621ee5f51c37992660d51e7445188e48b733fc042d2'],
    ],
    scheme: 'oss-v4-post',
  },
]

for (const vector of VECTORS) {
  test(`${vector.name}: the vector of the page verifies, and no other field or time does`, async () => {
    const { id, secret, nowMs, service, host } = vector
    const verify = async (
      change: (fields: readonly (readonly [string, string])[]) => readonly (readonly [string, string])[],
      atMs = nowMs,
    ): Promise<Verified | Anonymous> => {
      const authenticator = authenticatorOf({
        credentials: async (asked) => (asked === id ? credentialOf(id, secret) : undefined),
        now: () => atMs,
      })
      const policy = Buffer.from(vector.policy).toString('base64')
      const fields = change([...vector.fields, ['policy', policy]])
      const body = `${fields.map(([name, value]) => part(name, value)).join('')}${part('file', 'x', '; filename="f"')}${END}`
      const request = requestOf({ method: 'POST', path: '/', host, headers: [['content-type', TYPE]], body })
      return authenticator.authenticateForm(request, await openForm(request), service)
    }
    const verified = await verify((fields) => fields)
    assert.ok(verified.kind === 'verified')
    assert.equal(verified.scheme, vector.scheme)
    const seen = [...(verified.covered.form?.fields.keys() ?? [])]
    assert.ok(!seen.some((name) => /policy|signature|accesskeyid|^q-|credential/.test(name)), seen.join())
    const kindOf = async (...asked: Parameters<typeof verify>): Promise<string> =>
      (await failureOf(() => verify(...asked))).kind
    const having = (name: string, value: string) => (fields: readonly (readonly [string, string])[]) =>
      fields.map((field): readonly [string, string] => (field[0] === name ? [name, value] : field))
    assert.equal(await kindOf(having('key', 'elsewhere')), 'form-policy')
    const last = vector.fields.at(-1) ?? assert.fail()
    const swapped = `${last[1].startsWith('0') ? '1' : '0'}${last[1].slice(1)}`
    assert.equal(await kindOf(having(last[0], swapped)), 'signature-does-not-match')
    assert.equal(await kindOf((fields) => [...fields, ['x-amz-acl', 'private']]), 'form-policy')
    assert.equal(
      await kindOf((fields) => fields, nowMs + 400 * 24 * 3_600_000).then((kind) => /policy|expired/.test(kind)),
      true,
    )
    assert.equal(await kindOf((fields) => fields, nowMs - 40 * 24 * 3_600_000).then((kind) => kind !== ''), true)
  })
}

test('a key that is limited to some schemes signs no form by another', async () => {
  const [vector] = VECTORS
  assert.ok(vector !== undefined)
  const fields = [...vector.fields, ['policy', Buffer.from(vector.policy).toString('base64')] as const]
  const body = `${fields.map(([name, value]) => part(name, value)).join('')}${part('file', 'x', '; filename="f"')}${END}`
  const request = requestOf({ method: 'POST', path: '/', host: vector.host, headers: [['content-type', TYPE]], body })
  const authenticator = authenticatorOf({
    credentials: async () => credentialOf(vector.id, vector.secret, ['sigv4', 'sigv4-post']),
    now: () => vector.nowMs,
  })
  const failure = await failureOf(async () =>
    authenticator.authenticateForm(request, await openForm(request), vector.service),
  )
  assert.equal(failure.kind, 'invalid-request')
})
