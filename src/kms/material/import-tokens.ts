import { createPrivateKey, type KeyObject } from 'node:crypto'
import { refuse, WRAPPING_ALGORITHMS, type WrappingAlgorithm } from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import { randomBytes, type SecretBytes } from '../../secrets/index.ts'
import { joinFragments, type Fragment, type MetadataReader, type Row } from '../../storage/index.ts'
import { newWrap, readWrap, type Cluster } from '../cluster/cluster-key.ts'
import { dueRow, importRow, importRows, tokenIdOf, wrapRow, type WrapName } from '../kms-rows.ts'

/** An import token: magic, when it ends (u64 milliseconds), which one it is (docs/key-hierarchy.md, "Import tokens"). */
const MAGIC = Buffer.from('CIT1')
const ID_BYTES = 32
const TOKEN_BYTES = 12 + ID_BYTES

export const IMPORT_TOKEN_MS = 86_400_000
/** Wrapping keys that a key may have at a time; with one more, the one that ends first is given up. */
export const MAX_IMPORT_TOKENS = 10
const FORMAT = Uint8Array.of(1)

export interface TokenRooms {
  readonly store: MetadataReader
  readonly records: RecordSealer
  readonly cluster: Cluster
}

/** What is known of a token here: under which key of ours, and how, the material is wrapped. */
interface TokenFacts {
  readonly algorithm: WrappingAlgorithm
  readonly endsMs: number
}

export interface NewToken {
  readonly token: Buffer
  readonly fragment: Fragment
}

/** Puts a fresh wrapping key to rest. What is returned goes into one commit. */
export async function newImportToken(
  rooms: TokenRooms,
  keyUid: string,
  privateKey: SecretBytes,
  facts: TokenFacts,
): Promise<NewToken> {
  const tokenId = randomBytes(ID_BYTES)
  const id = tokenId.toString('hex')
  const token = Buffer.alloc(TOKEN_BYTES)
  MAGIC.copy(token)
  token.writeBigUInt64BE(BigInt(facts.endsMs), MAGIC.length)
  tokenId.copy(token, TOKEN_BYTES - ID_BYTES)
  const row = importRow(keyUid, id)
  const value = rooms.records.seal({ rowKey: row, clear: FORMAT, secret: Buffer.from(JSON.stringify(facts)) })
  const rows: Fragment = {
    checks: [{ kind: 'absent', key: row }],
    writes: [
      { kind: 'put', key: row, value },
      { kind: 'put', key: dueRow('expire', facts.endsMs, keyUid), value: Uint8Array.of(1) },
    ],
  }
  const wrap = await newWrap(rooms.store, rooms.cluster, nameOf(id), privateKey)
  return { token, fragment: joinFragments(rows, wrap, await givenUp(rooms, keyUid)) }
}

export interface OpenedToken {
  readonly algorithm: WrappingAlgorithm
  readonly privateKey: KeyObject
  /** What the commit of the import carries: a token serves once. */
  readonly used: Fragment
}

/**
 * The wrapping key behind a token of this key. `invalid-import-token`: none of ours, of another key, or used.
 * `expired-import-token`: its time is over.
 */
export async function openImportToken(
  rooms: TokenRooms,
  keyUid: string,
  token: Uint8Array,
  nowMs: number,
): Promise<OpenedToken> {
  const bytes = Buffer.from(token.buffer, token.byteOffset, token.byteLength)
  if (bytes.length !== TOKEN_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    return refuse({ kind: 'invalid-import-token' })
  }
  const id = bytes.toString('hex', TOKEN_BYTES - ID_BYTES)
  const [row] = await rooms.store.getMany([importRow(keyUid, id)])
  const saysMs = bytes.readBigUInt64BE(MAGIC.length)
  if (row === undefined)
    return refuse({ kind: saysMs <= BigInt(nowMs) ? 'expired-import-token' : 'invalid-import-token' })
  const { algorithm, endsMs } = openFacts(rooms.records, row)
  if (BigInt(endsMs) !== saysMs) return refuse({ kind: 'invalid-import-token' })
  if (endsMs <= nowMs) return refuse({ kind: 'expired-import-token' })
  const secret = await readWrap(rooms.store, rooms.cluster, nameOf(id))
  if (secret === undefined) return refuse({ kind: 'integrity', what: 'wrapping key of an import' })
  const privateKey = secret.expose((der) => createPrivateKey({ key: Buffer.from(der), type: 'pkcs8', format: 'der' }))
  secret.wipe()
  const gone = removal(row, id)
  return {
    algorithm,
    privateKey,
    used: { ...gone, checks: [{ kind: 'revision', key: row.key, revision: row.revision }] },
  }
}

/** What takes away the tokens of a key whose time is over. */
export async function endedTokens(rooms: TokenRooms, keyUid: string, nowMs: number): Promise<Fragment> {
  const rows = await tokensOf(rooms, keyUid)
  return joinFragments(
    ...rows.filter(({ facts }) => facts.endsMs <= nowMs).map(({ row, id }) => removal(row, id)),
    NOTHING,
  )
}

const NOTHING: Fragment = { checks: [], writes: [] }

/** Makes room for one more. */
async function givenUp(rooms: TokenRooms, keyUid: string): Promise<Fragment> {
  const rows = await tokensOf(rooms, keyUid)
  const [first] = [...rows].sort((left, right) => left.facts.endsMs - right.facts.endsMs)
  return rows.length < MAX_IMPORT_TOKENS || first === undefined ? NOTHING : removal(first.row, first.id)
}

interface StoredToken {
  readonly row: Row
  readonly id: string
  readonly facts: TokenFacts
}

async function tokensOf(rooms: TokenRooms, keyUid: string): Promise<readonly StoredToken[]> {
  const { rows } = await rooms.store.scan({ ...importRows(keyUid), limit: 2 * MAX_IMPORT_TOKENS })
  return rows.flatMap((row) => {
    const id = tokenIdOf(row.key)
    return id === undefined ? [] : [{ row, id, facts: openFacts(rooms.records, row) }]
  })
}

function removal(row: Row, id: string): Fragment {
  return {
    checks: [],
    writes: [
      { kind: 'delete', key: row.key },
      { kind: 'delete', key: wrapRow(nameOf(id)) },
    ],
  }
}

function openFacts(records: RecordSealer, row: Row): TokenFacts {
  const { clear, secret } = records.open(row.key, row.value)
  const value: unknown = JSON.parse(Buffer.from(secret).toString())
  if (clear[0] !== FORMAT[0] || !isFacts(value)) return refuse({ kind: 'integrity', what: 'token of an import' })
  return value
}

function isFacts(value: unknown): value is TokenFacts {
  if (typeof value !== 'object' || value === null || !('algorithm' in value) || !('endsMs' in value)) return false
  return WRAPPING_ALGORITHMS.some((one) => one === value.algorithm) && Number.isSafeInteger(value.endsMs)
}

function nameOf(tokenId: string): WrapName {
  return { purpose: 'import', id: tokenId, version: 1 }
}
