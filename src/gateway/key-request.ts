import type { KeyRequest } from '../kms/index.ts'
import type { Permit } from '../objects/index.ts'

/** What a client may say of a use beyond what it wants done. */
interface UseTerms {
  readonly grantTokens?: readonly string[]
  readonly dryRun?: boolean
}

/** What the key service has to know of a request: who asks, and what is known of the request. */
export function keyRequest(
  { caller, requestId, facts, trail }: Permit,
  { grantTokens, dryRun }: UseTerms = {},
): KeyRequest {
  return {
    caller,
    requestId,
    ...(facts === undefined ? {} : { facts }),
    ...(trail === undefined ? {} : { trail }),
    ...(grantTokens === undefined ? {} : { grantTokens }),
    ...(dryRun === undefined ? {} : { dryRun }),
  }
}
