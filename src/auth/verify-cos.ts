import { refuse } from '../operations/index.ts'
import type { ReadRequest, Verification } from './authenticate.ts'
import type { Presented } from './presented.ts'
import type { Verified } from './verified.ts'

type PresentedCos = Extract<Presented, { readonly kind: 'cos' | 'cos-query' }>

/** Verifies the forms of COS signature. */
export async function verifyCos(
  _verification: Verification,
  _read: ReadRequest,
  presented: PresentedCos,
): Promise<Verified> {
  return refuse({ kind: 'unsupported-signature', detail: `signatures of ${presented.kind} are not verified yet` })
}
