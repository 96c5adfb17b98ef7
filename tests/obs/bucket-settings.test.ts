/** Everyday settings of buckets and objects, with the vendor's own client in both of its spellings. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isObsSigned } from '../../src/auth/index.ts'
import { OBS_DISPATCH_PARAMETERS } from '../../src/dialects/obs/index.ts'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ObsClient, OBS_REGION, obsServer } from './obs-client.ts'
import { obsFetch } from './obs-fetch.ts'

let server: RunningCoffer
let buckets = 0

before(async () => {
  server = await obsServer()
})
after(async () => server.close())

const OWNER = '00000000000000000000000000000001'

for (const style of ['host', 'path'] as const) {
  for (const negotiates of style === 'host' ? [false, true] : [false]) {
    describe(`by ${style}${negotiates ? ', asking which signature is taken' : ''}`, () => {
      settingsTests(() => new ObsClient(server, { style, negotiates }))
    })
  }
}

function settingsTests(client: () => ObsClient): void {
  const newBucket = async (obs: ObsClient): Promise<string> => {
    const Bucket = `settings-${++buckets}`
    await obs.done('createBucket', { Bucket, Location: OBS_REGION })
    return Bucket
  }

  test('a bucket is made, found, described, listed, made again without a change, and removed', async () => {
    const obs = client()
    const Bucket = await newBucket(obs)
    assert.equal((await obs.call('createBucket', { Bucket })).status, 200)
    await obs.done('headBucket', { Bucket })
    assert.equal((await obs.done('getBucketLocation', { Bucket }))['Location'], OBS_REGION)
    const { Buckets, Owner } = await obs.done('listBuckets')
    assert.ok(JSON.stringify(Buckets).includes(`"BucketName":"${Bucket}"`))
    assert.ok(JSON.stringify(Owner).includes(OWNER))
    await obs.done('putObject', { Bucket, Key: 'k', Body: 'x' })
    assert.equal((await obs.call('deleteBucket', { Bucket })).code, 'BucketNotEmpty')
    await obs.done('deleteObject', { Bucket, Key: 'k' })
    assert.equal((await obs.call('deleteBucket', { Bucket })).status, 204)
    assert.deepEqual((({ status, code }) => [status, code])(await obs.call('headBucket', { Bucket })), [
      404,
      'NoSuchBucket',
    ])
  })

  test('storage info counts what is stored', async () => {
    const obs = client()
    const Bucket = await newBucket(obs)
    const info = async (): Promise<readonly unknown[]> => {
      const { Size, ObjectNumber } = await obs.done('getBucketStorageInfo', { Bucket })
      return [Size, ObjectNumber]
    }
    assert.deepEqual(await info(), ['0', '0'])
    await obs.done('putObject', { Bucket, Key: 'small', Body: 'x'.repeat(100) })
    await obs.done('putObject', { Bucket, Key: 'large', Body: 'x'.repeat(20_000) })
    assert.deepEqual(await info(), ['20100', '2'])
    await obs.done('deleteObject', { Bucket, Key: 'large' })
    assert.deepEqual(await info(), ['100', '1'])
    assert.equal((await obs.call('getBucketStorageInfo', { Bucket: 'never-made' })).code, 'NoSuchBucket')
  })

  test('rules of cross-origin requests', async () => {
    const obs = client()
    const Bucket = await newBucket(obs)
    assert.equal((await obs.call('getBucketCors', { Bucket })).code, 'NoSuchCORSConfiguration')
    const rule = { ID: 'one', AllowedMethod: ['GET', 'PUT'], AllowedOrigin: ['https://a.test'], AllowedHeader: ['x-*'] }
    await obs.done('setBucketCors', { Bucket, CorsRules: [{ ...rule, ExposeHeader: ['etag'], MaxAgeSeconds: 60 }] })
    const { CorsRules } = await obs.done('getBucketCors', { Bucket })
    assert.deepEqual(CorsRules, [{ ...rule, ExposeHeader: ['etag'], MaxAgeSeconds: '60' }])
    assert.equal((await obs.call('deleteBucketCors', { Bucket })).status, 204)
    assert.equal((await obs.call('getBucketCors', { Bucket })).status, 404)
  })

  test('tags of a bucket', async () => {
    const obs = client()
    const Bucket = await newBucket(obs)
    assert.equal((await obs.call('getBucketTagging', { Bucket })).code, 'NoSuchTagSet')
    assert.equal((await obs.call('setBucketTagging', { Bucket, Tags: [{ Key: 'team', Value: 'a b' }] })).status, 204)
    assert.deepEqual((await obs.done('getBucketTagging', { Bucket }))['Tags'], [{ Key: 'team', Value: 'a b' }])
    const long = await obs.call('setBucketTagging', { Bucket, Tags: [{ Key: 'k'.repeat(37), Value: '' }] })
    assert.deepEqual([long.status, long.code], [400, 'InvalidTag'])
    assert.equal((await obs.call('deleteBucketTagging', { Bucket })).status, 204)
  })

  test('rules of the lifecycle', async () => {
    const obs = client()
    const Bucket = await newBucket(obs)
    assert.equal((await obs.call('getBucketLifecycle', { Bucket })).code, 'NoSuchLifecycleConfiguration')
    const rule = { ID: 'old', Prefix: 'logs/', Status: 'Enabled' }
    const Rules = [{ ...rule, Transitions: [{ Days: 30, StorageClass: 'WARM' }], Expiration: { Days: 90 } }]
    await obs.done('setBucketLifecycle', { Bucket, Rules })
    const shown = JSON.stringify((await obs.done('getBucketLifecycle', { Bucket }))['Rules'])
    for (const text of ['"ID":"old"', '"Prefix":"logs/"', '"Days":"30"', '"Days":"90"'])
      assert.ok(shown.includes(text), shown)
    assert.ok(/"StorageClass":"(?:WARM|STANDARD_IA)"/.test(shown), shown)
    assert.equal((await obs.call('deleteBucketLifecycle', { Bucket })).status, 204)
  })

  test('a website', async () => {
    const obs = client()
    const Bucket = await newBucket(obs)
    assert.equal((await obs.call('getBucketWebsite', { Bucket })).code, 'NoSuchWebsiteConfiguration')
    const website = { IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: 'error.html' } }
    await obs.done('setBucketWebsite', { Bucket, ...website })
    const shown = await obs.done('getBucketWebsite', { Bucket })
    assert.deepEqual([shown['IndexDocument'], shown['ErrorDocument']], [website.IndexDocument, website.ErrorDocument])
    assert.equal((await obs.call('deleteBucketWebsite', { Bucket })).status, 204)
  })

  test('versions: suspended and enabled, listed, read and deleted one by one', async () => {
    const obs = client()
    const Bucket = await newBucket(obs)
    assert.equal((await obs.done('getBucketVersioning', { Bucket }))['VersionStatus'] ?? '', '')
    await obs.done('setBucketVersioning', { Bucket, VersionStatus: 'Enabled' })
    const one = await obs.done('putObject', { Bucket, Key: 'k', Body: 'one' })
    await obs.done('putObject', { Bucket, Key: 'k', Body: 'two' })
    assert.equal(
      String((await obs.done('getObject', { Bucket, Key: 'k', VersionId: one['VersionId'] }))['Content']),
      'one',
    )
    const gone = await obs.done('deleteObject', { Bucket, Key: 'k' })
    assert.equal(gone['DeleteMarker'], 'true')
    const { Versions, DeleteMarkers } = await obs.done('listVersions', { Bucket })
    assert.ok(Array.isArray(Versions) && Array.isArray(DeleteMarkers))
    assert.deepEqual([Versions.length, DeleteMarkers.length], [2, 1])
  })

  test('the list of rights of a bucket and of an object: private, and the owner’s domain in it', async () => {
    const obs = client()
    const Bucket = await newBucket(obs)
    await obs.done('putObject', { Bucket, Key: 'k', Body: 'x' })
    for (const [get, place] of [
      ['getBucketAcl', { Bucket }],
      ['getObjectAcl', { Bucket, Key: 'k' }],
    ] as const) {
      const { Owner, Grants } = await obs.done(get, place)
      assert.ok(JSON.stringify(Owner).includes(OWNER), get)
      assert.ok(Array.isArray(Grants) && Grants.length === 1, get)
    }
    await obs.done('setBucketAcl', { Bucket, ACL: 'private' })
    await obs.done('setObjectAcl', { Bucket, Key: 'k', ACL: 'private' })
  })

  test('names that need escapes come back as they were put, in listings of every kind', async () => {
    const obs = client()
    const Bucket = await newBucket(obs)
    const keys = ['a b+c.txt', 'dir/ü&<x>"\'.txt', 'dir/一', 'plus+', 'question?mark']
    for (const Key of keys) await obs.done('putObject', { Bucket, Key, Body: Key })
    for (const Key of keys) assert.equal(String((await obs.done('getObject', { Bucket, Key }))['Content']), Key)
    for (const EncodingType of [undefined, 'url']) {
      const { Contents } = await obs.done('listObjects', {
        Bucket,
        ...(EncodingType === undefined ? {} : { EncodingType }),
      })
      assert.ok(Array.isArray(Contents))
      assert.equal(Contents.length, keys.length)
    }
    const paged = await obs.done('listObjects', { Bucket, Delimiter: '/', MaxKeys: 2 })
    assert.deepEqual([paged['IsTruncated'], paged['NextMarker']], ['true', 'dir/'])
    const copied = await obs.call('copyObject', { Bucket, Key: 'copy', CopySource: `${Bucket}/dir/ü&<x>"'.txt` })
    assert.equal(copied.status, 200, copied.message)
  })
}

test('what is not implemented says so, in the vendor’s code', async () => {
  const obs = new ObsClient(server)
  await obs.done('createBucket', { Bucket: 'undone' })
  for (const query of ['quota', 'directcoldaccess', 'storageClass', 'mirrorBackToSource', 'customdomain']) {
    const refused = await obsFetch(server, { bucket: 'undone', query })
    assert.deepEqual([refused.status, refused.code], [501, 'ServiceNotImplemented'], query)
  }
  const image = await obsFetch(server, { bucket: 'undone', key: 'k', query: 'x-image-process=image/resize,w_10' })
  assert.deepEqual([image.status, image.code], [501, 'ServiceNotImplemented'])
})

test('every answer has the vendor’s ids of the request, refusals and HEAD too', async () => {
  for (const [method, bucket] of [
    ['GET', undefined],
    ['GET', 'not-there'],
    ['HEAD', 'not-there'],
  ] as const) {
    const answer = await obsFetch(server, { method, ...(bucket === undefined ? {} : { bucket }) })
    assert.match(String(answer.headers['x-obs-request-id']), /^[0-9A-F]{32}$/)
    assert.ok(answer.headers['x-obs-id-2'] !== undefined)
  }
})

test('T-043 everything that picks an operation is covered by the signatures of both spellings', () => {
  for (const name of OBS_DISPATCH_PARAMETERS) {
    for (const spelling of ['x-obs-', 'x-amz-'] as const) assert.ok(isObsSigned(name.toLowerCase(), spelling), name)
  }
})

test('T-037 a signature in the header and one in the query: refused, and neither is tried', async () => {
  const refused = await obsFetch(server, {
    bucket: 'undone',
    query: 'AccessKeyId=a&Expires=9999999999&Signature=b',
    signedQuery: '',
  })
  assert.deepEqual([refused.status, refused.code], [400, 'InvalidArgument'])
})

test('a wrong secret, an unknown key and an old date have the vendor’s codes', async () => {
  const ask = async (more: object): Promise<unknown> => (await obsFetch(server, { bucket: 'undone', ...more })).code
  assert.equal(await ask({ secretAccessKey: 'wrong' }), 'SignatureDoesNotMatch')
  assert.equal(await ask({ accessKeyId: 'NOBODY' }), 'InvalidAccessKeyId')
  const old = new Date(Date.now() - 16 * 60_000).toUTCString()
  assert.equal(await ask({ headers: { date: old } }), 'RequestTimeTooSkewed')
})
