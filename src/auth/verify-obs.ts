import { refuse } from '../operations/index.ts'
import type { ReadRequest, Verification } from './authenticate.ts'
import type { Presented } from './presented.ts'
import type { Verified } from './verified.ts'

type PresentedObs = Extract<Presented, { readonly kind: 'obs' | 'obs-query' }>

/** Verifies the forms of OBS's own scheme. */
export async function verifyObs(
  _verification: Verification,
  _read: ReadRequest,
  presented: PresentedObs,
): Promise<Verified> {
  return refuse({ kind: 'unsupported-signature', detail: `signatures of ${presented.kind} are not verified yet` })
}
