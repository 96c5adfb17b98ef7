import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type EncryptionType,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3'
import { rawRequest } from '../raw-request.ts'
import { refusedWith } from '../refused-with.ts'
import { memoryServer, s3Client } from '../servers.ts'

const server = await memoryServer()
const client = s3Client(server)
after(async () => {
  client.destroy()
  await server.close()
})

const CUSTOMER = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: Buffer.alloc(32, 7).toString('base64') }
const SOURCE = {
  CopySourceSSECustomerAlgorithm: CUSTOMER.SSECustomerAlgorithm,
  CopySourceSSECustomerKey: CUSTOMER.SSECustomerKey,
}
const PREFIX = 'x-amz-server-side-encryption-customer'

async function bucket(name: string): Promise<string> {
  await client.send(new CreateBucketCommand({ Bucket: name }))
  return name
}

async function block(
  Bucket: string,
  types: readonly EncryptionType[] | undefined,
  algorithm?: ServerSideEncryption,
): Promise<void> {
  const rule = {
    ...(types === undefined ? {} : { BlockedEncryptionTypes: { EncryptionType: [...types] } }),
    ...(algorithm === undefined ? {} : { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm } }),
  }
  await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }))
}

async function ruleOf(Bucket: string): Promise<readonly unknown[]> {
  const answer = await client.send(new GetBucketEncryptionCommand({ Bucket }))
  const [rule] = answer.ServerSideEncryptionConfiguration?.Rules ?? []
  return [rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, rule?.BlockedEncryptionTypes?.EncryptionType]
}

test('spec 3.5: the block is set, kept by a PUT without it, left alone by DELETE, and lifted by NONE', async () => {
  const Bucket = await bucket('blocking')
  assert.deepEqual(await ruleOf(Bucket), ['AES256', undefined])
  await block(Bucket, ['SSE-C'])
  assert.deepEqual(await ruleOf(Bucket), ['AES256', ['SSE-C']])
  await block(Bucket, undefined, 'aws:kms')
  assert.deepEqual(await ruleOf(Bucket), ['aws:kms', ['SSE-C']])
  await client.send(new DeleteBucketEncryptionCommand({ Bucket }))
  assert.deepEqual(await ruleOf(Bucket), ['AES256', ['SSE-C']])
  await block(Bucket, ['NONE'])
  assert.deepEqual(await ruleOf(Bucket), ['AES256', ['NONE']])
})

test('spec 3.5: a rule that only blocks leaves the default as it was', async () => {
  const Bucket = await bucket('only-block')
  await block(Bucket, undefined, 'aws:kms:dsse')
  await block(Bucket, ['SSE-C'])
  assert.deepEqual(await ruleOf(Bucket), ['aws:kms:dsse', ['SSE-C']])
})

test('spec 3.5: both values, an unknown one and a repeated one are MalformedXML, and nothing changes', async () => {
  const Bucket = await bucket('bad-block')
  const none = '<EncryptionType>NONE</EncryptionType>'
  const customer = '<EncryptionType>SSE-C</EncryptionType>'
  for (const types of [none + customer, customer + customer, '<EncryptionType>SSE-KMS</EncryptionType>']) {
    const body = `<ServerSideEncryptionConfiguration><Rule><BlockedEncryptionTypes>${types}</BlockedEncryptionTypes></Rule></ServerSideEncryptionConfiguration>`
    const answer = await rawRequest(server, { method: 'PUT', path: `/${Bucket}`, query: 'encryption', body })
    assert.deepEqual([answer.status, answer.code], [400, 'MalformedXML'], types)
  }
  assert.deepEqual(await ruleOf(Bucket), ['AES256', undefined])
})

test('spec 3.5: BlockEncryptionTypes is read as a synonym, an empty container counts as absent', async () => {
  const Bucket = await bucket('block-synonym')
  const put = async (rule: string): Promise<unknown> => {
    const body = `<ServerSideEncryptionConfiguration><Rule>${rule}</Rule></ServerSideEncryptionConfiguration>`
    return (await rawRequest(server, { method: 'PUT', path: `/${Bucket}`, query: 'encryption', body })).status
  }
  const type = '<EncryptionType>SSE-C</EncryptionType>'
  assert.equal(await put(`<BlockEncryptionTypes>${type}</BlockEncryptionTypes>`), 200)
  assert.deepEqual(await ruleOf(Bucket), ['AES256', ['SSE-C']])
  const byDefault =
    '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault>'
  assert.equal(await put(`${byDefault}<BlockedEncryptionTypes/>`), 200)
  assert.deepEqual(await ruleOf(Bucket), ['aws:kms', ['SSE-C']])
})

