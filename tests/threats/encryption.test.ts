import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { BUCKET, codeOf, expectRefused, startVictim, storedState, type Victim } from './oracle.ts'
import { presignedBytes, plainBytes, signedBytes, type Header, type WireRequest } from './wire-request.ts'

const SSE = 'x-amz-server-side-encryption'
const KEY_ID = `${SSE}-aws-kms-key-id`
const CONTEXT = `${SSE}-context`
const OBJECT = `/${BUCKET}/k`
const INVALID = { status: 400, code: 'InvalidArgument' }
const DENIED = { status: 403, code: 'AccessDenied' }

function put(headers: readonly Header[], path = OBJECT): WireRequest {
  return { method: 'PUT', path, body: 'plaintext', headers }
}

/** An operation of the admin API; the text of its answer. */
async function admin(victim: Victim, operation: string, query?: string, body = ''): Promise<string> {
  const headers: readonly Header[] = [['Content-Type', 'application/json']]
  const path = `/-/admin/v1/${operation}`
  const request: WireRequest = { method: 'POST', path, headers, body, ...(query === undefined ? {} : { query }) }
  return (await victim.ok(request)).body.toString()
}

async function newKey(victim: Victim, body = '{}'): Promise<string> {
  return /"arn":"([^"]+)"/.exec(await admin(victim, 'create-key', undefined, body))?.[1] ?? assert.fail()
}

async function setDefault(victim: Victim, algorithm: string, key?: string): Promise<void> {
  const id = key === undefined ? '' : `<KMSMasterKeyID>${key}</KMSMasterKeyID>`
  const rule = `<ApplyServerSideEncryptionByDefault><SSEAlgorithm>${algorithm}</SSEAlgorithm>${id}</ApplyServerSideEncryptionByDefault>`
  const root = 'ServerSideEncryptionConfiguration'
  const body = `<${root}><Rule>${rule}</Rule></${root}>`
  await victim.ok({ method: 'PUT', path: `/${BUCKET}`, query: 'encryption', body })
}

/** The three headers of a customer's key; `bytes` may be no key at all. */
function customer(bytes: Uint8Array, prefix = SSE): readonly Header[] {
  return [
    [`${prefix}-customer-algorithm`, 'AES256'],
    [`${prefix}-customer-key`, Buffer.from(bytes).toString('base64')],
    [`${prefix}-customer-key-md5`, createHash('md5').update(bytes).digest('base64')],
  ]
}

const KEY = Buffer.alloc(32, 0x41)
const WRONG_KEY = Buffer.alloc(32, 0x42)

function context(text: string): Header {
  return [CONTEXT, Buffer.from(text, 'utf8').toString('base64')]
}

test('T-098 a wish that is not exactly one of the words is refused; nothing is stored with less than was asked', async (t) => {
  const victim = await startVictim(t)
  for (const value of [
    ...['', 'aes256', 'AES-256', 'AES256,AES256', 'aws:kms,AES256', 'None', 'none', 'NONE', 'KMS', 'SM4', 'aws:KMS'],
    ...['aws:kms:', 'aws:kms:dsse2', 'AES256\t;', 'true', '"AES256"', 'aws:fsx'],
  ]) {
    for (const request of [
      put([[SSE, value]]),
      { method: 'POST', path: OBJECT, query: 'uploads', headers: [[SSE, value]] } as const,
      {
        method: 'PUT',
        path: OBJECT,
        headers: [
          ['x-amz-copy-source', OBJECT],
          [SSE, value],
        ],
      } as const,
    ]) {
      await expectRefused(victim, signedBytes(request), INVALID, `${request.method} ${JSON.stringify(value)}`)
    }
  }
  const twice = Buffer.from(
    signedBytes(put([[SSE, 'AES256']]))
      .toString('latin1')
      .replace(`${SSE}: AES256`, `${SSE}: AES256\r\n${SSE}: aws:kms`),
    'latin1',
  )
  assert.equal((await victim.send(twice)).status, 400)
  for (const value of ['AES256', 'aws:kms', 'aws:kms:dsse']) {
    assert.equal((await victim.ok(put([[SSE, value]]))).header(SSE), value)
    assert.equal((await victim.ok({ path: OBJECT })).header(SSE), value)
  }
  assert.equal((await victim.ok(put([]))).header(SSE), 'AES256')
})

