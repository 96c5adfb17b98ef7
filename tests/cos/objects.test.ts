import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { elementText } from '../raw-request.ts'
import { cosBench, hostOf, refused } from './cos-bench.ts'

const bench = await cosBench()
const { cos, send } = bench

test('GET Service lists buckets with their numbers, their owner and their region', async () => {
  const at = await bench.bucket()
  const { Buckets, Owner } = await cos.getService({})
  const found = Buckets.find(({ Name }) => Name === at.Bucket)
  assert.equal(found?.Location, at.Region)
  assert.match(found.CreationDate, /^\d{4}-\d\d-\d\dT/)
  assert.match(Owner.ID, /^qcs::cam::uin\/\d+:uin\/\d+$/)
  const elsewhere = await send({ method: 'GET', host: 'cos.ap-guangzhou.myqcloud.com' })
  assert.equal(elsewhere.text.includes(at.Bucket), false, 'another region has other buckets')
})

test('a bucket is made in the region of its host, once, and ends empty', async () => {
  const at = await bench.bucket()
  await refused(cos.putBucket(at), 409, 'BucketAlreadyOwnedByYou')
  const elsewhere = { Bucket: 'elsewhere-1250000000', Region: 'ap-guangzhou' }
  await refused(cos.putBucket(elsewhere), 400, 'InvalidRegionName')
  assert.equal((await cos.headBucket(at)).headers?.['x-cos-bucket-region'], at.Region)
  const place = await send({ method: 'GET', bucket: at, query: { location: '' } })
  assert.equal(elementText(place.text, 'LocationConstraint'), at.Region)
  await cos.putObject({ ...at, Key: 'k', Body: 'x' })
  await refused(cos.deleteBucket(at), 409, 'BucketNotEmpty')
  await cos.deleteObject({ ...at, Key: 'k' })
  assert.equal((await cos.deleteBucket(at)).statusCode, 204)
  await refused(cos.headBucket(at), 404, '404')
})

test('every answer says that it is COS, and every error has its five children', async () => {
  const at = await bench.bucket()
  const missing = await send({ method: 'GET', bucket: at, path: '/nix' })
  assert.deepEqual([missing.status, missing.code], [404, 'NoSuchKey'])
  assert.equal(missing.headers['server'], 'tencent-cos')
  const id = missing.headers['x-cos-request-id']
  assert.equal(elementText(missing.text, 'RequestId'), id)
  assert.equal(elementText(missing.text, 'TraceId'), missing.headers['x-cos-trace-id'])
  assert.equal(elementText(missing.text, 'Resource'), `${hostOf(at)}/nix`)
  assert.ok(elementText(missing.text, 'Message'))
})

test('what describes an object is kept, and a type is found by the name where none was sent', async () => {
  const at = await bench.bucket()
  await cos.putObject({
    ...{ ...at, Key: 'k', Body: 'x', CacheControl: 'no-store', ContentDisposition: 'inline', ContentEncoding: 'x-y' },
    ...{ ContentType: 'a/b', Expires: 'Wed, 21 Oct 2037 07:28:00 GMT', StorageClass: 'STANDARD_IA' },
    Headers: { 'x-cos-meta-one': '1', 'x-cos-tagging': 'a=b&c=d' },
  })
  const { headers = {} } = await cos.headObject({ ...at, Key: 'k' })
  const names = [
    ...['cache-control', 'content-disposition', 'content-encoding', 'content-type', 'expires'],
    ...['x-cos-meta-one', 'x-cos-storage-class', 'x-cos-tagging-count', 'content-length'],
  ]
  assert.deepEqual(
    names.map((name) => String(headers[name])),
    ['no-store', 'inline', 'x-y', 'a/b', 'Wed, 21 Oct 2037 07:28:00 GMT', '1', 'STANDARD_IA', '2', '1'],
  )
  const types = [
    ['a.zip', 'application/zip'],
    ['a.txt', 'text/plain'],
    ['dir.zip/a', 'application/octet-stream'],
  ] as const
  for (const [Key, type] of types) {
    await cos.putObject({ ...at, Key, Body: 'x' })
    assert.equal((await cos.headObject({ ...at, Key })).headers?.['content-type'], type)
  }
})

test('a part of an object, other words about it, and conditions', async () => {
  const at = await bench.bucket()
  const { ETag } = await cos.putObject({ ...at, Key: 'k', Body: '0123456789' })
  const part = await cos.getObject({ ...at, Key: 'k', Range: 'bytes=2-4' })
  assert.deepEqual([part.statusCode, part.Body.toString()], [206, '234'])
  const other = await cos.getObject({ ...at, Key: 'k', ResponseContentType: 'text/html' })
  assert.equal(other.headers?.['content-type'], 'text/html')
  await refused(cos.getObject({ ...at, Key: 'k', Range: 'bytes=20-' }), 416, 'InvalidRange')
  await refused(cos.getObject({ ...at, Key: 'k', IfMatch: '"x"' }), 412, 'PreconditionFailed')
  await assert.rejects(cos.getObject({ ...at, Key: 'k', IfNoneMatch: ETag }), { statusCode: 304 })
})

