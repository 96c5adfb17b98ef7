/**
 * The two ciphers of segments. A segment is handed out whole and only after its tag was checked.
 * Bytes: docs/object-format.md, "Streams".
 */
import { createCipheriv, createDecipheriv, createHmac, getCiphers, getHashes, type KeyObject } from 'node:crypto'
import { refuse } from '../operations/index.ts'
import { equalInConstantTime, watchSeal } from '../secrets/index.ts'
import { TAG_BYTES } from './sizes.ts'

/** Seals and opens the segments of one message. `nonce` is the segment's own, 12 bytes. */
export interface SegmentCipher {
  /** Appends the ciphertext, then the tag of 16 bytes. */
  seal(nonce: Uint8Array, segment: Uint8Array, out: Uint8Array[]): void
  /** The plaintext of a ciphertext with its tag behind it; undefined where the tag is not its own. */
  open(nonce: Uint8Array, sealed: Uint8Array): Buffer | undefined
}

const AES_256_GCM = 'aes-256-gcm'
const GCM = { authTagLength: TAG_BYTES }

/** AES-256-GCM (SP 800-38D) without additional data. */
export function aesSegments(key: KeyObject): SegmentCipher {
  return {
    seal(nonce, segment, out) {
      watchSeal(key, nonce)
      const cipher = createCipheriv(AES_256_GCM, key, nonce, GCM)
      if (segment.length > 0) out.push(cipher.update(segment))
      cipher.final()
      out.push(cipher.getAuthTag())
    },
    open(nonce, sealed) {
      const end = sealed.length - TAG_BYTES
      const opener = createDecipheriv(AES_256_GCM, key, nonce, GCM)
      opener.setAuthTag(sealed.subarray(end))
      const plaintext = opener.update(sealed.subarray(0, end))
      try {
        opener.final()
      } catch {
        plaintext.fill(0)
        return undefined
      }
      return plaintext
    },
  }
}

const SM4_CTR = 'sm4-ctr'
const SM3 = 'sm3'
/** The first counter block of a segment is its nonce and this number, as in GCM; a segment is far shorter than 2^32 blocks. */
const FIRST_COUNTER = 2
const COUNTER_AT = 12
const IV_BYTES = 16
/** What the tag covers before the ciphertext: the nonce, and how long the ciphertext is. */
const COVERED_HEAD_BYTES = COUNTER_AT + 8

/** SM4-CTR (GB/T 32907), then HMAC-SM3 (GB/T 32905) over nonce, length and ciphertext, of which 16 bytes are the tag. */
export function sm4Segments(key: KeyObject, macKey: KeyObject): SegmentCipher {
  const iv = Buffer.alloc(IV_BYTES)
  iv.writeUInt32BE(FIRST_COUNTER, COUNTER_AT)
  const head = Buffer.alloc(COVERED_HEAD_BYTES)
  const begin = (nonce: Uint8Array, bytes: number) => {
    iv.set(nonce)
    head.set(nonce)
    head.writeUIntBE(bytes, COVERED_HEAD_BYTES - 6, 6)
    return createHmac(SM3, macKey).update(head)
  }
  return {
    seal(nonce, segment, out) {
      watchSeal(key, nonce)
      const mac = begin(nonce, segment.length)
      if (segment.length > 0) {
        const ciphertext = createCipheriv(SM4_CTR, key, iv).update(segment)
        mac.update(ciphertext)
        out.push(ciphertext)
      }
      out.push(mac.digest().subarray(0, TAG_BYTES))
    },
    open(nonce, sealed) {
      const ciphertext = sealed.subarray(0, sealed.length - TAG_BYTES)
      const tag = begin(nonce, ciphertext.length).update(ciphertext).digest().subarray(0, TAG_BYTES)
      if (!equalInConstantTime(tag, sealed.subarray(ciphertext.length))) return undefined
      return createDecipheriv(SM4_CTR, key, iv).update(ciphertext)
    },
  }
}

let available: boolean | undefined

/** Whether this runtime's OpenSSL has SM4 and SM3: the builds of nodejs.org do, those of some distributions and FIPS do not. */
export function sm4Available(): boolean {
  available ??= getCiphers().includes(SM4_CTR) && getHashes().includes(SM3)
  return available
}

/** Refuses with `not-implemented` where the runtime lacks the cipher. */
export function demandSm4(has = sm4Available()): void {
  if (!has) refuse({ kind: 'not-implemented', detail: 'the OpenSSL of this server has no SM4; use AES-256' })
}
