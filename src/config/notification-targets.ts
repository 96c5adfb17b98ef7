import { isIP } from 'node:net'
import { ValueProblem } from './value-parsers.ts'

/** A webhook that buckets may name. */
export interface NotificationTarget {
  readonly name: string
  readonly address: { readonly secure: boolean; readonly host: string; readonly port: number }
  /** With the query, as it is asked. */
  readonly path: string
  /** As the `Host` header has it. */
  readonly host: string
}

export interface NotificationSetting {
  readonly targets: readonly NotificationTarget[]
  readonly secretFile?: string
  readonly allowPrivate: boolean
  readonly everyMs: number
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/
const EXPECTED = '<name>=https://<host>/<path>: a name in lower case, and no user, password or fragment in the address'

/** `orders=https://hooks.example.com/coffer`. */
export function notificationTarget(text: string): NotificationTarget {
  const equals = text.indexOf('=')
  const name = text.slice(0, Math.max(0, equals))
  const url = URL.canParse(text.slice(equals + 1)) ? new URL(text.slice(equals + 1)) : undefined
  if (!NAME.test(name) || url === undefined) throw new ValueProblem(EXPECTED)
  const { protocol, username, password, hash, hostname } = url
  const secure = protocol === 'https:'
  if ((!secure && protocol !== 'http:') || username !== '' || password !== '' || hash !== '') {
    throw new ValueProblem(EXPECTED)
  }
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  if (host === '' || (hostname.startsWith('[') && isIP(host) !== 6)) throw new ValueProblem(EXPECTED)
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
  return { name, address: { secure, host, port }, path: url.pathname + url.search, host: url.host }
}
