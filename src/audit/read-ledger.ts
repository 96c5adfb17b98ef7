import { setImmediate as turn } from 'node:timers/promises'
import type { RecordSealer } from '../records/index.ts'
import type { MetadataReader, Row } from '../storage/index.ts'
import { SEGMENT_ROWS, segmentKey } from './ledger-rows.ts'

export interface LedgerRooms {
  readonly store: MetadataReader
  readonly records: RecordSealer
}

const SEGMENTS_A_SCAN = 16

/** The segments from `from` on, in their order; `newestFirst`: from the last one backwards. */
export async function* readSegments(
  store: MetadataReader,
  options: { readonly from?: number; readonly newestFirst?: boolean } = {},
): AsyncGenerator<Row> {
  const reverse = options.newestFirst === true
  let start = options.from === undefined ? SEGMENT_ROWS.start : segmentKey(options.from)
  let { end } = SEGMENT_ROWS
  for (;;) {
    const { rows, more } = await store.scan({ start, end, limit: SEGMENTS_A_SCAN, reverse })
    yield* rows
    // Where rows are read without waiting, a long ledger must not stand in the way of requests.
    await turn()
    const last = rows.at(-1)
    if (!more || last === undefined) return
    if (reverse) end = last.key
    else start = Buffer.concat([last.key, Buffer.of(0)])
  }
}
