import type { Anonymous, Verified } from '../auth/index.ts'
import type { DialectTranslator, WantedDocument } from '../dialects/index.ts'
import { refuse, type StorageDialect } from '../operations/index.ts'
import { isLoopback, type HttpRequest } from '../http/index.ts'

const STORAGE: ReadonlySet<DialectTranslator['name']> = new Set<StorageDialect>(['s3', 'oss', 'obs', 'cos'])

/**
 * A signature that leaves the body open is a captured request away from another body. Only storage takes one like that at all.
 * Its documents have to be held by the signature, or by a signed checksum, or come by TLS or from this machine;
 * objects may be unsigned, as S3 has it (T-052).
 */
export function requireBoundBody(
  dialect: DialectTranslator['name'],
  identity: Verified | Anonymous,
  document: WantedDocument | undefined,
  request: Pick<HttpRequest, 'secure' | 'remoteAddress'>,
): void {
  // Nothing of a session is signed; what binds its body is what binds the session itself: the connection.
  if (identity.kind === 'anonymous' || identity.body.bound || identity.scheme === 'session') return
  if (!STORAGE.has(dialect)) {
    refuse({ kind: 'invalid-request', detail: 'x-amz-content-sha256 has to be the digest of the body' })
  }
  if (document === undefined || request.secure || isLoopback(request.remoteAddress)) return
  if (hasSignedChecksum(identity, document.expect)) return
  const digest =
    dialect === 's3' ? 'x-amz-content-sha256 has to be its digest' : 'Content-MD5 has to be among what is signed'
  const detail = `Without TLS the body of this request has to be signed: ${digest}.`
  refuse({ kind: 'invalid-request', detail })
}

/**
 * `x-amz-checksum-*` headers are always covered. `Content-MD5` is by SigV2, OSS and OBS; by COS when it is listed, which the
 * verification says; by SigV4 likewise, which nobody says.
 */
function hasSignedChecksum(identity: Verified, expect: WantedDocument['expect']): boolean {
  const { checksum, md5 } = expect
  if (checksum !== undefined && typeof checksum.value !== 'string') return true
  return md5 !== undefined && (identity.signedMd5 === true || /^(?:sigv2|oss|obs)/.test(identity.scheme))
}
