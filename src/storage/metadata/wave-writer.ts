import { revisionOf } from './lmdb-layout.ts'
import { keyName, type Committed, type Fragment, type MetadataStore, type Revision } from './metadata-store.ts'

/** Whose batch it is, so that its outcome can be told after the answer was lost. */
export interface BatchOrigin {
  /** 32 hexadecimal digits, drawn by the client at its start. */
  readonly client: string
  /** From 1, one more for each batch of this client. */
  readonly sequence: number
  /** 8 bytes, drawn by the client: the revision of every row that the batch puts. */
  readonly revision: Buffer
}

/** A store that can serve other processes: it remembers which of their batches it committed. */
export interface WaveWriter extends MetadataStore {
  /**
   * As `commit`. That the batch was committed is written down in the same wave; a batch whose number is already
   * written down is answered and not done again.
   */
  commitFor(origin: BatchOrigin, batch: Fragment): Promise<Committed>
  /** Which of a client's batches were committed, by sequence number. */
  committedOf(client: string, sequences: readonly number[]): Promise<readonly boolean[]>
}

/** The answer to a committed batch. Its revisions are listed when somebody asks, which is seldom. */
export class CommittedBatch {
  readonly kind = 'committed'
  readonly #batch: Fragment
  readonly #revision: Buffer

  constructor(batch: Fragment, revision: Buffer) {
    this.#batch = batch
    this.#revision = revision
  }

  get revisions(): ReadonlyMap<string, Revision> {
    const revisions = new Map<string, Revision>()
    const name = revisionOf(this.#revision)
    for (const write of this.#batch.writes) if (write.kind === 'put') revisions.set(keyName(write.key), name)
    return revisions
  }
}
