/** The rule that will end an object or an upload, in headers. */
import { formatHttpDate } from '../../http/index.ts'
import type { VersionExpiry } from '../../operations/index.ts'
import type { Headers } from './answers.ts'

/** `x-amz-expiration`: the moment and the rule's name, which is written as in a URL. */
export function expiryHeader(expiry: VersionExpiry | undefined): Headers {
  if (expiry === undefined) return []
  const { atMs, ruleId } = expiry
  return [['x-amz-expiration', `expiry-date="${formatHttpDate(atMs)}", rule-id="${encodeURIComponent(ruleId)}"`]]
}

/** `x-amz-abort-date` and `x-amz-abort-rule-id` of an upload. */
export function abortHeaders(abort: VersionExpiry | undefined): Headers {
  if (abort === undefined) return []
  const { atMs, ruleId } = abort
  return [
    ['x-amz-abort-date', formatHttpDate(atMs)],
    ['x-amz-abort-rule-id', encodeURIComponent(ruleId)],
  ]
}
