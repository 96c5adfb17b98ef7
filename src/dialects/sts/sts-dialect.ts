import type { DecodedByBody, DialectTranslator } from '../dialect.ts'
import { createQueryDialect } from '../query-dialect.ts'
import { SESSION_OPERATIONS } from './sessions.ts'

/** The vendor's other actions: identities of other systems, of which none is trusted here, and messages that are not sealed. */
export const UNDONE_STS_ACTIONS: ReadonlySet<string> = new Set([
  ...['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'AssumeRoot', 'DecodeAuthorizationMessage'],
  ...['GetDelegatedAccessToken', 'GetFederationToken', 'GetWebIdentityToken'],
])

/** STS API reference, AssumeRole, errors. */
const FAILURES = {
  'policy-too-large': {
    status: 400,
    code: 'PackedPolicyTooLarge',
    message: 'The session policies and the session tags are too large together.',
  },
} as const

/** AWS Security Token Service, 2011-06-15. */
export function createStsDialect(): DialectTranslator<DecodedByBody> & { readonly name: 'sts' } {
  return createQueryDialect({
    name: 'sts',
    version: '2011-06-15',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: SESSION_OPERATIONS,
    undone: UNDONE_STS_ACTIONS,
    failures: FAILURES,
  })
}
