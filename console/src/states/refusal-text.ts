import type { ApiFailure } from '../api/failure.ts'
import type { Words } from '../words/use-words.tsx'
import { vendorAction } from '../words/vendor-actions.ts'

/** What was refused, as a sentence: the missing right by name, else what the server said. */
export function refusalText(failure: ApiFailure, { say, vocabulary }: Pick<Words, 'say' | 'vocabulary'>): string {
  if (failure.status === 0) return say('notReachable')
  const [missing] = failure.missing
  if (missing !== undefined) {
    return say('missingAction', { ...missing, action: vendorAction(missing.action, vocabulary) })
  }
  const named = failure.details['action']
  if (failure.forbidden && typeof named === 'string') {
    const resource = failure.details['resource']
    return say('missingAction', {
      action: vendorAction(named, vocabulary),
      resource: typeof resource === 'string' ? resource : say('none'),
    })
  }
  if (failure.forbidden) return failure.message === '' ? say('forbiddenHere') : failure.message
  return failure.message
}
