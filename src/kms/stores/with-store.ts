import { refuse } from '../../operations/index.ts'
import { KeyStoreUnavailable, MaterialExhausted, MaterialMissing } from './key-store.ts'

/** The key store's own refusals as failures. */
export async function withStore<Result>(arn: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    // Destroyed between the look at its state and now, or lost: in neither case is anything made in its place.
    if (error instanceof MaterialMissing) {
      return refuse({ kind: 'key-invalid-state', key: arn, state: 'unavailable' })
    }
    if (error instanceof KeyStoreUnavailable || error instanceof MaterialExhausted) {
      return refuse({ kind: 'key-unavailable', detail: 'the key store does not answer' })
    }
    throw error
  }
}

/** A key store that is away is asked again by the next run; nobody can use what was given up meanwhile. */
export async function ignoreAway(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof KeyStoreUnavailable)) throw error
  }
}
