import { randomBytes } from '../secrets/index.ts'

/** Prefixes of unique ids (IAM user guide, "Unique identifiers"). */
const PREFIXES = { user: 'AIDA', group: 'AGPA', role: 'AROA', policy: 'ANPA', 'access-key': 'AKIA' } as const

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const DRAWN = 17

/** A unique id: its prefix and 17 of 32 symbols, 85 random bits. Access keys have 16, as AWS's have. */
export function newUniqueId(kind: keyof typeof PREFIXES): string {
  const length = kind === 'access-key' ? DRAWN - 1 : DRAWN
  return PREFIXES[kind] + symbolsOf(randomBytes(length))
}

/** One symbol of 32 for each byte. */
export function symbolsOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += ALPHABET.charAt(byte & 31)
  return text
}
