import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUCKET, codeOf, expectRefused, OTHER_BUCKET, startVictim, type Victim } from './oracle.ts'
import { crc32Of, plainBytes, signedBytes, type Header, type WireRequest } from './wire-request.ts'

const INVALID_URI = { status: 400, code: 'InvalidURI' }
const INVALID_ARGUMENT = { status: 400, code: 'InvalidArgument' }
const INVALID_BUCKET = { status: 400, code: 'InvalidBucketName' }

/** The keys of a bucket, as bytes read like latin-1, in the order of the listing. */
async function keysOf(victim: Victim, bucket: string): Promise<readonly string[]> {
  const answer = await victim.ok({ path: `/${bucket}`, query: 'encoding-type=url&list-type=2' })
  const found = answer.body.toString('utf8').matchAll(/<Key>([^<]*)<\/Key>/g)
  return [...found].map(([, key = '']) =>
    key.replace(/%([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
  )
}

function put(path: string, body = 'x'): WireRequest {
  return { method: 'PUT', path, body }
}

function copy(to: string, from: string): WireRequest {
  return { method: 'PUT', path: to, headers: [['x-amz-copy-source', from]] }
}

/** A request that is signed for a good path and sent with `path`: no signer would sign it. */
function withPath(path: string, method = 'PUT'): Buffer {
  const bytes = signedBytes({ method, path: `/${BUCKET}/k`, body: method === 'PUT' ? 'x' : '' })
  return Buffer.from(bytes.toString('latin1').replace(`/${BUCKET}/k`, path), 'latin1')
}

test('T-021 dots and escaped slashes are letters of a key: nothing is resolved, and the bucket stays the bucket', async (t) => {
  const victim = await startVictim(t)
  await victim.ok(put(`/${OTHER_BUCKET}/k`, 'the other bucket'))
  for (const [path, key] of [
    [`/${BUCKET}/../${OTHER_BUCKET}/k`, `../${OTHER_BUCKET}/k`],
    [`/${BUCKET}/%2e%2e/${OTHER_BUCKET}/k`, `../${OTHER_BUCKET}/k`],
    [`/${BUCKET}/.%2E/${OTHER_BUCKET}/k`, `../${OTHER_BUCKET}/k`],
    [`/${BUCKET}/./k`, './k'],
    [`/${BUCKET}//k`, '/k'],
    [`/${BUCKET}/%252e%252e%252f${OTHER_BUCKET}`, `%2e%2e%2f${OTHER_BUCKET}`],
    [`/${BUCKET}/..%2f..%2fetc/passwd`, '../../etc/passwd'],
    [`/%62ucket-one/k`, 'k'],
  ] as const) {
    await victim.ok(put(path, path))
    assert.deepEqual(await keysOf(victim, BUCKET), [key], path)
    assert.equal((await victim.ok({ path })).body.toString(), path)
    assert.deepEqual(await keysOf(victim, OTHER_BUCKET), ['k'])
    assert.equal((await victim.ok({ path: `/${OTHER_BUCKET}/k` })).body.toString(), 'the other bucket')
    await victim.ok({ method: 'DELETE', path }, 204)
    assert.deepEqual(await keysOf(victim, BUCKET), [], path)
  }
  for (const path of [`/${BUCKET}%2Fk`, `/${BUCKET}%2f..%2f${OTHER_BUCKET}/k`, '/%2e%2e/k', '/../k', '//k']) {
    await expectRefused(victim, signedBytes(put(path)), INVALID_BUCKET, path)
    await expectRefused(victim, signedBytes({ path }), INVALID_BUCKET, path)
  }
})

test('T-021 copy sources and lists of deletions take dots literally too', async (t) => {
  const victim = await startVictim(t)
  const victimPath = `/${OTHER_BUCKET}/secret`
  await victim.ok(put(victimPath, 'secret'))
  const climbing = [
    `/${BUCKET}/../${OTHER_BUCKET}/secret`,
    `${BUCKET}/%2e%2e/${OTHER_BUCKET}/secret`,
    `/${BUCKET}/..%2f${OTHER_BUCKET}%2fsecret`,
  ]
  for (const from of climbing) {
    await expectRefused(victim, signedBytes(copy(`/${BUCKET}/to`, from)), { status: 404, code: 'NoSuchKey' }, from)
  }
  // The legal neighbours: the key of that very name, and the other bucket by its name.
  await victim.ok(put(`/${BUCKET}/../${OTHER_BUCKET}/secret`, 'a key with dots'))
  for (const from of climbing) {
    await victim.ok(copy(`/${BUCKET}/to`, from))
    assert.equal((await victim.ok({ path: `/${BUCKET}/to` })).body.toString(), 'a key with dots')
  }
  await victim.ok(deletion(BUCKET, [`../${OTHER_BUCKET}/secret`, 'to']))
  assert.deepEqual(await keysOf(victim, BUCKET), [])
  assert.equal((await victim.ok({ path: victimPath })).body.toString(), 'secret')
})

function deletion(bucket: string, keys: readonly string[]): WireRequest {
  const objects = keys.map((key) => `<Object><Key>${key}</Key></Object>`)
  return {
    method: 'POST',
    path: `/${bucket}`,
    query: 'delete',
    headers: [['x-amz-checksum-crc32', crc32Of(`<Delete>${objects.join('')}</Delete>`)]],
    body: `<Delete>${objects.join('')}</Delete>`,
  }
}

const UNDECODABLE = ['%ff', '%c0%ae', '%ed%a0%80', '%e4%bd', '%f5%80%80%80', '%zz', '%0', '%', '%00', 'a%00b']

test('T-022 what is not UTF-8 is refused wherever a name can stand: never replaced, so two bad names never meet', async (t) => {
  const victim = await startVictim(t)
  await victim.ok(put(`/${BUCKET}/k`))
  for (const bad of UNDECODABLE) {
    for (const method of ['PUT', 'GET', 'HEAD', 'DELETE']) {
      const outcome = method === 'HEAD' ? { status: 400 } : INVALID_URI
      await expectRefused(victim, withPath(`/${BUCKET}/${bad}`, method), outcome, `${method} ${bad}`)
    }
    await expectRefused(victim, plainBytes({ path: `/${BUCKET}/${bad}` }), INVALID_URI, bad)
    await expectRefused(victim, plainBytes({ path: `/${bad}/k` }), INVALID_URI, bad)
    for (const name of ['prefix', 'marker', 'delimiter', 'start-after', 'continuation-token', 'key-marker']) {
      await expectRefused(victim, plainBytes({ path: `/${BUCKET}`, query: `${name}=${bad}` }), INVALID_URI, name)
    }
    await expectRefused(victim, plainBytes({ path: `/${BUCKET}/k`, query: `uploadId=${bad}` }), INVALID_URI, bad)
    await expectRefused(victim, signedBytes(copy(`/${BUCKET}/to`, `/${BUCKET}/${bad}`)), INVALID_ARGUMENT, bad)
    const tagged: WireRequest = { ...put(`/${BUCKET}/tagged`), headers: [['x-amz-tagging', `a=${bad}`]] }
    const refused = await expectRefused(victim, signedBytes(tagged), INVALID_URI, bad)
    assert.equal(refused.body.includes('\ufffd'), false)
  }
  // What U+FFFD itself asks for is a name like any other.
  await victim.ok(put(`/${BUCKET}/%EF%BF%BD`))
  assert.deepEqual(await keysOf(victim, BUCKET), ['k', '\xef\xbf\xbd'])
})

test('T-023 keys that look alike are different objects, compared byte for byte; lengths are counted in bytes', async (t) => {
  const victim = await startVictim(t)
  const keys = ['é', 'e\u0301', 'k', 'K', '\u212a', 'ß', 'SS', 'ss', 'a', 'a ', ' a', '.', '..', 'ﬀ', 'ff', '\ufeffa']
  for (const key of keys) await victim.ok(put(`/${BUCKET}/${encodeURIComponent(key)}`, key))
  const sorted = keys.map((key) => Buffer.from(key, 'utf8').toString('latin1')).toSorted()
  assert.deepEqual(await keysOf(victim, BUCKET), sorted)
  for (const key of keys) {
    assert.equal((await victim.ok({ path: `/${BUCKET}/${encodeURIComponent(key)}` })).body.toString('utf8'), key)
  }
  const longest = '漢'.repeat(341) + 'x'
  assert.equal(Buffer.byteLength(longest, 'utf8'), 1_024)
  await victim.ok(put(`/${OTHER_BUCKET}/${encodeURIComponent(longest)}`))
  const tooLong = { status: 400, code: 'KeyTooLongError' }
  for (const key of [`${longest}x`, '漢'.repeat(342), 'x'.repeat(1_025)]) {
    await expectRefused(victim, signedBytes(put(`/${OTHER_BUCKET}/${encodeURIComponent(key)}`)), tooLong)
    const source = `/${OTHER_BUCKET}/${encodeURIComponent(key)}`
    await expectRefused(victim, signedBytes(copy(`/${OTHER_BUCKET}/to`, source)), tooLong)
  }
  assert.deepEqual(await keysOf(victim, OTHER_BUCKET), [Buffer.from(longest, 'utf8').toString('latin1')])
})

test('T-024 part names that are no bucket names cannot be created', async (t) => {
  const victim = await startVictim(t)
  for (const name of [
    ...['-', 'ab', 'a..b', '192.168.0.1', 'xn--a', 'x-s3alias', 'service', 'kms', 'a'.repeat(64), 'UPPER', 'b_c'],
    ...['-abc', 'abc-', '.abc', 'abc.', 'a.-b', 'a-.b', 'sthree-a', 'amzn-s3-demo-a', 'a--ol-s3', 'a.mrap', 'a--x-s3'],
    ...['a%20b', 'a%00b', 'b%C3%BCcket', 'a+b', 'bucket%E2%84%AA', '__proto__', 'a;b', 'a%0d%0ab'],
  ]) {
    const outcome = name === 'a%00b' ? INVALID_URI : INVALID_BUCKET
    const bytes = name === 'a%00b' ? withPath(`/${name}`) : signedBytes({ method: 'PUT', path: `/${name}` })
    await expectRefused(victim, bytes, outcome, name)
  }
  const directory = signedBytes({ method: 'PUT', path: '/a--use1-az4--x-s3' })
  await expectRefused(victim, directory, { status: 400, code: 'MissingRequestBodyError' })
  await victim.ok({ method: 'PUT', path: `/${'a'.repeat(63)}` })
  await victim.ok({ method: 'PUT', path: '/a.b-c.1' })
})

test('T-026 part a host names a bucket only label by label before a domain of ours; a foreign suffix names none', async (t) => {
  const victim = await startVictim(t, { domains: ['localhost', 'store.example'] })
  await victim.ok(put(`/${BUCKET}/k`, 'one'))
  for (const host of [`${BUCKET}.localhost`, `${BUCKET}.localhost:9000`, `${BUCKET}.STORE.example`]) {
    assert.equal((await victim.ok({ path: '/k', host })).body.toString(), 'one', host)
  }
  // Not ours: the path alone says what is meant, whatever the host looks like.
  for (const host of [
    `${BUCKET}.evilstore.example`,
    `${BUCKET}.store.example.evil.net`,
    `${BUCKET}store.example`,
    `${BUCKET}.oss-cn-hangzhou.aliyuncs.com`,
    `${BUCKET}-1250000000.cos.ap-guangzhou.myqcloud.com`,
    '127.0.0.1',
    '[::1]:9000',
  ]) {
    assert.equal((await victim.ok({ path: `/${BUCKET}/k`, host })).body.toString(), 'one', host)
    const asBucket = await victim.send(signedBytes({ path: '/k', host }))
    assert.equal(codeOf(asBucket), 'InvalidBucketName', host)
    // Who does not sign is answered in the words of the host's vendor, and gets nothing.
    assert.ok([403, 404].includes((await victim.send(plainBytes({ path: `/${BUCKET}/k`, host }))).status), host)
  }
  // A bucket in the host and another in the path: the host wins, the path is a key.
  await victim.ok({ ...put(`/${OTHER_BUCKET}/k`, 'key'), host: `${BUCKET}.localhost` })
  assert.deepEqual(await keysOf(victim, BUCKET), [`${OTHER_BUCKET}/k`, 'k'])
  assert.deepEqual(await keysOf(victim, OTHER_BUCKET), [])
})

test('T-026 T-065 a signature made for one host is worth nothing under another', async (t) => {
  const victim = await startVictim(t)
  await victim.ok(put(`/${OTHER_BUCKET}/k`, 'two'))
  const signed = signedBytes({ path: '/k', host: `${BUCKET}.localhost` }).toString('latin1')
  const moved = signed.replace(`host: ${BUCKET}.localhost`, `host: ${OTHER_BUCKET}.localhost`)
  assert.notEqual(moved, signed)
  await expectRefused(victim, Buffer.from(moved, 'latin1'), { status: 403, code: 'SignatureDoesNotMatch' })
  assert.equal((await victim.ok({ path: '/k', host: `${OTHER_BUCKET}.localhost` })).body.toString(), 'two')
})

test('T-028 on a bucket’s host the server’s own corner is a key; elsewhere it is nobody’s bucket', async (t) => {
  const victim = await startVictim(t)
  const host = `${BUCKET}.localhost`
  for (const key of ['-/metrics', '-/live', '-/admin/v1/status', '-/x/y']) {
    await expectRefused(victim, plainBytes({ path: `/${key}`, host }), { status: 403, code: 'AccessDenied' }, key)
    await expectRefused(victim, signedBytes({ path: `/${key}`, host }), { status: 404, code: 'NoSuchKey' }, key)
    await victim.ok({ ...put(`/${key}`, 'an object'), host })
    assert.equal((await victim.ok({ path: `/${key}`, host })).body.toString(), 'an object')
  }
  assert.deepEqual(await keysOf(victim, BUCKET), ['-/admin/v1/status', '-/live', '-/metrics', '-/x/y'])
  for (const path of ['/-/live', '/-/metrics', '/-/x/y']) {
    assert.equal((await victim.send(signedBytes(put(path)))).status, 405, path)
  }
  assert.equal((await victim.send(plainBytes({ path: '/-/x/y' }))).status, 404)
  const metrics = await victim.send(plainBytes({ path: '/-/metrics' }))
  assert.equal(metrics.status, 200)
  assert.doesNotMatch(metrics.body.toString(), /bucket-one|bucket-two|CFRTEST/)
  for (const path of ['/-', '/-x', '/%2d/metrics']) {
    await expectRefused(victim, signedBytes({ path }), INVALID_BUCKET, path)
  }
})

test('T-029 the query has one reading: plus is a space, a semicolon is a letter, floods are refused', async (t) => {
  const victim = await startVictim(t)
  for (const key of ['a b', 'a+b', 'a;b=c']) await victim.ok(put(`/${BUCKET}/${encodeURIComponent(key)}`))
  for (const [query, found] of [
    ['prefix=a+b', 'a b'],
    ['prefix=a%20b', 'a b'],
    ['prefix=a%2Bb', 'a+b'],
    ['prefix=a;b=c', 'a;b=c'],
    ['prefix=a%3Bb%3Dc', 'a;b=c'],
    ['&&prefix=a+b&', 'a b'],
  ] as const) {
    const answer = await victim.ok({ path: `/${BUCKET}`, query })
    assert.deepEqual(
      [...answer.body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key),
      [found],
      query,
    )
  }
  const bad = { status: 400, code: 'InvalidRequest' }
  const names = (count: number): string => Array.from({ length: count }, (_, at) => `n${at}=1`).join('&')
  await expectRefused(victim, plainBytes({ path: `/${BUCKET}`, query: names(1_500) }), bad)
  await expectRefused(victim, plainBytes({ path: `/${BUCKET}`, query: names(101) }), bad)
  await victim.ok({ path: `/${BUCKET}`, query: names(100) })
  await victim.ok({ path: `/${BUCKET}`, query: `${'n'.repeat(15_000)}=1` })
})

test('T-030 a parameter comes once, in whatever letter case; nobody’s signature helps', async (t) => {
  const victim = await startVictim(t)
  await victim.ok(put(`/${BUCKET}/k`))
  const bad = { status: 400, code: 'InvalidRequest' }
  for (const query of [
    'versionId=null&versionId=null',
    'versionId=null&versionid=null',
    'uploadId=1&uploadid=2',
    'tagging&tagging=',
    'tagging&TAGGING',
    'version%49d=null&versionId=null',
    'X-Amz-Signature=a&x-amz-signature=b',
    'prefix=a&prefix=b',
  ]) {
    await expectRefused(victim, plainBytes({ path: `/${BUCKET}/k`, query }), bad, query)
    const signed = signedBytes({ path: `/${BUCKET}/k`, query: 'x=1' })
      .toString('latin1')
      .replace('?x=1', `?${query}`)
    await expectRefused(victim, Buffer.from(signed, 'latin1'), bad, query)
    await expectRefused(victim, Buffer.from(signed.replace('GET', 'DELETE'), 'latin1'), bad, query)
  }
  // Once, and in a letter case that is not the parameter's: refused too, since somebody meant something by it.
  await expectRefused(victim, signedBytes({ method: 'DELETE', path: `/${BUCKET}/k`, query: 'VersionId=null' }), bad)
  await victim.ok({ path: `/${BUCKET}/k`, query: 'versionId=null' })
})

test('T-031 two operations in one request are none; a doubled slash is a key, never the bucket', async (t) => {
  const victim = await startVictim(t)
  await victim.ok(put(`/${BUCKET}/k`))
  const bad = { status: 400, code: 'InvalidRequest' }
  for (const [method, path, query] of [
    ['GET', `/${BUCKET}`, 'acl&policy'],
    ['POST', `/${BUCKET}`, 'uploads&delete'],
    ['PUT', `/${BUCKET}/k`, 'tagging&encryption'],
    ['PUT', `/${BUCKET}/k`, 'partNumber=1&uploadId=x&acl'],
    ['DELETE', `/${BUCKET}`, 'encryption&versioning'],
    ['DELETE', `/${BUCKET}/k`, 'tagging&uploadId=1'],
    ['DELETE', `/${BUCKET}/k`, 'partNumber=1'],
    ['PUT', `/${BUCKET}/k`, 'partNumber=1'],
    ['DELETE', `/${BUCKET}`, 'Encryption'],
  ] as const) {
    await expectRefused(victim, signedBytes({ method, path, query }), bad, `${method} ${query}`)
  }
  // What is known and not done says so: it is never taken for the plain operation.
  for (const query of ['abac', 'metadataConfiguration', 'metadataTable', 'metadataInventoryTable']) {
    for (const method of ['PUT', 'DELETE']) {
      const request = { method, path: `/${OTHER_BUCKET}`, query }
      await expectRefused(victim, signedBytes(request), { status: 501, code: 'NotImplemented' }, `${method} ${query}`)
    }
  }
  await victim.ok(put(`/${OTHER_BUCKET}//`, 'slash'))
  assert.deepEqual(await keysOf(victim, OTHER_BUCKET), ['/'])
  await victim.ok({ method: 'DELETE', path: `/${OTHER_BUCKET}//` }, 204)
  assert.deepEqual(await keysOf(victim, OTHER_BUCKET), [])
  await victim.ok({ method: 'HEAD', path: `/${OTHER_BUCKET}` })
})

test('T-032 tokens, uploads and versions of one bucket or object open nothing elsewhere; edited ones nothing at all', async (t) => {
  const victim = await startVictim(t)
  for (const key of ['a1', 'a2', 'a3']) await victim.ok(put(`/${BUCKET}/${key}`))
  await victim.ok(put(`/${OTHER_BUCKET}/b1`))
  const page = { path: `/${BUCKET}`, query: 'list-type=2&max-keys=1' }
  const token = textIn(await victim.ok(page), 'NextContinuationToken')
  const withToken = (bucket: string, text: string): WireRequest => ({
    path: `/${bucket}`,
    query: `list-type=2&continuation-token=${encodeURIComponent(text)}`,
  })
  assert.match((await victim.ok(withToken(BUCKET, token))).body.toString(), /<Key>a2<\/Key>/)
  const middle = token.length >> 1
  const flipped = token.slice(0, middle) + (token[middle] === 'A' ? 'B' : 'A') + token.slice(middle + 1)
  for (const text of [flipped, token.slice(0, -4), `${token}AAAA`, 'a2', '0', 'A'.repeat(8_000)]) {
    const answer = await expectRefused(
      victim,
      signedBytes(withToken(BUCKET, text)),
      INVALID_ARGUMENT,
      text.slice(0, 99),
    )
    assert.doesNotMatch(answer.body.toString(), /<Key>/)
  }
  const elsewhere = await expectRefused(victim, signedBytes(withToken(OTHER_BUCKET, token)), INVALID_ARGUMENT)
  assert.doesNotMatch(elsewhere.body.toString(), /a1|a2|a3/)

  const created = await victim.ok({ method: 'POST', path: `/${BUCKET}/up`, query: 'uploads' })
  const uploadId = textIn(created, 'UploadId')
  const noUpload = { status: 404, code: 'NoSuchUpload' }
  for (const path of [`/${OTHER_BUCKET}/up`, `/${BUCKET}/other`, `/${BUCKET}/up2`]) {
    const query = `uploadId=${uploadId}`
    await expectRefused(victim, signedBytes({ path, query }), noUpload, path)
    await expectRefused(victim, signedBytes({ method: 'DELETE', path, query }), noUpload, path)
    const part: WireRequest = { method: 'PUT', path, query: `partNumber=1&${query}`, body: 'x' }
    await expectRefused(victim, signedBytes(part), noUpload, path)
  }
  await victim.ok({ path: `/${BUCKET}/up`, query: `uploadId=${uploadId}` })

  await victim.ok({
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'versioning',
    body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  })
  const versionId = (await victim.ok(put(`/${BUCKET}/v`, 'version'))).header('x-amz-version-id') ?? assert.fail()
  const noVersion = { status: 404, code: 'NoSuchVersion' }
  for (const path of [`/${BUCKET}/a1`, `/${BUCKET}/none`, `/${OTHER_BUCKET}/v`]) {
    await expectRefused(victim, signedBytes({ path, query: `versionId=${versionId}` }), noVersion, path)
  }
  for (const text of ['', 'x', versionId.toUpperCase().replace(/^0*/, 'F'), `${versionId}0`, 'NULL']) {
    const request = { method: 'DELETE', path: `/${BUCKET}/v`, query: `versionId=${text}` }
    await expectRefused(victim, signedBytes(request), INVALID_ARGUMENT, text)
  }
  assert.equal((await victim.ok({ path: `/${BUCKET}/v`, query: `versionId=${versionId}` })).body.toString(), 'version')
})

function textIn({ body }: { readonly body: Buffer }, name: string): string {
  return new RegExp(`<${name}>([^<]+)</${name}>`).exec(body.toString('utf8'))?.[1] ?? assert.fail(name)
}

test('T-033 keys around the ends of ranges: exactly their own versions and groups, and listings that end', async (t) => {
  const victim = await startVictim(t)
  await victim.ok({
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'versioning',
    body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  })
  const keys = [
    'a',
    'ab',
    'a\u0001',
    'a\u0001b',
    'a/',
    'a/b',
    'a\u{10ffff}',
    'a\u{10ffff}b',
    '\u{10ffff}',
    '\u{10ffff}\u{10ffff}',
  ]
  for (const key of [...keys, ...keys]) await victim.ok(put(`/${BUCKET}/${encodeURIComponent(key)}`, key))
  const sorted = keys.map((key) => Buffer.from(key, 'utf8').toString('latin1')).toSorted()
  assert.deepEqual(await keysOf(victim, BUCKET), sorted)
  for (const key of keys) {
    // Deleting one key's current version shows the one before it, and touches no neighbour.
    const path = `/${BUCKET}/${encodeURIComponent(key)}`
    const list = await victim.ok({
      path: `/${BUCKET}`,
      query: `versions&encoding-type=url&prefix=${encodeURIComponent(key)}`,
    })
    const mine = list.body
      .toString()
      .split('<Version>')
      .filter((one) => one.includes(`<Key>${shown(key)}</Key>`))
    assert.equal(mine.length, 2, key)
    assert.equal((await victim.ok({ path })).body.toString('utf8'), key)
  }
  for (const delimiter of ['\u{10ffff}', '\u0001', 'a\u{10ffff}', '/']) {
    const seen: string[] = []
    let after = ''
    for (let page = 0; page < 20; page++) {
      const query = `list-type=2&max-keys=1&encoding-type=url&delimiter=${encodeURIComponent(delimiter)}${after}`
      const answer = await victim.ok({ path: `/${BUCKET}`, query })
      const text = answer.body.toString()
      seen.push(...[...text.matchAll(/<(?:Key|CommonPrefixes><Prefix)>([^<]*)</g)].map(([, name = '']) => name))
      if (!text.includes('<IsTruncated>true')) break
      after = `&continuation-token=${encodeURIComponent(textIn(answer, 'NextContinuationToken'))}`
    }
    assert.deepEqual(seen, groupsOf(keys, delimiter).map(shown), delimiter)
  }
  const long = { path: `/${BUCKET}`, query: `delimiter=${'d'.repeat(1_025)}` }
  const answer = await victim.send(signedBytes(long))
  assert.ok(answer.status === 400 || answer.status === 200, answer.statusLine)
  await victim.ok({ path: `/${BUCKET}`, query: `delimiter=${'d'.repeat(1_024)}` })
})

/** A name as `encoding-type=url` shows it. */
function shown(name: string): string {
  return encodeURIComponent(name).replaceAll('%2F', '/')
}

/** The reference: names and groups in byte order, each group once. */
function groupsOf(keys: readonly string[], delimiter: string): readonly string[] {
  const names = keys.map((key) => {
    const at = key.indexOf(delimiter)
    return at < 0 ? key : key.slice(0, at + delimiter.length)
  })
  return [...new Set(names)].toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
}

test('T-034 a copy source is read once, whole: what is malformed copies nothing', async (t) => {
  const victim = await startVictim(t)
  for (const key of ['k', 'k?versionId=null', '%2e%2e', 'a+b']) {
    await victim.ok(put(`/${OTHER_BUCKET}/${encodeURIComponent(key)}`, key))
  }
  for (const from of [
    ...['', '/', OTHER_BUCKET, `/${OTHER_BUCKET}`, `/${OTHER_BUCKET}/`, `${OTHER_BUCKET}%2Fk`, `//${OTHER_BUCKET}/k`],
    ...[`/${BUCKET}/..%2f..%2f${OTHER_BUCKET}/k%00`, `/${OTHER_BUCKET}/k?versionId=`, `/${OTHER_BUCKET}/k?versionId=x`],
    ...[`/${OTHER_BUCKET}/k?acl`, `/${OTHER_BUCKET}/k?versionId=null&acl`, `/${OTHER_BUCKET}/k?versionid=null`],
    ...[`http://localhost/${OTHER_BUCKET}/k`, `${OTHER_BUCKET}.localhost`, `/UPPER/k`, `/${OTHER_BUCKET}/%zz`],
  ]) {
    await expectRefused(victim, signedBytes(copy(`/${BUCKET}/to`, from)), INVALID_ARGUMENT, from)
  }
  const arn = copy(`/${BUCKET}/to`, `arn:aws:s3:::${OTHER_BUCKET}/k`)
  await expectRefused(victim, signedBytes(arn), { status: 501, code: 'NotImplemented' })
  for (const [from, body] of [
    [`/${OTHER_BUCKET}/k`, 'k'],
    [`${OTHER_BUCKET}/k?versionId=null`, 'k'],
    [`/${OTHER_BUCKET}/k%3FversionId=null`, 'k?versionId=null'],
    [`/${OTHER_BUCKET}/%252e%252e`, '%2e%2e'],
    [`/${OTHER_BUCKET}/a+b`, 'a+b'],
  ] as const) {
    await victim.ok(copy(`/${BUCKET}/to`, from))
    assert.equal((await victim.ok({ path: `/${BUCKET}/to` })).body.toString(), body, from)
  }
  for (const name of ['x-oss-copy-source', 'x-cos-copy-source']) {
    const request: WireRequest = { ...put(`/${BUCKET}/foreign`), headers: [[name, `/${OTHER_BUCKET}/k`]] }
    // Another dialect's header does not act: this stores the body that came.
    await victim.ok(request)
    assert.equal((await victim.ok({ path: `/${BUCKET}/foreign` })).body.toString(), 'x')
    const unsigned = signedBytes(put(`/${BUCKET}/foreign2`), { unsignedHeaders: [[name, `/${OTHER_BUCKET}/k`]] })
    await expectRefused(victim, unsigned, { status: 403, code: 'AccessDenied' }, name)
  }
})

test('T-027 part a host that names one bucket and a path that names another are read in one way only, and signed in the same', async (t) => {
  const victim = await startVictim(t, { domains: ['localhost'] })
  const host = `${BUCKET}.localhost`
  const path = `/${OTHER_BUCKET}/k`
  await victim.ok({ method: 'PUT', path, host, body: 'the key of one bucket' })
  assert.equal((await victim.ok({ path: `/${BUCKET}/${OTHER_BUCKET}/k` })).body.toString(), 'the key of one bucket')
  assert.equal((await victim.send(signedBytes({ path }))).status, 404)
  // A signature of the one reading does not serve for the other, in either direction, and no second one is tried.
  const headers: readonly Header[] = [['Host', host]]
  const [toHost, toPath] = [signedBytes({ path, host }), signedBytes({ path })].map((bytes) => bytes.toString('latin1'))
  assert.ok(toHost !== undefined && toPath !== undefined)
  const refused = { status: 403, code: 'SignatureDoesNotMatch' }
  await expectRefused(
    victim,
    toPath.replace(/^host: localhost\r$/im, `host: ${host}\r`),
    refused,
    'signed for the path',
  )
  await expectRefused(victim, toHost.replace(`: ${host}\r`, ': localhost\r'), refused, 'signed for the host')
  const unsigned = plainBytes({ path, headers })
  await expectRefused(victim, unsigned, { status: 403, code: 'AccessDenied' }, 'signed by nobody')
})
