/** An address as sixteen bytes (IPv4 mapped into IPv6, RFC 4291 2.5.5.2), so that one client has one address. */
type Address = readonly number[]

export interface IpRange {
  readonly address: Address
  /** Of 128. */
  readonly prefixBits: number
  /** Written as IPv4, or as IPv4 within IPv6. */
  readonly mapped: boolean
}

const ADDRESS_BYTES = 16
const ADDRESS_BITS = 128
const MAPPED_BITS = 96
const MAPPED_PREFIX: Address = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/
const GROUP = /^[0-9a-fA-F]{1,4}$/
const BITS = /^(?:0|[1-9]\d{0,2})$/

/** `10.0.0.0/8`, `2001:db8::/32`, or one address. Undefined: it is none. */
export function ipRangeOf(text: string): IpRange | undefined {
  const [addressText = '', bitsText, ...rest] = text.split('/')
  const address = addressOf(addressText)
  if (address === undefined || rest.length > 0) return undefined
  const mapped = MAPPED_PREFIX.every((byte, at) => byte === address[at])
  if (bitsText === undefined) return { address, prefixBits: ADDRESS_BITS, mapped }
  const offset = addressText.includes(':') ? 0 : MAPPED_BITS
  const prefixBits = BITS.test(bitsText) ? Number(bitsText) + offset : ADDRESS_BITS + 1
  return prefixBits > ADDRESS_BITS ? undefined : { address, prefixBits, mapped: mapped && prefixBits >= MAPPED_BITS }
}

/** False for what is no address. */
export function isInRange(text: string, { address, prefixBits }: IpRange): boolean {
  const asked = addressOf(text)
  if (asked === undefined) return false
  const wholeBytes = Math.floor(prefixBits / 8)
  if (asked.slice(0, wholeBytes).some((byte, at) => byte !== address[at])) return false
  const restBits = prefixBits % 8
  if (restBits === 0) return true
  const shift = 8 - restBits
  return (asked[wholeBytes] ?? 0) >> shift === (address[wholeBytes] ?? 0) >> shift
}

function addressOf(text: string): Address | undefined {
  return text.includes(':') ? ipv6Of(text) : ipv4Of(text)
}

function ipv4Of(text: string): Address | undefined {
  const bytes = ipv4Bytes(text)
  return bytes === undefined ? undefined : [...MAPPED_PREFIX, ...bytes]
}

function ipv4Bytes(text: string): Address | undefined {
  const found = IPV4.exec(text)
  if (found === null) return undefined
  const parts = found.slice(1)
  // A leading zero is octal to some readers.
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) return undefined
  return parts.map(Number)
}

function ipv6Of(text: string): Address | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half) => groupBytes(half))
  if (head === undefined) return undefined
  if (halves.length === 1) return head.length === ADDRESS_BYTES ? head : undefined
  if (tail === undefined) return undefined
  const gap = ADDRESS_BYTES - head.length - tail.length
  return gap < 2 ? undefined : [...head, ...Array.from({ length: gap }, () => 0), ...tail]
}

function groupBytes(text: string): Address | undefined {
  if (text === '') return []
  const groups = text.split(':')
  const bytes: number[] = []
  for (const [at, group] of groups.entries()) {
    const dotted = at === groups.length - 1 ? ipv4Bytes(group) : undefined
    if (dotted !== undefined) bytes.push(...dotted)
    else if (GROUP.test(group)) {
      const value = Number(`0x${group}`)
      bytes.push(value >> 8, value & 0xff)
    } else return undefined
  }
  return bytes.length > ADDRESS_BYTES ? undefined : bytes
}