test('T-098 uploads that race a change of the default have one of the defaults in force, and the new one once it was acknowledged', async (t) => {
  const victim = await startVictim(t)
  const modes = ['aws:kms', 'AES256', 'aws:kms:dsse', 'AES256']
  let mode = 'AES256'
  for (const next of modes) {
    const writes = Array.from({ length: 12 }, (_, at) => victim.ok(put([], `/${BUCKET}/race-${at}`)))
    const change = setDefault(victim, next)
    const during = await Promise.all(writes)
    await change
    for (const answer of during) assert.ok([mode, next].includes(answer.header(SSE) ?? ''), answer.header(SSE))
    mode = next
    const after = await Promise.all(Array.from({ length: 12 }, (_, at) => victim.ok(put([], `/${BUCKET}/after-${at}`))))
    for (const answer of after) assert.equal(answer.header(SSE), next)
    const read = await victim.ok({ method: 'HEAD', path: `/${BUCKET}/after-0` })
    assert.equal(read.header(SSE), next)
  }
})

test('T-098 an upload keeps the mode it was created with; parts and completion cannot change it', async (t) => {
  const victim = await startVictim(t)
  const created = await victim.ok({ method: 'POST', path: OBJECT, query: 'uploads' })
  const uploadId = /<UploadId>([0-9a-f]+)</.exec(created.body.toString())?.[1] ?? assert.fail()
  await setDefault(victim, 'aws:kms')
  const part: WireRequest = { method: 'PUT', path: OBJECT, query: `partNumber=1&uploadId=${uploadId}`, body: 'part' }
  for (const headers of [[[SSE, 'aws:kms']], [[SSE, 'AES256']], [[KEY_ID, 'x']]] as const) {
    await expectRefused(victim, signedBytes({ ...part, headers }), INVALID)
  }
  const withKey = await victim.send(signedBytes({ ...part, headers: customer(KEY) }))
  assert.equal(withKey.status, 400)
  const etag = (await victim.ok(part)).header('etag') ?? assert.fail()
  const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`
  const done = await victim.ok({ method: 'POST', path: OBJECT, query: `uploadId=${uploadId}`, body })
  assert.equal(done.header(SSE), 'AES256')
  assert.equal((await victim.ok({ path: OBJECT })).header(SSE), 'AES256')
})

test('T-098 T-106 a key that is missing, disabled, about to go, or no key: an error, and nothing stored', async (t) => {
  const victim = await startVictim(t)
  const [good, disabled, dying] = [await newKey(victim), await newKey(victim), await newKey(victim)]
  await admin(victim, 'disable-key', `key=${encodeURIComponent(disabled)}`)
  await admin(victim, 'schedule-key-deletion', `key=${encodeURIComponent(dying)}`, '{"pendingDays":7}')
  const id = good.slice(good.lastIndexOf('/') + 1)
  const missing = '00000000-0000-4000-8000-000000000000'
  for (const [key, codes] of [
    [disabled, ['KMS.DisabledException']],
    [dying, ['KMS.KMSInvalidStateException']],
    [missing, ['KMS.NotFoundException']],
    ['alias/none', ['KMS.NotFoundException']],
    [good.replace('us-east-1', 'eu-west-1'), ['KMS.NotFoundException', 'InvalidArgument', 'KMS.InvalidArnException']],
    [`${good}x`, ['KMS.NotFoundException', 'InvalidArgument', 'KMS.InvalidArnException']],
    ['arn:aws:s3:::bucket-one', ['KMS.NotFoundException', 'InvalidArgument', 'KMS.InvalidArnException']],
    ['', ['InvalidArgument']],
    ['x'.repeat(4_096), ['InvalidArgument', 'KMS.NotFoundException']],
    ['alias/aws/../aws/s3', ['KMS.NotFoundException', 'InvalidArgument']],
  ] as const) {
    const before = await storedState(victim)
    const answer = await victim.send(
      signedBytes(
        put([
          [SSE, 'aws:kms'],
          [KEY_ID, key],
        ]),
      ),
    )
    assert.equal(answer.status, 400, key.slice(0, 80))
    assert.ok(
      codes.some((code) => code === codeOf(answer)),
      `${key.slice(0, 80)}: ${codeOf(answer)}`,
    )
    assert.deepEqual(await storedState(victim), before, key.slice(0, 80))
  }
  const foreign = good.replace(/:\d{12}:/, ':999999999999:')
  const unknownForeign = foreign.replace(/key\/.*/, `key/${missing}`)
  const answers = await Promise.all(
    [foreign, unknownForeign].map((key) =>
      victim.send(
        signedBytes(
          put([
            [SSE, 'aws:kms'],
            [KEY_ID, key],
          ]),
        ),
      ),
    ),
  )
  const [first, second] = answers.map((answer) => `${answer.status} ${codeOf(answer)}`)
  assert.equal(first, second, 'another account’s keys: there or not, the same answer')
  assert.notEqual(answers[0]?.status, 200)
  for (const algorithm of ['AES256']) {
    await expectRefused(
      victim,
      signedBytes(
        put([
          [SSE, algorithm],
          [KEY_ID, good],
        ]),
      ),
      INVALID,
      'a key without KMS',
    )
  }
  await expectRefused(victim, signedBytes(put([[KEY_ID, good]])), INVALID, 'a key and no word')
  for (const key of [good, id]) {
    assert.equal(
      (
        await victim.ok(
          put([
            [SSE, 'aws:kms'],
            [KEY_ID, key],
          ]),
        )
      ).header(KEY_ID),
      good,
    )
  }
  // Its disabling takes effect on the next read.
  await admin(victim, 'disable-key', `key=${encodeURIComponent(good)}`)
  await expectRefused(victim, signedBytes({ path: OBJECT }), { status: 400, code: 'KMS.DisabledException' })
  await expectRefused(victim, signedBytes({ path: OBJECT, headers: [['range', 'bytes=0-0']] }), {
    status: 400,
    code: 'KMS.DisabledException',
  })
  await expectRefused(
    victim,
    signedBytes({ method: 'PUT', path: `/${BUCKET}/c`, headers: [['x-amz-copy-source', OBJECT]] }),
    {
      status: 400,
      code: 'KMS.DisabledException',
    },
  )
  await admin(victim, 'enable-key', `key=${encodeURIComponent(good)}`)
  assert.equal((await victim.ok({ path: OBJECT })).body.toString(), 'plaintext')
})

const FOREIGN: readonly Header[] = [
  ['x-oss-server-side-encryption', 'KMS'],
  ['x-oss-server-side-encryption-key-id', 'k'],
  ['x-oss-server-side-data-encryption', 'SM4'],
  ['x-oss-server-side-encryption-customer-algorithm', 'AES256'],
  ['x-cos-server-side-encryption', 'cos/kms'],
  ['x-cos-server-side-encryption-cos-kms-key-id', 'k'],
  ['x-cos-server-side-encryption-customer-key', 'k'],
  ['x-cos-server-side-encryption-context', 'k'],
  ['x-amz-server-side-encryption-kms-key-id', 'k'],
  ['x-amz-server-side-encryption-customer', 'k'],
]

test('T-099 a wish for encryption in another vendor’s words is refused, signed or not, in a header or in the query', async (t) => {
  const victim = await startVictim(t)
  for (const header of FOREIGN) {
    const [name, value] = header
    await expectRefused(victim, signedBytes(put([header])), INVALID, name)
    await expectRefused(victim, presignedBytes(put([header])), INVALID, `${name} in a link`)
    await expectRefused(victim, signedBytes(put([]), { unsignedHeaders: [header] }), DENIED, `${name} unsigned`)
    const inQuery = { ...put([]), query: `${name}=${encodeURIComponent(value)}` }
    await expectRefused(victim, signedBytes(inQuery), INVALID, `${name} in the query`)
    await expectRefused(victim, presignedBytes(inQuery), INVALID, `${name} in the query of a link`)
  }
  // Signed as AWS signs, OBS's words are OBS's: what is asked for happens, or the request is refused, and never passed over.
  const obs = await victim.send(signedBytes(put([['x-obs-server-side-encryption', 'kms']])))
  assert.equal(obs.status, 200)
  assert.equal((await victim.ok({ method: 'HEAD', path: OBJECT })).header(SSE), 'aws:kms')
  for (const header of [
    ['x-obs-server-side-encryption', 'rot13'],
    ['x-obs-server-side-encryption-kms-key-id', 'k'],
    ['x-obs-server-side-data-encryption', 'SM4'],
  ] as const) {
    const answer = await victim.send(signedBytes(put([header])))
    assert.ok(answer.status >= 400, `${header[0]}: ${answer.statusLine}`)
    await expectRefused(victim, signedBytes(put([]), { unsignedHeaders: [header] }), DENIED, `${header[0]} unsigned`)
  }
  // Our own, in the query of a link, is what it says; unsigned it is nothing at all.
  const link = presignedBytes({ ...put([]), query: `${SSE}=aws%3Akms` })
  assert.equal((await victim.send(link)).header(SSE), 'aws:kms')
  await expectRefused(victim, presignedBytes(put([]), { unsignedHeaders: [[SSE, 'AES256']] }), DENIED)
})

test('T-102 customer keys over plain HTTP are refused before the body, whatever the client says about TLS', async (t) => {
  const victim = await startVictim(t, { allowInsecureSseC: false })
  victim.canaries.push(KEY.toString('base64'))
  const insecure = { status: 400, code: 'InvalidRequest' }
  const claims: readonly (readonly Header[])[] = [
    [],
    [['X-Forwarded-Proto', 'https']],
    [['Forwarded', 'proto=https']],
    [['X-Forwarded-Ssl', 'on']],
  ]
  for (const unsignedHeaders of claims) {
    await expectRefused(victim, signedBytes(put(customer(KEY)), { unsignedHeaders }), insecure)
    await expectRefused(victim, signedBytes({ path: OBJECT, headers: customer(KEY) }, { unsignedHeaders }), insecure)
    const source = customer(KEY, 'x-amz-copy-source-server-side-encryption')
    const copy = { method: 'PUT', path: OBJECT, headers: [['x-amz-copy-source', OBJECT] as const, ...source] }
    await expectRefused(victim, signedBytes(copy, { unsignedHeaders }), insecure)
    const head = { method: 'HEAD', path: OBJECT, headers: customer(KEY) }
    await expectRefused(victim, signedBytes(head, { unsignedHeaders }), { status: 400 })
  }
})

test('T-102 where a trusted proxy ended TLS, a customer key is taken', async (t) => {
  const victim = await startVictim(t, { allowInsecureSseC: false, settings: { COFFER_TRUSTED_PROXIES: '127.0.0.1' } })
  const unsignedHeaders: readonly Header[] = [
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-For', '192.0.2.7'],
  ]
  await victim.ok(put(customer(KEY)), 200, { unsignedHeaders })
  await expectRefused(victim, signedBytes(put(customer(KEY))), { status: 400, code: 'InvalidRequest' })
})

test('T-102 permission first, then the key, then conditions: a wrong key learns nothing, of empty objects neither', async (t) => {
  const victim = await startVictim(t)
  victim.canaries.push(KEY.toString('base64'), WRONG_KEY.toString('base64'))
  const empty = `/${BUCKET}/empty`
  const etag = (await victim.ok(put(customer(KEY)))).header('etag') ?? assert.fail()
  await victim.ok({ method: 'PUT', path: empty, headers: customer(KEY) })
  const malformed: readonly Header[] = [
    [`${SSE}-customer-algorithm`, 'AES256'],
    [`${SSE}-customer-key`, '!'],
    [`${SSE}-customer-key-md5`, '!'],
  ]
  for (const path of [OBJECT, empty]) {
    for (const headers of [customer(KEY), customer(WRONG_KEY), []]) {
      await expectRefused(victim, plainBytes({ path, headers }), DENIED, 'nobody, with any key')
    }
    for (const method of ['GET', 'HEAD']) {
      const only = (code: string, status: number) => (method === 'HEAD' ? { status } : { status, code })
      const conditions: readonly (readonly Header[])[] = [
        [],
        [['if-none-match', etag]],
        [['if-match', '"other"']],
        [['if-none-match', '*']],
        [['if-modified-since', 'Fri, 01 Jan 2100 00:00:00 GMT']],
        [['range', 'bytes=1000-2000']],
        [['range', 'bytes=0-0']],
      ]
      for (const condition of conditions) {
        const wrong = signedBytes({ method, path, headers: [...customer(WRONG_KEY), ...condition] })
        await expectRefused(victim, wrong, only('AccessDenied', 403), JSON.stringify(condition))
        const none = signedBytes({ method, path, headers: condition })
        await expectRefused(victim, none, only('InvalidRequest', 400), 'no key')
      }
      const short = signedBytes({ method, path, headers: customer(KEY.subarray(0, 31)) })
      await expectRefused(victim, short, only('AccessDenied', 403), '31 bytes')
      await expectRefused(victim, signedBytes({ method, path, headers: malformed }), only('InvalidArgument', 400))
    }
    const source = customer(WRONG_KEY, 'x-amz-copy-source-server-side-encryption')
    const copy = { method: 'PUT', path: `/${BUCKET}/to`, headers: [['x-amz-copy-source', path] as const, ...source] }
    await expectRefused(victim, signedBytes(copy), DENIED, 'the source of a copy')
  }
  assert.equal((await victim.ok({ path: OBJECT, headers: customer(KEY) })).body.toString(), 'plaintext')
  assert.equal((await victim.ok({ path: empty, headers: customer(KEY) })).body.length, 0)
  await victim.ok({ method: 'HEAD', path: OBJECT, headers: [...customer(KEY), ['if-none-match', etag]] }, 304)
})

test('T-103 base64 has one spelling: keys, digests, contexts', async (t) => {
  const victim = await startVictim(t)
  // Ends in one spare pair of bits and holds both letters that the other alphabet replaces.
  const key = Buffer.from('fbfffb'.repeat(10) + 'fbff', 'hex')
  const text = key.toString('base64')
  assert.match(text, /\+.*\/.*[A-Za-z0-9+/]=$/)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const spare = (value: string): string => {
    const at = value.indexOf('=')
    const letter = alphabet[alphabet.indexOf(value[at - 1] ?? '') + 1] ?? assert.fail()
    return value.slice(0, at - 1) + letter + value.slice(at)
  }
  const twisted = (value: string): readonly string[] => [
    value.replaceAll('+', '-').replaceAll('/', '_'),
    value.replace(/=+$/, ''),
    `${value}=`,
    `${value}A`,
    `${value.slice(0, 4)} ${value.slice(4)}`,
    `${value}\u00a0`,
    spare(value),
    `${value}${value}`,
  ]
  const [algorithm, , md5] = customer(key)
  for (const other of twisted(text)) {
    if (other === text) continue
    const headers: readonly Header[] = [
      algorithm ?? assert.fail(),
      [`${SSE}-customer-key`, other],
      md5 ?? assert.fail(),
    ]
    await expectRefused(victim, signedBytes(put(headers)), INVALID, `key ${other}`)
  }
  const digest = md5?.[1] ?? assert.fail()
  for (const other of twisted(digest).filter((one) => one !== digest)) {
    const headers: readonly Header[] = [...customer(key).slice(0, 2), [`${SSE}-customer-key-md5`, other]]
    await expectRefused(victim, signedBytes(put(headers)), INVALID, `MD5 of the key ${other}`)
  }
  for (const size of [0, 1, 16, 31, 33, 64]) {
    await expectRefused(victim, signedBytes(put(customer(Buffer.alloc(size, 1)))), INVALID, `${size} bytes`)
  }
  const [, json] = context('{"a":"bc"}')
  assert.match(json, /=$/)
  for (const other of twisted(json).filter((one) => one !== json)) {
    await expectRefused(
      victim,
      signedBytes(
        put([
          [SSE, 'aws:kms'],
          [CONTEXT, other],
        ]),
      ),
      INVALID,
      `context ${other}`,
    )
  }
  await victim.ok(
    put([
      [SSE, 'aws:kms'],
      [CONTEXT, json],
    ]),
  )
  await victim.ok(put(customer(key)))
})

test('T-105 an encryption context is an object of strings, each name once, and names no other object', async (t) => {
  const victim = await startVictim(t)
  const arn = `arn:aws:s3:::${BUCKET}/k`
  for (const text of [
    '{"aws:s3:arn":"arn:aws:s3:::bucket-two/secret"}',
    `{"aws:s3:arn":"${arn}x"}`,
    `{"aws:s3:arn":"arn:aws:s3:::${BUCKET}"}`,
    '{"aws:x":"1"}',
    '{"aws:":"1"}',
    '{"a":"1","a":"1"}',
    '{"a":"1","\\u0061":"2"}',
    '{"a":1}',
    '{"a":null}',
    '{"a":["b"]}',
    '{"a":{"b":"c"}}',
    '["a"]',
    '"a"',
    'null',
    '{"a":"b"}x',
    '{"a":"b",}',
    '{"a":"\ud800"}'.replace('\ud800', '\\ud800'),
    '{"":"b"}',
    '',
    `{"a":"${'x'.repeat(8_193)}"}`,
  ]) {
    for (const mode of ['aws:kms', 'aws:kms:dsse']) {
      const bytes = signedBytes(put([[SSE, mode], context(text)]))
      await expectRefused(victim, bytes, INVALID, text.slice(0, 60))
    }
  }
  const broken: Header = [CONTEXT, Buffer.from('7b2261223a22ff227d', 'hex').toString('base64')]
  await expectRefused(victim, signedBytes(put([[SSE, 'aws:kms'], broken])), INVALID, 'not UTF-8')
  await expectRefused(victim, signedBytes(put([context('{"a":"b"}')])), INVALID, 'a context without KMS')
  await expectRefused(victim, signedBytes(put([[SSE, 'AES256'], context('{"a":"b"}')])), INVALID)
  for (const text of [`{"aws:s3:arn":"${arn}"}`, '{"__proto__":"p","constructor":"c","é":"1","e\u0301":"2"}', '{}']) {
    const stored = await victim.ok(put([[SSE, 'aws:kms'], context(text)]))
    const shown = stored.header(CONTEXT)
    if (text.includes('__proto__')) {
      const back = Buffer.from(shown ?? '', 'base64').toString('utf8')
      for (const piece of ['"__proto__":"p"', '"constructor":"c"', '"é":"1"', '"e\u0301":"2"']) {
        assert.ok(back.includes(piece), `${piece} in ${back}`)
      }
    }
    assert.equal((await victim.ok({ path: OBJECT })).body.toString(), 'plaintext')
  }
  assert.equal(Object.hasOwn(Object.prototype, 'p'), false)
})

test('T-112 nothing that depends on a plaintext is shown of objects under keys: no MD5, no checksum to who cannot decrypt', async (t) => {
  const victim = await startVictim(t)
  const key = await newKey(victim)
  const md5 = createHash('md5').update('plaintext').digest('hex')
  const sha256 = createHash('sha256').update('plaintext').digest('base64')
  const checksum: Header = ['x-amz-checksum-sha256', sha256]
  const modes: readonly (readonly [string, readonly Header[], readonly Header[]])[] = [
    [
      'kms',
      [
        [SSE, 'aws:kms'],
        [KEY_ID, key],
      ],
      [],
    ],
    [
      'dsse',
      [
        [SSE, 'aws:kms:dsse'],
        [KEY_ID, key],
      ],
      [],
    ],
    ['sse-c', customer(KEY), customer(KEY)],
  ]
  const etags: string[] = []
  for (const [name, headers, read] of modes) {
    const path = `/${BUCKET}/${name}`
    for (let round = 0; round < 2; round++) {
      const etag = (await victim.ok(put([...headers, checksum], path))).header('etag') ?? assert.fail()
      etags.push(etag)
    }
    const etag = etags.at(-1) ?? assert.fail()
    for (const request of [
      { method: 'HEAD', path, headers: read },
      { path, headers: read },
    ] as const) {
      const answer = await victim.ok(request)
      const shown = JSON.stringify(answer.headers)
      assert.equal(answer.header('etag'), etag)
      assert.equal(shown.includes(md5) || shown.includes(sha256), false, name)
    }
    // Guessing by conditions compares with what is shown, never with the MD5.
    const guess: Header = ['if-none-match', `"${md5}"`]
    await victim.ok({ path, headers: [...read, guess] })
    const match: Header = ['if-match', `"${md5}"`]
    await expectRefused(victim, signedBytes({ path, headers: [...read, match] }), {
      status: 412,
      code: 'PreconditionFailed',
    })
    // With the right to decrypt, a checksum that was asked for is shown.
    const asked: Header = ['x-amz-checksum-mode', 'ENABLED']
    assert.equal((await victim.ok({ path, headers: [...read, asked] })).header('x-amz-checksum-sha256'), sha256)
  }
  assert.equal(new Set(etags).size, etags.length)
  const list = await victim.ok({ path: `/${BUCKET}`, query: 'list-type=2' })
  const versions = await victim.ok({ path: `/${BUCKET}`, query: 'versions' })
  for (const answer of [list, versions]) {
    assert.equal(answer.body.includes(md5) || answer.body.includes(sha256), false)
    for (const etag of etags.filter((_, at) => at % 2 === 1)) {
      assert.ok(
        answer.body.includes(etag.replaceAll('"', '&quot;')) || answer.body.includes(etag),
        'the ETag that is shown',
      )
    }
  }
  // Without the key: HEAD of a KMS object tells its size, and no checksum, when the key is disabled.
  await admin(victim, 'disable-key', `key=${encodeURIComponent(key)}`)
  for (const name of ['kms', 'dsse']) {
    const asked: WireRequest = {
      method: 'HEAD',
      path: `/${BUCKET}/${name}`,
      headers: [['x-amz-checksum-mode', 'ENABLED']],
    }
    const answer = await victim.send(signedBytes(asked), { bodiless: true })
    assert.equal(JSON.stringify(answer.headers).includes(sha256), false)
    const attributes = await victim.send(
      signedBytes({
        path: `/${BUCKET}/${name}`,
        query: 'attributes',
        headers: [['x-amz-object-attributes', 'ETag,Checksum']],
      }),
    )
    assert.equal(attributes.body.includes(sha256) || attributes.body.includes(md5), false)
  }
  const noKey = signedBytes({
    path: `/${BUCKET}/sse-c`,
    query: 'attributes',
    headers: [['x-amz-object-attributes', 'Checksum']],
  })
  const answer = await victim.send(noKey)
  assert.equal(answer.status, 400)
  assert.equal(answer.body.includes(sha256), false)
})
