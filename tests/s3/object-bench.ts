import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { createKey } from '../admin-api.ts'
import { elementText, rawRequest, type RawAnswer, type RawRequest } from '../raw-request.ts'
import { memoryServer, s3Client } from '../servers.ts'

/** A server in memory with one bucket and two KMS keys, for the tests of one action on objects. */
export interface ObjectBench {
  readonly server: RunningCoffer
  readonly s3: S3Client
  readonly bucket: string
  readonly keyArn: string
  readonly otherKeyArn: string
  newBucket(name: string): Promise<string>
  /** The ETag of what was put. */
  put(key: string, body: Uint8Array, more?: object): Promise<string>
  get(key: string, more?: object): Promise<Buffer>
  /** A signed request to `/<bucket>/<key>`. */
  raw(method: string, key: string, more?: Partial<RawRequest>): Promise<RawAnswer>
  close(): Promise<void>
}

export const BUCKET = 'object-bench'

/** Opens the bench. `now` is the server's clock: the machine's, unless a test moves one of its own. */
export async function openBench(now?: () => number): Promise<ObjectBench> {
  const server = await memoryServer(now === undefined ? {} : { now })
  const s3 = s3Client(server)
  const newBucket = async (name: string): Promise<string> => {
    await s3.send(new CreateBucketCommand({ Bucket: name }))
    return name
  }
  await newBucket(BUCKET)
  return {
    ...{ server, s3, bucket: BUCKET, newBucket },
    keyArn: (await createKey(server)).arn,
    otherKeyArn: (await createKey(server)).arn,
    put: async (key, body, more = {}) => {
      const put = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body, ...more }))
      assert.ok(put.ETag)
      return put.ETag
    },
    get: async (key, more = {}) => bytesOf(await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key, ...more }))),
    raw: async (method, key, more = {}) => rawRequest(server, { method, path: `/${BUCKET}/${key}`, ...more }),
    close: async () => {
      s3.destroy()
      await server.close()
    },
  }
}

/** All bytes of an answer's body. */
export async function bytesOf(answer: {
  readonly Body?: { transformToByteArray(): Promise<Uint8Array> } | undefined
}): Promise<Buffer> {
  assert.ok(answer.Body)
  return Buffer.from(await answer.Body.transformToByteArray())
}

/** The answer is an error document of this status and code, and with these elements. */
export function assertError(
  answer: RawAnswer,
  status: number,
  code: string,
  elements: Readonly<Record<string, string>> = {},
): void {
  assert.deepEqual([answer.status, answer.code], [status, code], answer.text)
  for (const [name, value] of Object.entries(elements)) assert.equal(elementText(answer.text, name), value, name)
}
