import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headersOf, type QueryParameter } from '../../http/index.ts'
import { StoreFailure } from '../../operations/index.ts'
import { secretOf } from '../request.fixture.ts'
import { acs3Sign, acs3StringsToSign, parseAcs3 } from './acs3.ts'
import { acsRpcSign, acsRpcStringToSign, parseAcsRpc } from './acs-rpc.ts'
import { parseSdkHmac, sdkHmacSign, sdkHmacStringToSign } from './sdk-hmac.ts'
import { sha256Hex } from './sigv4.ts'
import { parseTc3, tc3Sign, tc3StringsToSign } from './tc3.ts'

/*
 * Signatures that the vendors' own signers for Node made: rpc-util and openapi-util of Alibaba Cloud, the SDK cores of Huawei
 * Cloud and Tencent Cloud.
 */
function parameters(pairs: Readonly<Record<string, string>>): readonly QueryParameter[] {
  return Object.entries(pairs).map(([name, value]) => ({ name, value, bare: false }))
}

const RPC = {
  ...{ Action: 'GenerateDataKey', Format: 'json', KeyId: 'alias/acs/oss', KeySpec: 'AES_256' },
  ...{ AccessKeyId: 'testid', SignatureMethod: 'HMAC-SHA1', SignatureVersion: '1.0' },
  ...{ SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf', Timestamp: '2025-01-24T06:15:30Z' },
  ...{ Version: '2016-01-20', Signature: 'Hoan3EOf0UdgNudthC6ps6Hhohs=' },
}

test('RPC: every parameter but the signature is signed, sorted and encoded twice', () => {
  const text = acsRpcStringToSign('POST', parameters(RPC))
  assert.match(
    text,
    /^POST&%2F&AccessKeyId%3Dtestid%26Action%3DGenerateDataKey%26Format%3Djson%26KeyId%3Dalias%252Facs%252Foss%26/,
  )
  assert.equal(acsRpcSign(secretOf('testsecret'), text), RPC.Signature)
  assert.deepEqual(parseAcsRpc(parameters(RPC)), {
    ...{ accessKeyId: 'testid', signature: RPC.Signature, timestamp: RPC.Timestamp, nonce: RPC.SignatureNonce },
  })
})

/** One name of a parameter has a blank, which this signer leaves as it is. */
const ACS3_QUERY = {
  ...{ KeyId: 'alias/acs/oss', KeySpec: 'AES_256' },
  'EncryptionContext.odd name': 'a=b&c (x)*',
}
const ACS3_HEADERS = {
  'x-acs-version': '2016-01-20',
  'x-acs-action': 'GenerateDataKey',
  'x-acs-date': '2025-01-24T06:15:30Z',
  'x-acs-signature-nonce': '3ee8c1b8',
  'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  authorization:
    'ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;' +
    'x-acs-signature-nonce;x-acs-version,' +
    'Signature=d1e27e9deacc64a948d274622b83817c1035855d3bb7ec812b5b4855305125cb',
}
const HEX = /^[0-9a-f]{64}$/
/** Of the vectors of OBS. */
const SDK_SECRET = 'coffer/test+secret/0123456789abcdefABCDEF'

test('ACS3: listed headers, the query and the digest of the body', () => {
  const { authorization, ...headers } = ACS3_HEADERS
  const claim = parseAcs3(authorization)
  const strings = acs3StringsToSign(claim, {
    ...{ method: 'POST', rawPath: '/', query: parameters(ACS3_QUERY), headers: headersOf(Object.entries(headers)) },
    ...{ host: 'kms.cn-hangzhou.aliyuncs.com', payloadHash: headers['x-acs-content-sha256'] },
  })
  assert.ok(strings.some((text) => acs3Sign(secretOf('testsecret'), text) === claim.signature))
  assert.match(claim.signature, HEX)
})

const SDK_BODY = '{"key_id":"0d0466b0-e727-4d9c-b35d-f84bb474a37f","datakey_length":"512"}'

test('SDK-HMAC: the path ends in a slash, and the digest of the body is part of what is signed', () => {
  const signature = 'fcfb38945bde4e620650eee945a9b6769b1a6676029c9f96cff9dea266c4000b'
  const claim = parseSdkHmac(
    `SDK-HMAC-SHA256 Access=AK, SignedHeaders=content-type;host;x-sdk-date, Signature=${signature}`,
  )
  const date = '20260115T083000Z'
  const text = sdkHmacStringToSign(claim, {
    ...{ method: 'POST', rawPath: '/v1.0/p0001/kms/create-datakey', query: [], date },
    headers: headersOf([
      ['content-type', 'application/json'],
      ['x-sdk-date', date],
    ]),
    ...{ host: 'kms.coffer.test', payloadHash: sha256Hex(Buffer.from(SDK_BODY)) },
  })
  assert.ok(text.endsWith('\n97982d61f5997330bba17a16c18bbc79092654388141b982aae76dc49a45736f'), text)
  assert.equal(sdkHmacSign(secretOf(SDK_SECRET), text), signature)
})

test('TC3: a key of date and service; the host with its port or without', () => {
  const body = '{"KeyId":"48ba38aa-26c5-11ea-855c-525400850001","KeySpec":"AES_256"}'
  const signature = 'e9269a6749e03222f67a302b9a73f786d5043da951a02ca7448f0adc1441ae00'
  const credential = 'AKIDCOFFEREXAMPLE0001/2023-11-14/kms/tc3_request'
  const claim = parseTc3(
    `TC3-HMAC-SHA256 Credential=${credential}, SignedHeaders=content-type;host, Signature=${signature}`,
  )
  const strings = tc3StringsToSign(claim, {
    ...{ method: 'POST', timestamp: '1700000000', payloadHash: sha256Hex(Buffer.from(body)) },
    headers: headersOf([['content-type', 'application/json']]),
    hosts: ['kms.tencentcloudapi.com:443', 'kms.tencentcloudapi.com'],
  })
  const made = tc3Sign(secretOf('cofferExampleSecretKey0001'), claim, strings)
  assert.deepEqual([made.length, made[1]], [2, signature])
})

function failureOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof StoreFailure) return error.failure.kind
    throw error
  }
  return 'none'
}

