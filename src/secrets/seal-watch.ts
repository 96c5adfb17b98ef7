import type { KeyObject } from 'node:crypto'

/**
 * Told of each key and nonce under which something is about to be sealed, so that a test can show that no pair occurs
 * twice. With no watch set, a seal costs one call of an empty function.
 */
export type SealWatch = (key: KeyObject, nonce: Uint8Array) => void

const nothing: SealWatch = () => undefined
let watch = nothing

/** Called wherever a cipher, or another key stream, is made for sealing. `nonce` is valid during the call only. */
export function watchSeal(key: KeyObject, nonce: Uint8Array): void {
  watch(key, nonce)
}

/** For tests only. Without an argument a seal costs nothing again. */
export function setSealWatch(next: SealWatch = nothing): void {
  watch = next
}
