/** SM4 as the data cipher under KMS, with the official client (OBSA-17). */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { sm4Test } from '../sm4-test.ts'
import { ObsClient, obsServer } from './obs-client.ts'
import { obsFetch, type ObsWanted } from './obs-fetch.ts'
import { newKey } from './obs-keys.ts'

const BUCKET = 'sm4'
const SSE = 'x-obs-server-side-encryption'
const DATA = 'x-obs-server-side-data-encryption'

let server: RunningCoffer
before(async () => {
  server = await obsServer({ tls: true })
  await new ObsClient(server).done('createBucket', { Bucket: BUCKET })
})
after(async () => server.close())

async function ask(wanted: Omit<ObsWanted, 'bucket'>): Promise<Awaited<ReturnType<typeof obsFetch>>> {
  const answer = await obsFetch(server, { bucket: BUCKET, ...wanted })
  assert.ok(answer.status < 300, answer.text)
  return answer
}

test('OBSA-17 kms with SM4: put, HEAD and get say it and give the bytes', sm4Test(), async () => {
  const { keyId, long } = await newKey(server)
  const headers = { [SSE]: 'kms', [DATA]: 'SM4', [`${SSE}-kms-key-id`]: keyId }
  for (const size of [10, 70_000]) {
    const body = 'sm4 '.repeat(size / 4)
    const put = await ask({ method: 'PUT', key: 'k', body, headers })
    const head = await ask({ method: 'HEAD', key: 'k' })
    const got = await ask({ method: 'GET', key: 'k' })
    for (const answer of [put, head, got]) {
      const said = [SSE, DATA, `${SSE}-kms-key-id`].map((name) => answer.headers[name])
      assert.deepEqual(said, ['kms', 'SM4', long])
    }
    assert.equal(got.text, body)
  }
})

test('OBSA-17 a bucket whose rule says SM4: given back, and in effect', sm4Test(), async () => {
  const rule =
    '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>kms</SSEAlgorithm>' +
    '<KMSDataEncryption>SM4</KMSDataEncryption></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>'
  await ask({ method: 'PUT', query: 'encryption', body: rule })
  assert.match((await ask({ method: 'GET', query: 'encryption' })).text, /<KMSDataEncryption>SM4<\/KMSDataEncryption>/)
  await ask({ method: 'PUT', key: 'by-rule', body: 'x' })
  const head = await ask({ method: 'HEAD', key: 'by-rule' })
  assert.deepEqual([head.headers[SSE], head.headers[DATA]], ['kms', 'SM4'])
})
