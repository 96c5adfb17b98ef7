import { createHash } from 'node:crypto'

/** SHA-256 of a body that comes in pieces, in hexadecimal: what a client signs before it sends the same bytes. */
export async function sha256OfPieces(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}
