import { BlockList, isIP, isIPv4, SocketAddress } from 'node:net'
import type { HttpHeaders } from './messages.ts'
import { parseDecimal } from './strict-numbers.ts'

/** More hops than any real chain: what lies further left is the client's own text. */
const MAX_HOPS = 32
const MAPPED = /^::ffff:([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)$/

/** Where a request came from, and whether its way was private. */
export interface Origin {
  readonly address: string
  readonly secure: boolean
}

/** The other end of a connection. `trusted` is looked up once for all its requests. */
export interface Peer {
  readonly address: string
  readonly encrypted: boolean
  readonly trusted: boolean
}

/** Addresses that are believed when they name another. */
export interface TrustedProxies {
  has(address: string): boolean
}

/**
 * One spelling for an address: IPv4-mapped IPv6 becomes IPv4, so that `10.0.0.0/8` means the same on every socket;
 * IPv6 is lower case without its zone. Undefined for what is no address.
 */
export function normalAddress(text: string): string | undefined {
  const bare = text.split('%', 1)[0] ?? ''
  const family = isIP(bare)
  if (family === 0) return undefined
  if (family === 4) return bare
  const canonical = new SocketAddress({ address: bare, family: 'ipv6' }).address
  return MAPPED.exec(canonical)?.[1] ?? canonical
}

/**
 * Addresses (`10.0.0.7`, `::1`) and networks (`10.0.0.0/8`, `fd00::/8`). Throws a `RangeError` with a sentence for
 * anything else: a proxy list that is half understood would believe the wrong ones.
 */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
  const list = new BlockList()
  for (const entry of entries) {
    const [text = '', prefixText, ...rest] = entry.split('/')
    const address = text.includes('%') ? undefined : normalAddress(text)
    if (address === undefined || rest.length > 0) throw new RangeError(`"${entry}" is no address and no network`)
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    const bits = isIPv4(address) ? 32 : 128
    // A mapped network is written in 128 bits, of which the first 96 are the mapping.
    const shift = isIPv4(address) && !isIPv4(text) ? 96 : 0
    const prefix = prefixText === undefined ? bits + shift : parseDecimal(prefixText, { min: shift, max: bits + shift })
    if (prefix === undefined) throw new RangeError(`"${entry}" has no prefix length from ${shift} to ${bits + shift}`)
    list.addSubnet(address, prefix - shift, family)
  }
  return { has: (address) => list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6') }
}

/**
 * Who sent the request, after the proxy rule (T-081). From a peer that is not trusted no header counts. From a trusted
 * one: the right-most address of all `X-Forwarded-For` lines that is not itself trusted; an entry that is no address
 * ends the chain at the hop that reported it.
 */
export function originOf(peer: Peer, headers: HttpHeaders, trusted: TrustedProxies): Origin {
  if (!peer.trusted) return { address: peer.address, secure: peer.encrypted }
  let address = peer.address
  const hops = list(headers.get('x-forwarded-for'))
  for (const hop of hops.reverse().slice(0, MAX_HOPS)) {
    const named = hop.includes('%') ? undefined : normalAddress(hop)
    if (named === undefined) break
    address = named
    if (!trusted.has(named)) break
  }
  const schemes = list(headers.get('x-forwarded-proto'))
  // With several hops, one in the clear is enough to make the way not private.
  const secure = schemes.length === 0 ? peer.encrypted : schemes.every((scheme) => scheme.toLowerCase() === 'https')
  return { address, secure }
}

function list(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(',').map((item) => item.trim())
}
