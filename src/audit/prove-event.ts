import { checkpointVerifier } from './checkpoint-note.ts'
import { lineHash, linkOf, openSegment } from './ledger-rows.ts'
import { readCheckpoints, signerOf, type CheckpointRooms } from './make-checkpoint.ts'
import { readHead } from './ledger-head.ts'
import { inclusionRanges, RangeRoots } from './merkle-tree.ts'
import { readSegments, type LedgerRooms } from './read-ledger.ts'

/** That a record is the one that a signed checkpoint speaks of (RFC 9162, 2.1.3). Hashes are in base64. */
export interface EventProof {
  /** The record as it lies in the ledger: the leaf's hash is SHA-256 of a zero byte and these bytes. */
  readonly line: string
  readonly index: number
  readonly size: number
  readonly hashes: readonly string[]
  readonly checkpoint: string
  readonly verifierKey: string
}

/** Undefined: no sealed record has this id, or no checkpoint speaks of it yet. Reads the ledger up to that checkpoint. */
export async function proveEvent(rooms: CheckpointRooms, id: string): Promise<EventProof | undefined> {
  const found = await findLine(rooms, id)
  if (found === undefined) return undefined
  const { head } = await readHead(rooms)
  const { verifierKey } = signerOf(rooms, head)
  const verifier = checkpointVerifier(verifierKey)
  for (const { note } of await readCheckpoints(rooms.store)) {
    const size = verifier?.open(note)?.size ?? 0
    if (size <= found.index) continue
    const roots = await collectRoots(rooms, found.index, size)
    return { ...found, size, hashes: roots.map((root) => root.toString('base64')), checkpoint: note, verifierKey }
  }
  return undefined
}

async function findLine(
  rooms: LedgerRooms,
  id: string,
): Promise<{ readonly line: string; readonly index: number } | undefined> {
  const wanted = `"id":${JSON.stringify(id)}`
  for await (const row of readSegments(rooms.store)) {
    const { lines } = openSegment(rooms.records, row)
    const line = lines.find((one) => one.endsWith(`${wanted}}`))
    const index = line === undefined ? undefined : linkOf(line)?.seq
    if (line !== undefined && index !== undefined) return { line, index }
  }
  return undefined
}

async function collectRoots(rooms: LedgerRooms, index: number, size: number): Promise<readonly Buffer[]> {
  const roots = new RangeRoots(inclusionRanges(index, size))
  let next = 0
  for await (const row of readSegments(rooms.store)) {
    for (const line of openSegment(rooms.records, row).lines) {
      if (next < size && next !== index) roots.add(next, lineHash(line))
      next += 1
    }
    if (next >= size) break
  }
  return roots.roots()
}
