import { checkpointVerifier, INTERRUPTED_NOTE, splitNotes, type CheckpointVerifier } from './checkpoint-note.ts'
import { LedgerCheck, type Claim, type LedgerReport } from './ledger-check.ts'
import { openHead, type LedgerHead } from './ledger-head.ts'
import { HEAD_ROW, openSegment, segmentNumber, type Segment } from './ledger-rows.ts'
import type { Row } from '../storage/index.ts'
import { readCheckpoints, signerOf, type CheckpointRooms } from './make-checkpoint.ts'
import { readSegments } from './read-ledger.ts'

/**
 * Reads the whole ledger and holds it against itself and its checkpoints: numbers without a gap, every record chained to
 * the one before, every segment to the text before it, the ends of streams, the head, the signature and root of every
 * checkpoint in the rows, in the file, and of those handed in (`outside`), which left the machine. What is sealed
 * meanwhile is verified too.
 */
export async function verifyLedger(rooms: CheckpointRooms, outside: string | undefined): Promise<LedgerReport> {
  const check = new LedgerCheck()
  const head = await readHeadOf(rooms, check)
  const signer = head === undefined ? undefined : signerOf(rooms, head)
  const verifier = signer === undefined ? undefined : checkpointVerifier(signer.verifierKey)
  if (verifier === undefined) {
    if (outside !== undefined) check.problem({ what: 'there is no ledger for the checkpoint that was handed in' })
    check.checkpoints = (await readCheckpoints(rooms.store)).length
  } else check.expect(await claimsOf(rooms, verifier, outside, check))
  check.end(await verifySegments(rooms, check, head))
  return { ...check.report(), ...(signer === undefined ? {} : { verifierKey: signer.verifierKey }) }
}

/** Ends with the head as it is when every segment that it knows was read. */
async function verifySegments(
  rooms: CheckpointRooms,
  check: LedgerCheck,
  first: LedgerHead | undefined,
): Promise<LedgerHead | undefined> {
  let head = first
  for (;;) {
    let beyond = false
    for await (const row of readSegments(rooms.store, { from: check.segments })) {
      const number = segmentNumber(row.key)
      beyond = head !== undefined && number >= head.segments
      if (beyond) break
      check.segment(number, opened(rooms, row))
    }
    if (!beyond) return head
    const again = await readHeadOf(rooms, check)
    // Segments that the head does not know, and nobody is sealing: what is told at the end is true.
    if (again === undefined || again.segments === head?.segments) return readRest(rooms, check, again)
    head = again
  }
}

async function readRest(
  rooms: CheckpointRooms,
  check: LedgerCheck,
  head: LedgerHead | undefined,
): Promise<LedgerHead | undefined> {
  for await (const row of readSegments(rooms.store, { from: check.segments })) {
    check.segment(segmentNumber(row.key), opened(rooms, row))
  }
  return head
}

function opened(rooms: CheckpointRooms, row: Row): Segment | undefined {
  try {
    return openSegment(rooms.records, row)
  } catch {
    return undefined
  }
}

async function readHeadOf(rooms: CheckpointRooms, check: LedgerCheck): Promise<LedgerHead | undefined> {
  const [row] = await rooms.store.getMany([HEAD_ROW])
  if (row === undefined) return undefined
  try {
    return openHead(rooms.records, row)
  } catch {
    check.problem({ what: 'the head of the ledger does not open' })
    return undefined
  }
}

async function claimsOf(
  rooms: CheckpointRooms,
  verifier: CheckpointVerifier,
  outside: string | undefined,
  check: LedgerCheck,
): Promise<readonly Claim[]> {
  const claims: Claim[] = []
  const claim = (note: string, where: string): void => {
    const opened = verifier.open(note)
    if (opened === undefined) check.problem({ what: `${where} is not signed by this ledger` })
    else claims.push({ ...opened, note, where })
  }
  const rows = await readCheckpoints(rooms.store)
  for (const [index, { number, note }] of rows.entries()) {
    if (number !== index) {
      check.problem({ what: `checkpoint ${index} is missing` })
      break
    }
    claim(note, `checkpoint ${number}`)
  }
  // Read after the rows: one that was made meanwhile is no contradiction.
  const made = (await readHeadOf(rooms, check))?.checkpoints ?? 0
  if (made > rows.length && made !== (await readCheckpoints(rooms.store)).length) {
    check.problem({ what: `there should be ${made} checkpoints, and there are ${rows.length}` })
  }
  if (made < rows.length) check.problem({ what: 'the head of the ledger is older than its checkpoints' })
  check.checkpoints = rows.length
  await claimsOfFile(rooms, new Set(rows.map(({ note }) => note)), claim, check)
  for (const note of outside === undefined ? [] : splitNotes(outside)) claim(note, 'the checkpoint that was handed in')
  return claims
}

async function claimsOfFile(
  { file }: CheckpointRooms,
  inRows: ReadonlySet<string>,
  claim: (note: string, where: string) => void,
  check: LedgerCheck,
): Promise<void> {
  if (file === undefined) return
  const text = await file.read()
  if (text === undefined && inRows.size > 0) check.problem({ what: 'the file of checkpoints is gone' })
  if (text === undefined) return
  const missing = new Set(inRows)
  for (const [index, note] of splitNotes(text).entries()) {
    // No way to hide one: what is in the rows has to be in the file.
    if (note.endsWith(`${INTERRUPTED_NOTE}\n`)) continue
    if (!missing.delete(note)) claim(note, `checkpoint ${index} of the file`)
  }
  if (missing.size > 0) check.problem({ what: `${missing.size} of the checkpoints are not in the file` })
}
