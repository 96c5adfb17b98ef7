import type { RecordSealer } from '../records/index.ts'
import type { MetadataStore } from '../storage/index.ts'
import type { KeyJournal } from './keys/key-journal.ts'
import type { FindPrincipals, KeyPolicies } from './rights/key-policies.ts'
import type { KeyReader } from './keys/key-reader.ts'
import type { KeyRights } from './rights/key-rights.ts'
import type { KeyStore } from './stores/key-store.ts'

/** What the subjects of the key service work with; each takes the part of it that it needs. */
export interface KeyRooms {
  readonly store: MetadataStore
  readonly records: RecordSealer
  readonly reader: KeyReader
  readonly keyStore: KeyStore
  readonly rights: KeyRights
  readonly policies: KeyPolicies
  readonly findPrincipals: FindPrincipals
  /** Keys may be deleted although something depends on them (`kms.allowDeleteInUse`). */
  readonly allowDeleteInUse: boolean
  readonly journal: KeyJournal
  readonly region: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}