test('T-038 other algorithms, lists without the host, in other letters or twice, and fields too many, are refused', () => {
  const parsers = [
    ['ACS3-HMAC-SHA256', 'Credential=a', parseAcs3],
    ['SDK-HMAC-SHA256', 'Access=a', parseSdkHmac],
    ['TC3-HMAC-SHA256', 'Credential=a/2023-11-14/kms/tc3_request', parseTc3],
  ] as const
  for (const [algorithm, credential, parse] of parsers) {
    const good = `${algorithm} ${credential}, SignedHeaders=content-type;host, Signature=0`
    assert.equal(
      failureOf(() => parse(good)),
      'none',
    )
    const bad = [
      good.replace('SHA256', 'SM3'),
      good.replace(algorithm, algorithm.toLowerCase()),
      good.replace('content-type;host', 'content-type'),
      good.replace('content-type;host', 'host;host'),
      good.replace('content-type;host', 'Host'),
      good.replace('content-type;host', 'authorization;host'),
      good.replace('content-type;host', `host;${'x'.repeat(5_000)}`),
      good.replace(', Signature=0', ''),
      `${good}, Signature=1`,
      `${good}, Extra=1`,
    ]
    for (const one of bad)
      assert.equal(
        failureOf(() => parse(one)),
        'malformed-authorization',
        one,
      )
  }
  for (const [name, value] of [
    ['SignatureMethod', 'HMAC-SHA256'],
    ['SignatureVersion', '2.0'],
    ['SignatureType', 'BEARERTOKEN'],
  ] as const) {
    assert.equal(
      failureOf(() => parseAcsRpc(parameters({ ...RPC, [name]: value }))),
      'unsupported-signature',
      name,
    )
  }
  for (const name of ['AccessKeyId', 'Signature', 'SignatureNonce', 'Timestamp'] as const) {
    const rest = parameters(RPC).filter((parameter) => parameter.name !== name)
    assert.equal(
      failureOf(() => parseAcsRpc(rest)),
      'malformed-query-authorization',
      name,
    )
  }
})
