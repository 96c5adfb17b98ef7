import { isIP, isIPv6 } from 'node:net'

/** What was expected of a value: the end of the sentence `<setting> must be ...`. */
export class ValueProblem extends Error {
  override readonly name = 'ValueProblem'
}

export interface ListenAddress {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
}

const HOST_NAME = /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/
const MAX_HOST_CHARS = 253
const MAX_LIST_ITEMS = 100

/** ASCII digits without sign or leading zero, in [min, max]. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : NaN
    if (!(value >= min && value <= max)) throw new ValueProblem(`a whole number from ${min} to ${max}`)
    return value
  }
}

export function onOff(text: string): boolean {
  if (text === 'on' || text === 'true') return true
  if (text === 'off' || text === 'false') return false
  throw new ValueProblem('on or off')
}

export function oneOf<const Word extends string>(...words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text)
    if (found === undefined) throw new ValueProblem(`one of ${words.join(', ')}`)
    return found
  }
}

export function matching(pattern: RegExp, expected: string): (text: string) => string {
  return (text) => {
    if (!pattern.test(text)) throw new ValueProblem(expected)
    return text
  }
}

export function path(text: string): string {
  if (text === '' || text.includes('\0')) throw new ValueProblem('a path')
  return text
}

/** Items between commas, blanks around them ignored; none may be empty or come twice. */
export function listOf<Item>(item: (text: string) => Item): (text: string) => readonly Item[] {
  return (text) => {
    const texts = text.split(',').map((part) => part.trim())
    if (texts.length > MAX_LIST_ITEMS) throw new ValueProblem(`a list of at most ${MAX_LIST_ITEMS} items`)
    if (new Set(texts).size !== texts.length) throw new ValueProblem('a list in which nothing comes twice')
    return texts.map(item)
  }
}

export function hostName(text: string): string {
  if (text.length > MAX_HOST_CHARS || !HOST_NAME.test(text) || isIP(text) !== 0) {
    throw new ValueProblem('a host name in lower case, without a port')
  }
  return text
}

/** `127.0.0.1:9000`, `[::1]:9000`, `localhost:9000`. */
export function listenAddress(text: string): ListenAddress {
  const split = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):([0-9]{1,5})$/.exec(text)
  const [, six, other, digits = ''] = split ?? []
  const host = six ?? other ?? ''
  const known = six !== undefined ? isIPv6(six) : isIP(host) === 4 || HOST_NAME.test(host)
  const port = /^(0|[1-9][0-9]*)$/.test(digits) ? Number(digits) : NaN
  // A dotted host that ends in digits is a misspelt address, not a name.
  const misspelt = /^[0-9.]+$/.test(host) && isIP(host) === 0
  if (!known || misspelt || !(port <= 65_535))
    throw new ValueProblem('address:port, such as 127.0.0.1:9000 or [::1]:9000')
  return { host, port }
}

/** `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`. */
export function network(text: string): string {
  const [address = '', bits, ...rest] = text.split('/')
  const family = isIP(address)
  const longest = family === 6 ? 128 : 32
  const good = bits === undefined || (/^(0|[1-9][0-9]{0,2})$/.test(bits) && Number(bits) <= longest)
  if (family === 0 || rest.length > 0 || !good) throw new ValueProblem('addresses or networks, such as 10.0.0.0/8')
  return text
}
