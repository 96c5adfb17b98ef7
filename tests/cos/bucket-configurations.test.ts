import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cosBench, type At } from './cos-bench.ts'

const bench = await cosBench()
const { cos, send } = bench

/** PUT, by hand, and what GET gives back without its declaration. */
async function roundTrip(at: At, name: string, body: string): Promise<string> {
  const put = await send({ method: 'PUT', bucket: at, query: { [name]: '' }, body })
  assert.equal(put.status, 200, put.text)
  const got = await send({ method: 'GET', bucket: at, query: { [name]: '' } })
  assert.equal(got.status, 200, got.text)
  return got.text.slice(got.text.indexOf('\n') + 1)
}

test('lifecycle: rules come back as they were put, dates to the letter, and are removed', async () => {
  const at = await bench.bucket()
  const unset = await send({ method: 'GET', bucket: at, query: { lifecycle: '' } })
  assert.deepEqual([unset.status, unset.code], [404, 'NoSuchLifecycleConfiguration'])
  const body =
    '<LifecycleConfiguration><Rule><ID>1</ID><Filter><Prefix>test_</Prefix></Filter><Status>Enabled</Status>' +
    '<Transition><Date>2038-01-01T00:00:00+08:00</Date><StorageClass>STANDARD_IA</StorageClass></Transition></Rule>' +
    '<Rule><ID>2</ID><Filter><And><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>' +
    '<Status>Disabled</Status><Transition><Days>30</Days><StorageClass>ARCHIVE</StorageClass></Transition>' +
    '<Expiration><Days>60</Days></Expiration>' +
    '<NoncurrentVersionExpiration><NoncurrentDays>5</NoncurrentDays></NoncurrentVersionExpiration></Rule>' +
    '<Rule><ID>3</ID><Filter></Filter><Status>Enabled</Status>' +
    '<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>' +
    '</LifecycleConfiguration>'
  assert.equal(await roundTrip(at, 'lifecycle', body), body)
  const { Rules } = await cos.getBucketLifecycle(at)
  assert.equal(Rules.length, 3)
  assert.equal((await cos.deleteBucketLifecycle(at)).statusCode, 204)
  assert.deepEqual((await cos.getBucketLifecycle(at)).Rules, [])
})

test('lifecycle: what is no rule is refused, and the rules before stay', async () => {
  const at = await bench.bucket()
  const rule = (inner: string): string =>
    `<LifecycleConfiguration><Rule><ID>1</ID>${inner}</Rule></LifecycleConfiguration>`
  const good = rule('<Filter></Filter><Status>Enabled</Status><Expiration><Days>1</Days></Expiration>')
  await roundTrip(at, 'lifecycle', good)
  for (const inner of [
    '<Status>On</Status><Expiration><Days>1</Days></Expiration>',
    '<Status>Enabled</Status>',
    '<Status>Enabled</Status><Expiration><Days>0</Days></Expiration>',
    '<Status>Enabled</Status><Expiration><Days>1</Days><Date>2038-01-01T00:00:00Z</Date></Expiration>',
    '<Status>Enabled</Status><Transition><Days>1</Days><StorageClass>GLACIER</StorageClass></Transition>',
  ]) {
    const put = await send({ method: 'PUT', bucket: at, query: { lifecycle: '' }, body: rule(inner) })
    assert.equal(put.status, 400, put.text)
  }
  const now = await send({ method: 'GET', bucket: at, query: { lifecycle: '' } })
  assert.ok(now.text.endsWith(good))
})

test('versioning: nothing, on, and suspended', async () => {
  const at = await bench.bucket()
  assert.deepEqual((await cos.getBucketVersioning(at)).VersioningConfiguration, {})
  for (const Status of ['Enabled', 'Suspended'] as const) {
    await cos.putBucketVersioning({ ...at, VersioningConfiguration: { Status } })
    assert.equal((await cos.getBucketVersioning(at)).VersioningConfiguration.Status, Status)
  }
})

test('policy: in the language of COS, by the older form of resources, and given back under Statement', async () => {
  const at = await bench.bucket()
  const unset = await send({ method: 'GET', bucket: at, query: { policy: '' } })
  assert.deepEqual([unset.status, unset.code], [404, 'NoSuchPolicy'])
  const resource = `qcs::cos:${at.Region}:uid/1250000000:${at.Bucket}/*`
  const Policy = {
    version: '2.0',
    statement: [
      {
        effect: 'allow',
        principal: { qcs: ['qcs::cam::uin/000000000001:uin/000000000001'] },
        action: ['name/cos:GetObject'],
        resource: [resource],
      },
    ],
  }
  assert.equal((await cos.putBucketPolicy({ ...at, Policy: { ...Policy } })).statusCode, 204)
  const { Policy: got } = await cos.getBucketPolicy(at)
  const shown: unknown = JSON.parse(JSON.stringify(got))
  assert.deepEqual(shown, { version: '2.0', Statement: Policy.statement })
  const bad = await send({ method: 'PUT', bucket: at, query: { policy: '' }, body: '{"statement":[{}]}' })
  assert.deepEqual([bad.status, bad.code], [400, 'MalformedPolicy'])
  assert.equal((await cos.deleteBucketPolicy(at)).statusCode, 204)
})

test('processing of data is a clear NotImplemented, in the query and in headers', async () => {
  const at = await bench.bucket()
  await cos.putObject({ ...at, Key: 'k.jpg', Body: 'x' })
  for (const query of [{ 'imageMogr2/thumbnail/!50p': '' }, { 'ci-process': 'snapshot' }]) {
    const got = await send({ method: 'GET', bucket: at, path: '/k.jpg', query })
    assert.deepEqual([got.status, got.code], [501, 'NotImplemented'])
  }
  const put = await send({ method: 'PUT', bucket: at, path: '/k', headers: { 'pic-operations': '{}' }, body: 'x' })
  assert.deepEqual([put.status, put.code], [501, 'NotImplemented'])
})
