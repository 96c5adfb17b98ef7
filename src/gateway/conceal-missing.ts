import { StoreFailure, type Failure, type Target } from '../operations/index.ts'
import type { RequestPermit } from './verb.ts'

const MISSING: ReadonlySet<Failure['kind']> = new Set<Failure['kind']>([
  ...(['no-such-key', 'no-such-version', 'symlink-target-missing'] as const),
])

/**
 * What became of a request about an object that is not there: who may not list the bucket learns no more than that it is
 * refused, as S3 has it (T-076). Any other error goes on as it is.
 */
export async function concealMissing(permit: RequestPermit, target: Target, error: unknown): Promise<never> {
  const bucket = target.source?.bucket ?? target.bucket
  if (!(error instanceof StoreFailure) || !MISSING.has(error.failure.kind) || bucket === undefined) throw error
  await permit.permitFor({ kind: 'list-objects', bucket })
  throw error
}
