import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { test } from 'node:test'
import { readXml } from '../../src/dialects/xml.ts'
import { S3_NAMESPACE } from '../../src/dialects/s3/options.ts'
import { BUCKET, codeOf, expectRefused, startVictim, type Victim } from './oracle.ts'
import { crc32Of, signedBytes, type Header, type WireRequest } from './wire-request.ts'

const OBJECT = `/${BUCKET}/k`
const XML = { status: 400, code: 'MalformedXML' }
const INVALID = { status: 400, code: 'InvalidArgument' }

interface Document {
  readonly root: string
  /** What the root holds when all is well. */
  readonly inside: string
  request(body: string | Uint8Array): WireRequest
}

function at(method: string, path: string, query: string, root: string, inside: string): Document {
  return {
    root,
    inside,
    request: (body) => ({ method, path, query, body, headers: [['x-amz-checksum-crc32', crc32Of(body)]] }),
  }
}

/** Every document that a client can send. */
const DOCUMENTS: readonly Document[] = [
  at('PUT', `/${BUCKET}`, 'versioning', 'VersioningConfiguration', '<Status>Suspended</Status>'),
  at(
    'PUT',
    `/${BUCKET}`,
    'encryption',
    'ServerSideEncryptionConfiguration',
    '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>',
  ),
  at('PUT', OBJECT, 'tagging', 'Tagging', '<TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet>'),
  at('POST', `/${BUCKET}`, 'delete', 'Delete', '<Object><Key>none</Key></Object>'),
  at(
    'POST',
    OBJECT,
    `uploadId=${'0'.repeat(48)}`,
    'CompleteMultipartUpload',
    '<Part><PartNumber>1</PartNumber><ETag>"x"</ETag></Part>',
  ),
  at('PUT', OBJECT, 'encryption', 'ObjectEncryption', '<SSE-KMS><KMSKeyArn>arn:aws:kms:x</KMSKeyArn></SSE-KMS>'),
]

function whole({ root, inside }: Document): string {
  return `<${root}>${inside}</${root}>`
}

async function startWithObject(t: Parameters<typeof startVictim>[0]): Promise<Victim> {
  const victim = await startVictim(t)
  await victim.ok({ method: 'PUT', path: OBJECT, body: 'x' })
  return victim
}

/** What is well-formed and holds no SSE-KMS is another wish to UpdateObjectEncryption, and told so. */
const ANOTHER_WISH: ReadonlySet<string> = new Set(['a long name', 'text as a document', 'a bare root', 'unknown'])

async function expectMalformed(
  victim: Victim,
  document: Document,
  body: string | Uint8Array,
  what: string,
): Promise<void> {
  const another = document.root === 'ObjectEncryption' && ANOTHER_WISH.has(what)
  const outcome = another ? { status: 400, code: 'InvalidRequest' } : XML
  await expectRefused(victim, signedBytes(document.request(body)), outcome, `${document.root}: ${what}`)
}

test('the documents of these tests are taken as they are: no refusal below is for another reason', async (t) => {
  const victim = await startWithObject(t)
  for (const document of DOCUMENTS) {
    const forms = [
      whole(document),
      `<?xml version="1.0" encoding="UTF-8"?>\n${whole(document)}\n`,
      whole(document).replace(document.root, `${document.root} xmlns="${S3_NAMESPACE}"`),
      `<!-- a comment -->${whole(document)}`,
    ]
    for (const body of [...forms, Buffer.from(`\ufeff${whole(document)}`, 'utf8')]) {
      const answer = await victim.send(signedBytes(document.request(body)))
      assert.notEqual(codeOf(answer), 'MalformedXML', `${document.root}: ${answer.body.toString()}`)
      assert.ok(answer.status < 500)
    }
  }
})

