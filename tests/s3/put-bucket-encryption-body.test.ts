import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bucketBench,
  byDefault,
  CONFIGURATION,
  configuration,
  NAMESPACE,
  SSE_S3,
  type ShownDefault,
} from './bucket-bench.ts'

const bench = await bucketBench()
const KEY = 'arn:aws:kms:us-east-1:000000000001:key/1234abcd-12ab-34cd-56ef-1234567890ab'
/** What is set before each refusal, so that a change would be seen. */
const BEFORE: ShownDefault = { algorithm: 'aws:kms', key: 'alias/before', bucketKey: true }

async function accepted(body: string, shown: ShownDefault): Promise<void> {
  const bucket = await bench.bucket()
  const answer = await bench.putRaw(bucket, body)
  assert.equal(answer.status, 200, `${body}\n${answer.text}`)
  assert.deepEqual(await bench.shown(bucket), shown, body)
}

async function refused(body: string | undefined, code: string): Promise<void> {
  const bucket = await bench.bucket()
  await bench.setDefault(bucket, 'aws:kms', 'alias/before', true)
  const answer = await bench.putRaw(bucket, body)
  assert.deepEqual([answer.status, answer.code], [400, code], body)
  assert.deepEqual(await bench.shown(bucket), BEFORE, body)
}

const RULE = byDefault('AES256')
const rooted = (root: string, namespace = ''): string => `<${root}${namespace}><Rule>${RULE}</Rule></${root}>`

test('S3-67 the body is XML with the root ServerSideEncryptionConfiguration, which is required', async () => {
  await accepted(rooted(CONFIGURATION), SSE_S3)
  for (const body of [
    rooted('EncryptionConfiguration'),
    rooted('serversideencryptionconfiguration'),
    `<Rule>${RULE}</Rule>`,
    'text',
    '{"Rules":[]}',
    `${rooted(CONFIGURATION)}${rooted(CONFIGURATION)}`,
    rooted(CONFIGURATION).slice(0, -3),
    `<!DOCTYPE x [<!ENTITY a "AES256">]>${rooted(CONFIGURATION)}`,
    ' ',
  ]) {
    await refused(body, 'MalformedXML')
  }
  await refused('', 'MissingRequestBodyError')
  await refused(undefined, 'MissingRequestBodyError')
})

test('S3-67 (part) a body of more than 64 KiB is refused before it is read as XML', async () => {
  const bucket = await bench.bucket()
  const answer = await bench.putRaw(bucket, `${rooted(CONFIGURATION)}${' '.repeat(65_536)}`)
  assert.deepEqual([answer.status, answer.code], [400, 'EntityTooLarge'])
  assert.deepEqual(await bench.shown(bucket), SSE_S3)
})

test('S3-68 the declaration is accepted, and is optional', async () => {
  for (const declaration of [
    '',
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<?xml version="1.0" encoding="UTF-8"?>\n',
  ]) {
    await accepted(declaration + rooted(CONFIGURATION), SSE_S3)
  }
})

test('S3-69 the namespace on the root is accepted; a body without it too; another is not', async () => {
  await accepted(rooted(CONFIGURATION, ` xmlns="${NAMESPACE}"`), SSE_S3)
  await accepted(rooted(CONFIGURATION), SSE_S3)
  await refused(rooted(CONFIGURATION, ' xmlns="http://example.org/"'), 'MalformedXML')
})

test('S3-70 Rule is required', async () => {
  await refused(`<${CONFIGURATION}></${CONFIGURATION}>`, 'MalformedXML')
  await refused(`<${CONFIGURATION}/>`, 'MalformedXML')
  await refused(`<${CONFIGURATION}>${RULE}</${CONFIGURATION}>`, 'MalformedXML')
  await refused(configuration(''), 'MalformedXML')
})

test('S3-71 exactly one rule: two and none are refused', async () => {
  await accepted(configuration(RULE), SSE_S3)
  await refused(`<${CONFIGURATION}><Rule>${RULE}</Rule><Rule>${RULE}</Rule></${CONFIGURATION}>`, 'MalformedXML')
  await refused(`<${CONFIGURATION} xmlns="${NAMESPACE}"></${CONFIGURATION}>`, 'MalformedXML')
})

test('S3-72 ApplyServerSideEncryptionByDefault holds the algorithm and the key; outside it they are refused', async () => {
  await accepted(configuration(byDefault('aws:kms', KEY)), { algorithm: 'aws:kms', key: KEY, bucketKey: false })
  for (const rule of [
    '<SSEAlgorithm>AES256</SSEAlgorithm>',
    `${RULE}<SSEAlgorithm>AES256</SSEAlgorithm>`,
    `${byDefault('aws:kms')}<KMSMasterKeyID>${KEY}</KMSMasterKeyID>`,
    RULE + RULE,
    byDefault('AES256</SSEAlgorithm><SSEAlgorithm>AES256'),
    '<ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></ApplyServerSideEncryptionByDefault>',
    `${RULE}<Unknown/>`,
    `${RULE}text`,
  ]) {
    await refused(configuration(rule), 'MalformedXML')
  }
})

