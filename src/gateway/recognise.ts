import type { HttpRequest } from '../http/index.ts'

/** Which part of the server a request is for. The answer never depends on what a signature does not cover. */
export type Recognised = 'service' | 'admin' | 's3'

const SERVICE_PREFIX = '/-/'
const ADMIN_PREFIX = '/-/admin/'

/**
 * `/-/` is the server's own corner, but never on a bucket's host: there it is the key `-/...` (T-028).
 * `isBucketHost` says whether a host name addresses a bucket.
 */
export function recognise(
  request: Pick<HttpRequest, 'rawPath' | 'host'>,
  isBucketHost: (hostName: string) => boolean,
): Recognised {
  if (!request.rawPath.startsWith(SERVICE_PREFIX) || isBucketHost(request.host.name)) return 's3'
  return request.rawPath.startsWith(ADMIN_PREFIX) ? 'admin' : 'service'
}
