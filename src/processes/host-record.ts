import { createAuditLog } from '../audit/index.ts'
import type { RecordSealer } from '../records/index.ts'
import { randomBytes } from '../secrets/index.ts'
import type { MetadataStore } from '../storage/index.ts'

const EPOCH_BYTES = 8

/** What the owner of the host did to the data of a server that does not run. Never a key or a secret. */
export interface HostEvent {
  readonly action: `coffer:${string}`
  readonly resource: string
  readonly detail?: Readonly<Record<string, string>>
}

/** Writes down what was done on the host, where no request is and nobody signs: durable when it resolves. */
export async function recordHostEvent(
  { store, records }: { readonly store: MetadataStore; readonly records: RecordSealer },
  account: string,
  event: HostEvent,
): Promise<void> {
  const log = createAuditLog({ store, records, now: Date.now, epoch: randomBytes(EPOCH_BYTES) })
  log.record({
    ...event,
    timeMs: Date.now(),
    requestId: 'host',
    caller: 'coffer',
    identity: { type: 'AWSService', invokedBy: 'coffer', accountId: account, principalId: 'host' },
    outcome: 'done',
  })
  await log.flush()
  await log.close()
}
