import { after, refuse, type Awaitable } from '../operations/index.ts'

/**
 * Remembers a number that an access key used, until `untilMs`, for every process of the server. False: it was used before.
 * Handed in by the composition.
 */
export type OnceOnly = (accessKeyId: string, nonce: string, untilMs: number) => Awaitable<boolean>

const NONCE = /^[\x21-\x7e]{1,128}$/

/** Before the credential is looked up: something that can be a nonce. */
export function demandNonce(nonce: string | undefined): string {
  if (nonce !== undefined && NONCE.test(nonce)) return nonce
  return refuse({ kind: 'malformed-authorization', detail: 'the nonce of the signature has 1 to 128 characters' })
}

/** After the signature was verified: strangers fill no memory. A second use is `nonce-used` (T-054). */
export function spendNonce(once: OnceOnly, accessKeyId: string, nonce: string, untilMs: number): Awaitable<void> {
  return after(once(accessKeyId, nonce, untilMs), (fresh) => {
    if (!fresh) refuse({ kind: 'nonce-used' })
  })
}
