import { GetObjectCommand, PutObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { sha256Of } from '../crash/seeded-random.ts'

export const FAULTS_BUCKET = 'faults'
const WELL_WITHIN_MS = 30_000

export async function put(client: S3Client, Key: string, Body: Buffer): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: FAULTS_BUCKET, Key, Body }))
}

export async function contentOf(client: S3Client, Key: string): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: FAULTS_BUCKET, Key }))
  return sha256Of((await Body?.transformToByteArray()) ?? assert.fail())
}

/** The dialect's own 503, which its clients repeat. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) throw error
  assert.deepEqual([error.$metadata.httpStatusCode, error.name], [503, 'ServiceUnavailable'])
  return true
}

/** Repeats what is refused until it is well again. */
export async function untilWell<Result>(act: () => Promise<Result>): Promise<Result> {
  const deadlineMs = performance.now() + WELL_WITHIN_MS
  for (;;) {
    try {
      return await act()
    } catch (error) {
      assert.ok(performance.now() < deadlineMs && isUnavailable(error))
      await pause(20)
    }
  }
}
