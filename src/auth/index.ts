/**
 * Who is asking: finds the scheme a request presents, looks its credential up, verifies it in constant time.
 *
 * Promises: `authenticate` alone makes a `Verified`, and its `covered` holds only what the signature covers (and one
 * table of standard headers); a vendor's header or parameter that is not covered is refused, never dropped; two
 * mechanisms are refused before either is tried; what does not parse is refused before it is compared; a body throws
 * before its end when it is not what was signed; an unknown key costs what a wrong signature costs.
 * It also signs, for the command line and for tests.
 * May import: http, operations, secrets. The look-up of credentials is handed in.
 */
export { createAuthenticator, type Authenticator, type AuthenticatorOptions } from './authenticate.ts'
export { isForm, openForm, type OpenedForm } from './forms/open-form.ts'
export { sha256OfPieces } from './body-digest.ts'
export {
  demandOwnPage,
  hasPageToken,
  isToldByBrowser,
  pageToken,
  sessionCookieName,
  sessionIdOf,
  unboundBody,
  verifiedBySession,
  type SessionHolder,
} from './page-session.ts'
export { DEFAULT_AUTH_LIMITS, type AuthLimits } from './limits.ts'
export { COS_LISTING_PARAMETERS, COS_SIGNED_PARAMETERS } from './signatures/cos-parameters.ts'
export { isObsSigned } from './signatures/obs-parameters.ts'
export { SIGV2_EXEMPT_PARAMETERS, SIGV2_SIGNED_PARAMETERS } from './signatures/sigv2-parameters.ts'
export {
  presignUrl,
  signRequest,
  type RequestToSign,
  type SignedRequest,
  type Signer,
} from './signatures/sigv4-sign.ts'
export type { PathRule, ServiceRule } from './signatures/sigv4-canonical.ts'
export type { OnceOnly } from './used-once.ts'
export { EMPTY_SHA256, sha256Hex, UNSIGNED_PAYLOAD } from './signatures/sigv4.ts'
export type { Anonymous, Credential, CredentialLookup, PromisedBody, Verified } from './verified.ts'
