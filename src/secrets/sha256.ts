import { createHash } from 'node:crypto'

/** SHA-256 where a wire format wants one beside what it tells. */
export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