test('an object that must not be written over is not', async () => {
  const at = await bench.bucket()
  const Headers = { 'x-cos-forbid-overwrite': 'true' }
  await cos.putObject({ ...at, Key: 'k', Body: 'first', Headers })
  await assert.rejects(cos.putObject({ ...at, Key: 'k', Body: 'second', Headers }), { statusCode: 412 })
  assert.equal((await cos.getObject({ ...at, Key: 'k' })).Body.toString(), 'first')
})

test('CRC64: the sum of the whole, after a PUT and after parts', async () => {
  const at = await bench.bucket()
  const put = await cos.putObject({ ...at, Key: 'k', Body: '123456789' })
  assert.equal(put.headers?.['x-cos-hash-crc64ecma'], '11051210869376104954')
  assert.equal((await cos.headObject({ ...at, Key: 'k' })).headers?.['x-cos-hash-crc64ecma'], '11051210869376104954')
  const empty = await cos.putObject({ ...at, Key: 'e', Body: '' })
  assert.equal(empty.headers?.['x-cos-hash-crc64ecma'], '0')
  const { UploadId } = await cos.multipartInit({ ...at, Key: 'm' })
  const { ETag } = await cos.multipartUpload({ ...at, Key: 'm', UploadId, PartNumber: 1, Body: '123456789' })
  const done = await cos.multipartComplete({ ...at, Key: 'm', UploadId, Parts: [{ PartNumber: 1, ETag }] })
  assert.equal(done.headers?.['x-cos-hash-crc64ecma'], '11051210869376104954')
})

test('HEAD of a copy and of an upload says what HEAD of a PUT says', async () => {
  const at = await bench.bucket()
  await cos.putObject({ ...at, Key: 'put', Body: 'same', ContentType: 'text/plain' })
  await cos.putObjectCopy({ ...at, Key: 'copy', CopySource: `${hostOf(at)}/put` })
  const { UploadId } = await cos.multipartInit({ ...at, Key: 'parts', ContentType: 'text/plain' })
  const { ETag } = await cos.multipartUpload({ ...at, Key: 'parts', UploadId, PartNumber: 1, Body: 'same' })
  await cos.multipartComplete({ ...at, Key: 'parts', UploadId, Parts: [{ PartNumber: 1, ETag }] })
  const names = await Promise.all(
    ['put', 'copy', 'parts'].map(async (Key) =>
      Object.keys((await cos.headObject({ ...at, Key })).headers ?? {}).sort(),
    ),
  )
  assert.deepEqual(names[1], names[0])
  assert.deepEqual(names[2], names[0])
})

test('a large file goes up in parts of 1 MB, and comes down as it was', async () => {
  const at = await bench.bucket()
  const body = Buffer.alloc(2 * 1024 * 1024 + 17, 'coffer')
  const { UploadId } = await cos.multipartInit({ ...at, Key: 'big' })
  const Parts: { PartNumber: number; ETag: string }[] = []
  for (let from = 0; from < body.length; from += 1024 * 1024) {
    const PartNumber: number = Parts.length + 1
    const Body = body.subarray(from, from + 1024 * 1024)
    const { ETag } = await cos.multipartUpload({ ...at, Key: 'big', UploadId, PartNumber, Body })
    Parts.push({ PartNumber, ETag })
  }
  const listed = await cos.multipartListPart({ ...at, Key: 'big', UploadId })
  assert.deepEqual(
    listed.Part.map(({ PartNumber, ETag, Size }) => [PartNumber, ETag, Size]),
    Parts.map(({ PartNumber, ETag }, index) => [String(PartNumber), ETag, index < 2 ? '1048576' : '17']),
  )
  const uploads = await cos.multipartList({ ...at, Prefix: '', Delimiter: '' })
  assert.deepEqual(
    uploads.Upload.map(({ Key }) => Key),
    ['big'],
  )
  const done = await cos.multipartComplete({ ...at, Key: 'big', UploadId, Parts })
  assert.match(done.ETag, /^"[0-9a-f]{32}-3"$/)
  const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
  assert.equal(digest((await cos.getObject({ ...at, Key: 'big' })).Body), digest(body))
  await refused(cos.multipartAbort({ ...at, Key: 'big', UploadId: '0'.repeat(48) }), 404, 'NoSuchUpload')
})

