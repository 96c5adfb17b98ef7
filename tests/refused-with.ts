import assert from 'node:assert/strict'
import { S3ServiceException } from '@aws-sdk/client-s3'

/** The call of the official client is refused with this status and code. Gives the error, for more to be asked of it. */
export async function refusedWith(call: Promise<unknown>, status: number, code: string): Promise<S3ServiceException> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.ok(outcome !== undefined, `was not refused; expected ${status} ${code}`)
  assert.ok(outcome instanceof S3ServiceException, outcome instanceof Error ? outcome : 'not an error')
  assert.deepEqual([outcome.$metadata.httpStatusCode, outcome.name], [status, code], outcome.message)
  return outcome
}
