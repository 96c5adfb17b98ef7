/** SM4 as the service's method and as the data cipher of a KMS rule, with the official client (COS-04). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sm4Test } from '../sm4-test.ts'
import { cosBench, encryptionOf, SSE, SSE_KEY_ID } from './cos-bench.ts'

const bench = await cosBench()
const { cos } = bench

test('COS-04 SM4 as the method of a bucket and of an upload: given back, in effect, and read', sm4Test(), async () => {
  const at = await bench.bucket()
  await bench.setRule(at, { SSEAlgorithm: 'SM4' })
  const rule = await bench.send({ method: 'GET', bucket: at, query: { encryption: '' } })
  assert.match(rule.text, /<SSEAlgorithm>SM4<\/SSEAlgorithm>/)
  const wishes = [
    ['by rule', {}],
    ['by request', { [SSE]: 'SM4' }],
  ] as const
  for (const [Key, Headers] of wishes) {
    for (const size of [10, 70_000]) {
      const Body = Buffer.alloc(size, Key)
      const put = await cos.putObject({ ...at, Key, Body, Headers })
      assert.deepEqual(encryptionOf(put), { [SSE]: 'SM4' })
      assert.deepEqual(await bench.shown(at, Key), { [SSE]: 'SM4' })
      const got = await cos.getObject({ ...at, Key })
      assert.deepEqual(encryptionOf(got), { [SSE]: 'SM4' })
      assert.ok(Body.equals(got.Body))
    }
  }
  // The method of the request is all of it.
  await cos.putObject({ ...at, Key: 'aes', Body: 'x', Headers: { [SSE]: 'AES256' } })
  assert.deepEqual(await bench.shown(at, 'aes'), { [SSE]: 'AES256' })
})

test('COS-04 KMS with SM4 as its data cipher: given back, in effect, and read', sm4Test(), async () => {
  const at = await bench.bucket()
  const key = await bench.key()
  await bench.setRule(at, { SSEAlgorithm: 'KMS', KMSMasterKeyID: key, KMSAlgorithm: 'SM4' })
  const rule = await bench.send({ method: 'GET', bucket: at, query: { encryption: '' } })
  assert.match(rule.text, /<KMSAlgorithm>SM4<\/KMSAlgorithm>/)
  const Body = Buffer.alloc(70_000, 'kms')
  await cos.putObject({ ...at, Key: 'k', Body })
  assert.deepEqual(await bench.shown(at, 'k'), { [SSE]: 'cos/kms', [SSE_KEY_ID]: key })
  assert.ok(Body.equals((await cos.getObject({ ...at, Key: 'k' })).Body))
})

test('COS-04 parts of an upload under SM4 make one object', sm4Test(), async () => {
  const at = await bench.bucket()
  const { UploadId } = await cos.multipartInit({ ...at, Key: 'parts', Headers: { [SSE]: 'SM4' } })
  const bodies = [Buffer.alloc(1_100_000, 'one'), Buffer.alloc(30_000, 'two')]
  const Parts: { PartNumber: number; ETag: string }[] = []
  for (const [index, Body] of bodies.entries()) {
    const PartNumber = index + 1
    const { ETag } = await cos.multipartUpload({ ...at, Key: 'parts', UploadId, PartNumber, Body })
    Parts.push({ PartNumber, ETag })
  }
  await cos.multipartComplete({ ...at, Key: 'parts', UploadId, Parts })
  assert.deepEqual(await bench.shown(at, 'parts'), { [SSE]: 'SM4' })
  assert.ok(Buffer.concat(bodies).equals((await cos.getObject({ ...at, Key: 'parts' })).Body))
})