test('a part that is too small, an unknown one and a wrong order are refused', async () => {
  const at = await bench.bucket()
  const { UploadId } = await cos.multipartInit({ ...at, Key: 'm' })
  const tags = []
  for (const PartNumber of [1, 2]) {
    tags.push((await cos.multipartUpload({ ...at, Key: 'm', UploadId, PartNumber, Body: 'x' })).ETag)
  }
  const [ETag = '', second = ''] = tags
  const complete = (Parts: { PartNumber: number; ETag: string }[]): Promise<unknown> =>
    cos.multipartComplete({ ...at, Key: 'm', UploadId, Parts })
  await refused(
    complete([
      { PartNumber: 1, ETag },
      { PartNumber: 2, ETag: second },
    ]),
    400,
    'EntityTooSmall',
  )
  await refused(complete([{ PartNumber: 3, ETag }]), 400, 'InvalidPart')
  await refused(
    complete([
      { PartNumber: 2, ETag: second },
      { PartNumber: 1, ETag },
    ]),
    400,
    'InvalidPartOrder',
  )
  assert.equal((await cos.multipartAbort({ ...at, Key: 'm', UploadId })).statusCode, 204)
})

test('copies: metadata comes along or is replaced, parts of an object are copied, a source has to be named by its host', async () => {
  const at = await bench.bucket()
  await cos.putObject({ ...at, Key: 'a/ü', Body: '0123456789', Headers: { 'x-cos-meta-a': '1' } })
  const CopySource = `${hostOf(at)}/${encodeURIComponent('a/ü')}`
  await cos.putObjectCopy({ ...at, Key: 'same', CopySource })
  assert.equal((await cos.headObject({ ...at, Key: 'same' })).headers?.['x-cos-meta-a'], '1')
  await cos.putObjectCopy({
    ...at,
    Key: 'new',
    CopySource,
    MetadataDirective: 'Replaced',
    Headers: { 'x-cos-meta-b': '2' },
  })
  const { headers = {} } = await cos.headObject({ ...at, Key: 'new' })
  assert.deepEqual([headers['x-cos-meta-a'], headers['x-cos-meta-b']], [undefined, '2'])
  const { UploadId } = await cos.multipartInit({ ...at, Key: 'm' })
  const part = { ...at, Key: 'm', UploadId, PartNumber: 1, CopySource, CopySourceRange: 'bytes=2-4' }
  const { ETag } = await cos.uploadPartCopy(part)
  await cos.multipartComplete({ ...at, Key: 'm', UploadId, Parts: [{ PartNumber: 1, ETag }] })
  assert.equal((await cos.getObject({ ...at, Key: 'm' })).Body.toString(), '234')
  await refused(cos.putObjectCopy({ ...at, Key: 'x', CopySource: `${hostOf(at)}/nix` }), 404, 'NoSuchKey')
  await refused(cos.putObjectCopy({ ...at, Key: 'new', CopySource: `${hostOf(at)}/new` }), 400, 'InvalidRequest')
})

const SOURCES = ['', 'b', '/bucket/key', 'b%2Fk', 'evil.example/k', `${'a'.repeat(70)}-1.cos.us-east-1.myqcloud.com/k`]
for (const source of SOURCES) {
  test(`T-034 the copy source ${JSON.stringify(source)} is 400 InvalidCopySource`, async () => {
    const at = await bench.bucket()
    const answer = await send({ method: 'PUT', bucket: at, path: '/k', headers: { 'x-cos-copy-source': source } })
    assert.deepEqual([answer.status, answer.code], [400, 'InvalidCopySource'])
  })
}

test('listings: by prefix, delimiter and pages, names encoded where that is asked for', async () => {
  const at = await bench.bucket()
  for (const Key of ['a/1', 'a/2', 'b c', 'd', 'e&<>']) await cos.putObject({ ...at, Key, Body: 'x' })
  const grouped = await cos.getBucket({ ...at, Delimiter: '/' })
  assert.deepEqual(
    grouped.CommonPrefixes.map(({ Prefix }) => Prefix),
    ['a/'],
  )
  assert.deepEqual(
    grouped.Contents.map(({ Key }) => Key),
    ['b c', 'd', 'e&<>'],
  )
  const keys: string[] = []
  let Marker = ''
  for (;;) {
    const page = await cos.getBucket({ ...at, MaxKeys: 2, Marker })
    keys.push(...page.Contents.map(({ Key }) => Key))
    if (page.IsTruncated !== 'true') break
    Marker = page.NextMarker ?? ''
  }
  assert.deepEqual(keys, ['a/1', 'a/2', 'b c', 'd', 'e&<>'])
  const raw = await send({ method: 'GET', bucket: at, query: { 'encoding-type': 'url', prefix: 'b c' } })
  assert.equal(elementText(raw.text, 'Key'), 'b%20c')
  assert.equal(elementText(raw.text, 'ETag')?.startsWith('"'), true)
})

