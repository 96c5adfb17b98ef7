import { refuse } from '../operations/index.ts'
import type { ReadRequest, Verification } from './authenticate.ts'
import type { Presented } from './presented.ts'
import type { Verified } from './verified.ts'

type PresentedOss = Extract<Presented, { readonly kind: 'oss-v1' | 'oss-v1-query' | 'oss-v4' | 'oss-v4-query' }>

/** Verifies the forms of OSS V1 and V4. */
export async function verifyOss(
  _verification: Verification,
  _read: ReadRequest,
  presented: PresentedOss,
): Promise<Verified> {
  return refuse({ kind: 'unsupported-signature', detail: `signatures of ${presented.kind} are not verified yet` })
}
