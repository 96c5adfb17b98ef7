import assert from 'node:assert/strict'
import { join } from 'node:path'
import { openCluster, openRootProvider, readSystemKey } from '../../src/kms/index.ts'
import { createRecordSealer, type RecordSealer } from '../../src/records/index.ts'
import { openLmdbReader, type MetadataStore } from '../../src/storage/index.ts'
import { RECORD_AT, type StoppedData, type StoredVersion } from './stopped-data.ts'

/** A version's record, open: docs/object-format.md, "Version record". */
export interface UnsealedRecord {
  readonly clear: Buffer
  readonly masked: Buffer
  /** The JSON. */
  readonly detail: unknown
  readonly inline: Buffer
}

/** The sealer of a server that does not run: whoever has the root has the metadata key. */
export async function insiderOf(data: string): Promise<RecordSealer> {
  const reader = await openLmdbReader({ directory: join(data, 'metadata') })
  try {
    const readOnly: MetadataStore = {
      getMany: (keys) => reader.getMany(keys),
      scan: (range) => reader.scan(range),
      scanGroups: (range) => reader.scanGroups(range),
      sum: (counter) => reader.sum(counter),
      inlineBytes: 0,
      commit: () => assert.fail('the store is only read'),
      close: () => reader.close(),
    }
    const root = await openRootProvider({ provider: 'file', path: join(data, 'root.key') })
    const { cluster } = await openCluster({ store: readOnly, root, allowCreate: false })
    const metadataKey = await readSystemKey(readOnly, cluster, 'metadata')
    return createRecordSealer({ metadataKey })
  } finally {
    await reader.close()
  }
}

/** Opens and seals records as the server does. Stored rows begin with a revision, which is kept. */
export class Insider {
  readonly #records: RecordSealer
  readonly #data: StoppedData

  constructor(records: RecordSealer, data: StoppedData) {
    this.#records = records
    this.#data = data
  }

  open({ rowKey, row }: StoredVersion): UnsealedRecord {
    const { clear, secret, masked } = this.#records.open(rowKey.subarray(1), row.subarray(RECORD_AT))
    const bytes = Buffer.from(secret)
    const end = 4 + bytes.readUInt32BE(0)
    const detail: unknown = JSON.parse(bytes.toString('utf8', 4, end))
    assert.ok(masked !== undefined)
    return { clear: Buffer.from(clear), masked: Buffer.from(masked), detail, inline: bytes.subarray(end) }
  }

  /** The stored row of the version with another content. */
  seal({ rowKey, row }: StoredVersion, { clear, masked, detail, inline }: UnsealedRecord): Buffer {
    const json = Buffer.from(JSON.stringify(detail))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(json.length)
    const secret = Buffer.concat([length, json, inline])
    const value = this.#records.seal({ rowKey: rowKey.subarray(1), clear, secret, masked })
    return Buffer.concat([row.subarray(0, RECORD_AT), value])
  }

  /** The entries of a version's one page. */
  openPage({ pageKeys }: StoredVersion): readonly unknown[] {
    const key = pageKeys[0] ?? assert.fail()
    const { secret } = this.#records.open(key.subarray(1), this.#data.row(key).subarray(RECORD_AT))
    const page: unknown = JSON.parse(Buffer.from(secret).toString('utf8'))
    assert.ok(typeof page === 'object' && page !== null && 'entries' in page && Array.isArray(page.entries))
    const entries: readonly unknown[] = page.entries
    return entries
  }

  sealPage({ pageKeys }: StoredVersion, secret: Buffer): Buffer {
    const key = pageKeys[0] ?? assert.fail()
    const value = this.#records.seal({ rowKey: key.subarray(1), clear: Buffer.alloc(0), secret })
    return Buffer.concat([this.#data.row(key).subarray(0, RECORD_AT), value])
  }
}