test('versions: each has its id, deletions leave markers, and a version can be read, listed and removed', async () => {
  const at = await bench.bucket()
  await cos.putBucketVersioning({ ...at, VersioningConfiguration: { Status: 'Enabled' } })
  const first = await cos.putObject({ ...at, Key: 'k', Body: 'one' })
  await cos.putObject({ ...at, Key: 'k', Body: 'two' })
  const VersionId = String(first.headers?.['x-cos-version-id'])
  assert.equal((await cos.getObject({ ...at, Key: 'k', VersionId })).Body.toString(), 'one')
  const gone = await cos.deleteObject({ ...at, Key: 'k' })
  assert.equal(gone.headers?.['x-cos-delete-marker'], 'true')
  const { Versions, DeleteMarkers } = await cos.listObjectVersions({ ...at, Prefix: '' })
  assert.deepEqual([Versions.length, DeleteMarkers.length], [2, 1])
  await send({ method: 'DELETE', bucket: at, path: '/k', query: { versionId: VersionId } })
  await refused(cos.getObject({ ...at, Key: 'k', VersionId }), 404, 'NoSuchVersion')
  const capital = await send({
    method: 'DELETE',
    bucket: at,
    path: '/k',
    query: { VersionId: String(gone.headers['x-cos-version-id']) },
  })
  assert.equal(capital.status, 204, 'names of parameters are told apart without case')
  assert.equal((await cos.getObject({ ...at, Key: 'k' })).Body.toString(), 'two')
})

test('many deletions at once: what there is, what there was not, and quietly', async () => {
  const at = await bench.bucket()
  for (const Key of ['1', '2']) await cos.putObject({ ...at, Key, Body: 'x' })
  const { Deleted, Error: failed } = await cos.deleteMultipleObject({
    ...at,
    Objects: [{ Key: '1' }, { Key: 'never' }],
  })
  assert.deepEqual([Deleted.map(({ Key }) => Key), failed], [['1', 'never'], []])
  const quiet = await cos.deleteMultipleObject({ ...at, Objects: [{ Key: '2' }], Quiet: true })
  assert.deepEqual(quiet.Deleted, [])
  assert.deepEqual((await cos.getBucket(at)).Contents, [])
  const bare = await send({
    method: 'POST',
    bucket: at,
    query: { delete: '' },
    body: '<Delete><Object><Key>1</Key></Object></Delete>',
  })
  assert.deepEqual([bare.status, bare.code], [400, 'InvalidRequest'], 'it needs its MD5')
  assert.equal((await cos.deleteObject({ ...at, Key: 'never' })).statusCode, 204)
})

test('tags of an object: set, read, removed', async () => {
  const at = await bench.bucket()
  await cos.putObject({ ...at, Key: 'k', Body: 'x' })
  const Tags = [{ Key: 'k1', Value: 'v1' }]
  await cos.putObjectTagging({ ...at, Key: 'k', Tags })
  assert.deepEqual((await cos.getObjectTagging({ ...at, Key: 'k' })).Tags, Tags)
  assert.equal((await cos.deleteObjectTagging({ ...at, Key: 'k' })).statusCode, 204)
  assert.deepEqual((await cos.getObjectTagging({ ...at, Key: 'k' })).Tags, [])
  await refused(cos.putObjectTagging({ ...at, Key: 'k', Tags: [...Tags, ...Tags] }), 400, 'InvalidTag')
})

test('two sub-resources, a loose part number and a method that is not there are refused', async () => {
  const at = await bench.bucket()
  const calls = [
    [{ method: 'GET', query: { acl: '', policy: '' } }, 400, 'InvalidRequest'],
    [{ method: 'PUT', path: '/k', query: { partNumber: '1' } }, 400, 'InvalidRequest'],
    [{ method: 'POST', path: '/k', query: { position: '0' } }, 400, 'InvalidRequest'],
    [{ method: 'DELETE', query: { acl: '' } }, 405, 'MethodNotAllowed'],
    [{ method: 'GET', path: '/k', query: { policy: '' } }, 405, 'MethodNotAllowed'],
  ] as const
  for (const [request, status, code] of calls) {
    const answer = await send({ bucket: at, ...request })
    assert.deepEqual([answer.status, answer.code], [status, code], answer.text)
  }
})

test('a body that is not what its MD5 says is not stored', async () => {
  const at = await bench.bucket()
  const headers = { 'content-md5': createHash('md5').update('other').digest('base64') }
  const answer = await send({ method: 'PUT', bucket: at, path: '/k', headers, body: 'body' })
  assert.deepEqual([answer.status, answer.code], [400, 'BadDigest'])
  await refused(cos.headObject({ ...at, Key: 'k' }), 404, '404')
})
