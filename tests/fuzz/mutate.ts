/** Numbers that follow from a seed (mulberry32): the same for the same seed, everywhere. */
export type Random = (below: number) => number

export function randomOf(seed: number): Random {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Numbers that parsers are written around. */
const NUMBERS = [
  ...['0', '-1', '+1', '01', '1e3', '0x10', '1.0', ' 7', '', '10001', '4294967295', '4294967296', '9007199254740991'],
  ...['9007199254740993', '18446744073709551616', '99999999999999999999999999', 'NaN', 'Infinity', '٣'],
]
const BYTES = [0x00, 0x01, 0x0a, 0x0d, 0x20, 0x25, 0x2b, 0x7f, 0x80, 0xc0, 0xed, 0xff]
const MOST_BYTES = 16_384

/** One to eight changes of an input: bits, bytes, numbers, words that mean something, cuts, repetitions, and pieces of others. */
export function mutate(seeds: readonly Buffer[], words: readonly string[], random: Random): Buffer {
  let bytes = pick(seeds, random)
  for (let left = 1 + random(8); left > 0; left--) bytes = change(bytes, seeds, words, random)
  return bytes.subarray(0, MOST_BYTES)
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[random(items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

function spliced(bytes: Buffer, from: number, to: number, piece: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(to)])
}

function change(bytes: Buffer, seeds: readonly Buffer[], words: readonly string[], random: Random): Buffer {
  const at = random(bytes.length + 1)
  const to = Math.min(bytes.length, at + random(24))
  switch (random(9)) {
    case 0:
      return at < bytes.length ? spliced(bytes, at, at + 1, Buffer.of((bytes[at] ?? 0) ^ (1 << random(8)))) : bytes
    case 1:
      return spliced(bytes, at, Math.min(bytes.length, at + 1), Buffer.of(pick(BYTES, random)))
    case 2:
      return spliced(bytes, at, to, Buffer.alloc(0))
    case 3:
      return spliced(bytes, to, to, Buffer.concat(Array<Buffer>(1 + random(40)).fill(bytes.subarray(at, to))))
    case 4:
      return spliced(bytes, at, random(2) === 0 ? at : to, Buffer.from(pick(words, random), 'utf8'))
    case 5:
      return withNumber(bytes, random)
    case 6: {
      const other = pick(seeds, random)
      return Buffer.concat([bytes.subarray(0, at), other.subarray(random(other.length + 1))])
    }
    case 7:
      return bytes.subarray(0, at)
    default:
      return spliced(bytes, at, at, Buffer.from(Array.from({ length: 1 + random(8) }, () => random(256))))
  }
}

/** One number of the text becomes another one; binary numbers are reached by bytes. */
function withNumber(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString('latin1')
  const places = [...text.matchAll(/\d+/g)]
  if (places.length === 0) return bytes
  const place = pick(places, random)
  return spliced(bytes, place.index, place.index + place[0].length, Buffer.from(pick(NUMBERS, random), 'utf8'))
}
