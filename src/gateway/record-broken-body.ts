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
      read: (signal) => watched(body.read(signal), record),
    },
  }
}

/** No generator: every piece of a large body comes by here. */
function watched(pieces: AsyncIterable<Uint8Array>, record: (failure: Failure) => void): AsyncIterable<Uint8Array> {
  const inner = pieces[Symbol.asyncIterator]()
  const told = (error: unknown): never => {
    if (error instanceof StoreFailure) record(error.failure)
    throw error
  }
  const iterator: AsyncIterator<Uint8Array> = {
    next: () => inner.next().catch(told),
    return: async () => {
      await inner.return?.()
      return { done: true, value: undefined }
    },
  }
  return { [Symbol.asyncIterator]: () => iterator }
}
