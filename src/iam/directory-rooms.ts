import type { AuditTrail } from '../audit/index.ts'
import type { Cluster } from '../kms/index.ts'
import type { AccountId, Caller, RequestFacts } from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'
import type { MetadataStore } from '../storage/index.ts'

/** What the directory stands on. */
export interface DirectoryRooms {
  readonly store: MetadataStore
  readonly records: RecordSealer
  readonly cluster: Cluster
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** The deployment's first account: its people are the operators. */
  readonly home: AccountId
}

/** Who asks the directory, and in which request. */
export interface PeopleRequest {
  readonly caller: Caller
  readonly requestId: string
  readonly facts?: RequestFacts
  readonly trail?: AuditTrail | undefined
}
