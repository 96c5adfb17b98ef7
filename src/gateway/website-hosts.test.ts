import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSiteOf } from './website-hosts.ts'

const siteOf = createSiteOf({
  websiteDomains: ['pages.test', 'example.test'],
  domains: ['localhost', 's3.example.test', 'deep.pages.test'],
  defaultDialect: 'oss',
})

test('hosts of a website domain are websites; the domain itself, the API and addresses are not', () => {
  const hosts: readonly (readonly [host: string, bucket: string | undefined | null])[] = [
    ['docs.pages.test', 'docs'],
    ['a.b.pages.test', 'a.b'],
    ['x_y.pages.test', null],
    ['pages.test', undefined],
    ['notpages.test', undefined],
    ['docs.localhost', undefined],
    // The longer of two domains counts: the API's hosts below a website domain stay the API's.
    ['s3.example.test', undefined],
    ['docs.s3.example.test', undefined],
    ['docs.example.test', 'docs'],
    ['docs.deep.pages.test', undefined],
    ['127.0.0.1', undefined],
    ['::1', undefined],
    ['', undefined],
  ]
  for (const [host, bucket] of hosts) {
    const site = bucket === undefined ? undefined : { bucket: bucket ?? undefined, dialect: 'oss' }
    assert.deepEqual(siteOf(host), site, host)
  }
})

test('the vendors’ own website hosts speak as they do', () => {
  const hosts = [
    ['docs.s3-website-us-east-1.amazonaws.com', 'docs', 's3'],
    ['www.docs.s3-website.eu-central-1.amazonaws.com', 'www.docs', 's3'],
    ['docs.s3-website.cn-north-1.amazonaws.com.cn', 'docs', 's3'],
    ['docs.obs-website.cn-north-4.myhuaweicloud.com', 'docs', 'obs'],
    ['docs-1250000000.cos-website.ap-guangzhou.myqcloud.com', 'docs-1250000000', 'cos'],
  ] as const
  for (const [host, bucket, dialect] of hosts) assert.deepEqual(siteOf(host), { bucket, dialect }, host)
  for (const host of [
    's3-website-us-east-1.amazonaws.com',
    'docs.s3.us-east-1.amazonaws.com',
    'docs.oss-cn.aliyuncs.com',
  ])
    assert.equal(siteOf(host), undefined, host)
})