test('T-120 no document type, no entity but the five, no reference to what is no character; no file is read', async (t) => {
  const victim = await startWithObject(t)
  const passwd = readFileSync('/etc/hostname', 'utf8').trim()
  if (passwd.length > 6) victim.canaries.push(passwd)
  const bombs = Array.from({ length: 10 }, (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`).join('')
  for (const document of DOCUMENTS) {
    const { root, inside } = document
    const withText = (text: string): string => `<${root}>${text}${inside}</${root}>`
    for (const body of [
      `<!DOCTYPE ${root}>${whole(document)}`,
      `<!DOCTYPE ${root} SYSTEM "file:///etc/hostname">${whole(document)}`,
      `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>${withText('&x;')}`,
      `<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]>${whole(document)}`,
      `<!DOCTYPE r [<!ENTITY e0 "ha">${bombs}]>${withText('&e10;')}`,
      `<!DOCTYPE r [<!ENTITY big "${'x'.repeat(9_000)}">]>${withText('&big;'.repeat(1_000))}`,
      withText('&x;'),
      withText('&nbsp;'),
      withText('&#9999999;'),
      withText('&#0;'),
      withText('&#xD800;'),
      withText('&#xFFFF;'),
      withText('&#1;'),
      withText('&amp'),
      withText('&'),
      withText('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>'),
      `<?xml-stylesheet href="file:///etc/hostname"?>${whole(document)}`,
    ]) {
      await expectMalformed(victim, document, body, body.slice(0, 80))
    }
  }
  // The five, and characters by number, are text.
  const body = '<Tagging><TagSet><Tag><Key>&#97;&#x62;</Key><Value>c</Value></Tag></TagSet></Tagging>'
  const tagging = DOCUMENTS[2] ?? assert.fail()
  await victim.ok(tagging.request(body))
  const shown = await victim.ok({ path: OBJECT, query: 'tagging' })
  assert.match(shown.body.toString(), /<Key>ab<\/Key>/)
  const many = `<Delete><Object><Key>${'&#97;'.repeat(300)}</Key></Object></Delete>`
  await victim.ok((DOCUMENTS[3] ?? assert.fail()).request(many))
})

test('T-121 depth, elements, attributes and sizes have limits, and a document has one root', async (t) => {
  const victim = await startWithObject(t)
  for (const document of DOCUMENTS) {
    const { root, inside } = document
    const wrapped = (text: string): string => `<${root}>${text}</${root}>`
    for (const [what, body] of [
      ['deep', wrapped('<a>'.repeat(2_000) + '</a>'.repeat(2_000))],
      ['17 deep', wrapped('<a>'.repeat(16) + '</a>'.repeat(16))],
      ['never closed', `<${root}>${'<a>'.repeat(5_000)}`],
      ['unclosed', `<${root}>${inside}`],
      ['two roots', whole(document) + whole(document)],
      ['text behind', `${whole(document)}text`],
      ['text before', `text${whole(document)}`],
      ['a long attribute', `<${root} a="${'x'.repeat(9_000)}">${inside}</${root}>`],
      [
        'many attributes',
        `<${root} ${Array.from({ length: 17 }, (_, n) => `xmlns:a${n}="u${n}"`).join(' ')}>${inside}</${root}>`,
      ],
      ['an attribute', `<${root} a="1">${inside}</${root}>`],
      ['an attribute twice', `<${root} xmlns="${S3_NAMESPACE}" xmlns="${S3_NAMESPACE}">${inside}</${root}>`],
      ['a long name', wrapped(`<${'n'.repeat(15_000)}/>`)],
      ['crossed', wrapped('<a><b></a></b>')],
      ['nothing', ' '],
      ['no XML', 'status=Enabled'],
      ['JSON', '{"Status":"Enabled"}'],
      ['a bare root', `<${root}/>`],
    ] as const) {
      await expectMalformed(victim, document, body, what)
    }
  }
  const siblings = `<Delete>${'<Object><Key>k</Key></Object>'.repeat(10_001)}</Delete>`
  await expectMalformed(victim, DOCUMENTS[3] ?? assert.fail(), siblings, 'many elements')
  const thousandAndOne = `<Delete>${'<Object><Key>k</Key></Object>'.repeat(1_001)}</Delete>`
  await expectMalformed(victim, DOCUMENTS[3] ?? assert.fail(), thousandAndOne, 'more than 1,000 keys')
  for (const document of DOCUMENTS) {
    const limit = { status: 400, code: 'EntityTooLarge' }
    const answer = await expectRefused(
      victim,
      signedBytes(document.request(`${whole(document)}${' '.repeat(5_000_000)}`)),
      limit,
    )
    assert.match(answer.body.toString(), /<MaxSizeAllowed>\d+</)
  }
})

test('T-122 a document is UTF-8, and says nothing else', async (t) => {
  const victim = await startWithObject(t)
  for (const document of DOCUMENTS) {
    const text = whole(document)
    const latin = (more: string): Buffer => Buffer.from(text.replace('</', `${more}</`), 'latin1')
    for (const [what, body] of [
      ['UTF-16LE', Buffer.from(`\ufeff${text}`, 'utf16le')],
      ['UTF-16LE without a mark', Buffer.from(text, 'utf16le')],
      ['UTF-16BE', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
      ['UTF-7', `<?xml version="1.0" encoding="UTF-7"?>${text}`],
      ['ISO-8859-1', `<?xml version="1.0" encoding="ISO-8859-1"?>${text}`],
      ['version 1.1', `<?xml version="1.1"?>${text}`],
      ['a broken byte', latin('\xff')],
      ['overlong', latin('\xc0\xaf')],
      ['a surrogate', latin('\xed\xa0\x80')],
      ['NUL', latin('\0')],
      ['a control', latin('\u0001')],
      ['two marks', Buffer.from(`\ufeff\ufeff${text}`, 'utf8')],
      ['a late declaration', ` <?xml version="1.0"?>${text}`],
    ] as const) {
      await expectMalformed(victim, document, body, what)
    }
  }
})

test('T-123 what may come once comes once, names are exact, foreign namespaces and unknown elements are refused', async (t) => {
  const victim = await startWithObject(t)
  for (const document of DOCUMENTS) {
    const { root, inside } = document
    const first = /^<([A-Za-z-]+)>/.exec(inside)?.[1] ?? assert.fail()
    for (const [what, body] of [
      ['another root', `<X${root}>${inside}</X${root}>`],
      ['another letter case', `<${root.toLowerCase()}>${inside}</${root.toLowerCase()}>`],
      ['a foreign namespace', `<${root} xmlns="urn:x">${inside}</${root}>`],
      ['the namespace of a child', `<${root}>${inside.replace(first, `${first} xmlns="urn:x"`)}</${root}>`],
      ['a prefix', `<p:${root} xmlns:p="${S3_NAMESPACE}">${inside}</p:${root}>`],
      ['an unbound prefix', `<p:${root}>${inside}</p:${root}>`],
      ['text between elements', `<${root}>text${inside}</${root}>`],
      ['text as a document', `<${root}>text</${root}>`],
    ] as const) {
      await expectMalformed(victim, document, body, what)
    }
  }
  for (const document of DOCUMENTS) {
    const body = `<${document.root}>${document.inside}<Unknown/></${document.root}>`
    await expectMalformed(victim, document, body, 'unknown')
  }
  const [versioning, encryption, tagging, deletion, complete] = DOCUMENTS
  for (const [document, body] of [
    [
      versioning,
      '<VersioningConfiguration><Status>Enabled</Status><Status>Suspended</Status></VersioningConfiguration>',
    ],
    [versioning, '<VersioningConfiguration><Status>enabled</Status></VersioningConfiguration>'],
    [encryption, whole(encryption ?? assert.fail()).replace(/<Rule>.*<\/Rule>/, '$&$&')],
    [encryption, whole(encryption ?? assert.fail()).replace(/<SSEAlgorithm>.*<\/SSEAlgorithm>/, '$&$&')],
    [
      encryption,
      whole(encryption ?? assert.fail()).replace(
        /<SSEAlgorithm>.*<\/SSEAlgorithm>/,
        '<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSKeyID>a</KMSKeyID><KMSMasterKeyID>b</KMSMasterKeyID>',
      ),
    ],
    [tagging, '<Tagging><TagSet><Tag><Key>a</Key><Key>b</Key><Value>c</Value></Tag></TagSet></Tagging>'],
    [tagging, '<Tagging><TagSet/><TagSet/></Tagging>'],
    [deletion, '<Delete><Object><Key>k</Key><Key>l</Key></Object></Delete>'],
    [deletion, '<Delete><Object><Key>k</Key><VersionId>null</VersionId><VersionId>null</VersionId></Object></Delete>'],
    [deletion, '<Delete><Object><VersionId>null</VersionId></Object></Delete>'],
    [
      complete,
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><PartNumber>2</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>',
    ],
  ] as const) {
    await expectMalformed(victim, document ?? assert.fail(), body, body.slice(0, 100))
  }
  await victim.ok({ path: OBJECT })
})

test('T-124 a key is one text, however it is written: comments and CDATA cut nothing out and hide nothing', async (t) => {
  const victim = await startWithObject(t)
  const deletion = DOCUMENTS[3] ?? assert.fail()
  const keys = ['ab', 'a', 'b', '\nab', ' ab', '<![CDATA[', 'a&b', 'a\rb']
  const present = async (key: string): Promise<boolean> =>
    (await victim.send(signedBytes({ path: `/${BUCKET}/${encodeURIComponent(key)}` }))).status === 200
  for (const [written, meant] of [
    ['a<!--x-->b', 'ab'],
    ['a<![CDATA[b]]>', 'ab'],
    ['<![CDATA[a]]><![CDATA[b]]>', 'ab'],
    ['&#97;b', 'ab'],
    ['\nab', '\nab'],
    [' ab', ' ab'],
    ['a&amp;b', 'a&b'],
    ['<![CDATA[a&b]]>', 'a&b'],
    ['<![CDATA[<![CDATA[]]>', '<![CDATA['],
    ['a&#13;b', 'a\rb'],
  ] as const) {
    for (const key of keys) await victim.ok({ method: 'PUT', path: `/${BUCKET}/${encodeURIComponent(key)}`, body: key })
    const answer = await victim.ok(deletion.request(`<Delete><Object><Key>${written}</Key></Object></Delete>`))
    assert.doesNotMatch(answer.body.toString(), /<Error>/, written)
    for (const key of keys) assert.equal(await present(key), key !== meant, `${written} and ${JSON.stringify(key)}`)
  }
  for (const written of ['', '<!---->', '<![CDATA[]]>', 'a<?pi x?>b', 'a<b/>c', '<b>a</b>']) {
    const body = `<Delete><Object><Key>${written}</Key></Object></Delete>`
    await expectMalformed(victim, deletion, body, written)
  }
})

/** Names that try to leave their element, and characters that XML can hardly hold. */
const HOSTILE_KEYS = [
  '</Key><Key>x',
  ']]>',
  '&',
  '&amp;',
  '&lt;',
  '<!--',
  '"\'',
  'a\u0001b',
  '\ufffe',
  '\uffff',
  '\u2028',
  'a\r\nb',
  '\t',
  '\u007f\u0085',
]

function fromXml(text: string): string {
  const named = new Map([
    ['amp', '&'],
    ['lt', '<'],
    ['gt', '>'],
    ['quot', '"'],
    ['apos', "'"],
  ])
  return text.replace(/&(?:#x([0-9A-Fa-f]+)|#(\d+)|(\w+));/g, (_, hex?: string, digits?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    return digits === undefined
      ? (named.get(name ?? '') ?? assert.fail(name ?? ''))
      : String.fromCodePoint(Number(digits))
  })
}

test('T-125 names that look like markup come back as the names they are, in every listing and in every error', async (t) => {
  const victim = await startVictim(t)
  for (const key of HOSTILE_KEYS) {
    const path = `/${BUCKET}/${encodeURIComponent(key)}`
    await victim.ok({ method: 'PUT', path, body: 'x' })
    await victim.ok({ method: 'POST', path, query: 'uploads' })
  }
  const sorted = HOSTILE_KEYS.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
  for (const query of ['list-type=2', '', 'versions', 'uploads']) {
    for (const url of ['', '&encoding-type=url']) {
      const answer = await victim.ok({ path: `/${BUCKET}`, query: `${query}${url}` })
      const text = answer.body.toString('utf8')
      const keys = [...text.matchAll(/<Key>(.*?)<\/Key>/gs)].map(([, key = '']) => fromXml(key))
      const shown = url === '' ? keys : keys.map((key) => decodeURIComponent(key))
      assert.deepEqual(shown, sorted, `${query}${url}`)
      if (url !== '') readXml(answer.body, { root: rootOf(text), namespace: S3_NAMESPACE })
    }
  }
  for (const key of HOSTILE_KEYS) {
    const missing = await victim.send(signedBytes({ path: `/${BUCKET}/${encodeURIComponent(`${key}?none`)}` }))
    assert.equal(fromXml(/<Key>(.*?)<\/Key>/s.exec(missing.body.toString('utf8'))?.[1] ?? ''), `${key}?none`)
    assert.equal([...missing.body.toString().matchAll(/<Key>/g)].length, 1)
    const grouped = await victim.ok({
      path: `/${BUCKET}`,
      query: `delimiter=${encodeURIComponent(key)}&prefix=${encodeURIComponent(key)}`,
    })
    assert.equal([...grouped.body.toString().matchAll(/<Delimiter>/g)].length, 1)
    const owner: Header = ['x-amz-expected-bucket-owner', '</Code><Code>AccessDenied']
    const refused = await victim.send(signedBytes({ path: `/${BUCKET}`, headers: [owner] }))
    assert.equal(codeOf(refused), 'InvalidBucketOwnerAWSAccountID')
  }
})

function rootOf(text: string): string {
  return /<([A-Za-z]+) xmlns/.exec(text)?.[1] ?? assert.fail()
}

test('T-126 numbers are ASCII digits in their range, everywhere; a malformed Range is no Range', async (t) => {
  const victim = await startWithObject(t)
  const uploadId = '0'.repeat(48)
  const odd = [
    '1e3',
    '0x10',
    '-1',
    '%207',
    '07',
    '7.0',
    'Infinity',
    '9007199254740993',
    '%D9%A1',
    '+7',
    '1_0',
    'NaN',
    '1x',
  ]
  for (const value of odd) {
    for (const [path, query] of [
      [`/${BUCKET}`, `max-keys=${value}`],
      [`/${BUCKET}`, `list-type=2&max-keys=${value}`],
      [`/${BUCKET}`, `versions&max-keys=${value}`],
      [`/${BUCKET}`, `uploads&max-uploads=${value}`],
      [OBJECT, `uploadId=${uploadId}&max-parts=${value}`],
      [OBJECT, `uploadId=${uploadId}&part-number-marker=${value}`],
      [OBJECT, `partNumber=${value}`],
      ['/', `max-buckets=${value}`],
    ] as const) {
      await expectRefused(victim, signedBytes({ path, query }), INVALID, query)
    }
    const part: WireRequest = {
      method: 'PUT',
      path: OBJECT,
      query: `partNumber=${value}&uploadId=${uploadId}`,
      body: 'x',
    }
    await expectRefused(victim, signedBytes(part), INVALID, `partNumber=${value}`)
    const text = decodeURIComponent(value)
    const inside = `<Part><PartNumber>${text}</PartNumber><ETag>x</ETag></Part>`
    const complete = (DOCUMENTS[4] ?? assert.fail()).request(
      `<CompleteMultipartUpload>${inside}</CompleteMultipartUpload>`,
    )
    // White space around a setting does not count.
    const expected = text === ' 7' ? { status: 404, code: 'NoSuchUpload' } : INVALID
    await expectRefused(victim, signedBytes(complete), expected, `PartNumber ${text}`)
  }
  for (const range of [
    'bytes=1e3-',
    'bytes=0x0-0x0',
    'bytes=-',
    'bytes= 0-0',
    'bytes=0 - 0',
    'items=0-0',
    'bytes=+0-0',
    'bytes=٠-٠',
  ]) {
    const header: Header = ['range', Buffer.from(range, 'utf8').toString('latin1')]
    assert.equal((await victim.ok({ path: OBJECT, headers: [header] })).body.toString(), 'x', range)
  }
  for (const date of ['2025-02-31', 'Fri, 31 Feb 2025 00:00:00 GMT', '1', 'NaN', 'Fri, 01 Jan 10000 00:00:00 GMT']) {
    const header: Header = ['if-modified-since', date]
    await expectRefused(victim, signedBytes({ path: OBJECT, headers: [header] }), INVALID, date)
  }
  await victim.ok({ path: `/${BUCKET}`, query: 'max-keys=7' })
  await victim.ok({ path: `/${BUCKET}`, query: 'max-keys=0' })
  await victim.ok({ path: OBJECT, query: 'partNumber=1' }, 206)
})

test('T-129 names of the language’s own objects are plain data: as buckets, keys, tags, metadata, parameters, elements', async (t) => {
  const victim = await startVictim(t)
  for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'constructor.prototype']) {
    const path = `/${BUCKET}/${name}`
    const headers: readonly Header[] = [
      [`x-amz-meta-${name.toLowerCase()}`, 'polluted'],
      ['x-amz-tagging', `${name}=polluted`],
    ]
    await victim.ok({ method: 'PUT', path, body: name, headers })
    const read = await victim.ok({ path })
    assert.equal(read.body.toString(), name)
    assert.equal(read.header(`x-amz-meta-${name.toLowerCase()}`), 'polluted')
    assert.ok((await victim.ok({ path, query: 'tagging' })).body.includes(`<Key>${name}</Key><Value>polluted</Value>`))
    await victim.ok({ path: `/${BUCKET}`, query: `${name}=polluted&prefix=${name}` })
    for (const document of DOCUMENTS) {
      if (name.includes('.')) continue
      const body = `<${document.root}><${name}>polluted</${name}>${document.inside}</${document.root}>`
      await expectMalformed(victim, document, body, 'unknown')
    }
    const json: WireRequest = {
      method: 'POST',
      path: '/-/admin/v1/create-key',
      headers: [['Content-Type', 'application/json']],
      body: `{"${name}":{"polluted":true}}`,
    }
    assert.equal((await victim.send(signedBytes(json))).status, 400, name)
    const operation = { ...json, path: `/-/admin/v1/${name}`, body: '' }
    assert.equal((await victim.send(signedBytes(operation))).status, 404, name)
  }
  assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
  assert.deepEqual(Object.keys(Object.prototype), [])
})

test('T-130 nothing is decompressed: a compressed configuration is no configuration, a compressed object is its bytes', async (t) => {
  const victim = await startWithObject(t)
  const bomb = gzipSync(Buffer.alloc(10_000_000, 0x20))
  for (const document of DOCUMENTS) {
    for (const body of [gzipSync(whole(document)), bomb]) {
      const request = document.request(body)
      const headers: readonly Header[] = [...(request.headers ?? []), ['content-encoding', 'gzip']]
      await expectRefused(victim, signedBytes({ ...request, headers }), XML, document.root)
    }
  }
  await victim.ok({ method: 'PUT', path: OBJECT, body: bomb, headers: [['content-encoding', 'gzip']] })
  const read = await victim.ok({ path: OBJECT, headers: [['accept-encoding', 'identity']] })
  assert.deepEqual(read.body, bomb)
  assert.equal(read.header('content-encoding'), 'gzip')
})