test('spec 3.5: while blocked, every write that names SSE-C is 403; reads go on, and other writes', async () => {
  const Bucket = await bucket('blocked')
  const Source = await bucket('source-of-copies')
  const old = { Bucket, Key: 'old' }
  await client.send(new PutObjectCommand({ ...old, Body: 'kept', ...CUSTOMER }))
  await client.send(new PutObjectCommand({ Bucket: Source, Key: 'plain', Body: 'plain' }))
  const made = { Bucket, Key: 'made' }
  const upload = { ...made, ...(await client.send(new CreateMultipartUploadCommand({ ...made, ...CUSTOMER }))) }
  const part = { ...made, UploadId: upload.UploadId, PartNumber: 1 }
  const first = await client.send(new UploadPartCommand({ ...part, ...CUSTOMER, Body: 'first' }))
  await block(Bucket, ['SSE-C'])

  const copy = { ...made, CopySource: `${Source}/plain` }
  const copyPart = { ...part, CopySource: `${Source}/plain` }
  const denied = (call: Promise<unknown>): Promise<unknown> => refusedWith(call, 403, 'AccessDenied')
  await denied(client.send(new PutObjectCommand({ ...made, Body: 'x', ...CUSTOMER })))
  await denied(client.send(new CopyObjectCommand({ ...copy, ...CUSTOMER })))
  await denied(client.send(new CreateMultipartUploadCommand({ ...made, ...CUSTOMER })))
  await denied(client.send(new UploadPartCommand({ ...part, Body: 'second', ...CUSTOMER })))
  await denied(client.send(new UploadPartCopyCommand({ ...copyPart, ...CUSTOMER })))
  await refusedWith(client.send(new GetObjectCommand(made)), 404, 'NoSuchKey')

  const read = await client.send(new GetObjectCommand({ ...old, ...CUSTOMER }))
  assert.equal(await read.Body?.transformToString(), 'kept')
  await client.send(new HeadObjectCommand({ ...old, ...CUSTOMER }))
  const asked = { ...old, ...CUSTOMER, ObjectAttributes: ['ObjectSize' as const] }
  assert.equal((await client.send(new GetObjectAttributesCommand(asked))).ObjectSize, 4)
  await client.send(new CopyObjectCommand({ ...made, CopySource: `${Bucket}/old`, ...SOURCE }))
  await client.send(new PutObjectCommand({ ...made, Body: 'x', ServerSideEncryption: 'AES256' }))
  // The parts that were uploaded before are not lost: the upload goes on when the block is lifted.
  const parts = [{ PartNumber: 1, ETag: first.ETag }]
  const whole = { ...made, UploadId: upload.UploadId, MultipartUpload: { Parts: parts }, ...CUSTOMER }
  await denied(client.send(new CompleteMultipartUploadCommand(whole)))
  await block(Bucket, ['NONE'])
  await client.send(new CompleteMultipartUploadCommand(whole))
  await client.send(new PutObjectCommand({ ...made, Body: 'x', ...CUSTOMER }))
})

test('spec 3.5, 4.3 and 4.5 row 0: a perfect key and a broken one get the same 403', async () => {
  const Bucket = await bucket('blocked-broken')
  await block(Bucket, ['SSE-C'])
  const perfect: readonly (readonly [string, string])[] = [
    [`${PREFIX}-algorithm`, 'AES256'],
    [`${PREFIX}-key`, 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='],
    [`${PREFIX}-key-md5`, 'tP/LI3N87DFaSk0aoqYgzg=='],
  ]
  const broken: readonly (readonly (readonly [string, string])[])[] = [
    ...perfect.map((header) => [header]),
    ...perfect.map((header) => perfect.filter((other) => other !== header)),
    [...perfect.slice(1), [`${PREFIX}-algorithm`, 'DES']],
    [...perfect.slice(0, 2), [`${PREFIX}-key-md5`, 'AAAA']],
    [...perfect, ['x-amz-server-side-encryption', 'aws:kms']],
    [[`${PREFIX}-key`, 'not base64!']],
  ]
  for (const headers of [perfect, ...broken]) {
    const put = await rawRequest(server, { method: 'PUT', path: `/${Bucket}/k`, headers, body: 'x' })
    assert.deepEqual([put.status, put.code], [403, 'AccessDenied'], JSON.stringify(headers))
    const created = await rawRequest(server, { method: 'POST', path: `/${Bucket}/k`, query: 'uploads', headers })
    assert.deepEqual([created.status, created.code], [403, 'AccessDenied'], JSON.stringify(headers))
  }
  // Without the block each of the broken ones is a mistake of the request.
  await block(Bucket, ['NONE'])
  for (const headers of broken) {
    const put = await rawRequest(server, { method: 'PUT', path: `/${Bucket}/k`, headers, body: 'x' })
    assert.equal(put.status, 400, JSON.stringify(headers))
  }
  assert.equal((await rawRequest(server, { method: 'HEAD', path: `/${Bucket}/k` })).status, 404)
})
