/**
 * How much a proof does. `npm test` runs the small size of every proof, `npm run proof` the long one; what a proof shows is
 * the same in both. A test file belongs to `npm run proof` by importing this module.
 */

/** `small` in `npm test`, `long` in `npm run proof`. */
export function proofSize(small: number, long: number): number {
  return process.env['COFFER_PROOF'] === '1' ? long : small
}

/** For proofs that run by the clock: how long each may go on in `npm run proof`, `smallMs` in `npm test`. */
export function proofMs(smallMs: number): number {
  if (process.env['COFFER_PROOF'] !== '1') return smallMs
  return Number(process.env['COFFER_PROOF_SECONDS'] ?? '120') * 1_000
}

/** What a run's random choices follow from: another one each day unless `COFFER_PROOF_SEED` repeats one. Print it when a proof fails. */
export const PROOF_SEED = process.env['COFFER_PROOF_SEED'] ?? String(Date.now())