test('S3-73 SSEAlgorithm is AES256, aws:kms or aws:kms:dsse; anything else is refused', async () => {
  for (const algorithm of ['AES256', 'aws:kms', 'aws:kms:dsse']) {
    await accepted(configuration(byDefault(algorithm)), { algorithm, key: undefined, bucketKey: false })
  }
  for (const algorithm of [
    'aws:KMS',
    'aes256',
    'none',
    'NONE',
    'aws:fsx',
    'aws:backup',
    'SSE-C',
    'SM4',
    '',
    'AES256 x',
  ]) {
    await refused(configuration(byDefault(algorithm)), 'MalformedXML')
  }
  await refused(configuration('<ApplyServerSideEncryptionByDefault/>'), 'MalformedXML')
  const onlyKey = `<ApplyServerSideEncryptionByDefault><KMSMasterKeyID>${KEY}</KMSMasterKeyID></ApplyServerSideEncryptionByDefault>`
  await refused(configuration(onlyKey), 'MalformedXML')
})

test('S3-74 KMSMasterKeyID is optional, and comes back exactly as it was put', async () => {
  const longest = 'k'.repeat(2_048)
  for (const text of [KEY, 'alias/a', 'any text, with  two blanks', 'Schlüssel', 'x', longest]) {
    await accepted(configuration(byDefault('aws:kms', text)), { algorithm: 'aws:kms', key: text, bucketKey: false })
  }
  const escaped = configuration(byDefault('aws:kms', 'a&amp;b&lt;c&#62;'))
  await accepted(escaped, { algorithm: 'aws:kms', key: 'a&b<c>', bucketKey: false })
  await accepted(configuration(byDefault('aws:kms', '')), { algorithm: 'aws:kms', key: undefined, bucketKey: false })
  await refused(configuration(byDefault('aws:kms', `${longest}k`)), 'MalformedXML')
  await refused(configuration(byDefault('aws:kms', 'a</KMSMasterKeyID><KMSMasterKeyID>a')), 'MalformedXML')
})

test('S3-75 (part) a key with AES256 is InvalidArgument and names what is wrong', async () => {
  await refused(configuration(byDefault('AES256', KEY)), 'InvalidArgument')
  const answer = await bench.putRaw(await bench.bucket(), configuration(byDefault('AES256', KEY)))
  assert.match(answer.text, /<ArgumentName>ApplyServerSideEncryptionByDefault<\/ArgumentName>/)
})

test('S3-76 BucketKeyEnabled is a boolean beside the default, inside Rule; absent is false', async () => {
  for (const [text, bucketKey] of [
    ['true', true],
    ['false', false],
    ['1', true],
    ['0', false],
  ] as const) {
    const rule = `${byDefault('aws:kms')}<BucketKeyEnabled>${text}</BucketKeyEnabled>`
    await accepted(configuration(rule), { algorithm: 'aws:kms', key: undefined, bucketKey })
  }
  await accepted(configuration(byDefault('aws:kms')), { algorithm: 'aws:kms', key: undefined, bucketKey: false })
  for (const text of ['TRUE', 'True', 'yes', '', '2', 'true true']) {
    const flag = `<BucketKeyEnabled>${text}</BucketKeyEnabled>`
    await refused(configuration(byDefault('aws:kms') + flag), 'MalformedXML')
  }
  const flag = '<BucketKeyEnabled>true</BucketKeyEnabled>'
  await refused(configuration(byDefault('aws:kms') + flag + flag), 'MalformedXML')
  await refused(`<${CONFIGURATION}><Rule>${byDefault('aws:kms')}</Rule>${flag}</${CONFIGURATION}>`, 'MalformedXML')
})

test('S3-77 line breaks and blanks around values do not count: the syntax block as printed', async () => {
  const body = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`,
    '<Rule>',
    '<ApplyServerSideEncryptionByDefault>',
    `<KMSMasterKeyID>${KEY}`,
    '</KMSMasterKeyID>',
    '<SSEAlgorithm>aws:kms',
    '</SSEAlgorithm>',
    '</ApplyServerSideEncryptionByDefault>',
    '<BucketKeyEnabled>true',
    '</BucketKeyEnabled>',
    '</Rule>',
    '</ServerSideEncryptionConfiguration>',
  ]
  for (const lineBreak of ['\n', '\r\n']) {
    await accepted(body.join(lineBreak), { algorithm: 'aws:kms', key: KEY, bucketKey: true })
  }
  const spaced = byDefault(' \t aws:kms \n', ` ${KEY}\t`)
  await accepted(configuration(spaced), { algorithm: 'aws:kms', key: KEY, bucketKey: false })
})

test('S3-78 the order of elements does not matter', async () => {
  const algorithm = '<SSEAlgorithm>aws:kms</SSEAlgorithm>'
  const key = `<KMSMasterKeyID>${KEY}</KMSMasterKeyID>`
  const flag = '<BucketKeyEnabled>true</BucketKeyEnabled>'
  const whole = (inner: string): string =>
    `<ApplyServerSideEncryptionByDefault>${inner}</ApplyServerSideEncryptionByDefault>`
  for (const inner of [algorithm + key, key + algorithm]) {
    for (const rule of [whole(inner) + flag, flag + whole(inner)]) {
      await accepted(configuration(rule), { algorithm: 'aws:kms', key: KEY, bucketKey: true })
    }
  }
})
