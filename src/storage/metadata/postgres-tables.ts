import type { PoolClient } from 'pg'
import { asBuffer } from './key-order.ts'
import { readCounter } from './lmdb-layout.ts'
import type { WaveAnswer, WaveQuestion } from './postgres-wave.ts'

/** No primary key: the index is written out, so that distributed databases order it by key and do not hash it. */
export const CREATE_TABLE = `
  create table if not exists coffer_metadata (k bytea not null, v bytea not null, r bytea not null);
  create unique index if not exists coffer_metadata_k on coffer_metadata (k asc)`

const ASK = `
  select 0 as kind, 0::bigint as n, k, v, r from coffer_metadata where k = any($1::bytea[])
  union all
  select 1, q.n, s.k, ''::bytea, ''::bytea
    from unnest($2::bytea[], $3::bytea[]) with ordinality as q(a, b, n)
    cross join lateral (
      select k from coffer_metadata where k >= q.a and k < q.b order by k limit $4
    ) as s
  union all
  select 2, q.n, s.k, s.v, ''::bytea
    from unnest($5::bytea[], $6::bytea[]) with ordinality as q(a, b, n)
    cross join lateral (select k, v from coffer_metadata where k >= q.a and k < q.b) as s`

const WRITE = `
  with gone as (delete from coffer_metadata where k = any($1::bytea[]))
  insert into coffer_metadata select * from unnest($2::bytea[], $3::bytea[], $4::bytea[])
  on conflict (k) do update set v = excluded.v, r = excluded.r`

export interface StoredRow {
  readonly k: Buffer
  readonly v: Buffer
  readonly r: Buffer
}

interface AskedRow extends StoredRow {
  readonly kind: number
  /** Position among the asked ranges or sums, from 1; a bigint, which the driver gives as text. */
  readonly n: string
}

/** The first statement of a wave. */
export async function askWave(connection: PoolClient, question: WaveQuestion): Promise<WaveAnswer> {
  const { rows } = await connection.query<AskedRow>(ASK, [
    question.keys,
    question.ranges.map((range) => range.start),
    question.ranges.map((range) => range.end),
    question.rangeRows,
    question.sums.map((sum) => sum.start),
    question.sums.map((sum) => sum.end),
  ])
  const ranges: Buffer[][] = question.ranges.map(() => [])
  const sums = question.sums.map(() => 0n)
  for (const row of rows) {
    const at = Number(row.n) - 1
    if (row.kind === 1) ranges[at]?.push(row.k)
    if (row.kind === 2) sums[at] = (sums[at] ?? 0n) + readCounter(row.v)
  }
  const found = rows.filter((row) => row.kind === 0)
  return { rows: found.map((row) => ({ key: row.k, value: row.v, revision: row.r })), ranges, sums }
}

/** The second statement of a wave. */
export async function writeWave(
  connection: PoolClient,
  puts: readonly { readonly key: Uint8Array; readonly value: Uint8Array; readonly revision: Uint8Array }[],
  deletes: readonly Buffer[],
): Promise<void> {
  await connection.query(WRITE, [
    deletes,
    puts.map((put) => asBuffer(put.key)),
    puts.map((put) => asBuffer(put.value)),
    puts.map((put) => asBuffer(put.revision)),
  ])
}
