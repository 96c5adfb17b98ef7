/** Temporary credentials in OSS's own places: the header of V1 and V4, the parameters of their URLs. */
import assert from 'node:assert/strict'
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { test } from 'node:test'
import { ACCESS_KEY, SECRET_KEY } from '../servers.ts'
import { OssClient, OSS_REGION, ossServer } from './oss-client.ts'

test('T-060 a session’s key works with its token, by V1 and V4, and with no other token nor without one', async () => {
  const server = await ossServer()
  try {
    const credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY }
    const sts = new STSClient({ endpoint: server.endpoint, region: OSS_REGION, credentials, maxAttempts: 1 })
    const { Credentials } = await sts.send(new GetSessionTokenCommand({}))
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
    await new OssClient(server).call('putBucket', 'sessions')
    for (const v4 of [false, true]) {
      const own = { bucket: 'sessions', accessKeyId: AccessKeyId, secret: SecretAccessKey, v4 }
      const client = new OssClient(server, { ...own, token: SessionToken })
      await client.call('put', 'object', Buffer.from('by session'))
      assert.equal(await client.bytes('object'), 'by session')
      assert.equal((await new OssClient(server, own).refused('list', {})).status, 403)
      const other = new OssClient(server, { ...own, token: `${SessionToken}x` })
      assert.equal((await other.refused('list', {})).status, 403)
    }
  } finally {
    await server.close()
  }
})
