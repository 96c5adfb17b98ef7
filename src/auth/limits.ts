/** Every bound of this room, with a name. */
export interface AuthLimits {
  /** How far a request's own time may lie from ours, either way. */
  readonly clockSkewMs: number
  /** The longest life of a SigV4 URL. Setting `auth.maxUrlSeconds`; the protocol itself ends at 7 days. */
  readonly maxUrlSeconds: number
  /** The same for SigV2 URLs, which name an end and no beginning. */
  readonly maxSigV2UrlSeconds: number
  /** A body is read before its signature is checked only up to this size (`x-amz-content-sha256` absent). */
  readonly maxBodyBeforeVerifyBytes: number
  /** Signing keys kept, one for each (access key, generation, date, region, service). */
  readonly maxCachedSigningKeys: number
  /** The longest body that an aws-chunked request may promise. */
  readonly maxDecodedBytes: number
}

export const DEFAULT_AUTH_LIMITS: AuthLimits = Object.freeze({
  clockSkewMs: 15 * 60 * 1_000,
  maxUrlSeconds: 7 * 24 * 60 * 60,
  maxSigV2UrlSeconds: 30 * 24 * 60 * 60,
  maxBodyBeforeVerifyBytes: 1024 * 1024,
  maxCachedSigningKeys: 1_024,
  maxDecodedBytes: 5 * 1024 ** 4,
})

/** Seven days: AWS, "Authenticating Requests: Using Query Parameters", X-Amz-Expires. */
export const SIGV4_MAX_URL_SECONDS = 7 * 24 * 60 * 60
export const MAX_ACCESS_KEY_ID_CHARS = 128
export const MAX_AUTHORIZATION_CHARS = 8 * 1024
export const MAX_SIGNED_HEADERS = 100
export const MAX_SIGNED_HEADERS_CHARS = 4 * 1024
