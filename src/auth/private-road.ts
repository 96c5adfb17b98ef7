import { isLoopback, type HttpRequest } from '../http/index.ts'
import { refuse, VENDOR_KEY_DIALECTS } from '../operations/index.ts'

const VENDOR_KEY_SERVICES: ReadonlySet<string> = new Set(VENDOR_KEY_DIALECTS)

/** TLS, a trusted proxy's word for it, or this machine itself: nobody else reads what goes by. */
export function isPrivateRoad({ secure, remoteAddress }: Pick<HttpRequest, 'secure' | 'remoteAddress'>): boolean {
  return secure || isLoopback(remoteAddress)
}

/**
 * The vendors' key services are reached by a private road alone: Tencent Cloud's clients do not sign which operation they
 * ask for, so that whoever reads one request could send another (T-053), and answers hold data keys in the clear.
 */
export function demandPrivateRoad(service: string, request: HttpRequest): void {
  if (!VENDOR_KEY_SERVICES.has(service) || isPrivateRoad(request)) return
  const told = 'This service answers over TLS, or to the machine that it runs on.'
  refuse({ kind: 'access-denied', reason: 'a key service of another vendor was asked without TLS', told })
}
