import type { HttpRequest } from '../http/index.ts'
import type { Dialect } from '../operations/index.ts'

/** Which part of the server a request is for. The answer never depends on what a signature does not cover. */
export type Recognised = 'service' | 'admin' | 's3' | 'kms' | 'iam' | 'sts'

const SERVICE_PREFIX = '/-/'
const ADMIN_PREFIX = '/-/admin/'
const KMS_TARGET = 'TrentService.'
/** The service in the scope of a SigV4 credential: `Credential=<id>/<date>/<region>/<service>/aws4_request`. */
const SCOPE_SERVICE = /Credential=[^,\s/]+\/\d{8}\/[^,\s/]+\/(kms|iam|sts)\/aws4_request/

/**
 * `/-/` is the server's own corner, but never on a bucket's host: there it is the key `-/...` (T-028). The services of
 * keys and people are told by the scope that their clients sign for; the signature is then verified for that service
 * and for no other. `isBucketHost` says whether a host name addresses a bucket.
 */
export function recognise(
  request: Pick<HttpRequest, 'rawPath' | 'host' | 'headers' | 'method'>,
  isBucketHost: (hostName: string) => boolean,
): Recognised {
  const { rawPath } = request
  if (rawPath === '/' && request.method === 'POST') return postedService(request.headers)
  if (!rawPath.startsWith(SERVICE_PREFIX) || isBucketHost(request.host.name)) return 's3'
  return rawPath.startsWith(ADMIN_PREFIX) ? 'admin' : 'service'
}

function postedService(headers: HttpRequest['headers']): Recognised {
  const authorization = headers.get('authorization')
  // Who shows no credential learns in KMS's own words that one is missing; nothing is carried out for nobody.
  if (authorization === undefined && headers.get('x-amz-target')?.startsWith(KMS_TARGET) === true) return 'kms'
  return scopeService(authorization) ?? 's3'
}

function scopeService(authorization: string | undefined): 'kms' | 'iam' | 'sts' | undefined {
  const service = authorization === undefined ? undefined : SCOPE_SERVICE.exec(authorization)?.[1]
  return service === 'kms' || service === 'iam' || service === 'sts' ? service : undefined
}

/** The service that requests of a dialect are signed for. The admin API is signed as S3 is. */
export function signedService(dialect: Dialect): string {
  return dialect === 'admin' ? 's3' : dialect
}
