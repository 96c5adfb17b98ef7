import { parseBasicIsoDate } from '../../http/index.ts'
import { refuse } from '../../operations/index.ts'
import type { Verification } from '../authenticate.ts'

/** The date that a form was signed on: of the credential's day, and not ahead of now (T-039, T-040). */
export function checkFormDate(text: string, day: string, { now, limits }: Verification): void {
  const malformed = (detail: string): never => refuse({ kind: 'malformed-authorization', detail })
  const timeMs = parseBasicIsoDate(text) ?? malformed('the date of the form must be yyyymmddThhmmssZ')
  if (text.slice(0, 8) !== day) malformed('the date of the credential is not the date of the form')
  if (timeMs - now() > limits.clockSkewMs) refuse({ kind: 'request-time-too-skewed' })
}

/** Whether a policy is in force: not over, and not for longer than any signed URL may live. */
export function checkExpiration(expiresMs: number, nowMs: number, maxSeconds: number): void {
  const refused = (detail: string): never =>
    refuse({ kind: 'form-policy', detail: `Invalid according to Policy: ${detail}` })
  if (nowMs > expiresMs) refused('Policy expired.')
  if (expiresMs - nowMs > maxSeconds * 1_000) refused(`Policy expires more than ${maxSeconds} seconds from now.`)
}
