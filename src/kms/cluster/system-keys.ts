import { refuse } from '../../operations/index.ts'
import type { SecretBytes } from '../../secrets/index.ts'
import type { MetadataReader } from '../../storage/index.ts'
import { readWrap, type Cluster } from './cluster-key.ts'
import type { WrapName } from '../kms-rows.ts'

/** Keys of the deployment as a whole, made with the cluster key: for records, and for the audit's seals. */
export type SystemKey = 'metadata' | 'audit'
export const SYSTEM_KEYS: readonly SystemKey[] = ['metadata', 'audit']

export function systemKeyName(purpose: SystemKey): WrapName {
  return { purpose, id: 'system', version: 1 }
}

/** The caller wipes it. Throws `integrity` when its wrap is gone or damaged. */
export async function readSystemKey(store: MetadataReader, cluster: Cluster, purpose: SystemKey): Promise<SecretBytes> {
  const key = await readWrap(store, cluster, systemKeyName(purpose))
  return key ?? refuse({ kind: 'integrity', what: `the ${purpose} key` })
}
