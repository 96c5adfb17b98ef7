import type { Condition, PolicyDocument, Statement } from './document.ts'
import { ipRangeOf } from './ip-address.ts'

/**
 * Keys that, held to fixed values, make a statement for everyone one for somebody (S3 User Guide, the meaning of
 * "public"). Tags, prefixes and the like are not among them: a stranger may have those.
 */
const NARROWING = new Set([
  ...['aws:principalarn', 'aws:principalaccount', 'aws:principalorgid', 'aws:principalorgpaths', 'aws:userid'],
  ...['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceowner', 'aws:sourcevpc', 'aws:sourcevpce'],
  ...['s3:dataaccesspointarn', 's3:dataaccesspointaccount', 's3:x-amz-server-side-encryption-aws-kms-key-id'],
])
const FIXING = new Set(['string-equals', 'string-equals-ignore-case', 'string-like', 'arn-like'])
/** A wider network than these is the world: 10.0.0.0/8 in IPv4, 2001:db8::/32 in IPv6. */
const LEAST_IPV4_BITS = 96 + 8
const LEAST_IPV6_BITS = 32

/** Whether a policy opens anything to everyone. From what it means, not from how it is written (T-079). */
export function isPublic({ statements }: PolicyDocument): boolean {
  return statements.some(isPublicStatement)
}

function isPublicStatement({ effect, principals, conditions }: Statement): boolean {
  if (effect !== 'allow' || principals === undefined) return false
  const everyone = principals.negated || principals.entries.some((entry) => entry.kind === 'everyone')
  return everyone && !conditions.some(narrows)
}

/** Whether it cannot hold for a stranger: the key has to be there, and to be one of a few. */
function narrows({ operator, negated, ifExists, quantifier, key, values }: Condition): boolean {
  if (negated || ifExists || quantifier === 'for-all-values') return false
  if (operator === 'ip-address') return key === 'aws:sourceip' && values.every(isNarrowRange)
  return FIXING.has(operator) && NARROWING.has(key) && values.every(isFixed)
}

function isFixed(value: string): boolean {
  return !/[*?]|\$\{/.test(value)
}

function isNarrowRange(value: string): boolean {
  const range = ipRangeOf(value)
  if (range === undefined) return false
  return range.prefixBits >= (range.mapped ? LEAST_IPV4_BITS : LEAST_IPV6_BITS)
}
