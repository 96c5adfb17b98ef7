import { createHash } from 'node:crypto'

/** MD5 where a wire format asks for it: as the name of a customer's key, never as protection. */
export function md5(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest()
}
