import { isIPv4, isIPv6 } from 'node:net'

/*
 * Whether an address is on the public Internet (IANA special-purpose registries; RFC 6890). Judged by its bytes, never by its
 * text: IPv4 that is wrapped in IPv6 (mapped, NAT64, 6to4) is judged as the IPv4 address that it is.
 */

const NOT_PUBLIC_V4: readonly (readonly [address: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]

/** False for what is private, local, reserved, or no address at all. */
export function isPublicAddress(text: string): boolean {
  if (isIPv4(text)) return isPublicV4(v4Number(text))
  const bare = text.split('%', 1)[0] ?? ''
  if (!isIPv6(bare)) return false
  const groups = v6Groups(bare)
  const inner = wrappedV4(groups)
  if (inner !== undefined) return isPublicV4(inner)
  // Global unicast only, without documentation, Teredo and benchmarking.
  const [first = 0, second = 0] = groups
  if (first < 0x2000 || first > 0x3fff) return false
  return !(first === 0x2001 && (second === 0x0db8 || second < 0x0200)) && first !== 0x3fff
}

function isPublicV4(address: number): boolean {
  return !NOT_PUBLIC_V4.some(([start, bits]) => {
    const size = 2 ** (32 - bits)
    return Math.floor(address / size) === Math.floor(v4Number(start) / size)
  })
}

function v4Number(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

/** The eight groups of sixteen bits; the text was checked. */
function v6Groups(text: string): readonly number[] {
  const dotted = /(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1]
  const tail = dotted === undefined ? 0 : v4Number(dotted)
  const hex =
    dotted === undefined
      ? text
      : `${text.slice(0, -dotted.length)}${Math.floor(tail / 65_536).toString(16)}:${(tail % 65_536).toString(16)}`
  const [head = '', rest] = hex.split('::')
  const groupsOf = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((one) => Number.parseInt(one, 16))
  const before = groupsOf(head)
  if (rest === undefined) return before
  const behind = groupsOf(rest)
  return [...before, ...Array.from({ length: 8 - before.length - behind.length }, () => 0), ...behind]
}

/** The IPv4 address inside `::ffff:a.b.c.d`, `::a.b.c.d`, `64:ff9b::a.b.c.d` and `2002:aabb:ccdd::`. */
function wrappedV4(groups: readonly number[]): number | undefined {
  const [g0 = 0, g1 = 0, g2 = 0, g3 = 0, g4 = 0, g5 = 0, g6 = 0, g7 = 0] = groups
  const last = g6 * 65_536 + g7
  const zeros = g0 === 0 && g1 === 0 && g2 === 0 && g3 === 0 && g4 === 0
  if (zeros && (g5 === 0xffff || g5 === 0)) return last
  if (g0 === 0x64 && g1 === 0xff9b) return last
  if (g0 === 0x2002) return g1 * 65_536 + g2
  return undefined
}
