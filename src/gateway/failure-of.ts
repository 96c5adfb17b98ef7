import { BodyIncomplete, BodyStalled } from '../http/index.ts'
import { StoreFailure, type Failure } from '../operations/index.ts'
import { BlobUnavailable, OutcomeUnknown, StoreUnavailable } from '../storage/index.ts'

/** The failure behind whatever was thrown. What nobody expected is `internal`: a defect, told to the log alone. */
export function failureOf(error: unknown): Failure {
  if (error instanceof StoreFailure) return error.failure
  if (error instanceof BodyIncomplete) return { kind: 'incomplete-body' }
  if (error instanceof BodyStalled) return { kind: 'request-timeout' }
  if (error instanceof StoreUnavailable) return { kind: 'unavailable', detail: 'the metadata store' }
  if (error instanceof OutcomeUnknown) return { kind: 'unavailable', detail: 'the outcome is not known' }
  if (error instanceof BlobUnavailable) return { kind: 'unavailable', detail: 'the blob store' }
  return { kind: 'internal' }
}
