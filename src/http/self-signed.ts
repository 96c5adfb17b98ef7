import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIP, isIPv4, SocketAddress } from 'node:net'
import {
  bitString,
  boolean,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  tagged,
  time,
  utf8String,
} from './der.ts'
import type { TlsMaterial } from './tls.ts'

export const SELF_SIGNED_DAYS = 825
const DAY_MS = 24 * 60 * 60 * 1000

/** What every certificate of ours is good for; the configured domains are added. */
export const LOCAL_NAMES: readonly string[] = ['localhost', '127.0.0.1', '::1']

// RFC 5758, 3.2; RFC 5280, 4.1.2.4 and 4.2.1
const ECDSA_WITH_SHA256 = [1, 2, 840, 10045, 4, 3, 2]
const COMMON_NAME = [2, 5, 4, 3]
const SUBJECT_ALT_NAME = [2, 5, 29, 17]
const BASIC_CONSTRAINTS = [2, 5, 29, 19]
const EXTENDED_KEY_USAGE = [2, 5, 29, 37]
const SERVER_AUTH = [1, 3, 6, 1, 5, 5, 7, 3, 1]

const VERSION_3 = Buffer.of(2)

/**
 * A fresh P-256 key and a certificate that it signs itself, valid from a day before `nowMs` (clocks differ). `names` are
 * domains and addresses; a domain of two labels or more is good for its sub-domains too, where buckets are.
 */
export function makeSelfSigned(options: { readonly names: readonly string[]; readonly nowMs: number }): TlsMaterial {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const certificate = encodeCertificate(privateKey, publicKey, options)
  const lines = certificate.toString('base64').replace(/.{1,64}/g, '$&\n')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** RFC 5280, 4.1. */
function encodeCertificate(
  privateKey: KeyObject,
  publicKey: KeyObject,
  { names, nowMs }: { readonly names: readonly string[]; readonly nowMs: number },
): Buffer {
  const algorithm = sequence(objectIdentifier(ECDSA_WITH_SHA256))
  const name = sequence(set(sequence(objectIdentifier(COMMON_NAME), utf8String('Coffer self-signed'))))
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const startMs = nowMs - DAY_MS
  const toBeSigned = sequence(
    tagged(0, 'constructed', integer(VERSION_3)),
    integer(serial),
    algorithm,
    name,
    sequence(time(startMs), time(startMs + SELF_SIGNED_DAYS * DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, 'constructed', sequence(...extensions(names))),
  )
  // Node's ECDSA signatures are DER already, as a certificate holds them.
  return sequence(toBeSigned, algorithm, bitString(sign('sha256', toBeSigned, privateKey)))
}

function extensions(names: readonly string[]): Buffer[] {
  const critical = boolean(true)
  return [
    // Not an authority: some verifiers refuse one as a server's own certificate. No key usage: any that leaves out
    // the signing of certificates would make a certificate that signs itself contradict itself.
    sequence(objectIdentifier(BASIC_CONSTRAINTS), critical, octetString(sequence())),
    sequence(objectIdentifier(EXTENDED_KEY_USAGE), octetString(sequence(objectIdentifier(SERVER_AUTH)))),
    sequence(objectIdentifier(SUBJECT_ALT_NAME), octetString(sequence(...allNames(names).map(generalName)))),
  ]
}

/** Verifiers take a wildcard only above at least two labels: buckets of `localhost` are reached by path. */
function allNames(names: readonly string[]): string[] {
  const asked = [...LOCAL_NAMES, ...names].map((name) => name.toLowerCase())
  const parent = (name: string): boolean => isIP(name) === 0 && name.includes('.')
  return [...new Set(asked.flatMap((name) => (parent(name) ? [name, `*.${name}`] : [name])))]
}

/** RFC 5280, 4.2.1.6: `dNSName` [2], `iPAddress` [7]. */
function generalName(name: string): Buffer {
  if (isIP(name) === 0) return tagged(2, 'primitive', Buffer.from(name, 'latin1'))
  return tagged(7, 'primitive', addressBytes(name))
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  // The system's spelling has one `::` at most and writes mapped addresses with dots.
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address
  const dotted = /^(.*:)([0-9.]+)$/.exec(canonical)
  const tail = dotted?.[2]?.includes('.') === true ? addressBytes(dotted[2]) : Buffer.alloc(0)
  const text = tail.length === 0 ? canonical : (dotted?.[1] ?? '').replace(/([^:]):$/, '$1')
  const [left = '', right] = text.split('::')
  const head = groups(left)
  const rest = Buffer.concat([groups(right ?? ''), tail])
  return Buffer.concat([head, Buffer.alloc(16 - head.length - rest.length), rest])
}

function groups(text: string): Buffer {
  const hex = text === '' ? [] : text.split(':').filter((group) => group !== '')
  return Buffer.from(hex.map((group) => group.padStart(4, '0')).join(''), 'hex')
}
