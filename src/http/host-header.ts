import { isIPv6 } from 'node:net'
import type { HttpRequest } from './messages.ts'
import { lowerCaseAscii } from './query-string.ts'
import { parseDecimal } from './strict-numbers.ts'

type Host = HttpRequest['host']

/** RFC 1035, 2.3.4, as text. */
const MAX_NAME_CHARS = 253
/** A client of OSS that is told an address writes the service's host so, with no bucket before the dot. */
const NO_BUCKET = /^\.(oss-[a-z0-9-]+\.aliyuncs\.com)$/
const LABELS = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/
const SPLIT = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::([0-9]{1,5}))?$/

/** What HTTP/1.0 may leave out: the service itself, never a bucket. */
export const NO_HOST: Host = Object.freeze({ name: '', raw: '' })

/** Hosts that were read: every request of a deployment has one of a few. */
const known = new Map<string, Host>()
const MAX_KNOWN_HOSTS = 256

/**
 * A `Host` value: a registered name or an address, and one port. Undefined for everything else: user names, two
 * ports, empty labels, a dot at the end, other characters (T-006). IPv6 addresses lose their brackets.
 */
export function parseHost(raw: string): Host | undefined {
  const before = known.get(raw)
  if (before !== undefined) return before
  const host = readHost(raw)
  if (host === undefined) return undefined
  if (known.size >= MAX_KNOWN_HOSTS) known.clear()
  known.set(raw, host)
  return host
}

function readHost(raw: string): Host | undefined {
  if (raw.length > MAX_NAME_CHARS + 6) return undefined
  const fields = SPLIT.exec(lowerCaseAscii(raw))
  if (fields === null) return undefined
  const [, text = '', portText] = fields
  const bracketed = text.startsWith('[')
  const name = bracketed ? text.slice(1, -1) : (NO_BUCKET.exec(text)?.[1] ?? text)
  if (bracketed ? !isIPv6(name) : name.length > MAX_NAME_CHARS || !LABELS.test(name)) return undefined
  if (portText === undefined) return { name, raw }
  const port = parseDecimal(portText, { min: 1, max: 65_535 })
  return port === undefined ? undefined : { name, port, raw }
}
