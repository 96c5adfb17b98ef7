import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'

/** What the two ends share, made new at each start of the primary. `SecretBytes` is one. */
export interface HandshakeSecret {
  expose<Result>(use: (bytes: Uint8Array) => Result): Result
}

export const CHALLENGE_BYTES = 32
export const CLIENT_BYTES = 16
export const PROOF_BYTES = 32

/**
 * Proves that an end of the socket holds the secret: HMAC-SHA-256 over a label for the end, the server's challenge,
 * the client's challenge and the client's id. Each end proves over the other's fresh challenge.
 */
export function prove(
  secret: HandshakeSecret,
  end: 'client' | 'server',
  challenges: { readonly ofServer: Buffer; readonly ofClient: Buffer; readonly client: Buffer },
): Buffer {
  return secret.expose((bytes) =>
    createHmac('sha256', createSecretKey(bytes))
      .update(`coffer/v1/writer/${end}\0`)
      .update(challenges.ofServer)
      .update(challenges.ofClient)
      .update(challenges.client)
      .digest(),
  )
}

export function proves(proof: Buffer, expected: Buffer): boolean {
  return proof.length === expected.length && timingSafeEqual(proof, expected)
}
