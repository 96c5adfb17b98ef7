import type { HttpResponse } from '../http/index.ts'
import { StoreFailure, type Failure } from '../operations/index.ts'

/**
 * The same answer; if its body fails after it has begun (a damaged segment in the middle), `record` is told before the
 * connection is cut. A client that leaves is no failure.
 */
export function recordingBrokenBody(response: HttpResponse, record: (failure: Failure) => void): HttpResponse {
  const { body } = response
  // What lies in memory cannot break.
  if (body === undefined || body instanceof Uint8Array || body.bytes !== undefined) return response
  return {
    ...response,
    body: {
      ...body,
      length: body.length,
      read: async function* (signal) {
        try {
          yield* body.read(signal)
        } catch (error) {
          if (error instanceof StoreFailure) record(error.failure)
          throw error
        }
      },
    },
  }
}
