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

test('CORS: rules come back as they were put', async () => {
  const at = await bench.bucket()
  const unset = await send({ method: 'GET', bucket: at, query: { cors: '' } })
  assert.deepEqual([unset.status, unset.code], [404, 'NoSuchCORSConfiguration'])
  const CORSRules = [
    {
      AllowedOrigin: ['https://*.example.com'],
      AllowedMethod: ['GET', 'PUT'],
      AllowedHeader: ['*'],
      ExposeHeader: ['ETag', 'x-cos-acl'],
      MaxAgeSeconds: 60,
    },
  ]
  await cos.putBucketCors({ ...at, ...{ CORSRules } })
  const got = await send({ method: 'GET', bucket: at, query: { cors: '' } })
  assert.match(
    got.text,
    /<AllowedOrigin>https:\/\/\*\.example\.com<\/AllowedOrigin><AllowedMethod>GET<\/AllowedMethod>/,
  )
  assert.equal((await cos.deleteBucketCors(at)).statusCode, 204)
})

test('website: the document comes back exactly', async () => {
  const at = await bench.bucket()
  const unset = await send({ method: 'GET', bucket: at, query: { website: '' } })
  assert.deepEqual([unset.status, unset.code], [404, 'NoSuchWebsiteConfiguration'])
  const body =
    '<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument>' +
    '<RedirectAllRequestsTo><Protocol>https</Protocol></RedirectAllRequestsTo>' +
    '<AutoAddressing><Status>Enabled</Status></AutoAddressing><ErrorDocument><Key>error.html</Key></ErrorDocument>' +
    '<RoutingRules><RoutingRule><Condition><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals></Condition>' +
    '<Redirect><Protocol>https</Protocol><ReplaceKeyWith>404.html</ReplaceKeyWith></Redirect></RoutingRule></RoutingRules>' +
    '</WebsiteConfiguration>'
  assert.equal(await roundTrip(at, 'website', body), body)
  assert.equal((await cos.deleteBucketWebsite(at)).statusCode, 204)
})

test('referer: off where nothing is set, then as it was put', async () => {
  const at = await bench.bucket()
  const off = await send({ method: 'GET', bucket: at, query: { referer: '' } })
  assert.match(off.text, /<Status>Disabled<\/Status>/)
  const body =
    '<RefererConfiguration><Status>Enabled</Status><RefererType>White-List</RefererType>' +
    '<DomainList><Domain>*.qq.com</Domain><Domain>*.qcloud.com</Domain></DomainList>' +
    '<EmptyReferConfiguration>Allow</EmptyReferConfiguration></RefererConfiguration>'
  assert.equal(await roundTrip(at, 'referer', body), body)
})

test('acceleration: kept and given back', async () => {
  const at = await bench.bucket()
  const body = '<AccelerateConfiguration><Status>Enabled</Status><Type>COS</Type></AccelerateConfiguration>'
  assert.equal(await roundTrip(at, 'accelerate', body), body)
})

test('tags of a bucket: none, some, none', async () => {
  const at = await bench.bucket()
  const unset = await send({ method: 'GET', bucket: at, query: { tagging: '' } })
  assert.deepEqual([unset.status, unset.code], [404, 'NoSuchTagSet'])
  const Tags = [{ Key: 'k1', Value: 'v1' }]
  await cos.putBucketTagging({ ...at, Tags })
  assert.deepEqual((await cos.getBucketTagging(at)).Tags, Tags)
  assert.equal((await cos.deleteBucketTagging(at)).statusCode, 204)
})

test('lists of rights: a word, grants, and a document that comes back with nothing added', async () => {
  const at = await bench.bucket()
  assert.equal((await cos.getBucketAcl(at)).headers?.['x-cos-acl'], 'private')
  for (const ACL of ['public-read', 'private'] as const) {
    await cos.putBucketAcl({ ...at, ACL })
    assert.equal((await cos.getBucketAcl(at)).headers?.['x-cos-acl'], ACL)
  }
  const owner = 'qcs::cam::uin/000000000001:uin/000000000001'
  const body =
    `<AccessControlPolicy><Owner><ID>${owner}</ID></Owner><AccessControlList><Grant><Grantee><ID>${owner}</ID></Grantee>` +
    '<Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>'
  const got = await roundTrip(at, 'acl', body)
  assert.equal(got.split('<Grant>').length, 2, got)
  await cos.putObject({ ...at, Key: 'k', Body: 'x' })
  assert.equal((await cos.getObjectAcl({ ...at, Key: 'k' })).headers?.['x-cos-acl'], 'default')
  await cos.putObjectAcl({ ...at, Key: 'k', ACL: 'public-read' })
  const anonymous = await send({ method: 'GET', bucket: at, path: '/k', as: 'nobody' })
  assert.equal(anonymous.status, 200)
})

const UNDONE = ['domain', 'inventory', 'replication', 'origin', 'intelligent-tiering', 'object-lock', 'notification']
for (const name of UNDONE) {
  test(`?${name} is a clear NotImplemented`, async () => {
    const at = await bench.bucket()
    const got = await send({ method: 'GET', bucket: at, query: { [name]: '' } })
    assert.deepEqual([got.status, got.code], [501, 'NotImplemented'])
  })
}
